"""The list of conversations: unread first, then the newest, a page at a time by where one stands.

Pages are cut by the last row that was seen, not by counting rows: the thousandth page is as fast
as the first, and nothing is seen twice because something new came in meanwhile.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Engine,
    Row,
    exists,
    func,
    literal,
    or_,
    select,
    true,
    tuple_,
)
from sqlalchemy.orm import Session
from sqlmodel import col

from recruit.actions.outreach import words
from recruit.actions.outreach.words import STRANGER, Heard
from recruit.actions.safety.noticing import Standing
from recruit.actions.safety.tables import CASE, WORD
from recruit.actions.words_table import CONVERSATION, HEARD
from recruit.audit import trail
from recruit.audit.trail import Tag
from recruit.core.columns import UTCDateTime
from recruit.core.crypto import Keyring
from recruit.core.db import unit_of_work
from recruit.trials.tables import Trial

SIZE: Final = 25
PLACE: Final = (CONVERSATION.c.waits, CONVERSATION.c.newest_at, CONVERSATION.c.id)


class Which(StrEnum):
    """Which conversations are listed."""

    ALL = "all"
    UNREAD = "unread"
    MINE = "mine"
    UNASSIGNED = "unassigned"
    FLAGGED = "flagged"
    """A possible adverse event, or words that may mean stop, on which nobody has decided."""
    OWED = "owed"
    """An answer is owed."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a row stands in the list: unread or not, its newest word, its number."""

    waits: int
    newest_at: datetime
    number: int


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for: `account` is the reader, `trial` one study, `after` the last row seen."""

    which: Which
    account: int
    trial: str | None = None
    after: Place | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One conversation in the list, with the newest word of the person in it.

    `last` is None where only we have written. `is_suspected` says that words of it may tell of an
    adverse event and nobody has decided, `may_stop` that they may mean stop.
    """

    number: int
    person: str | None
    trial: str | None
    waits: bool
    newest_at: datetime
    due_at: datetime | None
    may_stop: bool
    is_suspected: bool
    assigned: int | None
    last: Heard | None


@dataclass(frozen=True, slots=True)
class Counts:
    """How many conversations are unread; how many wait for an answer, and how many too long."""

    unread: int
    owed: int
    overdue: int
    flagged: int


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of the list; `after` is where the next one begins, None on the last."""

    lines: tuple[Line, ...]
    after: Place | None
    counts: Counts
    studies: tuple[str, ...] = field(default=())


def show(engine: Engine, keyring: Keyring, wanted: Wanted, at: datetime, *, actor: str) -> Listing:
    """A page of the list; who saw whose words is recorded before they do.

    Raises:
        SealBroken: something was sealed under a key that is not on the ring.
    """
    with unit_of_work(engine) as session:
        found = listing(session, keyring, wanted, at)
        seen = [
            (each.person or STRANGER, each.last.channel.value) for each in found.lines if each.last
        ]
        trail.record_each(session, Tag.WORDS_SHOWN, actor=actor, of=seen)
        return found


def listing(session: Session, keyring: Keyring, wanted: Wanted, at: datetime) -> Listing:
    """The same, not recorded."""
    query = select(CONVERSATION).where(_chosen(wanted)).limit(SIZE + 1)
    if wanted.trial:
        query = query.where(CONVERSATION.c.trial == wanted.trial)
    if wanted.after:
        query = query.where(tuple_(*PLACE) < _values(wanted.after))
    query = query.order_by(*(column.desc() for column in PLACE))
    rows = session.execute(query).all()
    shown, more = rows[:SIZE], rows[SIZE:]
    numbers = [row.id for row in shown]
    suspected, last = _suspected(session, numbers), _last(session, keyring, numbers)
    lines = tuple(_line(row, suspected, last) for row in shown)
    after = Place(shown[-1].waits, shown[-1].newest_at, shown[-1].id) if more else None
    return Listing(lines, after, counts(session, at), _studies(session))


def counts(session: Session, at: datetime) -> Counts:
    """How much waits."""
    owed = CONVERSATION.c.due_at.is_not(None)
    return Counts(
        unread=_count(session, CONVERSATION.c.waits == 1),
        owed=_count(session, owed),
        overdue=_count(session, CONVERSATION.c.due_at < at),
        flagged=_count(session, _flagged()),
    )


def _count(session: Session, which: ColumnElement[bool]) -> int:
    return session.scalar(select(func.count()).select_from(CONVERSATION).where(which)) or 0


def _chosen(wanted: Wanted) -> ColumnElement[bool]:
    match wanted.which:
        case Which.UNREAD:
            return CONVERSATION.c.waits == 1
        case Which.MINE:
            return CONVERSATION.c.assigned == wanted.account
        case Which.UNASSIGNED:
            return CONVERSATION.c.assigned.is_(None)
        case Which.FLAGGED:
            return _flagged()
        case Which.OWED:
            return CONVERSATION.c.due_at.is_not(None)
    return true()


def _flagged() -> ColumnElement[bool]:
    open_cases = (
        select(HEARD.c.conversation)
        .join(WORD, WORD.c.heard == HEARD.c.id)
        .join(CASE, CASE.c.id == WORD.c.case)
        .where(CASE.c.state == Standing.OPEN.value)
    )
    return or_(CONVERSATION.c.stop_at.is_not(None), CONVERSATION.c.id.in_(open_cases))


def _values(place: Place) -> ColumnElement[Any]:
    at = literal(place.newest_at, UTCDateTime())
    return tuple_(literal(place.waits), at, literal(place.number))


def _suspected(session: Session, numbers: Collection[int]) -> set[int]:
    query = (
        select(HEARD.c.conversation)
        .join(WORD, WORD.c.heard == HEARD.c.id)
        .join(CASE, CASE.c.id == WORD.c.case)
        .where(HEARD.c.conversation.in_(numbers), CASE.c.state == Standing.OPEN.value)
    )
    return set(session.scalars(query))


def _last(session: Session, keyring: Keyring, numbers: Collection[int]) -> Mapping[int, Heard]:
    """The newest word of each conversation."""
    newest = select(func.max(HEARD.c.id)).where(HEARD.c.conversation.in_(numbers))
    these = HEARD.c.id.in_(newest.group_by(HEARD.c.conversation))
    return {each.conversation: each for each in words.where(session, keyring, these)}


def _line(row: Row[Any], suspected: set[int], last: Mapping[int, Heard]) -> Line:
    return Line(
        number=row.id,
        person=row.person,
        trial=row.trial,
        waits=bool(row.waits),
        newest_at=row.newest_at,
        due_at=row.due_at,
        may_stop=row.stop_at is not None,
        is_suspected=row.id in suspected,
        assigned=row.assigned,
        last=last.get(row.id),
    )


def _studies(session: Session) -> tuple[str, ...]:
    """The studies that there are conversations about: by the index, one look for each study."""
    about = exists().where(CONVERSATION.c.trial == col(Trial.id))
    return tuple(session.scalars(select(col(Trial.id)).where(about).order_by(col(Trial.id))))
