"""What a run of matching has to judge: what changed since the last one, and what time changes.

A trial is new to a run when its version, its reading or the engine's rules are others than those it
was judged by: everybody is judged for it. Of the other trials those people are judged of whom
something changed: the profile, a refusal, or the day. See judged_tables.py.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import pairwise
from types import MappingProxyType
from typing import Any

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from recruit.actions.judged_tables import JUDGED_PERSON, JUDGED_RUN, JUDGED_TRIAL
from recruit.actions.match_changes import rules
from recruit.consent.choices import Purpose
from recruit.consent.permit import consenting
from recruit.consent.tables import STATE
from recruit.core import chain
from recruit.core.bulk import among, insert_all
from recruit.core.clock import now
from recruit.core.tokens import token
from recruit.matching.outcome import Hierarchy
from recruit.people.tables import VERSION
from recruit.trials import store as trials
from recruit.trials.posting import publications
from recruit.trials.store import Version

Note = Mapping[str, Any]
"""A row of JUDGED_PERSON."""


@dataclass(frozen=True, slots=True)
class Order:
    """Whom to judge for which trials, on which day: pseudonyms from `low` on and below `high`.

    For the trials that are `fresh` everybody; for others those of whom something changed. Who
    consents is asked for the moment `at`.
    """

    on: date
    at: datetime
    fresh: frozenset[str]
    low: str = ""
    high: str | None = None


@dataclass(frozen=True, slots=True)
class Due:
    """What a run begins with: the trials it is about, and what it may keep of earlier runs.

    For a trial in `since` a run that was stopped has judged everybody below that pseudonym. `gone`
    were judged once and do not consent any more. `run` is its name, where it is to note what it
    judged.
    """

    order: Order
    since: Mapping[str, str]
    versions: tuple[Version, ...]
    rules: str
    gone: tuple[str, ...]
    run: str


def claim(session: Session) -> str:
    """Let a new run, which is named, be the one that notes what it judged; those before no more."""
    chain.hold(session)
    run = token()
    session.execute(delete(JUDGED_RUN))
    session.execute(insert(JUDGED_RUN), {"run": run})
    return run


def begin(  # noqa: PLR0913 - the choices of one run, by name
    session: Session,
    hierarchy: Hierarchy,
    *,
    on: date,
    trial: str | None,
    anew: bool,
    run: str = "",
) -> Due:
    """What is to be judged: of all trials or of one, of which nothing is taken as known.

    Raises:
        NotFound: there is no such trial.
    """
    at = now()
    found = [trials.get(session, trial)] if trial else list(trials.current(session))
    at_rest = set(session.scalars(publications.resting()))
    versions = tuple(version for version in found if version.trial not in at_rest)
    engine = _rules(hierarchy)
    known = {} if anew or trial else _known(session)
    reached = {
        version.trial: known.get((version.trial, *_key(version, engine)), "")
        for version in versions
    }
    fresh = frozenset(trial for trial, low in reached.items() if low is not None)
    since = {trial: low for trial, low in reached.items() if low}
    # Not “not in”: PostgreSQL would go through all who consent for each of a million.
    stays = consenting(Purpose.MATCHING, at).where(STATE.c.person == JUDGED_PERSON.c.person)
    left = select(JUDGED_PERSON.c.person).where(~stays.exists())
    return Due(Order(on, at, fresh), since, versions, engine, tuple(session.scalars(left)), run)


def parts(
    session: Session, whole: Order, size: int, since: Mapping[str, str] = MappingProxyType({})
) -> list[Order]:
    """The order in parts of `size` people at most, which together leave nobody out.

    A trial in `since` is fresh to those parts alone that begin there, or later.
    """
    place = func.row_number().over(order_by=VERSION.c.person).label("place")
    people = select(VERSION.c.person, place).where(VERSION.c.current).subquery()
    firsts = select(people.c.person).where(people.c.place % size == 0).order_by(people.c.person)
    lows = sorted({"", *since.values(), *session.scalars(firsts)})
    return [
        replace(whole, fresh=_fresh_from(low, whole, since), low=low, high=high)
        for low, high in pairwise([*lows, None])
        if low is not None
    ]


def _fresh_from(low: str, whole: Order, since: Mapping[str, str]) -> frozenset[str]:
    return frozenset(trial for trial in whole.fresh if since.get(trial, "") <= low)


def note_trials(session: Session, due: Due, passed_over: Collection[str]) -> None:
    """Note that everybody was judged for the fresh trials; the caller holds the chains."""
    if not _may_note(session, due):
        return
    known: set[str] = set(session.scalars(select(JUDGED_TRIAL.c.trial)))
    standing = {version.trial for version in due.versions}
    _forget(session, JUDGED_TRIAL.c.trial, known - standing)
    _renew(session, due, due.order.fresh, passed_over, None)
    _forget(session, JUDGED_PERSON.c.person, due.gone)


def note_so_far(
    session: Session, due: Due, trials: Collection[str], passed_over: Collection[str], reached: str
) -> None:
    """Note that everybody below `reached` was judged for `trials`; the caller holds the chains."""
    if _may_note(session, due):
        _renew(session, due, trials, passed_over, reached)


def _renew(
    session: Session,
    due: Due,
    trials: Collection[str],
    passed_over: Collection[str],
    reached: str | None,
) -> None:
    rows = [
        {
            "trial": version.trial,
            "version": version.number,
            "read_at": version.read_at,
            "rules": due.rules,
            "reached": reached,
        }
        for version in due.versions
        if version.trial in trials and version.trial not in passed_over
    ]
    _forget(session, JUDGED_TRIAL.c.trial, {*trials, *passed_over})
    insert_all(session, JUDGED_TRIAL, rows)


def note_people(session: Session, due: Due, people: Sequence[Note]) -> None:
    """Note that they were judged for all trials that are due; the caller holds the chains."""
    if _may_note(session, due):
        _forget(session, JUDGED_PERSON.c.person, [each["person"] for each in people])
        insert_all(session, JUDGED_PERSON, people)


def _may_note(session: Session, due: Due) -> bool:
    return session.scalar(select(JUDGED_RUN.c.run)) == due.run


def _forget(session: Session, column: Any, names: Collection[str]) -> None:  # noqa: ANN401 - a column of either table
    if names:
        session.execute(delete(column.table).where(among(column, names)))


def _rules(hierarchy: Hierarchy) -> str:
    """Digest of the engine's code, and the lexicon that says which concept is above which."""
    file = getattr(hierarchy, "file", None)
    return f"{rules()}/{file.stem if file else ''}"


def _known(session: Session) -> dict[tuple[str, int, datetime, str], str | None]:
    """How far each trial was judged, by what it was judged by; None where for everybody."""
    found = session.execute(select(JUDGED_TRIAL))
    return {(row.trial, row.version, row.read_at, row.rules): row.reached for row in found}


def _key(version: Version, engine: str) -> tuple[int, datetime, str]:
    return version.number, version.read_at, engine
