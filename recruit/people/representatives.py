"""Relatives and guardians: who may act for a person, how far, and from when until when.

A relative is invited by the person; a guardian is recorded by staff who have seen the document
that says so. Either acts under an account of their own, never under the person's.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import RowMapping, Select, delete, func, insert, select, update
from sqlalchemy.orm import Session

from recruit.core.clock import now
from recruit.core.dates import PartialDate
from recruit.core.errors import NotFound
from recruit.core.tokens import pseudonym
from recruit.people import store
from recruit.people.adults import MAJORITY
from recruit.people.representative_tables import REPRESENTATION
from recruit.people.vault import Item, Vault

LINK: Final = "L"  # P-… is a person, R-… a representative, L-… the link between the two
REPRESENTATIVE: Final = "R"
AUTHORITY: Final = "representation "


class Kind(StrEnum):
    """Why somebody may act for a person."""

    RELATIVE = "relative"  # because the person wants it
    GUARDIAN = "guardian"  # because a court or the law says so


class Powers(StrEnum):
    """What a relative may do; a guardian stands in the person's place."""

    LOOK = "look"
    ACT = "act"  # look, answer questions and choose consents


class State(StrEnum):
    """How a link stands on a day."""

    INVITED = "invited"  # the other has not answered yet
    ACCEPTED = "accepted"  # and waits for the person to confirm who that is
    LIVE = "live"
    BLOCKED = "blocked"  # the person has come of age and has not consented
    EXPIRED = "expired"
    ENDED = "ended"


OPEN: Final = frozenset({State.INVITED, State.ACCEPTED, State.LIVE, State.BLOCKED})


@dataclass(frozen=True, slots=True)
class Representation:
    """One link. `representative` is a holder of the vault, None until the invitation is accepted.

    `valid_until` is the last day it holds; from `blocked_from` on it needs the person's consent.
    """

    id: str
    person: str
    representative: str | None
    kind: Kind
    powers: Powers
    reference: str
    valid_until: date | None
    blocked_from: date | None
    made_at: datetime
    confirmed_at: datetime | None
    allowed_at: datetime | None
    ended_at: datetime | None

    @property
    def authority(self) -> str:
        """What ledger and trail name as the ground on which the representative acts."""
        return f"{AUTHORITY}{self.id}"

    def state(self, on: date) -> State:
        """How the link stands on the day `on`; nothing but LIVE lets anybody act."""
        if self.ended_at:
            return State.ENDED
        if self.valid_until and on > self.valid_until:
            return State.EXPIRED
        if self.representative is None:
            return State.INVITED
        if self.blocked_from and on >= self.blocked_from and not self.allowed_at:
            return State.BLOCKED
        return State.LIVE if self.confirmed_at else State.ACCEPTED


def make(  # noqa: PLR0913 - what a link is made of, each by name
    session: Session,
    person: str,
    *,
    kind: Kind,
    powers: Powers,
    reference: str = "",
    valid_until: date | None = None,
    blocked_from: date | None = None,
) -> Representation:
    """A new link, to which nobody has answered yet."""
    row = {
        "id": _fresh(session),
        "person": person,
        "representative": None,
        "kind": kind.value,
        "powers": powers.value,
        "reference": reference,
        "valid_until": valid_until,
        "blocked_from": blocked_from,
        "made_at": now(),
    }
    session.execute(insert(REPRESENTATION), [row])
    return get(session, str(row["id"]))


def majority(born: PartialDate) -> date:
    """The first day on which somebody born then may be of age; 1 March for 29 February.

    The same reading of 29 February as `adults.is_adult`, so that on no day nobody decides.
    """
    first = born.earliest
    try:
        return first.replace(year=first.year + MAJORITY)
    except ValueError:  # no leap year is followed by another 18 years later
        return date(first.year + MAJORITY, 3, 1)


def born_of(session: Session, vault: Vault, person: str) -> PartialDate | None:
    """The birth date as far as it is known, exactly where the vault has it."""
    exact = vault.read(session, person).get(Item.BIRTH_DATE)
    if exact:
        return PartialDate.parse(exact)
    try:
        return store.profile(session, person).born
    except NotFound:
        return None


