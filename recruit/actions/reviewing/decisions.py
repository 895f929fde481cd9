"""What stands decided about matches, for how long, and what stood before.

A decision is about one person and one trial and outlives the match that was looked at. It holds for
as long as what it rests on: an approval while its invitation waits or has left, a question while it
is open, “not now” until its day, a no until a rule that was said to be misread has been settled;
the last two only while the grounds of the verdict are the same. What is over is ended by `settle`,
and the match comes back into the queue, marked with what stood before.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Final

from sqlalchemy import (
    ColumnElement,
    Engine,
    RowMapping,
    Select,
    and_,
    bindparam,
    case,
    exists,
    func,
    literal,
    not_,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Mapped, Session, aliased
from sqlmodel import col
from sqlmodel.sql.expression import SelectOfScalar

from recruit.actions.current_matches import AT
from recruit.actions.match_table import MatchRow, ReviewState
from recruit.actions.outreach.prospects import has_begun
from recruit.actions.reviewing.tables import DECISION, MISREAD, Ended, Kind, No
from recruit.audit.trail import Tag, record
from recruit.consent.permit import Moment
from recruit.core import chain
from recruit.core.db import reading, unit_of_work
from recruit.notify.outbox_tables import OUTBOX
from recruit.notify.stages import Wave

KIND: Final = DECISION.c.kind
STATES: Final = {
    Kind.APPROVE: ReviewState.APPROVED,
    Kind.ASK: ReviewState.ASKED,
    Kind.NOT_NOW: ReviewState.LATER,
    Kind.NO: ReviewState.REFUSED,
}
"""Where a match stands in the queue while a decision of this kind holds."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What somebody decided; `by` and `ended_by` are accounts as the audit trail names them.

    `criterion` counts from 0 in the trial version of `match`, the match that was looked at. `until`
    is when somebody who was put off comes back.
    """

    id: int
    match: int
    trial: str
    person: str
    kind: Kind
    reason: No | None
    criterion: int | None
    misread: int | None
    until: datetime | None
    by: str
    at: datetime
    ended: Ended | None
    ended_at: datetime | None
    ended_by: str | None


def undecided(query: SelectOfScalar[MatchRow]) -> SelectOfScalar[MatchRow]:
    """Of the matches of a query those about which somebody has to decide."""
    return query.where(col(MatchRow.state) == ReviewState.WAITING.value)


def standing(session: Session, matches: Collection[int], at: datetime) -> Mapping[int, Decision]:
    """What holds about each of these matches (some hundreds); nothing about those that wait."""
    query = _with_matches().where(
        col(MatchRow.id).in_(matches), DECISION.c.ended_at.is_(None), _holds(at)
    )
    return {row["of"]: _decision(row) for row in session.execute(query).mappings()}


def latest(session: Session, match: int, at: datetime) -> tuple[Decision | None, Decision | None]:
    """What holds about one match, and what held until it was over though nobody took it back.

    At most one of them: what is over marks what came back into the queue.
    """
    row = session.execute(_newest(), {"of": match, "at": at}).mappings().one_or_none()
    found = _decision(row) if row else None
    if row is None or found is None or found.ended is Ended.UNDONE:
        return None, None
    if found.ended:
        return None, found
    return (found if row["holds"] else None), None


def history(session: Session, trial: str, person: str) -> list[Decision]:
    """Everything that was decided about one person and one trial, oldest first."""
    query = select(DECISION).where(DECISION.c.trial == trial, DECISION.c.person == person)
    rows = session.execute(query.order_by(DECISION.c.id)).mappings()
    return [_decision(row) for row in rows]


def settle(
    session: Session,
    at: datetime,
    *,
    trial: str | None = None,
    whom: Callable[[Mapped[str]], ColumnElement[bool]] | None = None,
) -> int:
    """End what is over, and let each match stand in the queue as what holds about it says.

    Of one trial or everywhere, of everybody or of those whom `whom` tells of their column; how many
    decisions ended. In the unit of work that wrote matches, and every minute for what ends by
    itself (`bring_back`). The caller holds the chains.
    """
    these: list[ColumnElement[bool]] = [col(MatchRow.superseded_at).is_(None)]
    if trial is not None:
        these.append(col(MatchRow.trial) == trial)
    if whom is not None:
        these.append(whom(col(MatchRow.person)))
    ended = {"ended_at": at, "ended_by": "job", "ended": Ended.OVER.value}
    over = _over(at).where(*these).with_only_columns(DECISION.c.id)
    numbers = session.execute(
        update(DECISION).where(DECISION.c.id.in_(over)).values(ended).returning(DECISION.c.id)
    ).all()
    for which, state in _displaced():
        session.execute(
            update(MatchRow)
            .where(*these, which)
            .values(state=state)
            .execution_options(synchronize_session=False)
        )
    return len(numbers)


def bring_back(engine: Engine, at: datetime) -> int:
    """Let matches come back whose decision is over by now; how many decisions these were."""
    stands = col(MatchRow.superseded_at).is_(None)
    with reading(engine) as session:
        over = session.scalar(select(_over(at).where(stands).exists()))
        displaced = any(
            session.scalar(select(select(col(MatchRow.id)).where(stands, which).exists()))
            for which, _ in _displaced()
        )
    if not over and not displaced:
        return 0
    with unit_of_work(engine) as session:
        chain.hold(session)
        ended = settle(session, at)
        record(session, Tag.MATCH_RETURNED, actor="job", subject="matches", new=str(ended))
        return ended


def end(session: Session, number: int, ended: Ended, by: str, at: datetime) -> None:
    """Let a decision stand no more."""
    values = {"ended_at": at, "ended_by": by, "ended": ended.value}
    session.execute(update(DECISION).where(DECISION.c.id == number).values(values))


def invited(trial: ColumnElement[str], person: ColumnElement[str]) -> ColumnElement[bool]:
    """The condition that somebody's invitation waits, has left, or was let go in a round."""
    return exists().where(
        OUTBOX.c.trial == trial,
        OUTBOX.c.person == person,
        OUTBOX.c.wave == Wave.INVITATION.value,
        has_begun(),
    )


