"""Asking somebody to act for a person, and taking the invitation; each deed is recorded.

The invitation leads, with a code, to an account of the other's own. What the person wants to be
called by them is told only after the code.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from recruit.actions.contact import CHANNELS, TOO_OFTEN
from recruit.audit import trail
from recruit.audit.trail import Tag
from recruit.core import chain
from recruit.core.clock import now, today
from recruit.core.crypto import Keyring
from recruit.core.db import unit_of_work
from recruit.core.errors import NotFound, Refusal, WrongUsage
from recruit.core.i18n import N_
from recruit.notify.messages import Message
from recruit.notify.post import Address, post
from recruit.people import accounts, codes, representatives, store
from recruit.people.accounts import Account, Role
from recruit.people.adults import is_adult
from recruit.people.codes import Problem, Purpose
from recruit.people.contact_points import ContactPoint
from recruit.people.representatives import OPEN, Kind, Powers, Representation, State
from recruit.people.vault import Item, Vault, plain

MOST: Final = 5  # open links of one person: enough for a family, too few to annoy strangers with
LONGEST_LABEL: Final = 60
LONGEST_REFERENCE: Final = 200
VISITOR: Final = "visitor"
LINK_LIFE: Final = timedelta(hours=1)  # for the message; the link itself lives for a week

NO_LABEL: Final = N_("Please write a name of 1 to 60 letters.")
OWN_ADDRESS: Final = N_("This is your own address. Please write the address of the other person.")
TOO_MANY: Final = N_("There are five people already. End one of them first.")
NO_REFERENCE: Final = N_("A reference has 1 to 200 letters, all of them printable.")
OVER: Final = N_("The last day must not lie in the past.")
THERE: Final = N_("This guardian is recorded as {link} already, and has accepted the invitation.")

Links = Callable[[str], str]  # the address of the page for a token


@dataclass(frozen=True, slots=True)
class Invitation:
    """Whom to ask, in which language, and what the person is called by them."""

    contact: ContactPoint = field(repr=False)
    label: str = field(repr=False)
    language: str


@dataclass(frozen=True, slots=True)
class Guardianship:
    """The document that staff has seen: its number or the like, and its last day, None for none."""

    reference: str
    valid_until: date | None = None


def invite(  # noqa: PLR0913 - who asks whom for what, by name
    engine: Engine,
    keyring: Keyring,
    *,
    person: str,
    invitation: Invitation,
    powers: Powers,
    links: Links,
    actor: str,
) -> Representation:
    """Ask a relative or friend to act for the person; nobody acts before both have said yes.

    Raises:
        Refusal: the name or the address will not do, or there are too many already or in this hour.
    """
    _check_label(invitation.label)
    with unit_of_work(engine) as session:
        chain.hold(session)  # two tabs that invite at once are counted one after the other
        _check_room(session, person)
        if person in _holders(session, keyring, invitation.contact):
            raise Refusal(record="", field="contact", problem=OWN_ADDRESS)
        if not codes.may_ask(session, keyring, f"invitations of {person}", now()):
            raise Refusal(record="", field="contact", problem=TOO_OFTEN)
        link = representatives.make(
            session,
            person,
            kind=Kind.RELATIVE,
            powers=powers,
            # It may be a guardian who asks them: neither acts on after the 18th birthday.
            blocked_from=_blocked_from(session, Vault(keyring), person),
        )
        _send(session, keyring, link, invitation, links)
        trail.record(
            session,
            Tag.REPRESENTATIVE_INVITED,
            actor=actor,
            subject=person,
            new=f"{link.authority}, {powers}",
        )
        return link


def record_guardian(  # noqa: PLR0913 - what a guardianship is made of, each by name
    engine: Engine,
    keyring: Keyring,
    *,
    person: str,
    invitation: Invitation,
    guardianship: Guardianship,
    links: Links,
    actor: str,
) -> Representation:
    """Record a guardian whose document was seen; they act as soon as they have accepted.

    Who is not surely of age stops being acted for on the 18th birthday, until they consent. A
    guardian who has not answered yet and is recorded again is asked again, and the older
    invitation opens nothing any more: it may be lost, or have come to its end.

    Raises:
        NotFound: there is no such person, or they were erased.
        Refusal: the name, the reference or the last day will not do.
        WrongUsage: they have accepted already.
    """
    _check_label(invitation.label)
    reference = guardianship.reference.strip()
    if not 0 < len(reference) <= LONGEST_REFERENCE or not reference.isprintable():
        raise Refusal(record="", field="reference", problem=NO_REFERENCE)
    if guardianship.valid_until and guardianship.valid_until < today():
        raise Refusal(record="", field="valid_until", problem=OVER)
    with unit_of_work(engine) as session:
        chain.hold(session)
        if store.participant(session, person)["erased_at"] is not None:
            raise NotFound(what="person", identifier=person)
        until = guardianship.valid_until
        waiting = _asked_already(session, keyring, person, invitation.contact, reference)
        if waiting:
            codes.forget(session, keyring, [waiting.id])
            link = representatives.rerecord(
                session, waiting, reference=reference, valid_until=until
            )
        else:
            _check_room(session, person)
            link = representatives.make(
                session,
                person,
                kind=Kind.GUARDIAN,
                powers=Powers.ACT,
                reference=reference,
                valid_until=until,
                blocked_from=_blocked_from(session, Vault(keyring), person),
            )
        _send(session, keyring, link, invitation, links)
        trail.record(
            session, Tag.GUARDIAN_RECORDED, actor=actor, subject=person, new=link.authority
        )
        return link


def ask_again(engine: Engine, keyring: Keyring, token: str, links: Links) -> Problem | None:
    """Send a new code for the same invitation, or say why there is none."""
    with unit_of_work(engine) as session:
        pending = codes.look(session, keyring, Purpose.REPRESENT, token, now())
        if isinstance(pending, Problem):
            return pending
        # Not a decoy where nothing is sent: only the letters themselves name the link.
        issued = codes.renew(session, keyring, Purpose.REPRESENT, token, now(), decoy=False)
        if isinstance(issued, Problem):
            return issued
        _post(session, keyring, pending.payload, issued, links)
    return None


def accept(engine: Engine, keyring: Keyring, token: str, code: str, name: str) -> Account | Problem:
    """Take an invitation by its link and code, under the account that belongs to the address.

    `name` is what the person will see of the representative. USED for a link that was ended.

    Raises:
        Refusal: the name will not do; the code was not used up.
    """
    _check_name(name)
    with unit_of_work(engine) as session:
        chain.hold(session)
        said = codes.redeem(session, keyring, Purpose.REPRESENT, token, code, now())
        if isinstance(said, Problem):
            return said
        try:
            link = representatives.get(session, said["link"])
        except NotFound:  # the person was erased since
            return Problem.USED
        if link.state(today()) is not State.INVITED:
            return Problem.USED
        vault = Vault(keyring)
        contact = ContactPoint(Item(said["item"]), said["where"])
        holder = _holder(session, vault, contact)
        vault.keep(session, {holder: {contact.item: contact.where, Item.NAME: name.strip()}})
        guardian = link.kind is Kind.GUARDIAN
        representatives.accept(session, link, holder, confirmed=guardian)
        account = accounts.of_holder(session, holder, Role.REPRESENTATIVE)
        trail.record(
            session,
            Tag.REPRESENTATIVE_ACCEPTED,
            actor=f"account {account.id}, {link.authority}",
            subject=link.person,
        )
        return account


def _check_label(label: str) -> None:
    if not 0 < len(label.strip()) <= LONGEST_LABEL or not label.isprintable():
        raise Refusal(record="", field="label", problem=NO_LABEL)


def _check_name(name: str) -> None:
    if not 0 < len(name.strip()) <= LONGEST_LABEL or not name.isprintable():
        raise Refusal(record="", field="name", problem=NO_LABEL)


def _check_room(session: Session, person: str) -> None:
    links = representatives.of_person(session, person)
    if sum(link.state(today()) in OPEN for link in links) >= MOST:
        raise Refusal(record="", field="contact", problem=TOO_MANY)


def _asked_already(
    session: Session, keyring: Keyring, person: str, contact: ContactPoint, reference: str
) -> Representation | None:
    """The link under which this guardian has been asked and has not answered.

    Only a living invitation tells who was asked; after its end the document does.

    Raises:
        WrongUsage: they have accepted.
    """
    invitations = codes.waiting(session, keyring, Purpose.REPRESENT, now())
    asked = {said["link"]: plain(Item(said["item"]), said["where"]) for said in invitations}
    this = plain(contact.item, contact.where)
    holders = _holders(session, keyring, contact)
    lapsed = None
    for link in representatives.of_person(session, person):
        if link.kind is not Kind.GUARDIAN or link.state(today()) not in OPEN:
            continue
        if link.representative in holders:
            raise WrongUsage(THERE, link=link.id)
        if asked.get(link.id) == this:
            return link
        if link.representative is None and link.id not in asked and link.reference == reference:
            lapsed = link
    return lapsed


def _holders(session: Session, keyring: Keyring, contact: ContactPoint) -> list[str]:
    return Vault(keyring).holders(session, contact.item, contact.where)


def _holder(session: Session, vault: Vault, contact: ContactPoint) -> str:
    """The representative who has this address, or a new one; never the participant who has it."""
    known = vault.holders(session, contact.item, contact.where)
    own = (holder for holder in known if holder.startswith(representatives.REPRESENTATIVE))
    return next(own, None) or representatives.new_holder(session)


def _blocked_from(session: Session, vault: Vault, person: str) -> date | None:
    """The 18th birthday of whoever is not surely of age; None for adults, and where nobody knows.

    Whoever takes part has said that they are of age, or their community has.
    """
    born = representatives.born_of(session, vault, person)
    if born is None or is_adult(born, today()):
        return None
    return representatives.majority(born)


def _send(
    session: Session,
    keyring: Keyring,
    link: Representation,
    invitation: Invitation,
    links: Links,
) -> None:
    Vault(keyring).keep(session, {link.id: {Item.NAME: invitation.label.strip()}})
    payload = {
        "link": link.id,
        "item": invitation.contact.item.value,
        "where": invitation.contact.where,
        "language": invitation.language,
    }
    issued = codes.issue(session, keyring, Purpose.REPRESENT, payload, now())
    _post(session, keyring, payload, issued, links)


def _post(
    session: Session, keyring: Keyring, payload: dict[str, str], issued: codes.Issued, links: Links
) -> None:
    """The invitation with its code, as often as is decent for one address."""
    item, where = Item(payload["item"]), payload["where"]
    if not codes.may_ask(session, keyring, plain(item, where), now()):
        return
    fields = {"link": links(issued.token), "code": issued.code}
    message = Message("representative-invited", payload["language"], fields)
    moment = now()
    post(session, keyring, message, Address(CHANNELS[item], where), moment, moment + LINK_LIFE)
