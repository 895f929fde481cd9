"""What a community reads here of its own people: who is known, and how their consents stand.

It sees them by the names that it gave them. Choices about a single study or site are none of its
business: that somebody said yes to one says what they have.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from recruit.actions.my_choices import overview
from recruit.actions.pushing import known_person
from recruit.audit import trail
from recruit.audit.trail import Tag
from recruit.consent import receipts
from recruit.consent.choices import ANY, Choice, Purpose
from recruit.consent.receipts import Receipt
from recruit.core.clock import now
from recruit.core.db import reading, unit_of_work
from recruit.core.errors import NotFound
from recruit.people.tables import PARTICIPANT


@dataclass(frozen=True, slots=True)
class Own:
    """Somebody whom the community handed on, by its own name for them."""

    name: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Standing:
    """How one choice stands; `receipt` is "" where no event stands behind it."""

    choice: Choice
    yes: bool
    since: datetime | None
    until: datetime | None
    receipt: str


@dataclass(frozen=True, slots=True)
class Consents:
    """The choices of a person, and until when they pause (None for no end), if they do."""

    choices: tuple[Standing, ...]
    paused: bool
    paused_until: datetime | None


def own_people(engine: Engine, community: str, *, start: str | None, most: int) -> Sequence[Own]:
    """Up to `most` of a community's people from the name `start` on; nobody who was erased."""
    query = (
        select(PARTICIPANT.c.external_id, PARTICIPANT.c.created_at)
        .where(PARTICIPANT.c.community == community, PARTICIPANT.c.erased_at.is_(None))
        .order_by(PARTICIPANT.c.external_id)
        .limit(most)
    )
    if start is not None:
        query = query.where(PARTICIPANT.c.external_id >= start)
    with reading(engine) as session:
        return [Own(row.external_id, row.created_at) for row in session.execute(query)]


def own_consents(engine: Engine, *, community: str, name: str, actor: str) -> Consents:
    """How the consents of one of a community's people stand; that it looked is recorded.

    Raises:
        NotFound: the community has no such person.
    """
    with unit_of_work(engine) as session:
        person = _looked_at(session, community, name, actor)
        found = overview(session, person, now())
    choices = tuple(
        Standing(each.choice, each.yes, each.since, each.until, each.receipt)
        for each in found.lines
        if _is_theirs(each.choice)
    )
    pause = found.pause
    return Consents(choices, pause is not None, pause.valid_until if pause else None)


def own_receipt(engine: Engine, *, community: str, name: str, receipt: str, actor: str) -> Receipt:
    """A receipt of one of a community's people, under its own name for them.

    Raises:
        NotFound: the community has no such person, or they no such receipt about what it may know.
    """
    with unit_of_work(engine) as session:
        person = _looked_at(session, community, name, actor)
        found = receipts.receipt(session, receipt) if receipt.isprintable() else None
    if found is None or found.person != person:
        raise NotFound(what=receipts.RECEIPT, identifier="")
    lines = tuple(each for each in found.lines if each.choice is None or _is_theirs(each.choice))
    if not lines:
        raise NotFound(what=receipts.RECEIPT, identifier="")
    # Of who acted it learns in which role; the pseudonym is for those who must not know the name.
    return replace(found, person=name, actor=found.role.value, authority="", lines=lines)


def _looked_at(session: Session, community: str, name: str, actor: str) -> str:
    person = known_person(session, community, name)
    if person is None:
        raise NotFound(what="person", identifier="")
    trail.record(session, Tag.CONSENTS_SHOWN, actor=actor, subject=person)
    return person


def _is_theirs(choice: Choice) -> bool:
    return choice.scope == ANY and choice.purpose is not Purpose.RELEASE
