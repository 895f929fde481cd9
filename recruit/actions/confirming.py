"""Telling a person what became of their choices: whoever changed them, they hear of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from sqlalchemy.orm import Session

from recruit.actions.choice_words import title
from recruit.consent.choices import Channel, Choice
from recruit.consent.entry import Actor
from recruit.core import written
from recruit.core.clock import now, today
from recruit.core.i18n import translate
from recruit.notify.messages import Message
from recruit.notify.post import Address, post
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
            moment, day = now(), written.day(today(), hand.language)
            filled = {**fields, "day": day, "link": hand.link}
            message = Message(name, hand.language, filled)
            to = Address(channel, known[item])
            post(session, vault.keyring, message, to, moment, moment + CONFIRMATION_LIFE)
            return


def listed(choices: Sequence[Choice], language: str) -> str:
    """The choices as a message lists them, a line each."""
    return "\n".join(dict.fromkeys(translate(title(choice), language) for choice in choices))
