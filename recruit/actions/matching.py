"""Matching what is stored: every consenting person with every trial, kept as versioned facts.

A run judges the pairs of which something changed since they were judged last (match_due.py), and
writes what differs from what stands. It looks at people part by part, here or on many machines.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import Engine, func
from sqlalchemy.orm import Session
from sqlmodel import select

from recruit.actions.match_due import Order, begin, claim, parts
from recruit.actions.match_people import Judges, Judging, read_people
from recruit.actions.match_run import MatchReport, Progress, Run, Spread, looked_at
from recruit.audit.tables import AUDIT
from recruit.audit.trail import Tag, record
from recruit.consent.choices import Purpose
from recruit.consent.permit import consenting, permit
from recruit.core.clock import now
from recruit.core.db import reading, unit_of_work
from recruit.core.garbage import lasting, walk_again
from recruit.matching import reference
from recruit.matching.building import build
from recruit.matching.embedded import Engine as Embedded
from recruit.matching.outcome import Judgement, Outcome
from recruit.people import store as people
from recruit.people.facts import Profile
from recruit.terminology.lexicon import Lexicon
from recruit.trials import store as trials
from recruit.trials.store import Version

EVERY: Final = timedelta(minutes=15)
"""So often everyone is matched with every trial: people change, trials change, birthdays pass."""
PART: Final = 200_000
"""So many people are read and judged at a time here: some 900 MB."""


def match_all(  # noqa: PLR0913 - the choices of one run, by name
    engine: Engine,
    lexicon: Lexicon,
    *,
    on: date,
    actor: str,
    trial: str | None = None,
    judges: Judges = "embedded",
    spread: Spread | None = None,
    anew: bool = False,
    progress: Progress | None = None,
) -> MatchReport:
    """Match everyone who consents with every trial, or with one; on the day `on`.

    Pairs of which nothing changed are left alone, unless all are to be judged `anew`. A trial that
    its sponsor has paused or closed is left out. `spread` has others judge. `progress` is told of
    whatever was written, and may raise: the run ends there, and the next one does the rest.

    Raises:
        NotFound: there is no such trial.
    """
    tell = progress or (lambda _done, _total: None)
    name = "" if trial else _claimed(engine)
    with reading(engine) as session:
        due = begin(session, lexicon, on=on, trial=trial, anew=anew, run=name)
        report = looked_at(session, due)
        orders = [] if spread else parts(session, due.order, PART, due.since)
    run = Run(engine, due, report)
    if spread is None:
        for number, order in enumerate(orders):
            with lasting():
                judging = _read(engine, lexicon, order, judges)
            try:
                run.judge(judging, _part_of(tell, number, len(orders)))
            finally:
                walk_again()
    else:
        for judged, done, total in spread(due):
            run.take(judged)
            tell(done, total)
    run.end(actor, trial)
    return report


def _read(engine: Engine, lexicon: Lexicon, order: Order, judges: Judges) -> Judging:
    with reading(engine) as session:
        return Judging(list(read_people(session, order)), order, lexicon, judges)


def _part_of(tell: Progress, number: int, of: int) -> Progress:
    """Tells of all parts what is told of one, the `number`th from 0 on."""

    def told(done: int, total: int | None) -> None:
        tell(number * (total or 0) + done, of * (total or 0))

    return told


def _claimed(engine: Engine) -> str:
    with unit_of_work(engine) as session:
        return claim(session)


def next_run(session: Session, at: datetime) -> datetime | None:
    """When the next run is due, going by the last one; None where none is to be expected."""
    query = select(func.max(AUDIT.c.at)).where(AUDIT.c.tag == Tag.MATCHED.value)
    last = session.scalar(query)
    return last + EVERY if last and last + EVERY > at else None


def judge_all(
    engine: Engine, lexicon: Lexicon, *, on: date
) -> Iterator[tuple[Version, Sequence[Judgement]]]:
    """Every trial with the judgement of everyone who consents; nothing is written."""
    with reading(engine) as session:
        due = begin(session, lexicon, on=on, trial=None, anew=True)
        consent = set(session.scalars(consenting(Purpose.MATCHING, due.order.at)))
        known = [
            replace(profile, person=person)
            for person, _, profile in people.current(session, None)
            if person in consent
        ]
    judge = Embedded(build(known, lexicon), lexicon, on).judgements
    for version in due.versions:
        yield version, judge(version.eligibility)


def explain_match(  # noqa: PLR0913 - who asks about whom, by name
    engine: Engine, lexicon: Lexicon, *, trial: str, person: str, on: date, actor: str
) -> tuple[Version, Profile, Outcome]:
    """One person and one trial, criterion by criterion, from what is stored.

    `person` is a pseudonym, or the person's identifier in a community where only one has it.

    Raises:
        NotFound: there is no such trial or person.
        ConsentMissing: the person does not consent to being matched, or not with this trial.
    """
    with unit_of_work(engine) as session:
        version = trials.get(session, trial)
        pseudonym = people.pseudonym_of(session, person)
        permit(session, pseudonym, Purpose.MATCHING, scope=f"trial/{version.trial}", at=now())
        profile = replace(people.profile(session, pseudonym), person=pseudonym)
        outcome = reference.explain(version.eligibility, profile, lexicon, on)
        record(session, Tag.MATCH_EXPLAINED, actor=actor, subject=pseudonym, new=trial)
    return version, profile, outcome
