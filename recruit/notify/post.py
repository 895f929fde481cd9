"""Messages that somebody waits for: codes, receipts, confirmations. Not invitations to studies.

A message is written in the unit of work of the deed that it tells of, sealed, and sent afterwards.
The row is the truth: whoever sends it claims it for a while, and if they die, it is sent again by
the next. At least once, then, which is right for what people wait for; a repeat has the same
Message-ID. No transaction is open while the network is waited for.

What rests on a consent names it, and whoever sends asks for it right before the hand-over, holding
the person: a withdrawal comes before and nothing leaves, or after it and waits for its fate.
"""

import json
import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from secrets import token_hex
from threading import Event
from typing import Any, Final, Protocol

from sqlalchemy import ColumnElement, Row, and_, delete, exists, insert, select, update
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from recruit.audit import trail
from recruit.audit.trail import Tag
from recruit.consent import ledger
from recruit.consent.choices import ANY, Channel, Choice, Purpose
from recruit.consent.state import Standings, pause_of, permitting
from recruit.core import chain, metrics
from recruit.core.crypto import Keyring
from recruit.core.db import unit_of_work
from recruit.core.errors import SealBroken
from recruit.core.locks import hold_people
from recruit.core.resealing import Sealed
from recruit.notify.letter import Letter, Outcome
from recruit.notify.messages import Message, check, written
from recruit.notify.tables import MESSAGE

LEASE: Final = timedelta(minutes=5)
"""Longer than any channel waits for its provider."""
FIRST_PAUSE: Final = timedelta(seconds=15)
LONGEST_PAUSE: Final = timedelta(minutes=15)
SENDER: Final = "post"
CALLED_BACK: Final = datetime.fromtimestamp(0, UTC)
"""Until when a message that was called back is worth sending: over by any sender's clock."""
SEALED: Final = Sealed(MESSAGE.c.sealed, lambda row: _binding(row.reference))


@dataclass(frozen=True, slots=True)
class Address:
    """Where a message goes: an e-mail address, or a number as E.164 ("+33639980001")."""

    channel: Channel
    where: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Basis:
    """What a message rests on: its person agrees to messages by its channel, in this scope."""

    person: str
    scope: str = ANY

    def stands(self, own: Standings, channel: Channel, at: datetime) -> bool:
        """Whether somebody with these standings agrees, and has not asked for a pause."""
        choice = Choice(Purpose.CONTACT, channel, self.scope)
        return not pause_of(own, at) and permitting(own, choice, at) is not None


class Carrier(Protocol):
    """Hands letters of one channel over to whoever delivers them."""

    def send(self, letter: Letter) -> Outcome:
        """Hand one over; whatever goes wrong is an outcome, within a minute."""


@dataclass(frozen=True, slots=True)
class Delivered:
    """What became of the messages that were due."""

    sent: int = 0
    later: int = 0
    never: int = 0

    def __str__(self) -> str:
        return f"{self.sent} sent, {self.later} to be tried again, {self.never} given up"


def post(  # noqa: PLR0913, PLR0917 - the interface of the post, by position
    session: Session,
    keyring: Keyring,
    message: Message,
    to: Address,
    at: datetime,
    not_after: datetime,
    calendar: str = "",
    basis: Basis | None = None,
) -> str:
    """Write a message in the caller's unit of work; it goes out once that is committed.

    Gives its reference, by which it can be called back while it waits.

    After `not_after` it is no longer worth sending: a code's end. `calendar` is an appointment
    (RFC 5545) that goes along with an e-mail. What rests on a consent names it as its `basis`.

    Raises:
        ValueError: no such message, other fields than it has, or a text that breaks lines.
    """
    check(message, to.channel)
    if not to.where.isprintable():
        raise ValueError
    reference = token_hex(16)
    sealed = {"where": to.where, "fields": dict(message.fields), "calendar": calendar}
    if basis:
        sealed["basis"] = {"person": basis.person, "scope": basis.scope}
    inside = json.dumps(sealed).encode()
    row = {
        "reference": reference,
        "name": message.name,
        "language": message.language,
        "channel": to.channel.value,
        "sealed": keyring.seal(inside, _binding(reference)),
        "posted_at": at,
        "due_at": at,
        "not_after": not_after,
        "tries": 0,
    }
    session.execute(insert(MESSAGE), [row])
    return reference


def call_back(session: Session, references: Collection[str]) -> None:
    """Let messages go out no more; what somebody is just sending is not tried again."""
    these = MESSAGE.c.reference.in_(list(references))
    session.execute(update(MESSAGE).where(these).values(not_after=CALLED_BACK))


def is_on_its_way(session: Session, references: Collection[str], at: datetime) -> bool:
    """Whether somebody is just sending one of these, which were called back.

    Who began before that may still be at it; nobody begins after it.
    """
    these = MESSAGE.c.reference.in_(list(references))
    claimed = and_(MESSAGE.c.tries > 0, MESSAGE.c.due_at > at, MESSAGE.c.not_after == CALLED_BACK)
    return bool(session.scalar(select(exists().where(these, claimed))))


def forget(session: Session, keyring: Keyring, addresses: Collection[str]) -> None:
    """Delete every message that waits for one of these addresses or numbers.

    All that wait are opened for it; what does not open, nobody else reads either.
    """
    sought = {address.casefold() for address in addresses}
    for row in session.execute(select(MESSAGE)).all():
        try:
            inside = json.loads(keyring.unseal(row.sealed, _binding(row.reference)))
        except SealBroken:
            continue
        if inside["where"].casefold() in sought:
            session.execute(delete(MESSAGE).where(MESSAGE.c.reference == row.reference))


