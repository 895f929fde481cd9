"""How somebody can be reached: they change it themselves, and a new address is proved by a code."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from recruit.actions.confirming import day_there
from recruit.audit import trail
from recruit.audit.trail import Tag
from recruit.consent.choices import Channel
from recruit.core import chain, written
from recruit.core.clock import now
from recruit.core.crypto import Keyring
from recruit.core.db import unit_of_work
from recruit.core.errors import Refusal
from recruit.core.i18n import N_
from recruit.notify.messages import Message
from recruit.notify.post import Address, post
from recruit.people import accounts, codes
from recruit.people.accounts import Account, Role
from recruit.people.codes import CODE_LIFE, Problem, Purpose
from recruit.people.contact_points import ContactPoint
from recruit.people.vault import FOUND_BY, Item, Vault, plain

CHANNELS: Final = {Item.EMAIL: Channel.EMAIL, Item.PHONE: Channel.SMS}
NOTE_LIFE: Final = timedelta(days=2)  # so long the old address is worth telling
PARTICIPANT: Final = "P-"
SAME: Final = N_("This is the address we have already.")
TOO_OFTEN: Final = N_("You have asked five times within an hour. Please try again later.")
LAST: Final = N_("This is the only way to reach you. Add another one first.")


@dataclass(frozen=True, slots=True)
class Links:
    """The addresses that messages lead to: the page of a code, the way in, and whom to tell."""

    code: Callable[[str], str]
    sign_in: str
    help: str


def ask_change(  # noqa: PLR0913 - who wants what, by name
    engine: Engine,
    keyring: Keyring,
    *,
    person: str,
    contact: ContactPoint,
    language: str,
    links: Links,
) -> str:
    """Send a code to the new address or number; the token of the page that asks for it.

    Somebody else's address is answered in the same way, and its owner told how to sign in.

    Raises:
        Refusal: it is the one on record, or the person has tried five in this hour.
    """
    with unit_of_work(engine) as session:
        if person in Vault(keyring).holders(session, contact.item, contact.where):
            raise Refusal(record="", field="contact", problem=SAME)
        # Per person as well as per address: nobody sends codes to all the world from here.
        if not codes.may_ask(session, keyring, f"change of {person}", now()):
            raise Refusal(record="", field="contact", problem=TOO_OFTEN)
        payload = {
            "person": person,
            "item": contact.item.value,
            "where": contact.where,
            "language": language,
        }
        taken, may_send = _way(session, keyring, contact)
        issued = codes.issue(
            session,
            keyring,
            Purpose.CHANGE_CONTACT,
            payload,
            now(),
            decoy=taken or not may_send,
        )
        if may_send:
            _send_code(session, keyring, payload, issued, links, taken=taken)
        return issued.token


def ask_again(
    engine: Engine, keyring: Keyring, *, person: str, token: str, links: Links
) -> Problem | None:
    """Send a new code for the same link, or say why there is none."""
    with unit_of_work(engine) as session:
        pending = codes.look(session, keyring, Purpose.CHANGE_CONTACT, token, now())
        if isinstance(pending, Problem):
            return pending
        if pending.payload["person"] != person:
            return Problem.UNKNOWN
        contact = ContactPoint(Item(pending.payload["item"]), pending.payload["where"])
        taken, may_send = _way(session, keyring, contact)
        decoy = taken or not may_send
        issued = codes.renew(session, keyring, Purpose.CHANGE_CONTACT, token, now(), decoy=decoy)
        if isinstance(issued, Problem):
            return issued
        if may_send:
            _send_code(session, keyring, pending.payload, issued, links, taken=taken)
        return None


def confirm_change(  # noqa: PLR0913 - who shows what, by name
    engine: Engine,
    keyring: Keyring,
    *,
    person: str,
    token: str,
    code: str,
    links: Links,
    actor: str,
) -> Account | Problem:
    """Keep the new address or number, and tell those before; all sessions of the person end.

    USED where somebody else took the address into use in the meantime.
    """
    vault = Vault(keyring)
    with unit_of_work(engine) as session:
        chain.hold(session)  # of two who want the same address the second sees the first
        pending = codes.look(session, keyring, Purpose.CHANGE_CONTACT, token, now())
        if isinstance(pending, Problem):
            return pending
        if pending.payload["person"] != person:
            return Problem.UNKNOWN
        said = codes.redeem(session, keyring, Purpose.CHANGE_CONTACT, token, code, now())
        if isinstance(said, Problem):
            return said
        contact = ContactPoint(Item(said["item"]), said["where"])
        if _is_taken(session, vault, contact):
            return Problem.USED
        _tell(session, vault, person, said["language"], links)
        vault.keep(session, {person: {contact.item: contact.where}})
        _record(session, actor, person, f"{contact.item} changed")
        return _with_other_keys(session, person)


def keep_address(
    engine: Engine, keyring: Keyring, *, person: str, address: str, actor: str
) -> None:
    """Keep a postal address, or none where it is empty; nothing is sent to it to prove it."""
    with unit_of_work(engine) as session:
        Vault(keyring).keep(session, {person: {Item.ADDRESS: address}})
        _record(session, actor, person, "address changed" if address else "address removed")


def remove(  # noqa: PLR0913 - who forgets what, by name
    engine: Engine,
    keyring: Keyring,
    *,
    person: str,
    item: Item,
    language: str,
    links: Links,
    actor: str,
) -> Account:
    """Forget the e-mail address or the number, and tell both; the other one stays.

    All sessions of the person end.

    Raises:
        Refusal: it is the only way to reach the person.
    """
    vault = Vault(keyring)
    with unit_of_work(engine) as session:
        chain.hold(session)  # two tabs that remove one each leave one
        if not FOUND_BY - {item} & vault.read(session, person).keys():
            raise Refusal(record="", field=item.value, problem=LAST)
        _tell(session, vault, person, language, links)
        vault.keep(session, {person: {item: ""}})
        _record(session, actor, person, f"{item} removed")
        return _with_other_keys(session, person)


def reached_at(session: Session, vault: Vault, holder: str) -> ContactPoint | None:
    """Where a holder's codes go: the e-mail address, else the number; None without either."""
    known = vault.read(session, holder)
    for item in (Item.EMAIL, Item.PHONE):
        if item in known:
            return ContactPoint(item, known[item])
    return None


