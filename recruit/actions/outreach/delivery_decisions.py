"""What an administrator decides about deliveries; each decision leaves its row in the trail."""

import re
from datetime import datetime
from typing import Final

from sqlalchemy import Engine, select

from recruit.audit import trail
from recruit.audit.trail import Tag
from recruit.consent.choices import Channel
from recruit.core import chain
from recruit.core.crypto import Keyring
from recruit.core.db import reading, unit_of_work
from recruit.core.errors import EditedMeanwhile, NotFound, Refusal
from recruit.core.i18n import N_
from recruit.notify import outbox, reputation, suppression
from recruit.notify.outbox_tables import OUTBOX
from recruit.notify.suppression import Cause, Suppressed

LONGEST: Final = 500
NO_REASON: Final = N_("Please say why, in at most 500 letters. Name nobody.")
NO_ADDRESS: Final = N_("Please write the address or number.")
NO_EMAIL: Final = N_("This is no e-mail address.")
NO_NUMBER: Final = N_("This is no telephone number.")
# Whatever the list may hold is let through: what reads like an address, more strictly than not.
EMAIL: Final = re.compile(r"[^\s@]{1,64}@[^\s@]{1,255}")
NUMBER: Final = re.compile(r"[+(]?\d(?:[\s().-]*\d){5,19}")


def decide(engine: Engine, number: int, *, was_sent: bool, at: datetime, actor: str) -> None:
    """Say of an `unknown` message that it was sent, or that it is to be sent again.

    Raises:
        NotFound: there is no such message.
        EditedMeanwhile: somebody else, or a receipt, has settled it.
    """
    with unit_of_work(engine) as session:
        chain.hold(session)
        reference = session.scalar(select(OUTBOX.c.reference).where(OUTBOX.c.id == number))
        if reference is None:
            raise NotFound(what=N_("message"), identifier=str(number))
        if not outbox.decide(session, number, was_sent=was_sent, at=at):
            raise EditedMeanwhile
        trail.record(
            session,
            Tag.MESSAGE_DECIDED,
            actor=actor,
            subject=f"message {reference}",
            old="unknown",
            new="was sent" if was_sent else "send again",
        )


def go_on(engine: Engine, channel: Channel, reason: str, *, at: datetime, actor: str) -> None:
    """Let a stopped channel go on, and what waited for it.

    Raises:
        Refusal: no reason is given, or too long a one.
        EditedMeanwhile: the channel is not stopped, or no more.
    """
    said = _why(reason)
    with unit_of_work(engine) as session:
        chain.hold(session)
        if not reputation.go_on(session, channel, at):
            raise EditedMeanwhile
        trail.record(
            session,
            Tag.CHANNEL_RESUMED,
            actor=actor,
            subject=f"channel {channel}",
            reason=said,
            old="stopped",
            new="fine",
        )


def look_up(
    engine: Engine, keyring: Keyring, channel: Channel, where: str, *, actor: str
) -> Suppressed | None:
    """What is known of an address; None where it may be written to. The look is recorded.

    Raises:
        Refusal: no address is given, or what is none of that channel.
        SealBroken: the list's key does not open under any key of the ring.
    """
    _check(channel, where)
    with unit_of_work(engine) as session:
        chain.hold(session)
        found = suppression.find(session, keyring, channel, where)
        trail.record(
            session,
            Tag.ADDRESS_LOOKED_UP,
            actor=actor,
            subject=f"channel {channel}",
            new=found.cause if found else "not suppressed",
        )
        return found


def known(engine: Engine, digest: str) -> Suppressed | None:
    """What is known of an address by its hash."""
    with reading(engine) as session:
        return suppression.of(session, digest)


def suppress(  # noqa: PLR0913 - which address, why, and who says so
    engine: Engine,
    keyring: Keyring,
    channel: Channel,
    where: str,
    reason: str,
    *,
    at: datetime,
    actor: str,
) -> None:
    """Let nothing be sent to an address any more, as somebody asked who is not known to us.

    Raises:
        Refusal: no address or no reason is given, or too long a one.
    """
    _check(channel, where)
    said = _why(reason)
    with unit_of_work(engine) as session:
        chain.hold(session)
        suppression.suppress(session, keyring, channel, where, Cause.STAFF, at)
        trail.record(
            session, Tag.ADDRESS_ENDED, actor=actor, subject=f"channel {channel}", reason=said
        )


def lift(engine: Engine, digest: str, reason: str, *, actor: str) -> None:
    """Let an address be written to again.

    Raises:
        Refusal: no reason is given, or too long a one.
        EditedMeanwhile: it was lifted already.
    """
    said = _why(reason)
    with unit_of_work(engine) as session:
        chain.hold(session)
        gone = suppression.lift(session, digest)
        if gone is None:
            raise EditedMeanwhile
        trail.record(
            session,
            Tag.ADDRESS_LIFTED,
            actor=actor,
            subject=f"channel {gone.channel}",
            reason=said,
            old=gone.cause,
        )


def _check(channel: Channel, where: str) -> None:
    """Refuse what is no address of a channel: an answer about it would be believed."""
    written = where.strip()
    problem = "" if written else NO_ADDRESS
    match channel:
        case Channel.EMAIL if written and not EMAIL.fullmatch(written):
            problem = NO_EMAIL
        case Channel.SMS | Channel.PHONE if written and not NUMBER.fullmatch(written):
            problem = NO_NUMBER
        case _:
            pass
    if problem:
        raise Refusal(record="", field="where", problem=problem)


def _why(reason: str) -> str:
    said = " ".join(reason.split())
    if not said or len(said) > LONGEST or "\0" in said:
        raise Refusal(record="", field="reason", problem=NO_REASON)
    return said
