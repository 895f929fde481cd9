"""Participants and representatives come in by link and code, without a password.

Whoever asks is answered alike, whether the address is known or not: both ways look it up, count
it, make a link, post a message and leave an audit row. Only the owner of the address learns more.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from recruit.actions.contact import CHANNELS
from recruit.audit import trail
from recruit.audit.trail import Tag
from recruit.core import chain
from recruit.core.clock import now
from recruit.core.crypto import Keyring
from recruit.core.db import reading, unit_of_work
from recruit.notify.messages import Message
from recruit.notify.post import Address, post
from recruit.people import accounts, codes, vault
from recruit.people.accounts import Account, Role
from recruit.people.codes import CODE_LIFE, Issued, Problem, Purpose
from recruit.people.contact_points import ContactPoint
from recruit.people.vault import Item, Vault, plain

VISITOR: Final = "visitor"
ROLES: Final = {"P": Role.PARTICIPANT, "R": Role.REPRESENTATIVE}


@dataclass(frozen=True, slots=True)
class Links:
    """The addresses that messages lead to: the page of a code by its token, and joining."""

    code: Callable[[str], str]
    join: str


@dataclass(frozen=True, slots=True)
class Holder:
    """One of those whom an address may let in; `name` is "" where none is kept."""

    pseudonym: str
    role: Role
    name: str


def ask(  # noqa: PLR0913 - who comes in, by what, where to, and what the message says
    engine: Engine,
    keyring: Keyring,
    contact: ContactPoint,
    language: str,
    links: Links,
    *,
    wanted: str = "",
) -> None:
    """Send a link and a code to an address that is known, and to any other that it is not.

    `wanted` is the page that was asked for: the link may be opened in another browser.
    """
    with unit_of_work(engine) as session:
        chain.hold(session)  # first, as joining does: nobody waits for each other
        holders = _holders(session, keyring, contact)
        payload = {
            "item": contact.item.value,
            "where": contact.where,
            "language": language,
            "holders": " ".join(holders),
            "wanted": wanted,
        }
        allowed = _may_send(session, keyring, payload)
        decoy = not holders or not allowed
        issued = codes.issue(session, keyring, Purpose.SIGN_IN, payload, now(), decoy=decoy)
        if allowed:
            _send(session, keyring, payload, issued, links)
        trail.record(session, Tag.CODE_ASKED, actor=VISITOR, subject=VISITOR)


def ask_invited(  # noqa: PLR0913 - who comes in, by what, and what the message says
    engine: Engine,
    keyring: Keyring,
    *,
    person: str,
    items: Sequence[Item],
    language: str,
    links: Links,
    wanted: str,
) -> str | None:
    """Send a code to somebody who said yes to an invitation: the link's token; `wanted` as above.

    It goes to the first of `items` that the person has, and lets in nobody but them: whoever has
    the invitation's link and this code has shown both. None where they have none of these.

    The token goes to whoever has the link, who may be somebody else: each living code could be
    guessed at. So five in a day can be opened, and beyond them a link is a decoy with no message.
    """
    with unit_of_work(engine) as session:
        chain.hold(session)
        kept = Vault(keyring).read(session, person)
        item = next((each for each in items if each in kept), None)
        if item is None:
            return None
        payload = {
            "item": item.value,
            "where": kept[item],
            "language": language,
            "holders": person,
            "invited": person,
            "wanted": wanted,
        }
        allowed = _may_send(session, keyring, payload)
        issued = codes.issue(session, keyring, Purpose.SIGN_IN, payload, now(), decoy=not allowed)
        if allowed:
            _send(session, keyring, payload, issued, links)
        trail.record(session, Tag.CODE_ASKED, actor=VISITOR, subject=VISITOR)
        return issued.token


def ask_again(engine: Engine, keyring: Keyring, token: str, links: Links) -> Problem | None:
    """Send a new code for the same link, or say why there is none."""
    with unit_of_work(engine) as session:
        chain.hold(session)
        pending = codes.look(session, keyring, Purpose.SIGN_IN, token, now())
        if isinstance(pending, Problem):
            return pending
        allowed = _may_send(session, keyring, pending.payload)
        decoy = not pending.payload["holders"] or not allowed
        issued = codes.renew(session, keyring, Purpose.SIGN_IN, token, now(), decoy=decoy)
        if isinstance(issued, Problem):
            return issued
        if allowed:
            _send(session, keyring, pending.payload, issued, links)
        trail.record(session, Tag.CODE_ASKED, actor=VISITOR, subject=VISITOR)
        return None


def prove(engine: Engine, keyring: Keyring, token: str, code: str) -> list[str] | Problem:
    """Whom link and code let in, by pseudonym: at least one; a wrong try is counted and recorded.

    UNKNOWN where the address was taken from everybody since the message was sent.
    """
    with unit_of_work(engine) as session:
        chain.hold(session)
        said = codes.redeem(session, keyring, Purpose.SIGN_IN, token, code, now())
        proved = said if isinstance(said, Problem) else _still(session, keyring, said)
        if isinstance(proved, Problem):
            trail.record(
                session, Tag.SIGN_IN_REFUSED, actor=VISITOR, subject=VISITOR, reason=proved.value
            )
        return proved


def named(engine: Engine, keyring: Keyring, pseudonyms: list[str]) -> list[Holder]:
    """Those who share an address, as they can tell themselves apart."""
    kept = Vault(keyring)
    with reading(engine) as session:
        return [
            Holder(holder, ROLES[holder[0]], kept.read(session, holder).get(Item.NAME, ""))
            for holder in pseudonyms
        ]


def enter(engine: Engine, pseudonym: str, how: str = "link and code") -> Account | None:
    """The account of a proved holder, made when there is none yet; None where it is closed.

    So it is for whoever was erased or forgotten since they were proved: nothing of them comes back.
    """
    with unit_of_work(engine) as session:
        chain.hold(session)  # erasures do so too
        if not vault.knows(session, pseudonym):
            trail.record(session, Tag.SIGN_IN_REFUSED, actor=VISITOR, subject=VISITOR)
            return None
        account = accounts.of_holder(session, pseudonym, ROLES[pseudonym[0]])
        session.flush()
        tag = Tag.SIGN_IN_REFUSED if account.disabled else Tag.SIGNED_IN
        who = f"account {account.id}"
        trail.record(session, tag, actor=who, subject=who, reason=how)
        return None if account.disabled else account


def _holders(session: Session, keyring: Keyring, contact: ContactPoint) -> list[str]:
    found = Vault(keyring).holders(session, contact.item, contact.where)
    return [holder for holder in found if holder[0] in ROLES]


def _still(session: Session, keyring: Keyring, said: dict[str, str]) -> list[str] | Problem:
    """Those the message was sent for who still have the address."""
    now_there = _holders(session, keyring, ContactPoint(Item(said["item"]), said["where"]))
    asked_for = said["holders"].split()
    return [holder for holder in asked_for if holder in now_there] or Problem.UNKNOWN


def _may_send(session: Session, keyring: Keyring, payload: dict[str, str]) -> bool:
    """Five times an hour to one address, and to whom invitations lead five times in a day (UTC).

    The day is asked first: beyond it nobody uses up what the person may ask for themselves.
    """
    moment, invited = now(), payload.get("invited")
    if invited:
        day = moment.replace(hour=0)
        if not codes.may_ask(session, keyring, f"invitations lead {invited}", day):
            return False
    address = plain(Item(payload["item"]), payload["where"])
    return codes.may_ask(session, keyring, address, moment)


def _send(
    session: Session, keyring: Keyring, payload: dict[str, str], issued: Issued, links: Links
) -> None:
    """The code, or the way to join."""
    item, where, moment = Item(payload["item"]), payload["where"], now()
    link = links.code(issued.token)  # for whomever: the time it takes would tell who is known
    if payload["holders"]:
        fields = {"link": link, "code": issued.code}
        message = Message("sign-in-code", payload["language"], fields)
    else:
        message = Message("no-account", payload["language"], {"link": links.join})
    to = Address(CHANNELS[item], where)
    post(session, keyring, message, to, moment, moment + CODE_LIFE)
