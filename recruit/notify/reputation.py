"""How each channel stands with those who receive by it: fine, slowed down, or stopped.

Mailbox providers block a sender that is complained of: Google's and Yahoo's rules for bulk senders
ask for fewer than 0.1 % and never 0.3 %. Bounces say that a list is old; their levels are ours.
What went out in the last seven days counts.

A few messages prove nothing: whoever sent fewer than a thousand is judged as if it had been a
thousand (a hundred, for bounces). So one complaint never slows anything down, two among the first
thousand do, and four stop a channel however little it sent. What counts are the people, not their
messages: a single person cannot slow a channel down, whatever they report.

Counting takes long, so it is done by a job every minute (`look`) and kept; a message that is about
to go out asks for one row.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from fractions import Fraction
from typing import Any, Final

from sqlalchemy import ColumnElement, Engine, Row, Select, and_, func, insert, select, update
from sqlalchemy.orm import Session

from recruit.audit import trail
from recruit.audit.trail import Tag
from recruit.consent.choices import Channel
from recruit.core import chain
from recruit.core.db import reading, unit_of_work
from recruit.core.locks import hold_everybody
from recruit.core.upsert import insert_or
from recruit.notify.outbox_tables import IS_DUE, IS_TROUBLE, OUTBOX
from recruit.notify.receipt_tables import CHANNEL_STANDING
from recruit.notify.stages import Claim, Hold, Reason, State

ACTOR: Final = "job"
WINDOW: Final = timedelta(days=7)
SLOW_COMPLAINTS: Final = Fraction(1, 1000)
STOP_COMPLAINTS: Final = Fraction(3, 1000)
SLOW_BOUNCES: Final = Fraction(5, 100)
STOP_BOUNCES: Final = Fraction(10, 100)
FEW_FOR_COMPLAINTS: Final = 1000
FEW_FOR_BOUNCES: Final = 100
PER_HOUR: Final = 100
"""Messages that go out by a channel that is slowed down, in any hour."""
HOUR: Final = timedelta(hours=1)
DAY: Final = timedelta(days=1)


class Standing(StrEnum):
    """What a channel may do."""

    FINE = "fine"
    SLOW = "slow"
    STOPPED = "stopped"
    """Nothing goes out until an administrator lets it."""
    RESTORED = "restored"
    """The same, since a copy was restored and what was said after it was made is not known."""


CLOSED: Final = frozenset({Standing.STOPPED, Standing.RESTORED})
"""Nothing goes out; only an administrator ends it."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What went out by a channel, and from how many people it came back or was complained of."""

    sent: int = 0
    bounced: int = 0
    complained: int = 0

    @property
    def complaints(self) -> Fraction:
        """The share of complaints, as it is judged."""
        return Fraction(self.complained, max(self.sent, FEW_FOR_COMPLAINTS))

    @property
    def bounces(self) -> Fraction:
        """The share of bounces, as it is judged."""
        return Fraction(self.bounced, max(self.sent, FEW_FOR_BOUNCES))


@dataclass(frozen=True, slots=True)
class Look:
    """How a channel stood when it was last looked at, and since when.

    `waiting` messages are to go out by it, now or later.
    """

    channel: Channel
    standing: Standing
    since: datetime | None = None
    figures: Figures = Figures()
    waiting: int = 0
    counted_from: datetime | None = None


def judged(figures: Figures) -> Standing:
    """What follows from the figures of some days."""
    if figures.complaints > STOP_COMPLAINTS or figures.bounces > STOP_BOUNCES:
        return Standing.STOPPED
    if figures.complaints > SLOW_COMPLAINTS or figures.bounces > SLOW_BOUNCES:
        return Standing.SLOW
    return Standing.FINE


def standing(session: Session, channel: Channel) -> Standing:
    """How a channel stood when it was last looked at."""
    return last_look(session, channel).standing


def last_look(session: Session, channel: Channel) -> Look:
    """What was seen when a channel was last looked at; one never looked at is fine."""
    return seen(channel, session.execute(_one(channel)).one_or_none())


