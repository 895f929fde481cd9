"""The events that communities are still to be told, one try at a time.

Claiming moves the next try into the future: a worker that dies leaves the event to the next one,
and its number of tries is the fence that keeps a late answer from counting twice.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Update, func, select, update
from sqlalchemy.orm import Session

from recruit.core.crypto import Keyring
from recruit.people.communities.hooks import Hook, hook_of, opened
from recruit.people.communities.tables import EVENT

TAKEN: Final = "2xx"
LONGEST_ANSWER: Final = 80
PROMISE: Final = timedelta(minutes=1)
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
    said = {"tried_at": at, "answer": TAKEN}
    return _settle(session, _own(event).values(sealed=None, due_at=None, told_at=at, **said))


def needless(session: Session, event: Claimed, at: datetime) -> None:
    """The community need not be told of this person."""
    session.execute(_own(event).values(sealed=None, due_at=None, told_at=at))


def failed(session: Session, event: Claimed, at: datetime, answer: str) -> bool:
    """The community did not take it: later again, or given up when that is True."""
    said = {"tried_at": at, "answer": answer[:LONGEST_ANSWER]}
    given_up = at - event.made_at >= LONGEST
    if given_up:
        return _settle(session, _own(event).values(sealed=None, due_at=None, **said))
    pause = min(FIRST_PAUSE * 2 ** min(event.tries - 1, 16), LONGEST_PAUSE)
    session.execute(_own(event).values(due_at=at + pause, **said))
    return False


@dataclass(frozen=True, slots=True)
class Standing:
    """How telling one community goes: what waits, what was given up, and its last answer."""

    waiting: int
    late: int
    lost: int
    tried_at: datetime | None
    answer: str | None

    @property
    def is_well(self) -> bool:
        """Whether nothing is lost and nothing has waited for longer than the promise."""
        return not self.lost and not self.late


def standing(session: Session, community: str, at: datetime) -> Standing:
    """How telling the community goes at the moment `at`; late is what waits for over a minute."""
    own = EVENT.c.community == community
    waits = EVENT.c.due_at.is_not(None)
    waiting, late, lost = session.execute(
        select(
            func.count().filter(waits),
            func.count().filter(waits, EVENT.c.made_at < at - PROMISE),
            func.count().filter(EVENT.c.due_at.is_(None), EVENT.c.told_at.is_(None)),
        ).where(own)
    ).one()
    last = session.execute(
        select(EVENT.c.tried_at, EVENT.c.answer)
        .where(own, EVENT.c.tried_at.is_not(None))
        .order_by(EVENT.c.tried_at.desc())
        .limit(1)
    ).one_or_none()
    tried_at, answer = (last.tried_at, last.answer) if last else (None, None)
    return Standing(waiting, late, lost, tried_at, answer)


def _own(event: Claimed) -> Update:
    return update(EVENT).where(EVENT.c.id == event.id, EVENT.c.tries == event.tries)


def _settle(session: Session, statement: Update) -> bool:
    return session.execute(statement.returning(EVENT.c.id)).first() is not None