def _is_taken(session: Session, vault: Vault, contact: ContactPoint) -> bool:
    """Whether another participant has it; a representative may have the same as a participant."""
    holders = vault.holders(session, contact.item, contact.where)
    return any(holder.startswith(PARTICIPANT) for holder in holders)


def _way(session: Session, keyring: Keyring, contact: ContactPoint) -> tuple[bool, bool]:
    """(whether the address is another's already, whether one more message to it is decent).

    Where either keeps the code from being sent, nobody shall guess it: the asker holds the link.
    """
    may_send = codes.may_ask(session, keyring, plain(contact.item, contact.where), now())
    return _is_taken(session, Vault(keyring), contact), may_send


def _send_code(  # noqa: PLR0913 - what is sent where
    session: Session,
    keyring: Keyring,
    payload: dict[str, str],
    issued: codes.Issued,
    links: Links,
    *,
    taken: bool,
) -> None:
    """The code, or for somebody else's address the way in."""
    contact = ContactPoint(Item(payload["item"]), payload["where"])
    if taken:
        message = Message("already-known", payload["language"], {"link": links.sign_in})
    else:
        fields = {"link": links.code(issued.token), "code": issued.code}
        message = Message("contact-code", payload["language"], fields)
    _post(session, keyring, message, contact, CODE_LIFE)


def _tell(session: Session, vault: Vault, person: str, language: str, links: Links) -> None:
    """Write to every address and number that was good so far.

    One of them alone would be the stranger's own, where a stranger had added it before.
    """
    known = vault.read(session, person)
    fields = {"day": written.day(day_there(session, person), language), "link": links.help}
    message = Message("contact-changed", language, fields)
    for item in sorted(FOUND_BY & known.keys()):
        _post(session, vault.keyring, message, ContactPoint(item, known[item]), NOTE_LIFE)


def _with_other_keys(session: Session, person: str) -> Account:
    """The person's account, which from now on is signed in to by other ways than before."""
    account = accounts.of_holder(session, person, Role.PARTICIPANT)
    accounts.end_sessions(account)
    return account


def _post(
    session: Session, keyring: Keyring, message: Message, contact: ContactPoint, life: timedelta
) -> None:
    moment = now()
    to = Address(CHANNELS[contact.item], contact.where)
    post(session, keyring, message, to, moment, moment + life)


def _record(session: Session, actor: str, person: str, what: str) -> None:
    trail.record(session, Tag.CONTACT_CHANGED, actor=actor, subject=person, new=what)