def seen(channel: Channel, row: Row[Any] | None) -> Look:
    """The same from a row of CHANNEL_STANDING, empty where it was never looked at."""
    if row is None or row.standing is None:
        return Look(channel, Standing.FINE)
    return Look(
        channel,
        Standing(row.standing),
        row.since,
        Figures(row.sent, row.bounced, row.complained),
        row.waiting,
        row.counted_from,
    )


def look(engine: Engine, at: datetime) -> Mapping[Channel, Standing]:
    """Count and judge every channel anew; what has stopped stays so. A job's work, each minute."""
    with reading(engine) as session:
        due = select(OUTBOX.c.channel, func.count()).where(IS_DUE).group_by(OUTBOX.c.channel)
        waiting = {Channel(channel): count for channel, count in session.execute(due)}
    return {each: _look(engine, each, waiting.get(each, 0), at) for each in Channel}


def hold_all(session: Session, at: datetime) -> None:
    """Close every channel until an administrator lets it go on: an older copy was restored.

    What has stopped stays so.
    """
    values = {"standing": Standing.RESTORED.value, "since": at, "looked_at": at}
    going = CHANNEL_STANDING.c.standing != Standing.STOPPED.value
    session.execute(update(CHANNEL_STANDING).where(going).values(**values))
    seen = set(session.scalars(select(CHANNEL_STANDING.c.channel)))
    none = {"sent": 0, "bounced": 0, "complained": 0, "waiting": 0}
    new = [{"channel": each.value, **values, **none} for each in Channel if each.value not in seen]
    if new:
        session.execute(insert(CHANNEL_STANDING), new)


def is_held(session: Session) -> bool:
    """Whether a copy was restored and some channel has not gone on since: jobs begin nothing."""
    held = CHANNEL_STANDING.c.standing == Standing.RESTORED.value
    return session.scalar(select(CHANNEL_STANDING.c.channel).where(held).limit(1)) is not None


def go_on(session: Session, channel: Channel, at: datetime) -> bool:
    """Let a stopped channel go on, and what waited for that; False: it was not stopped.

    What was sent before counts no more: it has been looked at. The caller holds the chains.
    """
    row = session.execute(_one(channel).with_for_update()).one_or_none()
    if row is None or Standing(row.standing) not in CLOSED:
        return False
    fine = {"standing": Standing.FINE.value, "since": at, "counted_from": at}
    fresh = {"sent": 0, "bounced": 0, "complained": 0}
    session.execute(update(CHANNEL_STANDING).where(_is(channel)).values(**fine, **fresh))
    held = and_(
        OUTBOX.c.state == State.DEFERRED.value,
        OUTBOX.c.reason.in_((Reason.REPUTATION, Reason.RESTORED)),
        OUTBOX.c.channel == channel.value,
    )
    hold_everybody(session)
    session.execute(update(OUTBOX).where(held).values(due_at=at))
    return True