def deliver(
    engine: Engine,
    keyring: Keyring,
    carriers: Mapping[Channel, Carrier],
    at: datetime,
    ending: Event | None = None,
) -> Delivered:
    """Send what is due at `at`, one after the other; any number of processes may do so at once.

    Once `ending` is set, the message in hand is the last.
    """
    began = time.monotonic()  # the wall clock may jump while the network is waited for
    counts = dict.fromkeys(Outcome, 0)
    with unit_of_work(engine) as session:
        counts[Outcome.NEVER] = _drop_late(session, at)
    while True:
        moment = at + timedelta(seconds=time.monotonic() - began)
        row = None
        if not (ending and ending.is_set()):
            with unit_of_work(engine) as session:
                row = _claim(session, due=at, at=moment)
        if row is None:
            return Delivered(counts[Outcome.SENT], counts[Outcome.LATER], counts[Outcome.NEVER])
        outcome = _send(engine, keyring, carriers, row, moment)
        with unit_of_work(engine) as session:
            _settle(session, row, outcome, moment)
        counts[outcome or Outcome.NEVER] += 1
        metrics.POSTED.labels((outcome or Outcome.NEVER).name.lower()).inc()


def _drop_late(session: Session, at: datetime) -> int:
    """Give up what nobody waits for any more, unless somebody is sending it now; how many."""
    chain.hold(session)  # before any row, as those take them who call messages back
    late = select(MESSAGE).where(MESSAGE.c.not_after <= at, MESSAGE.c.due_at <= at)
    rows = session.execute(late.with_for_update(skip_locked=True)).all()
    for row in rows:
        _end(session, row, Tag.MESSAGE_FAILED, "too late")
    return len(rows)


def _claim(session: Session, *, due: datetime, at: datetime) -> Row[Any] | None:
    """The message that was `due` and has waited longest, out of everybody else's hands a while."""
    waiting = (
        select(MESSAGE)
        # What nobody has tried yet is due whatever the clock says: it may have been set back.
        .where((MESSAGE.c.due_at <= due) | (MESSAGE.c.tries == 0), MESSAGE.c.not_after > at)
        .order_by(MESSAGE.c.due_at, MESSAGE.c.reference)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    row = session.execute(waiting).one_or_none()
    if row:
        this = MESSAGE.c.reference == row.reference
        session.execute(update(MESSAGE).where(this).values(due_at=at + LEASE, tries=row.tries + 1))
    return row


def _send(
    engine: Engine,
    keyring: Keyring,
    carriers: Mapping[Channel, Carrier],
    row: Row[Any],
    at: datetime,
) -> Outcome | None:
    """Hand a claimed message over; None where it may not go any more."""
    try:
        inside = json.loads(keyring.unseal(row.sealed, _binding(row.reference)))
    except SealBroken:  # the key may come back, and the other messages go on
        return Outcome.LATER
    channel = Channel(row.channel)
    if "basis" in inside and not _may_go(engine, Basis(**inside["basis"]), row, at):
        return None
    message = Message(row.name, row.language, inside["fields"])
    letter = written(message, channel, inside["where"], row.reference)
    # What was posted before there were appointments has none.
    return carriers[channel].send(replace(letter, calendar=inside.get("calendar", "")))


def _may_go(engine: Engine, basis: Basis, row: Row[Any], at: datetime) -> bool:
    """Whether what a claimed message rests on stands, and nobody has called it back."""
    with unit_of_work(engine) as session:
        hold_people(session, [basis.person])
        not_after = session.scalar(select(MESSAGE.c.not_after).where(_mine(row)))
        if not_after is None or not_after <= at:
            return False
        own = ledger.standings(session, {basis.person}).get(basis.person, Standings())
        return basis.stands(own, Channel(row.channel), at)


def _mine(row: Row[Any]) -> ColumnElement[bool]:
    """The message that was claimed, unless another has claimed it since."""
    return and_(MESSAGE.c.reference == row.reference, MESSAGE.c.tries == row.tries + 1)


def _settle(session: Session, row: Row[Any], outcome: Outcome | None, at: datetime) -> None:
    """Write down what became of a claimed message, unless another has claimed it since."""
    chain.hold(session)
    mine = _mine(row)
    kept = session.execute(select(MESSAGE.c.not_after).where(mine).with_for_update()).one_or_none()
    if kept is None:
        return
    if outcome is None:
        _end(session, row, Tag.MESSAGE_FAILED, "not agreed to any more")
    elif outcome is Outcome.LATER and kept.not_after <= at:  # it was called back meanwhile
        _end(session, row, Tag.MESSAGE_FAILED, "too late")
    elif outcome is Outcome.LATER:
        session.execute(update(MESSAGE).where(mine).values(due_at=at + pause_after(row.tries)))
    elif outcome is Outcome.SENT:
        _end(session, row, Tag.MESSAGE_SENT, "")
    else:
        _end(session, row, Tag.MESSAGE_FAILED, "address refused")


def pause_after(tries: int) -> timedelta:
    """How long a message rests after it failed, having failed so often before."""
    doubled: int = 2 ** min(tries, 16)
    return min(FIRST_PAUSE * doubled, LONGEST_PAUSE)


def _end(session: Session, row: Row[Any], tag: Tag, reason: str) -> None:
    """The message leaves; that there was one stays. To whom it went is not said."""
    session.execute(delete(MESSAGE).where(MESSAGE.c.reference == row.reference))
    trail.record(
        session,
        tag,
        actor=SENDER,
        subject=f"message {row.reference}",
        reason=reason,
        new=f"{row.name} {row.channel}",
    )


def _binding(reference: str) -> str:
    return f"message/{reference}"
