"""Matching what is stored: every consenting person with every trial, kept as versioned facts.

Each run judges all pairs anew, which takes less time than finding out which to leave alone, and
writes only what differs from what stands.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final, Literal

from sqlalchemy import Engine, func
from sqlalchemy.orm import Session
from sqlmodel import col, select

from recruit.actions.match_changes import NEVER, Changes, write
from recruit.audit.tables import AUDIT
from recruit.audit.trail import Tag, record
from recruit.consent.choices import Purpose
from recruit.consent.permit import people_with, permit, refusing
from recruit.core import chain
from recruit.core.clock import now
from recruit.core.db import reading, unit_of_work
from recruit.core.errors import WrongUsage
from recruit.core.i18n import N_
from recruit.criteria.eligibility import Eligibility
from recruit.matching import reference
from recruit.matching.building import build
from recruit.matching.embedded import Engine as Embedded
from recruit.matching.outcome import Hierarchy, Judgement, Outcome, Verdict
from recruit.people import store as people
from recruit.people.facts import Home, Profile
from recruit.terminology.lexicon import Lexicon
from recruit.trials import store as trials
from recruit.trials.posting import publications
from recruit.trials.store import Version
from recruit.trials.tables import Trial

Progress = Callable[[int, int | None], None]
EngineName = Literal["embedded", "reference"]
TRIALS_AT_ONCE: Final = 50
EVERY: Final = timedelta(minutes=15)
"""So often everyone is matched with every trial: people change, trials change, birthdays pass."""


@dataclass(slots=True)
class MatchReport:
    """What a run looked at and what became of the matches."""

    trials: int = 0
    people: int = 0
    without_consent: int = 0
    eligible: int = 0
    undetermined: int = 0
    ineligible: int = 0
    candidates: int = 0
    new: int = 0
    kept: int = 0
    superseded: int = 0

    def add(self, changes: Changes) -> None:
        """Count what became of one trial's matches."""
        self.new += changes.new
        self.kept += changes.kept
        self.superseded += changes.superseded

    def __str__(self) -> str:
        return (
            f"{self.trials} trials, {self.people} people, {self.candidates} matches: "
            f"{self.new} new, {self.kept} kept, {self.superseded} superseded"
        )


@dataclass(frozen=True, slots=True)
class _People:
    """The people of a run: their profiles under their pseudonyms, and the versions of these."""

    profiles: tuple[Profile, ...]
    versions: Mapping[str, int]

    @property
    def homes(self) -> dict[str, Home]:
        """Where each of them lives."""
        return {profile.person: profile.home for profile in self.profiles}


def match_all(  # noqa: PLR0913 - the choices of one run, by name
    engine: Engine,
    lexicon: Lexicon,
    *,
    on: date,
    actor: str,
    trial: str | None = None,
    engine_name: EngineName = "embedded",
    progress: Progress | None = None,
) -> MatchReport:
    """Match everyone who consents with every trial, or with one; on the day `on`.

    A trial that its sponsor has paused or closed is left out.

    Raises:
        NotFound: there is no such trial.
    """
    report = MatchReport()
    versions, group = _everyone(engine, trial, report)
    judge, homes = _engine(engine_name, group.profiles, lexicon, on), group.homes
    for start in range(0, max(1, len(versions)), TRIALS_AT_ONCE):
        batch = versions[start : start + TRIALS_AT_ONCE]
        # Judged before the transaction begins, so that nobody waits for more than the writing.
        found = [_candidates(judge(version.eligibility), report) for version in batch]
        with unit_of_work(engine) as session:
            willing = _still_willing(session, group.versions)
            sought = _still_sought(session, batch)
            for version, candidates in zip(batch, found, strict=True):
                if version.trial in sought:
                    wanted = _with(session, version, willing)
                    report.add(write(session, version, candidates, wanted, homes))
            if start + TRIALS_AT_ONCE >= len(versions):
                record(
                    session, Tag.MATCHED, actor=actor, subject=trial or "trials", new=str(report)
                )
        if progress:
            progress(min(start + TRIALS_AT_ONCE, len(versions)), len(versions))
    return report


