"""The events that communities are still to be told, one try at a time.

Claiming moves the next try into the future: a worker that dies leaves the event to the next one,
and its number of tries is the fence that keeps a late answer from counting twice.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Update, select, update
from sqlalchemy.orm import Session

from recruit.core.crypto import Keyring
from recruit.people.communities.hooks import Hook, hook_of, opened
from recruit.people.communities.tables import EVENT

LEASE: Final = timedelta(minutes=2)
FIRST_PAUSE: Final = timedelta(seconds=30)
LONGEST_PAUSE: Final = timedelta(hours=6)
LONGEST: Final = timedelta(days=7)
"""An event that a community does not take for so long is given up, and an operator is told."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """One event that is this worker's to tell until its lease runs out."""

    id: str
    person: str
    made_at: datetime
    tries: int
    hook: Hook
    body: bytes = field(repr=False)


def claim(session: Session, keyring: Keyring, at: datetime, most: int) -> list[Claimed]:
    """Up to `most` events that are due at `at`, the longest waiting first."""
    query = (
        select(EVENT)
        .where(EVENT.c.due_at <= at)
        .order_by(EVENT.c.due_at)
        .limit(most)
        .with_for_update(skip_locked=True)  # says nothing on SQLite, which has one writer
    )
    rows = session.execute(query).all()
    taken = []
    for row in rows:
        session.execute(
            update(EVENT).where(EVENT.c.id == row.id).values(due_at=at + LEASE, tries=row.tries + 1)
        )
        hook = hook_of(session, keyring, row.community)
        if hook is not None:
            body = opened(session, keyring, row.community, row.id, row.sealed)
            taken.append(Claimed(row.id, row.person, row.made_at, row.tries + 1, hook, body))
    return taken


def told(session: Session, event: Claimed, at: datetime) -> bool:
    """The community has it; False when another worker was quicker."""
    return _settle(session, _own(event).values(sealed=None, due_at=None, told_at=at))


def failed(session: Session, event: Claimed, at: datetime) -> bool:
    """The community did not take it: later again, or given up when that is True."""
    given_up = at - event.made_at >= LONGEST
    if given_up:
        return _settle(session, _own(event).values(sealed=None, due_at=None))
    pause = min(FIRST_PAUSE * 2 ** min(event.tries - 1, 16), LONGEST_PAUSE)
    session.execute(_own(event).values(due_at=at + pause))
    return False


def _own(event: Claimed) -> Update:
    return update(EVENT).where(EVENT.c.id == event.id, EVENT.c.tries == event.tries)


def _settle(session: Session, statement: Update) -> bool:
    return session.execute(statement.returning(EVENT.c.id)).first() is not None