def holds_back(session: Session, mine: Claim, at: datetime, seen: Look) -> Hold | None:
    """A gate: nothing goes out by a stopped channel, and few messages an hour by a slow one."""
    match seen.standing:
        case Standing.FINE:
            return None
        case Standing.STOPPED | Standing.RESTORED:
            until = at + DAY
        case Standing.SLOW:
            full = _full_until(session, seen.channel, at)
            if full is None:
                return None
            # Those that wait are spread over the hours that they need: else each is tried hourly.
            until = full + HOUR * (mine.id % (seen.waiting // PER_HOUR + 1))
    restored = seen.standing is Standing.RESTORED
    why = Reason.RESTORED if restored else Reason.REPUTATION
    return Hold(State.DEFERRED, why, min(until, mine.message.not_after))


def _full_until(session: Session, channel: Channel, at: datetime) -> datetime | None:
    """When the next message may go out by a slow channel; None: now."""
    recent = (
        select(OUTBOX.c.sent_at)
        .where(OUTBOX.c.channel == channel.value, OUTBOX.c.sent_at > at - HOUR)
        .order_by(OUTBOX.c.sent_at.desc())
        .offset(PER_HOUR - 1)
        .limit(1)
    )
    nth: datetime | None = session.scalar(recent)
    return nth and nth + HOUR


def _look(engine: Engine, channel: Channel, waiting: int, at: datetime) -> Standing:
    # Counted apart from writing: on SQLite nobody else could write meanwhile.
    with reading(engine) as session:
        before = last_look(session, channel)
        figures = _counted(session, channel, max(at - WINDOW, before.counted_from or at - WINDOW))
    found = before.standing if before.standing in CLOSED else judged(figures)
    values = {
        "standing": found.value,
        "since": before.since if before.since and found is before.standing else at,
        "sent": figures.sent,
        "bounced": figures.bounced,
        "complained": figures.complained,
        "waiting": waiting,
        "looked_at": at,
    }
    with unit_of_work(engine) as session:
        if found is Standing.STOPPED:
            chain.hold(session)  # before the row: whoever lets it go on does so too
        if _keep(session, before, values) and found is not before.standing:
            _tell(session, channel, found, figures)
    return found


def _keep(session: Session, before: Look, values: Mapping[str, object]) -> bool:
    """Write down what was seen, unless somebody let the channel go on meanwhile."""
    if before.since is None:
        first = insert_or(session, CHANNEL_STANDING).values(channel=before.channel.value, **values)
        new = first.on_conflict_do_nothing().returning(CHANNEL_STANDING.c.channel)
        return session.scalar(new) is not None
    as_it_was = and_(
        _is(before.channel),
        CHANNEL_STANDING.c.standing == before.standing.value,
        CHANNEL_STANDING.c.since == before.since,
    )
    seen = update(CHANNEL_STANDING).where(as_it_was).values(dict(values))
    return session.scalar(seen.returning(CHANNEL_STANDING.c.channel)) is not None


def _tell(session: Session, channel: Channel, found: Standing, figures: Figures) -> None:
    if found is Standing.STOPPED:
        trail.record(
            session,
            Tag.CHANNEL_STOPPED,
            actor=ACTOR,
            subject=f"channel {channel}",
            reason=f"{figures.complained} complaints, {figures.bounced} bounces",
            new=f"{figures.sent} sent",
        )


def _counted(session: Session, channel: Channel, first: datetime) -> Figures:
    """What went out from a moment on. An address that was refused at the door has bounced too."""
    recent = OUTBOX.c.sent_at >= first
    # What changed later than it was sent: so the index of trouble serves.
    later = and_(IS_TROUBLE, OUTBOX.c.changed_at >= first)
    refused = and_(
        OUTBOX.c.state == State.FAILED.value, OUTBOX.c.reason == Reason.REFUSED.value, later
    )
    bounced = and_(OUTBOX.c.state == State.BOUNCED.value, later, recent)
    complained = and_(OUTBOX.c.state == State.COMPLAINED.value, later, recent)
    at_the_door = _count(session, channel, refused)
    return Figures(
        sent=_count(session, channel, recent) + at_the_door,
        bounced=_count_people(session, channel, bounced) + at_the_door,
        complained=_count_people(session, channel, complained),
    )


def _count_people(session: Session, channel: Channel, which: ColumnElement[bool]) -> int:
    """To how many people messages went: reports can be made up, and one person sees several."""
    people = func.count(OUTBOX.c.person.distinct())
    return session.scalars(select(people).where(OUTBOX.c.channel == channel.value, which)).one()


def _count(session: Session, channel: Channel, which: ColumnElement[bool]) -> int:
    query = select(func.count()).where(OUTBOX.c.channel == channel.value, which)
    return session.scalars(query).one()


def _one(channel: Channel) -> Select[Any]:
    return select(CHANNEL_STANDING).where(_is(channel))


def _is(channel: Channel) -> ColumnElement[bool]:
    return CHANNEL_STANDING.c.channel == channel.value