def next_run(session: Session, at: datetime) -> datetime | None:
    """When the next run is due, going by the last one; None where none is to be expected."""
    query = select(func.max(AUDIT.c.at)).where(AUDIT.c.tag == Tag.MATCHED.value)
    last = session.scalar(query)
    return last + EVERY if last and last + EVERY > at else None


def judge_all(
    engine: Engine, lexicon: Lexicon, *, on: date
) -> Iterator[tuple[Version, Sequence[Judgement]]]:
    """Every trial with the judgement of everyone who consents; nothing is written."""
    versions, group = _everyone(engine, None, MatchReport())
    judge = _engine("embedded", group.profiles, lexicon, on)
    for version in versions:
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


def _everyone(
    engine: Engine, trial: str | None, report: MatchReport
) -> tuple[list[Version], _People]:
    """The trials of a run, all unless one is named, and the people who consent."""
    with reading(engine) as session:
        versions = [trials.get(session, trial)] if trial else list(trials.current(session))
        at_rest = set(session.scalars(publications.resting()))
        versions = [version for version in versions if version.trial not in at_rest]
        group = _consenting(session, report)
    report.trials, report.people = len(versions), len(group.profiles)
    return versions, group


def _consenting(session: Session, report: MatchReport) -> _People:
    consenting = people_with(session, Purpose.MATCHING, at=now())
    profiles, versions = [], {}
    for person, number, profile in people.current(session, None):
        if person not in consenting:
            report.without_consent += 1
            continue
        profiles.append(replace(profile, person=person))
        versions[person] = number
    return _People(tuple(profiles), versions)


def _engine(
    name: EngineName, profiles: Sequence[Profile], hierarchy: Hierarchy, on: date
) -> Callable[[Eligibility], Sequence[Judgement]]:
    match name:
        case "embedded":
            return Embedded(build(profiles, hierarchy), hierarchy, on).judgements
        case "reference":
            return lambda eligibility: reference.evaluate(eligibility, profiles, hierarchy, on)
    raise WrongUsage(N_("There is no engine {name}."), name=name)


def _candidates(judgements: Sequence[Judgement], report: MatchReport) -> list[Judgement]:
    """Those that are proposed; all are counted."""
    for judgement in judgements:
        _count(report, judgement)
    return [judgement for judgement in judgements if judgement.candidate]


def _still_willing(session: Session, versions: Mapping[str, int]) -> dict[str, int]:
    """The people who consent at this moment, with the versions of their profiles that were judged.

    Since the run began somebody may have withdrawn or been erased. From here to the end of the
    transaction nobody can: whoever writes to the ledger waits, and so does a second run. Who came
    since was judged in none.
    """
    chain.hold(session)
    willing = people_with(session, Purpose.MATCHING, at=now())
    return {person: versions.get(person, NEVER) for person in willing}


def _still_sought(session: Session, batch: Sequence[Version]) -> set[str]:
    """The trials of the batch that still stand as they were judged, and look for people.

    Since the run began a sponsor may have amended, paused or closed one, and ended its matches.
    """
    judged = {version.trial: version.number for version in batch}
    query = select(Trial.id, Trial.version).where(
        col(Trial.id).in_(judged), col(Trial.id).not_in(publications.resting())
    )
    return {trial for trial, number in session.execute(query) if judged[trial] == number}


def _with(session: Session, version: Version, willing: Mapping[str, int]) -> dict[str, int]:
    """The people among `willing` who have not refused this trial."""
    refused = set(session.scalars(refusing(Purpose.MATCHING, f"trial/{version.trial}", now())))
    return {person: number for person, number in willing.items() if person not in refused}


def _count(report: MatchReport, judgement: Judgement) -> None:
    report.candidates += judgement.candidate
    match judgement.verdict:
        case Verdict.ELIGIBLE:
            report.eligible += 1
        case Verdict.UNDETERMINED:
            report.undetermined += 1
        case Verdict.INELIGIBLE:
            report.ineligible += 1
