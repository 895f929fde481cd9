"""The times that sites offer, and the places in them that people took.

Whoever takes a place holds the slot's row: the last one goes to one person alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import uuid4

from sqlalchemy import ColumnElement, Row, Select, func, insert, select, update
from sqlalchemy.orm import Session

from recruit.core.errors import EditedMeanwhile, Refusal
from recruit.core.i18n import N_
from recruit.referrals.paths import Path
from recruit.referrals.tables import APPOINTMENT, APPOINTMENT_SLOT, REFERRAL

FULL: Final = N_("Somebody else has just taken the last place. Please choose another time.")
NOTICE: Final = timedelta(hours=2)
"""Nobody can book a time that begins so soon: the site has to know who comes."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A time that a site offers: in minutes, for how many people at once, in the site's zone."""

    trial: str
    site: str
    starts_at: datetime
    minutes: int
    places: int
    zone: str


@dataclass(frozen=True, slots=True)
class Slot:
    """An offer by its number, with how many of its places are taken."""

    number: int
    offer: Offer
    taken: int

    @property
    def ends_at(self) -> datetime:
        """When it is over."""
        return self.offer.starts_at + timedelta(minutes=self.offer.minutes)

    @property
    def is_full(self) -> bool:
        """Whether nobody else can come."""
        return self.taken >= self.offer.places


@dataclass(frozen=True, slots=True)
class Appointment:
    """One person's place. `uid` and `changes` are what calendars know it by.

    `language` is the one it was booked in.
    """

    number: int
    path: int
    person: str
    slot: Slot
    uid: str
    changes: int
    language: str


def offer(session: Session, offered: Offer, at: datetime, *, by: str) -> int:
    """Offer a time; its number."""
    row = {
        "trial": offered.trial,
        "site": offered.site,
        "starts_at": offered.starts_at,
        "minutes": offered.minutes,
        "places": offered.places,
        "zone": offered.zone,
        "offered_by": by,
        "offered_at": at,
    }
    made = insert(APPOINTMENT_SLOT).values(row).returning(APPOINTMENT_SLOT.c.id)
    return int(session.execute(made).scalar_one())


def end(session: Session, number: int, at: datetime) -> bool:
    """Offer a time no more; False where somebody has taken a place in it already."""
    slot = _held(session, number)
    if slot is None or slot.taken:
        return False
    this = APPOINTMENT_SLOT.c.id == number
    session.execute(update(APPOINTMENT_SLOT).where(this).values(ended_at=at))
    return True


def of_site(session: Session, trial: str, site: str, after: datetime) -> list[Slot]:
    """The times that a site offers after a moment, the earliest first."""
    here = (APPOINTMENT_SLOT.c.trial == trial) & (APPOINTMENT_SLOT.c.site == site)
    later = APPOINTMENT_SLOT.c.starts_at > after
    query = _slots(here & later & APPOINTMENT_SLOT.c.ended_at.is_(None))
    return _all(session, query.order_by(APPOINTMENT_SLOT.c.starts_at, APPOINTMENT_SLOT.c.id))


def slot(session: Session, number: int) -> Slot | None:
    """One time that is offered; None where it never was or is no more."""
    is_open = APPOINTMENT_SLOT.c.ended_at.is_(None)
    found = _all(session, _slots((APPOINTMENT_SLOT.c.id == number) & is_open))
    return found[0] if found else None


def book(  # noqa: PLR0913 - who takes which place, when
    session: Session, path: Path, number: int, at: datetime, *, by: str, language: str
) -> Appointment:
    """Take a place, or move there with the one that the person has; the caller holds the path.

    Raises:
        Refusal: it is full, over, or none of the site that the person chose.
    """
    chosen = _held(session, number)
    mine = of_path(session, path)
    if mine and chosen and mine.slot.number == chosen.number:
        return mine
    if (
        chosen is None
        or (chosen.offer.trial, chosen.offer.site) != (path.trial, path.site)
        or chosen.offer.starts_at < at + NOTICE
        or chosen.is_full
    ):
        raise Refusal(record="", field="slot", problem=FULL)
    if mine:
        this = APPOINTMENT.c.id == mine.number
        moved = {
            "slot": number,
            "changes": mine.changes + 1,
            "language": language,
            "by": by,
            "booked_at": at,
            "reminded_at": None,
        }
        session.execute(update(APPOINTMENT).where(this).values(moved))
    else:
        row = {
            "referral": path.number,
            "slot": number,
            "uid": str(uuid4()),
            "changes": 0,
            "language": language,
            "by": by,
            "booked_at": at,
        }
        session.execute(insert(APPOINTMENT), row)
    found = of_path(session, path)
    if found is None:  # it was written a moment ago
        raise EditedMeanwhile
    return found


