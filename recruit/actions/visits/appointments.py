"""A person books, moves and gives back a place at a site; each is told by a message with the date.

What is told is discreet: the calendar shows "Appointment", and nothing says which study it is.
"""

from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from babel.dates import format_datetime
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from recruit.actions.confirming import Hand
from recruit.actions.visits.released import is_released, own
from recruit.actions.visits.sites import Site, site_of
from recruit.audit import trail
from recruit.audit.trail import Tag
from recruit.consent.choices import Channel
from recruit.core.clock import now
from recruit.core.crypto import Keyring
from recruit.core.db import unit_of_work
from recruit.core.errors import Refusal
from recruit.core.i18n import N_, translate
from recruit.core.written import LOCALES, pattern
from recruit.notify.channels.calendar import appointment as as_calendar
from recruit.notify.messages import Message
from recruit.notify.post import Address, post
from recruit.people.vault import Item, Vault
from recruit.referrals import slots
from recruit.referrals.paths import Path
from recruit.referrals.slots import Appointment
from recruit.trials import store as trials

BOOKED: Final = "appointment"
CANCELLED: Final = "appointment-cancelled"
REMINDER: Final = "appointment-reminder"
LIFE: Final = timedelta(days=2)
"""So long a message about an appointment is worth sending."""
NOT_RELEASED: Final = N_("First say yes to giving the centre your contact details, please.")
SUMMARY: Final = N_("Appointment")


def book(engine: Engine, keyring: Keyring, hand: Hand, trial: str, slot: int) -> Appointment:
    """Take a place, or move to it; both are told.

    Raises:
        Refusal: no place is left, or the site may not have the person's contact details.
        NotFound: the person has no path in this trial.
    """
    with unit_of_work(engine) as session:
        path, at = own(session, trial, hand.person), now()
        if not is_released(session, path, at):
            raise Refusal(record="", field="slot", problem=NOT_RELEASED)
        booked = slots.book(session, path, slot, at, by=hand.audited, language=hand.language)
        tell(session, keyring, booked, BOOKED, hand)
        _record(session, Tag.APPOINTMENT_BOOKED, hand.audited, path, booked)
        return booked


def cancel(engine: Engine, keyring: Keyring, hand: Hand, trial: str) -> bool:
    """Give the place back; False where there was none."""
    with unit_of_work(engine) as session:
        path = own(session, trial, hand.person)
        return give_back(session, keyring, path, hand)


def give_back(session: Session, keyring: Keyring, path: Path, hand: Hand) -> bool:
    """The same within the caller's unit of work, which holds the path."""
    booked = slots.of_path(session, path)
    if booked is None:
        return False
    slots.cancel(session, booked, now())
    if booked.slot.offer.starts_at > now():
        tell(session, keyring, booked, CANCELLED, hand)
    _record(session, Tag.APPOINTMENT_CANCELLED, hand.audited, path, booked)
    return True


def tell(session: Session, keyring: Keyring, booked: Appointment, name: str, hand: Hand) -> None:
    """Write to the person about their appointment; one whom no message reaches finds it online."""
    known = Vault(keyring).read(session, booked.person)
    for item, channel in ((Item.EMAIL, Channel.EMAIL), (Item.PHONE, Channel.SMS)):
        if item in known:
            offer = booked.slot.offer
            site = site_of(trials.get(session, offer.trial).draft, offer.site)
            where = _where(site)
            fields = {"when": when(booked, hand.language), "where": where, "link": hand.link}
            fields["phone"] = site.phone if site else ""
            to, moment = Address(channel, known[item]), now()
            ends = min(moment + LIFE, max(booked.slot.ends_at, moment + timedelta(hours=1)))
            file = "" if channel is Channel.SMS else _file(booked, where, name, hand)
            message = Message(name, hand.language, fields)
            post(session, keyring, message, to, moment, ends, file)
            return


def when(booked: Appointment, language: str) -> str:
    """The day and time as the site's clocks show it: "Tuesday 24 November 2026, 10:00"."""
    offer = booked.slot.offer
    return at_site(offer.starts_at, offer.zone, language)


def at_site(moment: datetime, zone: str, language: str) -> str:
    """A moment as the clocks of a zone show it, with the day of the week."""
    local = moment.astimezone(ZoneInfo(zone))
    shape = pattern("EEEE d MMMM y, HH:mm", local, language)
    return format_datetime(local, shape, tzinfo=local.tzinfo, locale=LOCALES[language])


def calendar_file(booked: Appointment, site: Site | None, hand: Hand) -> str:
    """The appointment for the person's own calendar (RFC 5545)."""
    return _file(booked, _where(site), BOOKED, hand)


def _file(booked: Appointment, where: str, name: str, hand: Hand) -> str:
    off = name == CANCELLED
    return as_calendar(
        booked.uid,
        booked.slot.offer.starts_at,
        booked.slot.ends_at,
        translate(SUMMARY, hand.language),
        where,
        hand.link,
        f"no-reply@{urlsplit(hand.link).hostname}",
        hand.language,
        sequence=booked.changes + off,
        cancelled=off,
    )


def _where(site: Site | None) -> str:
    if site is None:
        return ""
    return ", ".join(filter(None, (site.name, site.address, site.place)))


def _record(session: Session, tag: Tag, by: str, path: Path, booked: Appointment) -> None:
    slot = f"slot {booked.slot.number}"
    trail.record(session, tag, actor=by, subject=path.person, reason=slot, new=path.trial)
