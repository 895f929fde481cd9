"""When somebody may be written to or called: by the clock and the calendar of where they live.

| how | when |
|---|---|
| text message, call | Monday to Friday 10–13 and 14–20, on no public holiday |
| the same, United States | 8–21, every day |
| e-mail | 8–20, every day |
| letter | any time: it is read when somebody opens it |

Calls: Code de la consommation, article D223-9 (décret n° 2022-1313). Text messages keep the same
hours, which are within those of the charter of French operators (AF2M: none after 20, on Sundays
or holidays). United States: 47 CFR 64.1200(c)(1), at the called party's location. E-mail wakes
somebody whose telephone rings for it: those hours are our choice. What is not sure (zone,
subdivision) must be open wherever it may be.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from recruit.consent.choices import Channel
from recruit.people.zones import Place

AHEAD: Final = timedelta(days=21)
"""No holidays last longer; who cannot be reached by then lives in too many zones at once."""
SATURDAY: Final = 5
# The United States and its territories, as 47 U.S.C. 153(58) has them.
UNITED_STATES: Final = frozenset({"US", "PR", "VI", "GU", "AS", "MP"})


@dataclass(frozen=True, slots=True)
class Hours:
    """Hours of a day, from the first moment to before the last; `idle` days too, or not."""

    spans: tuple[tuple[time, time], ...]
    idle: bool
    """Whether Saturdays, Sundays and public holidays count as well."""


QUIET: Final = Hours(((time(10), time(13)), (time(14), time(20))), idle=False)
AMERICAN: Final = Hours(((time(8), time(21)),), idle=True)
WRITTEN: Final = Hours(((time(8), time(20)),), idle=True)


def is_open(channel: Channel, place: Place, at: datetime) -> bool:
    """Whether somebody who lives at `place` may be reached by `channel` at the moment `at`."""
    hours = _hours(channel, place)
    return hours is None or all(_keeps(hours, place, at.astimezone(zone)) for zone in place.zones)


def next_open(channel: Channel, place: Place, at: datetime) -> datetime | None:
    """The first moment from `at` on that is open, in UTC; None where none is for three weeks.

    That happens where nobody knows which zone of a wide country it is.
    """
    hours = _hours(channel, place)
    moment = at.astimezone(UTC)
    if hours is None or is_open(channel, place, moment):
        return moment
    # What was closed becomes open where the hours begin, in one of the zones at least.
    begins = {edge for zone in place.zones for edge in _edges(hours, zone, moment)}
    later = sorted(edge for edge in begins if edge > moment)
    return next((edge for edge in later if is_open(channel, place, edge)), None)


def _hours(channel: Channel, place: Place) -> Hours | None:
    """None is any time."""
    match channel:
        case Channel.LETTER:
            return None
        case Channel.EMAIL:
            return WRITTEN
        case Channel.SMS | Channel.PHONE:
            return AMERICAN if place.country in UNITED_STATES else QUIET


def _keeps(hours: Hours, place: Place, local: datetime) -> bool:
    clock = local.time()
    if not any(begins <= clock < ends for begins, ends in hours.spans):
        return False
    return hours.idle or not _is_idle(place, local.date())


def _edges(hours: Hours, zone: ZoneInfo, after: datetime) -> Iterator[datetime]:
    """Each moment at which hours begin by the clock of a zone; twice where it is put back there."""
    first = after.astimezone(zone).date()
    for days in range(AHEAD.days + 1):
        for begins, _ in hours.spans:
            wall = datetime.combine(first + timedelta(days=days), begins, zone)
            for fold in (0, 1):
                yield wall.replace(fold=fold).astimezone(UTC)


def _is_idle(place: Place, day: date) -> bool:
    return day.weekday() >= SATURDAY or day in _holidays(place.country, place.parts, day.year)


@lru_cache(maxsize=1024)
def _holidays(country: str | None, parts: tuple[str, ...] | None, year: int) -> frozenset[date]:
    """The public holidays of a country and of each subdivision that it may be.

    None are known of a country that the package holidays does not have.
    """
    import holidays  # noqa: PLC0415 - slow to import, and most messages are e-mails

    known = holidays.list_supported_countries(include_aliases=True)
    if country not in known:
        return frozenset()
    named = known[country] if parts is None else parts
    return frozenset(
        day
        for part in (None, *named)
        for day in holidays.country_holidays(country, subdiv=part, years=year)
    )
