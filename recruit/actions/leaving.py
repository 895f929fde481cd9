"""Leaving by oneself: a fresh code proves who asks, everything goes, a last message says so.

A session alone does not do: whoever picks up an unlocked phone could not undo it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Final

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from recruit.actions.confirming import day_there
from recruit.actions.contact import CHANNELS, reached_at
from recruit.actions.erasure import erase_person
from recruit.audit import trail
from recruit.audit.trail import Tag
from recruit.consent.ledger import Actor
from recruit.core import written
from recruit.core.clock import now
from recruit.core.crypto import Keyring
from recruit.core.db import unit_of_work
from recruit.core.errors import Refusal
from recruit.core.i18n import N_
from recruit.core.keys import Secrets
from recruit.notify.messages import Message
from recruit.notify.post import Address, post
from recruit.people import codes
from recruit.people.codes import CODE_LIFE, Problem, Purpose
from recruit.people.contact_points import ContactPoint
from recruit.people.vault import Vault, plain

FAREWELL_LIFE: Final = timedelta(days=2)
UNREACHABLE: Final = N_("We have no address or number of yours to send the code to.")


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks for whose erasure: `holder` is who proves it, the person or their guardian."""

    person: str
    holder: str
    actor: str
    language: str


def ask_to_erase(
    engine: Engine, keyring: Keyring, asker: Asker, links: Callable[[str], str]
) -> str:
    """Send the code that an erasure needs; the token of the page that asks for it.

    Raises:
        Refusal: there is nowhere to send a code to.
    """
    payload = {"person": asker.person, "holder": asker.holder}
    with unit_of_work(engine) as session:
        to, may_send = _way(session, keyring, asker)
        issued = codes.issue(session, keyring, Purpose.ERASE, payload, now(), decoy=not may_send)
        if may_send:
            _send(session, keyring, asker, to, issued, links)
        trail.record(session, Tag.ERASURE_ASKED, actor=asker.actor, subject=asker.person)
        return issued.token


def ask_again(
    engine: Engine, keyring: Keyring, asker: Asker, token: str, links: Callable[[str], str]
) -> Problem | None:
    """Send a new code for the same link, or say why there is none."""
    with unit_of_work(engine) as session:
        if problem := _foreign(session, keyring, asker, token):
            return problem
        to, may_send = _way(session, keyring, asker)
        decoy = not may_send
        issued = codes.renew(session, keyring, Purpose.ERASE, token, now(), decoy=decoy)
        if isinstance(issued, Problem):
            return issued
        if may_send:
            _send(session, keyring, asker, to, issued, links)
        return None


def leave(  # noqa: PLR0913 - who shows what, by name
    engine: Engine,
    secrets: Secrets,
    outbox: Path,
    letters: Path,
    data: Path,
    *,
    asker: Asker,
    actor: Actor,
    token: str,
    code: str,
) -> Problem | None:
    """Erase the person for good when link and code are right, and tell them; else say why not.

    Raises:
        NotFound: they were erased already.
    """
    keyring = secrets.vault
    with unit_of_work(engine) as session:
        problem = _foreign(session, keyring, asker, token)
        said = problem or codes.redeem(session, keyring, Purpose.ERASE, token, code, now())
    if isinstance(said, Problem):
        return said

    def farewell(session: Session) -> None:
        to = reached_at(session, Vault(keyring), asker.person)
        if to:
            fields = {"day": written.day(day_there(session, asker.person), asker.language)}
            message = Message("erased", asker.language, fields)
            at = now()
            address = Address(CHANNELS[to.item], to.where)
            post(session, keyring, message, address, at, at + FAREWELL_LIFE)

    erase_person(
        engine,
        secrets,
        outbox,
        person=asker.person,
        actor=actor,
        letters=letters,
        data=data,
        farewell=farewell,
    )
    return None


def _foreign(session: Session, keyring: Keyring, asker: Asker, token: str) -> Problem | None:
    """UNKNOWN for a link that another asked for, or about another; what else keeps it from use."""
    pending = codes.look(session, keyring, Purpose.ERASE, token, now())
    if isinstance(pending, Problem):
        return pending
    own = {"person": asker.person, "holder": asker.holder}
    return None if pending.payload == own else Problem.UNKNOWN


def _way(session: Session, keyring: Keyring, asker: Asker) -> tuple[ContactPoint, bool]:
    """(where the code goes, whether one more is decent).

    Where it is not sent, nobody shall guess it: who found an open session could ask without end.
    """
    to = reached_at(session, Vault(keyring), asker.holder)
    if to is None:
        raise Refusal(record="", field="", problem=UNREACHABLE)
    return to, codes.may_ask(session, keyring, plain(to.item, to.where), now())


def _send(  # noqa: PLR0913, PLR0917 - what is sent where
    session: Session,
    keyring: Keyring,
    asker: Asker,
    to: ContactPoint,
    issued: codes.Issued,
    links: Callable[[str], str],
) -> None:
    fields = {"link": links(issued.token), "code": issued.code}
    message = Message("erase-code", asker.language, fields)
    at = now()
    post(session, keyring, message, Address(CHANNELS[to.item], to.where), at, at + CODE_LIFE)
