"""Coordinators offer the times at which their site sees people, and take them back."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from recruit.actions.visits.staffed import Staffed, staffed, works_for
from recruit.audit import trail
from recruit.audit.trail import Tag
from recruit.core import chain
from recruit.core.clock import now
from recruit.core.db import unit_of_work
from recruit.core.errors import NotFound, Refusal
from recruit.core.i18n import N_
from recruit.people.facts import Home
from recruit.people.zones import place
from recruit.referrals import slots
from recruit.referrals.slots import Offer, Slot
from recruit.trials import store as trials
from recruit.trials.centres import site_key

SHORTEST, LONGEST = 5, 480
"""Minutes of an appointment: at most a working day."""
MOST_PLACES: Final = 50
FARTHEST: Final = timedelta(days=366)
IN_PAST: Final = N_("This time lies in the past. Please check the date.")
TOO_FAR: Final = N_("This date is more than a year away. Please check it.")
NO_SUCH_TIME: Final = N_("The clocks change that night: this time does not exist. Choose another.")
NO_LENGTH: Final = N_("An appointment lasts from 5 to 480 minutes.")
NO_PLACES: Final = N_("At one time there are from 1 to 50 places.")
NO_SITE: Final = N_("Please choose one of your sites.")
BOOKED: Final = N_("Somebody has booked this time. Call them first, then they can move or cancel.")


@dataclass(frozen=True, slots=True)
class Time:
    """A time as it is typed: a day and an hour by the site's own clocks, minutes, and places."""

    trial: str
    site: str
    day: date
    hour: time
    minutes: int
    places: int


@dataclass(frozen=True, slots=True)
class Offered:
    """The times of one site that are still to come, and the zone of its clocks."""

    at: Staffed
    zone: str
    slots: tuple[Slot, ...]


def offered(
    session: Session, organisation: int | None, language: str, unknown: ZoneInfo
) -> list[Offered]:
    """Every site that somebody works for, with what it offers from now on."""
    return [
        Offered(
            each,
            zone_of(session, each.trial, each.site.key, unknown),
            tuple(slots.of_site(session, each.trial, each.site.key, now())),
        )
        for each in staffed(session, organisation, language)
    ]


def offer(
    engine: Engine, *, organisation: int | None, typed: Time, unknown: ZoneInfo, actor: str
) -> int:
    """Offer a time; its number. `unknown` is the zone of a site that nobody can place.

    Raises:
        Refusal: it is none of their sites, or no time, length or number of places that can be.
    """
    with unit_of_work(engine) as session:
        chain.hold(session)
        theirs = {(each.trial, each.site.key) for each in staffed(session, organisation, "en")}
        if (typed.trial, typed.site) not in theirs:
            raise Refusal(record="", field="site", problem=NO_SITE)
        zone = zone_of(session, typed.trial, typed.site, unknown)
        made = Offer(
            typed.trial, typed.site, _moment(typed, zone), typed.minutes, typed.places, zone
        )
        number = slots.offer(session, made, now(), by=actor)
        trail.record(
            session,
            Tag.SLOT_OFFERED,
            actor=actor,
            subject=f"slot {number}",
            new=f"{typed.trial}, {made.starts_at.isoformat()}",
        )
        return number


def end(engine: Engine, *, organisation: int | None, number: int, actor: str) -> None:
    """Offer a time no more.

    Raises:
        NotFound: it is none of theirs.
        Refusal: somebody has booked it.
    """
    with unit_of_work(engine) as session:
        chain.hold(session)
        slot = slots.slot(session, number)
        if slot is None or not works_for(session, organisation, slot.offer.trial, slot.offer.site):
            raise NotFound(what=N_("appointment"), identifier=number)
        if not slots.end(session, number, now()):
            raise Refusal(record="", field="slot", problem=BOOKED)
        trail.record(session, Tag.SLOT_ENDED, actor=actor, subject=f"slot {number}")


def zone_of(session: Session, trial: str, site: str, unknown: ZoneInfo) -> str:
    """The zone of a site's clocks (IANA), as far as where it is says so surely; else `unknown`."""
    for each in trials.get(session, trial).draft.sites:
        if site_key(each) == site:
            zones = place(Home(each.country, each.postcode, each.lat, each.lon), unknown).zones
            return zones[0].key if len(zones) == 1 else unknown.key
    return unknown.key


def _moment(typed: Time, zone: str) -> datetime:
    if not SHORTEST <= typed.minutes <= LONGEST:
        raise Refusal(record="", field="minutes", problem=NO_LENGTH)
    if not 1 <= typed.places <= MOST_PLACES:
        raise Refusal(record="", field="places", problem=NO_PLACES)
    at = datetime.combine(typed.day, typed.hour, ZoneInfo(zone))
    # A time that the clocks skip comes back as another one.
    if at.astimezone(ZoneInfo("UTC")).astimezone(ZoneInfo(zone)).time() != typed.hour:
        raise Refusal(record="", field="hour", problem=NO_SUCH_TIME)
    if at <= now():
        raise Refusal(record="", field="day", problem=IN_PAST)
    if at > now() + FARTHEST:
        raise Refusal(record="", field="day", problem=TOO_FAR)
    return at
