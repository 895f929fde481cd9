"""What an operator sees of the messages to people: by pseudonym and reference, never by name."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final, Self

from sqlalchemy import ColumnElement, Engine, Row, TextClause, and_, func, or_, select
from sqlalchemy.orm import Session

from recruit.audit import trail
from recruit.audit.trail import Tag
from recruit.consent.choices import Channel
from recruit.core.db import reading, unit_of_work
from recruit.notify import reputation
from recruit.notify.outbox_tables import IS_DUE, IS_TROUBLE, OUTBOX, OUTBOX_STEP
from recruit.notify.reputation import Look
from recruit.notify.stages import Reason, State, Wave

SIZE: Final = 25
UNKNOWN_AT_ONCE: Final = 10
TROUBLE: Final = frozenset({State.UNKNOWN, State.BOUNCED, State.COMPLAINED, State.FAILED})
LATEST: Final = 253_402_300_799_000_000
"""Microseconds since 1970 of the last moment that there is."""


@dataclass(frozen=True, slots=True)
class Key:
    """Where a page ends: the moment of its last row's change, and that row's number."""

    at: datetime
    number: int

    def __str__(self) -> str:
        since = self.at - datetime(1970, 1, 1, tzinfo=UTC)
        return f"{since // timedelta(microseconds=1)}-{self.number}"

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """What was written; None where it is none of ours."""
        moment, _, number = text.partition("-")
        if not all(each.isascii() and each.isdigit() for each in (moment, number)):
            return None
        if len(moment) > len(str(LATEST)) or len(number) > len(str(2**53)):
            return None
        if int(moment) > LATEST:
            return None
        at = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=int(moment))
        return cls(at, int(number))


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which messages are wanted; what is not given does not narrow them. Days are those of UTC."""

    state: State | None = None
    channel: Channel | None = None
    reason: Reason | None = None
    trial: str = ""
    day: date | None = None
    reference: str = ""

    def __str__(self) -> str:
        """What was asked, for the audit trail."""
        asked = (self.state, self.channel, self.reason, self.trial, self.day, self.reference)
        return ", ".join(str(each) for each in asked if each)


@dataclass(frozen=True, slots=True)
class Step:
    """That a message stood somewhere, since when and why."""

    state: State
    reason: Reason | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message, as an operator sees it."""

    number: int
    reference: str
    person: str
    trial: str
    wave: Wave
    channel: Channel
    state: State
    reason: Reason | None
    due_at: datetime
    changed_at: datetime
    sent_at: datetime | None
    tries: int
    provider: str
    steps: tuple[Step, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Leaf:
    """One page, what changed last first; where the next one begins, or None."""

    rows: tuple[Delivery, ...]
    older: Key | None


@dataclass(frozen=True, slots=True)
class Overview:
    """How things stand: what waits, what nobody knows the fate of, and each channel."""

    waiting: int
    oldest_due: datetime | None
    unknown: int
    first_unknown: tuple[Delivery, ...]
    channels: tuple[Look, ...]


def deliveries(engine: Engine, wanted: Wanted, before: Key | None, *, actor: str) -> Leaf:
    """One page of what is wanted. That somebody looked is itself recorded."""
    with unit_of_work(engine) as session:
        trail.record(
            session, Tag.DELIVERIES_SHOWN, actor=actor, subject="outbox", new=str(wanted) or None
        )
        query = select(OUTBOX).where(*_narrowed(wanted, before))
        newest = query.order_by(OUTBOX.c.changed_at.desc(), OUTBOX.c.id.desc())
        rows = session.execute(newest.limit(SIZE + 1)).all()
        shown = tuple(_with_steps(session, rows[:SIZE]))
    more = len(rows) > SIZE
    return Leaf(shown, Key(shown[-1].changed_at, shown[-1].number) if more else None)


def overview(engine: Engine, at: datetime) -> Overview:
    """How things stand at this moment."""
    with reading(engine) as session:
        is_due = and_(IS_DUE, OUTBOX.c.due_at <= at)
        waiting, oldest = session.execute(
            select(func.count(), func.min(OUTBOX.c.due_at)).where(is_due)
        ).one()
        is_unknown = and_(IS_TROUBLE, OUTBOX.c.state == State.UNKNOWN.value)
        unknown = session.scalars(select(func.count()).where(is_unknown)).one()
        query = select(OUTBOX).where(is_unknown).order_by(OUTBOX.c.changed_at, OUTBOX.c.id)
        rows = session.execute(query.limit(UNKNOWN_AT_ONCE)).all()
        return Overview(
            waiting=waiting,
            oldest_due=oldest,
            unknown=unknown,
            first_unknown=tuple(_with_steps(session, rows)),
            channels=tuple(reputation.last_look(session, channel) for channel in Channel),
        )


def of_day(engine: Engine, day: date) -> Mapping[State, int]:
    """How many messages came to stand where they stand on a day of UTC, the most first."""
    changed = and_(OUTBOX.c.changed_at >= _begin(day), OUTBOX.c.changed_at < _end(day))
    query = select(OUTBOX.c.state, func.count()).where(changed).group_by(OUTBOX.c.state)
    with reading(engine) as session:
        counts = {State(state): count for state, count in session.execute(query)}
    return dict(sorted(counts.items(), key=lambda each: (-each[1], each[0])))


def _narrowed(wanted: Wanted, before: Key | None) -> Iterator[ColumnElement[bool] | TextClause]:
    if wanted.state:
        yield OUTBOX.c.state == wanted.state.value
    if wanted.state in TROUBLE:
        yield IS_TROUBLE  # in the words of the index, which is for these alone
    if wanted.channel:
        yield OUTBOX.c.channel == wanted.channel.value
    if wanted.reason:
        yield OUTBOX.c.reason == wanted.reason.value
    if wanted.trial:
        yield OUTBOX.c.trial == wanted.trial
    if wanted.reference:
        yield OUTBOX.c.reference == wanted.reference
    if wanted.day:
        yield OUTBOX.c.changed_at >= _begin(wanted.day)
        yield OUTBOX.c.changed_at < _end(wanted.day)
    if before:
        yield OUTBOX.c.changed_at <= before.at  # what the index is entered by
        yield or_(OUTBOX.c.changed_at < before.at, OUTBOX.c.id < before.number)


def _with_steps(session: Session, rows: Collection[Row[Any]]) -> Iterator[Delivery]:
    steps: dict[int, list[Step]] = defaultdict(list)
    query = select(OUTBOX_STEP).where(OUTBOX_STEP.c.message.in_([row.id for row in rows]))
    for row in session.execute(query.order_by(OUTBOX_STEP.c.id)):
        steps[row.message].append(Step(State(row.state), _reason(row.reason), row.at))
    for row in rows:
        yield Delivery(
            number=row.id,
            reference=row.reference,
            person=row.person,
            trial=row.trial,
            wave=Wave(row.wave),
            channel=Channel(row.channel),
            state=State(row.state),
            reason=_reason(row.reason),
            due_at=row.due_at,
            changed_at=row.changed_at,
            sent_at=row.sent_at,
            tries=row.tries,
            provider=row.provider or "",
            steps=tuple(steps[row.id]),
        )


def _reason(text: str | None) -> Reason | None:
    return Reason(text) if text else None


def _begin(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _end(day: date) -> datetime:
    return datetime.combine(day, time.max, UTC)
