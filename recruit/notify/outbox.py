"""Messages to people about studies: each goes out once, while its person agrees; none is lost.

The row is the truth. Here it is decided that one is to be sent, or is not any more; who sends it is
in handoff.py.
"""

from collections.abc import Collection
from datetime import datetime
from secrets import token_hex
from typing import Final

from sqlalchemy import ColumnElement, and_
from sqlalchemy.orm import Session

from recruit.consent.permit import Permit
from recruit.core.upsert import insert_or
from recruit.notify.outbox_steps import move_all, note
from recruit.notify.outbox_tables import OUTBOX
from recruit.notify.stages import (
    STOPPABLE,
    Message,
    Reason,
    State,
    Wave,
)

UNDONE: Final = and_(
    OUTBOX.c.state == State.CANCELLED.value,
    OUTBOX.c.reason == Reason.UNDONE.value,
    OUTBOX.c.fence == 0,
)
"""Whoever decided it took that back before any worker had it: as if it had not been decided."""
ONCE: Final = ("trial", "person", "wave", "channel")


def approve(
    session: Session, permit: Permit, message: Message, at: datetime, *, by: str
) -> int | None:
    """Put a message down in the caller's unit of work, to wait for its wave; its number.

    None where there is one of its kind already, whatever became of it; one whose decision was
    taken back before any worker had it is decided anew. `by` is who decided it.

    Raises:
        ValueError: the permit is for somebody else, or for another channel.
    """
    if (permit.person, permit.choice.channel) != (message.person, message.channel):
        raise ValueError
    row = {
        "trial": message.trial,
        "posting": message.posting,
        "person": message.person,
        "wave": message.wave.value,
        "channel": message.channel.value,
        "language": message.language,
        "country": message.country,
        "state": State.APPROVED.value,
        "due_at": message.due_at,
        "not_after": message.not_after,
        "tries": 0,
        "fence": 0,
        "reference": token_hex(16),
        "approved_by": by,
        "approved_at": at,
        "changed_at": at,
    }
    new = insert_or(session, OUTBOX).values(row)
    # It waits for a round anew; no worker ever had it, and so nobody has seen its reference.
    anew = {"reason": None, "round": None}
    again = {name: value for name, value in row.items() if name != "reference"} | anew
    kept = new.on_conflict_do_update(index_elements=ONCE, set_=again, where=UNDONE)
    number: int | None = session.execute(kept.returning(OUTBOX.c.id)).scalar_one_or_none()
    if number is not None:
        note(session, OUTBOX.c.id == number, at)
    return number


def queue(
    session: Session, numbers: Collection[int], at: datetime, *, round_: int | None = None
) -> int:
    """Let approved messages (a wave's worth) go out when due; how many were waiting for it."""
    these = and_(OUTBOX.c.id.in_(numbers), OUTBOX.c.state == State.APPROVED.value)
    return move_all(session, these, State.QUEUED, None, at, round=round_)


def cancel(session: Session, which: ColumnElement[bool], reason: Reason, at: datetime) -> int:
    """Stop every message of `which` that has not been sent; how many these were.

    Whoever is just handing one of them over finds out before the last byte.
    """
    these = and_(which, OUTBOX.c.state.in_(STOPPABLE))
    return move_all(session, these, State.CANCELLED, reason, at)


def of_person(person: str, trial: str | None = None) -> ColumnElement[bool]:
    """The messages to a person, about one trial or any."""
    own = OUTBOX.c.person == person
    return own if trial is None else and_(own, OUTBOX.c.trial == trial)


def of_trial(trial: str, waves: Collection[Wave] = tuple(Wave)) -> ColumnElement[bool]:
    """The messages of some waves about a trial."""
    return and_(OUTBOX.c.trial == trial, OUTBOX.c.wave.in_(waves))


def decide(session: Session, number: int, *, was_sent: bool, at: datetime) -> bool:
    """A person says of an `unknown` message that it was sent, or that it is to be sent again.

    False where it is no longer unknown.
    """
    these = and_(OUTBOX.c.id == number, OUTBOX.c.state == State.UNKNOWN.value)
    if was_sent:
        return move_all(session, these, State.ACCEPTED, Reason.DECIDED, at) == 1
    return move_all(session, these, State.DEFERRED, Reason.DECIDED, at, due_at=at) == 1
