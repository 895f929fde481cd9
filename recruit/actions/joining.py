"""Joining: somebody asks to take part, proves the address with a code, and only then is anybody.

Until the code comes back nothing is kept but a sealed wish, which the purge of codes deletes. A
known address is answered like an unknown one, in the same time; its owner gets another message.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from recruit.actions.application import CHANNELS, Application, check, offered
from recruit.actions.choice_words import title
from recruit.actions.confirming import day_there
from recruit.audit import trail
from recruit.audit.trail import Tag
from recruit.consent import ledger
from recruit.consent.evidence import Controls, Evidence, Helper
from recruit.consent.ledger import Actor
from recruit.consent.ledger import Role as Capacity
from recruit.core import chain, written
from recruit.core.clock import now, today
from recruit.core.crypto import Keyring
from recruit.core.dates import PartialDate
from recruit.core.db import unit_of_work
from recruit.core.errors import NotFound
from recruit.core.i18n import translate
from recruit.core.tokens import token as new_token
from recruit.notify.messages import Message
from recruit.notify.post import Address, post
from recruit.people import accounts, codes, store
from recruit.people.accounts import Account, Role
from recruit.people.codes import CODE_LIFE, Problem
from recruit.people.communities import providers, register
from recruit.people.communities.register import DIRECT
from recruit.people.contact_points import ContactPoint
from recruit.people.facts import Profile
from recruit.people.intake.born import birth_month
from recruit.people.tables import COMMUNITY
from recruit.people.vault import Item, Vault, plain
from recruit.trials.materials.links import Step, count

VISITOR: Final = "visitor"
OPT_IN: Final = {Item.EMAIL: "code by e-mail", Item.PHONE: "code by SMS"}
RECEIPT_LIFE: Final = timedelta(days=2)
"""So long a confirmation is worth sending after the deed."""


@dataclass(frozen=True, slots=True)
class Links:
    """The addresses that messages lead to: the page of a code by its token, and two fixed ones."""

    code: Callable[[str], str]
    sign_in: str
    choices: str


@dataclass(frozen=True, slots=True)
class Joined:
    """Somebody takes part: the account to sign in, and the number of the receipt.

    The receipt is "" where they took part already and said nothing new.
    """

    account: Account
    receipt: str


def find_community(session: Session, name: str) -> str:
    """The community with this name; NotFound when it is not known here."""
    query = select(COMMUNITY.c.name).where(COMMUNITY.c.name == name)
    # PostgreSQL refuses even to look for a text with NUL.
    if name == DIRECT or not name.isprintable() or session.execute(query).first() is None:
        raise NotFound(what="community", identifier="")
    return name


def ask(engine: Engine, keyring: Keyring, application: Application, links: Links) -> str:
    """Send a code to the address; returns the token of the page that asks for it.

    Raises:
        Refusal: somebody cannot take part with these answers.
    """
    with unit_of_work(engine) as session:
        check(application, register.terms_of(session, application.community))
        chain.hold(session)  # before the address is counted, as `ask_again` does
        may_send = _may_send(session, keyring, application.contact)
        decoy = _is_decoy(session, keyring, application, may_send=may_send)
        issued = codes.issue(
            session, keyring, codes.Purpose.JOIN, application.payload(), now(), decoy=decoy
        )
        if may_send:
            _send(session, keyring, application, issued, links)
        trail.record(session, Tag.JOINING_ASKED, actor=VISITOR, subject=VISITOR)
    return issued.token


def ask_again(engine: Engine, keyring: Keyring, token: str, links: Links) -> Problem | None:
    """Send a new code for the same link, or say why there is none."""
    with unit_of_work(engine) as session:
        chain.hold(session)  # before the link's row, as `confirm` does: neither waits for the other
        pending = codes.look(session, keyring, codes.Purpose.JOIN, token, now())
        if isinstance(pending, Problem):
            return pending
        application = Application.of(pending.payload)
        may_send = _may_send(session, keyring, application.contact)
        decoy = _is_decoy(session, keyring, application, may_send=may_send)
        issued = codes.renew(session, keyring, codes.Purpose.JOIN, token, now(), decoy=decoy)
        if isinstance(issued, Problem):
            return issued
        if may_send:
            _send(session, keyring, application, issued, links)
        trail.record(session, Tag.JOINING_ASKED, actor=VISITOR, subject=VISITOR)
    return None


def confirm(
    engine: Engine, keyring: Keyring, token: str, code: str, links: Links
) -> Joined | Problem:
    """Make a participant of whoever shows link and code; a wrong try is counted and recorded.

    Two tabs that answer at once, even with two links to one address, make one participant.

    Raises:
        Refusal: somebody cannot take part with these answers after all.
    """
    with unit_of_work(engine) as session:
        chain.hold(session)  # whoever comes second sees what the first has made
        said = codes.redeem(session, keyring, codes.Purpose.JOIN, token, code, now())
        if isinstance(said, Problem):
            trail.record(
                session, Tag.JOINING_REFUSED, actor=VISITOR, subject=VISITOR, reason=said.value
            )
            return said
        application = Application.of(said)
        check(application, register.terms_of(session, application.community))
        return _join(session, Vault(keyring), application, links)


def _join(session: Session, vault: Vault, said: Application, links: Links) -> Joined:
    known = _known(session, vault, said.contact)
    person = known or _enrol(session, vault, said)
    if said.address:
        vault.keep(session, {person: {Item.ADDRESS: said.address}})
    account = accounts.of_holder(session, person, Role.PARTICIPANT)
    proof = Evidence(
        purposes=said.choices,
        notice=said.notice,
        notice_version=said.notice_version,
        language=said.language,
        at=now(),
        method="boxes",
        controls=Controls.UNTICKED,
        double_opt_in=OPT_IN[said.contact.item],
        source="join page" if said.community == DIRECT else f"join page of {said.community}",
        helper=Helper(said.helper) if said.helper else None,
    )
    actor = Actor(f"account {account.id}", Capacity.SELF)
    # Who takes part already said no to nothing by leaving a box empty in another tab.
    terms = register.terms_of(session, said.community)
    asked = () if known else offered(said.contact.item, terms)
    refused = [choice for choice in asked if choice not in said.choices]
    receipt = ledger.answer(session, person, proof, refused, actor)
    if receipt:
        message = _receipt(said, day_there(session, person), receipt, links)
        _post(session, vault.keyring, message, said.contact, RECEIPT_LIFE)
    if known is None:
        count(session, said.via, Step.JOINED)
    if said.member:
        providers.remember(session, said.community, said.member, person)
    trail.record(session, Tag.JOINED, actor=actor.name, subject=person, new=said.community)
    return Joined(account, receipt or "")


def _receipt(said: Application, on: date, receipt: str, links: Links) -> Message:
    fields = {
        "day": written.day(on, said.language),
        "choices": "\n".join(translate(title(choice), said.language) for choice in said.choices),
        "receipt": receipt,
        "link": links.choices,
    }
    return Message("consent-receipt", said.language, fields)


def _enrol(session: Session, vault: Vault, said: Application) -> str:
    """A new participant with contact points and a first profile, which knows the birth month."""
    external = new_token()  # nobody else calls them anything
    store.know_community(session, said.community)
    person = store.enrol(session, said.community, [external])[external]
    born = PartialDate(said.born, said.born)
    kept = {said.contact.item: said.contact.where, Item.BIRTH_DATE: str(born)}
    vault.keep(session, {person: kept})
    month = birth_month(born, person, "birth_date", today())
    store.save(session, [Profile(person=person, born=month)])
    return person


def _known(session: Session, vault: Vault, contact: ContactPoint) -> str | None:
    """The participant with this address; a relative or guardian who has it may still join."""
    holders = vault.holders(session, contact.item, contact.where)
    return next((holder for holder in holders if holder.startswith("P-")), None)


def _is_decoy(session: Session, keyring: Keyring, said: Application, *, may_send: bool) -> bool:
    """Whether the code is sent to nobody: the asker holds the link, and must not guess it.

    Of all that were asked for before somebody joined, none lets anybody in afterwards.
    """
    known = _known(session, Vault(keyring), said.contact)
    return known is not None or not may_send


def _may_send(session: Session, keyring: Keyring, contact: ContactPoint) -> bool:
    """Whether one more message to this address is decent."""
    return codes.may_ask(session, keyring, plain(contact.item, contact.where), now())


def _send(
    session: Session, keyring: Keyring, said: Application, issued: codes.Issued, links: Links
) -> None:
    """The code, or for somebody who takes part already the way in."""
    contact = said.contact
    if _known(session, Vault(keyring), contact):
        message = Message("already-known", said.language, {"link": links.sign_in})
    else:
        fields = {"code": issued.code, "link": links.code(issued.token)}
        message = Message("join-code", said.language, fields)
    _post(session, keyring, message, contact, CODE_LIFE)


def _post(
    session: Session, keyring: Keyring, message: Message, contact: ContactPoint, life: timedelta
) -> None:
    moment = now()
    to = Address(CHANNELS[contact.item], contact.where)
    post(session, keyring, message, to, moment, moment + life)
