"""Taking a decision back, as long as nothing has left: one unit of work.

An invitation that was approved is cancelled with it. The row of one that no worker ever had is as
if it had not been decided, so that the person may be invited in the same way again.
"""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import ColumnElement, Engine, and_, exists, or_, select
from sqlalchemy.orm import Session
from sqlmodel import col

from recruit.actions.match_table import MatchRow, ReviewState
from recruit.actions.reviewing import misread
from recruit.actions.reviewing.deciding import Means, Outcome, Whose
from recruit.actions.reviewing.decisions import Decision, end, history
from recruit.actions.reviewing.looked_at import Hindrance, looked_at
from recruit.actions.reviewing.standing import put
from recruit.actions.reviewing.tables import Ended, Kind, Settled
from recruit.audit.trail import Tag, record
from recruit.core import chain
from recruit.core.clock import now
from recruit.core.db import unit_of_work
from recruit.core.errors import NotFound
from recruit.core.locks import hold_people
from recruit.notify import handoff, outbox
from recruit.notify.outbox_tables import OUTBOX
from recruit.notify.stages import INVITATIONS, LEFT, Reason, State


def undo(engine: Engine, means: Means, whose: Whose, decision: int) -> Outcome:
    """Take back a decision about the person and trial of a match; what became of it.

    The match may have been superseded since: the decision outlives it.

    Raises:
        Refusal: a question has left.
    """
    with unit_of_work(engine) as session:
        chain.hold(session)  # then the person: as in deciding.decide
        at = now()
        try:
            looked = looked_at(session, whose.match, whose.tenant, at)
        except NotFound:
            return Outcome(whose.match, hindrance=Hindrance.GONE)
        row = looked.row
        hold_people(session, [row.person])
        found = Outcome(whose.match, row.trial, row.person, newer=looked.newer)
        of_pair = history(session, row.trial, row.person)
        known = next((each for each in of_pair if each.id == decision and not each.ended), None)
        current = looked.newer or whose.match
        # What was answered, or is over, is no question any more: the match has come back by itself.
        if known is None or (known.kind is Kind.ASK and not _is_asked(session, current)):
            return replace(found, hindrance=Hindrance.NOTHING)
        if not can_undo(session, known):
            return replace(found, hindrance=Hindrance.LEFT)
        _take_back(session, means, known, row, whose.actor, at)
        end(session, known.id, Ended.UNDONE, whose.actor, at)
        put(session, [current], ReviewState.WAITING)
        record(
            session,
            Tag.MATCH_UNDECIDED,
            actor=whose.actor,
            subject=row.person,
            reason=known.kind.value,
            new=row.trial,
        )
        return replace(found, decision=known.id)


def can_undo(session: Session, decision: Decision) -> bool:
    """Whether nothing of an invitation has left; a question's taking back knows for itself."""
    if decision.kind is not Kind.APPROVE:
        return True
    leaving = or_(OUTBOX.c.state.in_(LEFT | {State.DATA_SENT}), handoff.SETTLED)
    return not session.scalar(select(exists().where(_messages(decision), leaving)))


def _is_asked(session: Session, match: int) -> bool:
    query = select(col(MatchRow.state)).where(
        col(MatchRow.id) == match, col(MatchRow.superseded_at).is_(None)
    )
    return session.scalar(query) == ReviewState.ASKED.value


def _take_back(  # noqa: PLR0913, PLR0917 - what is taken back, with what, by whom and when
    session: Session, means: Means, decision: Decision, row: MatchRow, by: str, at: datetime
) -> None:
    """Undo what a decision set going."""
    if decision.kind is Kind.APPROVE:
        outbox.cancel(session, _messages(decision), Reason.UNDONE, at)
    if decision.kind is Kind.ASK:
        means.take_back(session, row, by, at)
    if decision.misread is not None:
        misread.settle(session, decision.trial, decision.misread, Settled.TAKEN_BACK, by=by, at=at)


def _messages(decision: Decision) -> ColumnElement[bool]:
    own = outbox.of_person(decision.person, decision.trial)
    return and_(own, OUTBOX.c.wave.in_(INVITATIONS))
