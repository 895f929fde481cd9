"""A word before an erasure: two weeks before, with a link by which one press is enough to stay.

Whoever presses agrees that we look for studies, and to nothing else: without any consent nothing
would let us keep what they told us (art. 9(2)(a) GDPR). The link is good for that alone, until they
say anything else. It goes by e-mail: a text message that nobody asked for has hours, and a word of
its own that stops it. Whoever has no address here, or one that takes nothing from us, cannot be
told, and is not erased by the clock.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from recruit.actions.announced_table import ANNOUNCED
from recruit.actions.confirming import Hand, reads
from recruit.actions.consents import Said, give
from recruit.actions.retention.silent import BEFORE, KEPT, still_announced, to_be_told
from recruit.audit import trail
from recruit.audit.trail import Tag
from recruit.consent import notices
from recruit.consent.choices import Channel, Choice, Purpose
from recruit.consent.entry import Actor, Role
from recruit.core import chain, written
from recruit.core.clock import now
from recruit.core.crypto import Keyring
from recruit.core.db import reading, unit_of_work
from recruit.core.errors import SealBroken
from recruit.core.upsert import insert_or
from recruit.notify.messages import Message
from recruit.notify.post import Address, post
from recruit.notify.reputation import is_held
from recruit.notify.suppression import is_suppressed
from recruit.people import codes
from recruit.people.codes import Problem
from recruit.people.codes import Purpose as Link
from recruit.people.tables import PARTICIPANT
from recruit.people.vault import Item, Vault

NAME: Final = "erased-soon"
JOB: Final = "job"
AT_ONCE: Final = 2_000
"""People of one night."""
MATCHING: Final = Choice(Purpose.MATCHING)


@dataclass(frozen=True, slots=True)
class Staying:
    """Who would be erased, and from which day on."""

    person: str
    day: date


def announce(
    engine: Engine, keyring: Keyring, zone: ZoneInfo, at: datetime, links: Callable[[str], str]
) -> int:
    """Tell whoever would be erased in two weeks; how many these were.

    `links` makes an address of a token. Nobody is told twice, and after a restore nobody is until
    an administrator lets all channels go on: they may have come back since the copy was made.
    """
    with reading(engine) as session:
        people = () if is_held(session) else session.scalars(to_be_told(at).limit(AT_ONCE)).all()
    told = 0
    for person in people:
        # Whose address cannot be opened is told once the key is back.
        with suppress(SealBroken), unit_of_work(engine) as session:
            chain.hold(session)  # somebody may come back meanwhile, or another process be at it
            if session.scalar(to_be_told(at).where(PARTICIPANT.c.pseudonym == person)):
                told += _tell(session, keyring, person, _day(at, zone), at, links)
    return told


def staying(engine: Engine, keyring: Keyring, token: str, zone: ZoneInfo) -> Staying | None:
    """Whom a link keeps; None for one that is none, was used, or is over."""
    with reading(engine) as session:
        found = codes.look(session, keyring, Link.STAY, token, now())
        if isinstance(found, Problem):
            return None
        person = found.payload["person"]
        at = session.scalar(still_announced(person))
    return Staying(person, _day(at, zone)) if at else None


def stay(engine: Engine, keyring: Keyring, token: str, hand: Hand) -> None:
    """Write down that the person lets us look for studies, and use the link up.

    Raises:
        Refusal: it is not theirs to say, as of somebody who has come of age.
    """
    said = Said(
        [MATCHING], notices.current(hand.language), method="button", source="link by message"
    )
    give(engine, keyring, hand, said)
    with unit_of_work(engine) as session:
        codes.spend(session, token, now())


def by_link(person: str, language: str, link: str) -> Hand:
    """The hand of whoever has the message."""
    return Hand(
        person, Actor("link", Role.SELF, "message before an erasure"), "link", language, link
    )


def _tell(  # noqa: PLR0913, PLR0917 - whom, when, and by which link
    session: Session,
    keyring: Keyring,
    person: str,
    day: date,
    at: datetime,
    links: Callable[[str], str],
) -> bool:
    """Whether they could be told; who could not is noted, too, or each night would look again."""
    where, reference = Vault(keyring).read(session, person).get(Item.EMAIL), None
    if where and is_suppressed(session, keyring, Channel.EMAIL, where):
        where = None
    if where:
        # No code goes along: the link alone is enough to stay, and for nothing else.
        issued = codes.issue(session, keyring, Link.STAY, {"person": person}, at, decoy=True)
        language = reads(session, person)
        fields = {"day": written.day(day, language), "link": links(issued.token)}
        message = Message(NAME, language, fields)
        to = Address(Channel.EMAIL, where)
        reference = post(session, keyring, message, to, at, at + BEFORE / 2)
    row = {"at": at, "reference": reference}
    told = insert_or(session, ANNOUNCED).values(person=person, **row)
    session.execute(told.on_conflict_do_update(index_elements=["person"], set_=row))
    if where:
        trail.record(
            session,
            Tag.ERASURE_ANNOUNCED,
            actor=JOB,
            subject=person,
            reason=f"nothing permitted for {(KEPT - BEFORE).days} days",
            new=Channel.EMAIL.value,
        )
    return where is not None


def _day(at: datetime, zone: ZoneInfo) -> date:
    """The first on which somebody who was told then may be erased."""
    return (at + BEFORE).astimezone(zone).date()