def get(session: Session, link: str) -> Representation:
    """The link with this identifier.

    Raises:
        NotFound: there is none.
    """
    query = select(REPRESENTATION).where(REPRESENTATION.c.id == link)
    found = session.execute(query).mappings().one_or_none()
    if found is None:
        raise NotFound(what="representative", identifier=link)
    return _read(found)


def of_person(session: Session, person: str) -> list[Representation]:
    """Everybody who acts, acted or was asked to act for the person, the newest first."""
    query = select(REPRESENTATION).where(REPRESENTATION.c.person == person)
    return _all(session, query.order_by(REPRESENTATION.c.made_at.desc(), REPRESENTATION.c.id))


def of_representative(session: Session, holder: str) -> list[Representation]:
    """Everybody for whom this holder acts or acted, the newest first."""
    query = select(REPRESENTATION).where(REPRESENTATION.c.representative == holder)
    return _all(session, query.order_by(REPRESENTATION.c.made_at.desc(), REPRESENTATION.c.id))


def name_by(session: Session, vault: Vault, authority: str) -> str | None:
    """What the representative with this authority calls themselves; None when they are forgotten.

    `authority` is "representation L-…", as ledger and trail have it.
    """
    query = select(REPRESENTATION.c.representative).where(
        REPRESENTATION.c.id == authority.removeprefix(AUTHORITY)
    )
    holder = session.execute(query).scalar_one_or_none()
    return vault.read(session, holder).get(Item.NAME) if holder else None


def accept(session: Session, link: Representation, holder: str, *, confirmed: bool) -> None:
    """The holder takes the link; `confirmed` where nobody else has to say yes to it.

    An older link of the same two ends: one is enough, and its powers would be in doubt.
    """
    for other in of_person(session, link.person):
        if other.representative == holder and other.ended_at is None:
            end(session, other)
    _change(session, link, representative=holder, confirmed_at=now() if confirmed else None)


def rerecord(
    session: Session, link: Representation, *, reference: str, valid_until: date | None
) -> Representation:
    """The same link with another document, before it is accepted."""
    _change(session, link, reference=reference, valid_until=valid_until)
    return get(session, link.id)


def confirm(session: Session, link: Representation) -> None:
    """The person says that this is whom they asked."""
    _change(session, link, confirmed_at=now())


def allow(session: Session, link: Representation) -> None:
    """The person, now of age, consents to the link that was made before."""
    _change(session, link, allowed_at=now())


def end(session: Session, link: Representation) -> None:
    """From now on nobody acts under this link."""
    _change(session, link, ended_at=now())


def forget(session: Session, vault: Vault, person: str) -> list[str]:
    """Delete every link of a person who is erased; the representatives left without any."""
    links = of_person(session, person)
    for link in links:
        vault.forget(session, link.id)
    session.execute(delete(REPRESENTATION).where(REPRESENTATION.c.person == person))
    holders = {link.representative for link in links if link.representative}
    return sorted(holder for holder in holders if is_alone(session, holder))


def is_alone(session: Session, holder: str) -> bool:
    """Whether the representative has no link left that could still be used."""
    query = select(func.count()).where(
        REPRESENTATION.c.representative == holder, REPRESENTATION.c.ended_at.is_(None)
    )
    return session.execute(query).scalar_one() == 0


def new_holder(session: Session) -> str:
    """A pseudonym for a representative, which nobody has."""
    while True:
        tried = pseudonym(REPRESENTATIVE)
        known = select(REPRESENTATION.c.id).where(REPRESENTATION.c.representative == tried)
        if session.execute(known).first() is None:
            return tried


def _all(session: Session, query: Select[Any]) -> list[Representation]:
    return [_read(row) for row in session.execute(query).mappings()]


def _read(row: RowMapping) -> Representation:
    values = dict(row)
    return Representation(
        **{**values, "kind": Kind(values["kind"]), "powers": Powers(values["powers"])}
    )


def _change(session: Session, link: Representation, **values: object) -> None:
    session.execute(update(REPRESENTATION).where(REPRESENTATION.c.id == link.id).values(**values))


def _fresh(session: Session) -> str:
    while True:
        tried = pseudonym(LINK)
        known = select(REPRESENTATION.c.id).where(REPRESENTATION.c.id == tried)
        if session.execute(known).first() is None:
            return tried
