"""Telling a person what became of their choices: whoever changed them, they hear of it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from recruit.actions.choice_words import title
from recruit.consent.choices import Channel, Choice
from recruit.consent.entry import Actor
from recruit.consent.tables import CONSENT
from recruit.core import written
from recruit.core.clock import now
from recruit.core.i18n import LANGUAGES, translate
from recruit.notify.messages import Message
from recruit.notify.post import Address, post
from recruit.people import zones
from recruit.people.facts import Home
from recruit.people.tables import VERSION
from recruit.people.vault import Item, Vault

CONFIRMATION_LIFE: Final = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Hand:
    """Whose choices are changed, by whom, in which language, and the page a message leads to.

    `actor` is for the ledger, `audited` the same one for the audit trail.
    """

    person: str
    actor: Actor
    audited: str
    language: str
    link: str


def confirm(
    session: Session, vault: Vault, hand: Hand, name: str, fields: Mapping[str, str]
) -> None:
    """Write to the person, whoever acted; one without a contact point finds it on their page."""
    known = vault.read(session, hand.person)
    for item, channel in ((Item.EMAIL, Channel.EMAIL), (Item.PHONE, Channel.SMS)):
        if item in known:
            moment, day = now(), written.day(day_there(session, hand.person), hand.language)
            filled = {**fields, "day": day, "link": hand.link}
            message = Message(name, hand.language, filled)
            to = Address(channel, known[item])
            post(session, vault.keyring, message, to, moment, moment + CONFIRMATION_LIFE)
            return


def day_there(session: Session, person: str) -> date:
    """The day that it is now where somebody lives; in mainland France where that is not known."""
    kept = select(VERSION.c.profile["home"]).where(VERSION.c.person == person, VERSION.c.current)
    where = zones.place(Home(**(session.scalar(kept) or {})), ZoneInfo(zones.MAINLAND))
    return now().astimezone(where.zones[0]).date()


def reads(session: Session, person: str) -> str:
    """The language in which somebody chose last; French where nobody wrote it down."""
    return next(chosen_in(session, person), "fr")


def chosen_in(session: Session, person: str) -> Iterator[str]:
    """The languages in which somebody chose, the last first."""
    query = (
        select(CONSENT.c.shown["language"].as_string())
        .where(CONSENT.c.person == person)
        .order_by(CONSENT.c.sequence.desc())
    )
    return (each for each in session.scalars(query) if each in LANGUAGES)


def listed(choices: Sequence[Choice], language: str) -> str:
    """The choices as a message lists them, a line each."""
    return "\n".join(dict.fromkeys(translate(title(choice), language) for choice in choices))