def _over(at: datetime) -> Select[tuple[object, ...]]:
    """The decisions that rest on nothing any more, with their matches."""
    return _with_matches().where(DECISION.c.ended_at.is_(None), not_(_holds(at)))


def _displaced() -> tuple[tuple[ColumnElement[bool], ColumnElement[str]], ...]:
    """Which matches stand elsewhere in the queue than they should, and where that is.

    By far most matches wait undecided: neither condition looks at those.
    """
    stands = DECISION.c.ended_at.is_(None)
    kind = (
        select(case({kind.value: state.value for kind, state in STATES.items()}, value=KIND))
        .where(_same_pair(), stands)
        .correlate(MatchRow)
        .scalar_subquery()
    )
    other = aliased(MatchRow)
    of_pair = and_(DECISION.c.trial == col(other.trial), DECISION.c.person == col(other.person))
    decided = select(col(other.id)).join(DECISION, of_pair).where(stands)
    undecided_again = and_(
        col(MatchRow.state) != ReviewState.WAITING.value,
        ~select(DECISION.c.id).where(_same_pair(), stands).correlate(MatchRow).exists(),
    )
    return (
        (and_(col(MatchRow.id).in_(decided), col(MatchRow.state) != kind), kind),
        (undecided_again, literal(ReviewState.WAITING.value)),
    )


def _holds(at: Moment) -> ColumnElement[bool]:
    """The condition on a standing DECISION and its MatchRow that it still rests on something."""
    kind = KIND
    settled = select(MISREAD.c.id).where(
        MISREAD.c.id == DECISION.c.misread, MISREAD.c.settled_at.is_not(None)
    )
    same_grounds = or_(
        DECISION.c.match == col(MatchRow.id),
        and_(DECISION.c.grounds == func.coalesce(col(MatchRow.grounds), ""), ~settled.exists()),
    )
    return or_(
        and_(kind == Kind.NO.value, same_grounds),
        and_(kind == Kind.NOT_NOW.value, DECISION.c.until > at, same_grounds),
        and_(kind == Kind.APPROVE.value, invited(DECISION.c.trial, DECISION.c.person)),
        # Whoever keeps the question puts the match back when it is answered or over.
        and_(kind == Kind.ASK.value, col(MatchRow.state) == ReviewState.ASKED.value),
    )


@cache
def _newest() -> Select[tuple[object, ...]]:
    """The last decision about the match `of`, and whether it holds at the moment `at`."""
    last = select(func.max(DECISION.c.id)).where(_same_pair()).correlate(MatchRow).scalar_subquery()
    return (
        _with_matches()
        .add_columns(_holds(AT).label("holds"))
        .where(col(MatchRow.id) == bindparam("of"), DECISION.c.id == last)
    )


def _same_pair() -> ColumnElement[bool]:
    return and_(DECISION.c.trial == col(MatchRow.trial), DECISION.c.person == col(MatchRow.person))


def _with_matches() -> Select[tuple[object, ...]]:
    return select(DECISION, col(MatchRow.id).label("of")).join(MatchRow, _same_pair())


def _decision(row: RowMapping) -> Decision:
    return Decision(
        id=row["id"],
        match=row["match"],
        trial=row["trial"],
        person=row["person"],
        kind=Kind(row["kind"]),
        reason=No(row["reason"]) if row["reason"] else None,
        criterion=row["criterion"],
        misread=row["misread"],
        until=row["until"],
        by=row["by"],
        at=row["at"],
        ended=Ended(row["ended"]) if row["ended"] else None,
        ended_at=row["ended_at"],
        ended_by=row["ended_by"],
    )
