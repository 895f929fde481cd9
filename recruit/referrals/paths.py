"""One person's path through one trial, step by step; what was is never rewritten.

Whoever writes a step holds the chains (core/chain.hold) and then the path's own row, always in this
order, so that nobody waits in a circle.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import ColumnElement, RowMapping, Select, insert, select, update
from sqlalchemy.orm import Session

from recruit.core import chain
from recruit.core.errors import EditedMeanwhile
from recruit.core.upsert import insert_or
from recruit.referrals.tables import REFERRAL, REFERRAL_STEP


class State(StrEnum):
    """How far somebody is on the way into a study."""

    INTERESTED = "interested"  # said that they want to know more
    PRESCREENED = "pre-screened"  # has been through the questions
    RELEASED = "released"  # a site may have their contact details
    CONTACTED = "contacted"  # the site has spoken with them
    SCREENING = "screening"  # the site is finding out whether the study suits them
    ENROLLED = "enrolled"  # takes part
    SCREEN_FAILURE = "screen failure"  # the study does not suit them, as the site found out
    WITHDREW = "withdrew"  # has left the study
    UNREACHABLE = "unreachable"  # the site has given up calling
    WITHDRAWN = "withdrawn"  # the release is taken back: the site knows nothing of them any more
    DECLINED = "declined"  # does not want this study after all


AT_SITE: Final = frozenset({State.RELEASED, State.CONTACTED, State.SCREENING, State.ENROLLED})
"""While somebody stands in one of these, the site may have their contact details."""
OUTCOMES: Final = frozenset({State.ENROLLED, State.SCREEN_FAILURE, State.WITHDREW})
OPEN: Final = frozenset(
    {State.INTERESTED, State.PRESCREENED, State.RELEASED, State.CONTACTED, State.SCREENING}
)
"""Somebody has to do something next: the way goes on."""
AWAY: Final = frozenset(
    {
        State.SCREEN_FAILURE, State.WITHDREW, State.UNREACHABLE, State.WITHDRAWN, State.DECLINED
    }
)  # fmt: skip
"""Nobody comes to stand in one of these without a reason."""
RELEASE_NEEDED: Final = (AT_SITE | OUTCOMES | {State.UNREACHABLE}) - {State.RELEASED}
"""What only the site can say, and only while it may know who this is."""

_ON: Final = {State.DECLINED, State.WITHDRAWN, State.UNREACHABLE}
# From where a step may lead where: whoever has declined begins again, with a yes. Whoever could not
# be reached may call back. An enrolment stands, whatever is taken back of what led to it.
NEXT: Final[Mapping[State, frozenset[State]]] = {
    State.INTERESTED: frozenset({State.PRESCREENED, State.DECLINED}),
    State.PRESCREENED: frozenset({State.RELEASED, State.DECLINED}),
    State.RELEASED: frozenset({State.RELEASED, State.CONTACTED, *_ON}),
    State.CONTACTED: frozenset({State.SCREENING, State.SCREEN_FAILURE, *_ON}),
    State.SCREENING: frozenset({State.ENROLLED, State.SCREEN_FAILURE, State.WITHDREW, *_ON}),
    State.ENROLLED: frozenset({State.WITHDREW}),
    State.SCREEN_FAILURE: frozenset(),
    State.WITHDREW: frozenset(),
    State.UNREACHABLE: frozenset(
        {State.RELEASED, State.CONTACTED, State.WITHDRAWN, State.DECLINED}
    ),
    State.WITHDRAWN: frozenset({State.PRESCREENED, State.RELEASED, State.DECLINED}),
    State.DECLINED: frozenset({State.INTERESTED}),
}


@dataclass(frozen=True, slots=True)
class Path:
    """Where a person stands in a trial since `since`, and how they want to be reached.

    `site` is a site's key, `way` a channel, `times` parts of the day; empty until chosen.
    """

    number: int
    trial: str
    person: str
    state: State
    site: str | None
    way: str | None
    times: tuple[str, ...]
    begun_at: datetime
    since: datetime


@dataclass(frozen=True, slots=True)
class Failure:
    """What a screening failed on: a criterion by its place (from 0) in a version of the trial."""

    trial_version: int
    criterion: int


@dataclass(frozen=True, slots=True)
class Step:
    """One step: to which state, why, to which site, by whom and when.

    `undoes` is the number of a step that was a slip: the path went back to `state`.
    """

    state: State
    reason: str
    site: str | None
    by: str
    at: datetime
    failure: Failure | None = None
    undoes: int | None = None
    number: int = 0


def begin(session: Session, trial: str, person: str, at: datetime, by: str) -> Path:
    """Somebody wants to know more about a trial: their path, which is the same for a second yes.

    `by` is who said so, as the audit trail names them. Who had declined begins again.
    """
    chain.hold(session)
    row = {
        "trial": trial,
        "person": person,
        "state": State.INTERESTED.value,
        "times": "",
        "begun_at": at,
        "changed_at": at,
    }
    made = insert_or(session, REFERRAL).values(row).on_conflict_do_nothing()
    if session.execute(made.returning(REFERRAL.c.id)).scalar_one_or_none() is not None:
        path = held(session, trial, person)
        _note(session, path, Step(State.INTERESTED, "", None, by, at))
        return path
    path = held(session, trial, person)
    if path.state is State.DECLINED:
        return step(session, path, State.INTERESTED, at, by)
    return path


def of(session: Session, trial: str, person: str) -> Path | None:
    """The path of a person in a trial; None where they have not said that they want to know."""
    row = session.execute(select(REFERRAL).where(_one(trial, person))).mappings().one_or_none()
    return _path(row) if row else None


def by_number(session: Session, number: int) -> Path | None:
    """The path with this number."""
    row = session.execute(select(REFERRAL).where(REFERRAL.c.id == number)).mappings().one_or_none()
    return _path(row) if row else None


def held(session: Session, trial: str, person: str) -> Path:
    """The same, and nobody else changes it until this unit of work ends.

    Raises:
        EditedMeanwhile: there is none, or none any more.
    """
    chain.hold(session)
    query = select(REFERRAL).where(_one(trial, person)).with_for_update()
    row = session.execute(query).mappings().one_or_none()
    if row is None:
        raise EditedMeanwhile
    return _path(row)


def of_person(session: Session, person: str) -> list[Path]:
    """Every path of a person, the newest first."""
    return _paths(session, REFERRAL.c.person == person)


def people(session: Session) -> set[str]:
    """Everybody who has a path."""
    return set(session.scalars(select(REFERRAL.c.person)))


def step(  # noqa: PLR0913 - what a step is made of
    session: Session,
    path: Path,
    state: State,
    at: datetime,
    by: str,
    *,
    reason: str = "",
    site: str | None = None,
    failure: Failure | None = None,
) -> Path:
    """Take the next step on a path that the caller holds.

    Raises:
        EditedMeanwhile: this step does not follow where the path stands.
        ValueError: it leads away, and no reason is given.
    """
    if state not in NEXT[path.state]:
        raise EditedMeanwhile
    if state in AWAY and not reason:
        raise ValueError(state)
    kept = site or path.site
    _change(session, path, state=state.value, site=kept, changed_at=at)
    _note(session, path, Step(state, reason, kept, by, at, failure))
    return replace(path, state=state, site=kept, since=at)


def choose(
    session: Session, path: Path, *, site: str | None, way: str | None, times: Collection[str]
) -> Path:
    """Keep where, how and when the person wants to be reached; it shows nobody anything yet."""
    chosen = tuple(times)
    _change(session, path, site=site, way=way, times=",".join(chosen))
    return replace(path, site=site, way=way, times=chosen)


def steps(session: Session, path: Path) -> list[Step]:
    """Every step of a path, the oldest first, slips and what undid them too."""
    this = REFERRAL_STEP.c.referral == path.number
    rows = session.execute(select(REFERRAL_STEP).where(this).order_by(REFERRAL_STEP.c.id))
    return [_step(row) for row in rows.mappings()]


def standing(session: Session, path: Path) -> list[Step]:
    """The same without the slips: each led to the next, and the last one is where the path is."""
    kept: list[Step] = []
    for each in steps(session, path):
        if each.undoes is None:
            kept.append(each)
        else:
            kept.pop()  # a slip is undone before anything else is written
    return kept


def undo(session: Session, path: Path, at: datetime, by: str, reason: str) -> Path:
    """Go back by one step, on a path that the caller holds; the time since then counts again.

    Raises:
        EditedMeanwhile: there is nothing to go back to.
    """
    kept = standing(session, path)
    if len(kept) < 2:  # noqa: PLR2004 - the slip, and what was before it
        raise EditedMeanwhile
    before, slip = kept[-2:]
    _change(session, path, state=before.state.value, site=before.site, changed_at=before.at)
    taken = Step(before.state, reason, before.site, by, at, undoes=slip.number)
    _note(session, path, taken)
    return replace(path, state=before.state, site=before.site, since=before.at)


def released_at(session: Session, path: Path) -> datetime | None:
    """When the person last let a site have their contact details, on this path."""
    found = (each.at for each in standing(session, path) if each.state is State.RELEASED)
    return max(found, default=None)


def _one(trial: str, person: str) -> ColumnElement[bool]:
    return (REFERRAL.c.trial == trial) & (REFERRAL.c.person == person)


def found(session: Session, query: Select[Any]) -> list[Path]:
    """The paths of a query of REFERRAL, in its order."""
    return [_path(row) for row in session.execute(query).mappings()]


def _paths(session: Session, which: ColumnElement[bool]) -> list[Path]:
    query = select(REFERRAL).where(which)
    newest = query.order_by(REFERRAL.c.changed_at.desc(), REFERRAL.c.id.desc())
    return found(session, newest)


def _path(row: RowMapping) -> Path:
    return Path(
        number=row["id"],
        trial=row["trial"],
        person=row["person"],
        state=State(row["state"]),
        site=row["site"],
        way=row["way"],
        times=tuple(each for each in row["times"].split(",") if each),
        begun_at=row["begun_at"],
        since=row["changed_at"],
    )


def _change(session: Session, path: Path, **values: Any) -> None:  # noqa: ANN401 - of any column
    session.execute(update(REFERRAL).where(REFERRAL.c.id == path.number).values(**values))


def _note(session: Session, path: Path, taken: Step) -> None:
    row = {
        "referral": path.number,
        "state": taken.state.value,
        "reason": taken.reason,
        "site": taken.site,
        "by": taken.by,
        "at": taken.at,
        "trial_version": taken.failure.trial_version if taken.failure else None,
        "criterion": taken.failure.criterion if taken.failure else None,
        "undoes": taken.undoes,
    }
    session.execute(insert(REFERRAL_STEP), row)


def _step(row: RowMapping) -> Step:
    failed = row["criterion"] is not None
    return Step(
        state=State(row["state"]),
        reason=row["reason"],
        site=row["site"],
        by=row["by"],
        at=row["at"],
        failure=Failure(row["trial_version"], row["criterion"]) if failed else None,
        undoes=row["undoes"],
        number=row["id"],
    )
