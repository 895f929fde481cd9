"""What a community tells us of its members: taken when it is signed, in time and new."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from recruit.actions.outreach.withdrawing import settled
from recruit.actions.pushing import known_person, take_back
from recruit.actions.visits.ending import Voice
from recruit.audit import trail
from recruit.audit.trail import Tag
from recruit.consent.choices import Choice
from recruit.consent.ledger import Actor, Role
from recruit.core import chain
from recruit.core.crypto import Keyring
from recruit.core.db import reading, unit_of_work
from recruit.core.errors import NotAllowed, WrongUsage
from recruit.core.i18n import N_
from recruit.people.communities import inbound, register, signature
from recruit.people.communities.inbound import Listening, Outcome

WITHDRAWN: Final = "consent.withdrawn"
LEFT: Final = "member.left"
LARGEST: Final = 64 << 10  # bytes of one event
LONGEST_ID: Final = 100
ODD: Final = N_("This is no event as it is described in docs/formats.md.")


@dataclass(frozen=True, slots=True)
class Event:
    """One event: who took back what; no choices means everything."""

    id: str
    person: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class Request:
    """What came in: the body, its signature, the event's identifier, and when."""

    body: bytes
    signature: str
    event: str
    at: datetime


def listen(engine: Engine, keyring: Keyring, *, community: str, actor: str) -> Listening:
    """Hear the community from now on; its new secret is shown once.

    Raises:
        NotFound: the community is not known.
    """
    with unit_of_work(engine) as session:
        register.must_know(session, community)
        made = inbound.listen(session, keyring, community)
        trail.record(session, Tag.LISTENING_SET, actor=actor, subject=f"community {community}")
        return made


def hear(engine: Engine, keyring: Keyring, voice: Voice, community: str, said: Request) -> Outcome:
    """Do what an event says; it holds when this returns.

    The same event again does nothing and has the same outcome. What is forged, too late or too
    early, or another event under a known identifier, does nothing either.

    Raises:
        NotAllowed: it is not signed by the community, not in time, or not what it was before.
        WrongUsage: it is no event.
    """
    with reading(engine) as session:
        secret = inbound.secret_of(session, keyring, community)
    if secret is None or not signature.is_signed(said.signature, said.body, (secret,), said.at):
        raise NotAllowed
    event = _read(said)
    with unit_of_work(engine) as session:
        chain.hold(session)  # of two copies at once, the second sees what the first has noted
        try:
            earlier = inbound.before(session, community, event.id, said.body)
        except ValueError as error:
            raise NotAllowed from error
        if earlier is not None:
            return earlier
        person = known_person(session, community, event.person)
        outcome = _do(session, voice, community, person, event)
        inbound.note(session, community, event.id, said.body, outcome)
    if person is not None:
        settled(engine, person)
    return outcome


def _do(
    session: Session, voice: Voice, community: str, person: str | None, event: Event
) -> Outcome:
    if person is None:
        return Outcome.UNKNOWN
    actor = Actor(f"community {community}", Role.COMMUNITY, community)
    taken = take_back(session, voice, person, event.choices, actor)
    return Outcome.DONE if taken else Outcome.NOTHING


def _read(said: Request) -> Event:
    try:
        found: Any = json.loads(said.body)
    except (ValueError, RecursionError) as error:
        raise WrongUsage(ODD) from error
    if not isinstance(found, dict):
        raise WrongUsage(ODD)
    name, person, kind = (found.get(field) for field in ("id", "person", "type"))
    fit = (
        isinstance(name, str)
        and name == said.event
        and 0 < len(name) <= LONGEST_ID
        and isinstance(person, str)
        and kind in {WITHDRAWN, LEFT}
    )
    purposes = found.get("purposes", "all") if kind == WITHDRAWN else "all"
    if not fit or not (purposes == "all" or isinstance(purposes, list)):
        raise WrongUsage(ODD)
    try:
        choices = () if purposes == "all" else tuple(Choice.parse(str(each)) for each in purposes)
    except ValueError as error:
        raise WrongUsage(ODD) from error
    if purposes != "all" and not choices:
        raise WrongUsage(ODD)  # an empty list must not mean everything
    return Event(str(name), str(person), choices)