def cancel(session: Session, appointment: Appointment, at: datetime) -> None:
    """Give a place back."""
    this = APPOINTMENT.c.id == appointment.number
    changed = {"ended_at": at, "changes": appointment.changes + 1}
    session.execute(update(APPOINTMENT).where(this).values(changed))


def of_path(session: Session, path: Path) -> Appointment | None:
    """The place that a person has in a trial now."""
    found = _appointments(session, APPOINTMENT.c.referral == path.number)
    return found[0] if found else None


def of_slot(session: Session, number: int) -> list[Appointment]:
    """Who comes at a time."""
    return _appointments(session, APPOINTMENT.c.slot == number)


def to_remind(session: Session, after: datetime, until: datetime) -> list[Appointment]:
    """The places that begin between the two moments, and of which nobody was reminded."""
    soon = APPOINTMENT_SLOT.c.starts_at.between(after, until)
    return _appointments(session, soon & APPOINTMENT.c.reminded_at.is_(None))


def reminded(session: Session, appointment: Appointment, at: datetime) -> bool:
    """Note that somebody is reminded; False where they were, or gave the place back meanwhile."""
    this = (
        (APPOINTMENT.c.id == appointment.number)
        & APPOINTMENT.c.reminded_at.is_(None)
        & APPOINTMENT.c.ended_at.is_(None)
    )
    noted = update(APPOINTMENT).where(this).values(reminded_at=at).returning(APPOINTMENT.c.id)
    return session.execute(noted).first() is not None


def _held(session: Session, number: int) -> Slot | None:
    """The slot with its row locked: nobody else counts its places meanwhile."""
    this = (APPOINTMENT_SLOT.c.id == number) & APPOINTMENT_SLOT.c.ended_at.is_(None)
    lock = select(APPOINTMENT_SLOT.c.id).where(this).with_for_update()
    return slot(session, number) if session.execute(lock).first() else None


def _slots(which: ColumnElement[bool]) -> Select[Any]:
    taken = (
        select(func.count())
        .where(APPOINTMENT.c.slot == APPOINTMENT_SLOT.c.id, APPOINTMENT.c.ended_at.is_(None))
        .scalar_subquery()
    )
    return select(APPOINTMENT_SLOT, taken.label("taken")).where(which)


def _all(session: Session, query: Select[Any]) -> list[Slot]:
    return [_slot(row) for row in session.execute(query)]


def _slot(row: Row[Any]) -> Slot:
    offered = Offer(row.trial, row.site, row.starts_at, row.minutes, row.places, row.zone)
    return Slot(row.id, offered, row.taken)


def _appointments(session: Session, which: ColumnElement[bool]) -> list[Appointment]:
    query = (
        select(APPOINTMENT, REFERRAL.c.person)
        .join(REFERRAL, REFERRAL.c.id == APPOINTMENT.c.referral)
        .join(APPOINTMENT_SLOT, APPOINTMENT_SLOT.c.id == APPOINTMENT.c.slot)
        .where(which, APPOINTMENT.c.ended_at.is_(None))
        .order_by(APPOINTMENT_SLOT.c.starts_at, APPOINTMENT.c.id)
    )
    rows = session.execute(query).all()
    slots = _by_number(session, [row.slot for row in rows])
    return [
        Appointment(
            row.id, row.referral, row.person, slots[row.slot], row.uid, row.changes, row.language
        )
        for row in rows
    ]


def _by_number(session: Session, numbers: Sequence[int]) -> dict[int, Slot]:
    if not numbers:
        return {}
    these = _all(session, _slots(APPOINTMENT_SLOT.c.id.in_(set(numbers))))
    return {each.number: each for each in these}
