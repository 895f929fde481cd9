"""A word before an erasure: two weeks before, with a link by which one press is enough to stay.

Whoever presses agrees that we look for studies, and to nothing else: without any consent nothing
would let us keep what they told us (art. 9(2)(a) GDPR). The link is good for that alone, until they
say anything else. It goes by e-mail: a text message that nobody asked for has hours, and a word of
its own that stops it. Whoever has no address here, or one that takes nothing from us, is told by a
letter (unreached.py), and not erased by the clock before that.

Who acts for them is told as well, and led to their space: what the person may say by one press,
others say under their own name. A guardian's word is enough where the person has no address.
"""

from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from recruit.actions.announced_table import ANNOUNCED
from recruit.actions.confirming import Hand, reads
from recruit.actions.consents import Said, give
from recruit.actions.retention.silent import (
    BEFORE,
    KEPT,
    WORTH_SENDING,
    Ending,
    announced,
    in_turn,
    to_be_told,
)
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
from recruit.notify.suppression import is_suppressed
from recruit.people import codes, representatives
from recruit.people.codes import Problem
from recruit.people.codes import Purpose as Link
from recruit.people.representatives import Kind, State
from recruit.people.tables import PARTICIPANT
from recruit.people.vault import Item, Vault

NAME: Final = "erased-soon"
TO_OTHERS: Final = "erased-soon-acting"
JOB: Final = "job"
AT_ONCE: Final = 2_000
"""Messages of one night."""
BEHIND: Final = timedelta(hours=1)
"""What somebody waits for goes before: a code that is asked for within this time is older."""
MATCHING: Final = Choice(Purpose.MATCHING)


@dataclass(frozen=True, slots=True)
class Herald:
    """Who tells: the keys of the vault, where the pages are, and where days begin."""

    keyring: Keyring
    base_url: str
    zone: ZoneInfo

    def link(self, session: Session, person: str, day: date, at: datetime) -> str:
        """A new link by which one press keeps the person, who is told that `day`.

        No code goes along: the link alone is enough to stay, and for nothing else.
        """
        payload = {"person": person, "day": day.isoformat()}
        issued = codes.issue(session, self.keyring, Link.STAY, payload, at, decoy=True)
        return f"{self.base_url}/stay/{issued.token}"

    def day(self, moment: datetime) -> date:
        """The day in which a moment lies here."""
        return moment.astimezone(self.zone).date()


@dataclass(frozen=True, slots=True)
class Staying:
    """Who would be erased, and from which day on."""

    person: str
    day: date


def announce(engine: Engine, herald: Herald, at: datetime, ending: Ending | None = None) -> int:
    """Tell whoever would be erased in two weeks; how many these were.

    Nobody is told twice. `ending` is asked before each: whoever is left has their turn the next
    night.
    """
    told = 0
    for person in in_turn(engine, to_be_told(at), ending):
        with unit_of_work(engine) as session:
            chain.hold(session)  # somebody may come back meanwhile, or another process be at it
            if session.scalar(to_be_told(at).where(PARTICIPANT.c.pseudonym == person)):
                told += _tell(session, herald, person, at)
        if told == AT_ONCE:
            break
    return told


def staying(engine: Engine, keyring: Keyring, token: str) -> Staying | None:
    """Whom a link keeps; None for one that is none, was used, or is over."""
    with reading(engine) as session:
        found = codes.look(session, keyring, Link.STAY, token, now())
        if isinstance(found, Problem):
            return None
        person = found.payload["person"]
        if session.execute(announced(person)).first() is None:
            return None
    return Staying(person, date.fromisoformat(found.payload["day"]))


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


def reached_at(session: Session, keyring: Keyring, holder: str) -> str | None:
    """The e-mail address of somebody, where it takes anything from us and can be opened."""
    with suppress(SealBroken):
        where = Vault(keyring).read(session, holder).get(Item.EMAIL)
        if where and not is_suppressed(session, keyring, Channel.EMAIL, where):
            return where
    return None


def _tell(session: Session, herald: Herald, person: str, at: datetime) -> bool:
    """Whether they could be told; who could not is noted, too, or each night would look again."""
    own = reached_at(session, herald.keyring, person)
    guardian = _tell_those_who_act(session, herald, person, at)
    reference = _write(session, herald, person, own, at) if own else guardian
    before = session.execute(announced(person)).one_or_none()
    tries = (before.tries if before else 0) + (reference is not None)
    row = {"at": at, "reference": reference, "tries": tries, "letter_at": None}
    told = insert_or(session, ANNOUNCED).values(person=person, **row)
    session.execute(told.on_conflict_do_update(index_elements=["person"], set_=row))
    if reference:
        trail.record(
            session,
            Tag.ERASURE_ANNOUNCED,
            actor=JOB,
            subject=person,
            reason=f"nothing permitted for {(KEPT - BEFORE).days} days",
            new=Channel.EMAIL.value,
        )
    return reference is not None


def _write(session: Session, herald: Herald, person: str, where: str, at: datetime) -> str:
    """Write to the person; the message's reference."""
    day, language = herald.day(at + BEFORE), reads(session, person)
    link = herald.link(session, person, day, at)
    message = Message(NAME, language, {"day": written.day(day, language), "link": link})
    to = Address(Channel.EMAIL, where)
    return post(session, herald.keyring, message, to, at + BEHIND, at + WORTH_SENDING)


def _tell_those_who_act(session: Session, herald: Herald, person: str, at: datetime) -> str | None:
    """Write to whoever acts for the person; the reference of the message to a guardian."""
    language = reads(session, person)
    day = written.day(herald.day(at + BEFORE), language)
    message = Message(TO_OTHERS, language, {"day": day, "link": f"{herald.base_url}/me/consents"})
    guardian = None
    for link in representatives.of_person(session, person):
        acts = link.representative if link.state(herald.day(at)) is State.LIVE else None
        where = reached_at(session, herald.keyring, acts) if acts else None
        if where:
            to = Address(Channel.EMAIL, where)
            due = at + BEHIND
            reference = post(session, herald.keyring, message, to, due, at + WORTH_SENDING)
            guardian = reference if link.kind is Kind.GUARDIAN else guardian
    return guardian
