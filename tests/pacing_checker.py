"""When somebody may be reached, worked out anew: no zone database, no list of holidays, nothing of
recruit/. It is what the service is measured against.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from typing import Final


@dataclass(frozen=True)
class Region:
    """Where people live: hours from UTC in winter, whose summer time, and holidays of its own."""

    hours: int
    summer: str = ""
    own: tuple[tuple[int, int], ...] = ()
    eastern: bool = False
    american: bool = False


REGIONS: Final[Mapping[str, Region]] = {
    "75012": Region(1, "europe"),
    "20000": Region(1, "europe"),
    "67000": Region(1, "europe", eastern=True),
    "57000": Region(1, "europe", eastern=True),
    "97110": Region(-4, own=((5, 27), (7, 21)), eastern=True),
    "97200": Region(-4, own=((5, 22), (7, 21))),
    "97300": Region(-3, own=((6, 10),)),
    "97400": Region(4, own=((12, 20),)),
    "97600": Region(3, own=((4, 27),)),
    "10001": Region(-5, "america", american=True),
    "60601": Region(-6, "america", american=True),
}
"""By postcode; the last two are New York and Chicago. Guadeloupe also has Good Friday and the third
Thursday of Lent off, by custom.
"""
FIXED: Final = ((1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25))
AFTER_EASTER: Final = (1, 39, 50)  # Easter Monday, Ascension, Whit Monday


def keeps_hours(postcode: str, channel: str, at: datetime) -> bool:
    """Whether a message may reach somebody there at a moment."""
    region = REGIONS[postcode]
    local = at.astimezone(timezone(timedelta(hours=region.hours + _summer(region, at))))
    minutes = local.hour * 60 + local.minute
    if channel == "letter":
        return True
    if channel == "email":
        return 8 * 60 <= minutes < 20 * 60
    if region.american:
        return 8 * 60 <= minutes < 21 * 60
    busy = 10 * 60 <= minutes < 13 * 60 or 14 * 60 <= minutes < 20 * 60
    return busy and local.weekday() < 5 and not is_holiday(postcode, local.date())


def is_holiday(postcode: str, day: date) -> bool:
    """Whether it is a public holiday there."""
    region, easter = REGIONS[postcode], easter_of(day.year)
    moved = {easter + timedelta(days=days) for days in AFTER_EASTER}
    if region.eastern:
        moved.add(easter - timedelta(days=2))
    if postcode.startswith("971"):
        moved.add(easter - timedelta(days=24))
    saint_stephen = region.eastern and not postcode.startswith("971")
    fixed = {*FIXED, *region.own, *([(12, 26)] if saint_stephen else [])}
    return day in moved or (day.month, day.day) in fixed


def easter_of(year: int) -> date:
    """Easter Sunday by Gauss's rule, as corrected for the Gregorian calendar."""
    golden, century = year % 19, year // 100
    skipped = (century - century // 4 - (8 * century + 13) // 25 + 19 * golden + 15) % 30
    moon = skipped - (skipped // 28) * (1 - (29 // (skipped + 1)) * ((21 - golden) // 11))
    weekday = (year + year // 4 + moon + 2 - century + century // 4) % 7
    distance = moon - weekday
    month = 3 + (distance + 40) // 44
    return date(year, month, distance + 28 - 31 * (month // 4))


def _summer(region: Region, at: datetime) -> int:
    year = at.year
    match region.summer:
        case "europe":  # directive 2000/84/EC: from 1:00 UTC on the last Sundays
            begins = _sunday(date(year, 3, 31), back=True)
            ends = _sunday(date(year, 10, 31), back=True)
            hours = (1, 1)
        case "america":  # 15 U.S.C. 260a: second Sunday of March, first of November, at 2 o'clock
            begins = _sunday(date(year, 3, 8))
            ends = _sunday(date(year, 11, 1))
            hours = (2 - region.hours, 1 - region.hours)
        case _:
            return 0
    utc = at.astimezone(timezone.utc).replace(tzinfo=None)  # noqa: UP017 - no name of the service's
    first = datetime(begins.year, begins.month, begins.day, hours[0])  # noqa: DTZ001 - UTC, as above
    last = datetime(ends.year, ends.month, ends.day, hours[1])  # noqa: DTZ001 - UTC, as above
    return 1 if first <= utc < last else 0


def _sunday(day: date, *, back: bool = False) -> date:
    step = timedelta(days=-1 if back else 1)
    while day.weekday() != 6:
        day += step
    return day


@dataclass(frozen=True)
class Sent:
    """One message that left: to whom, who lives where, how and when."""

    person: str
    postcode: str
    channel: str
    at: datetime


def violations(sent: list[Sent], refusals: list[tuple[str, datetime]]) -> list[str]:
    """What was sent at a wrong hour, too often, or too soon after a no."""
    found = [
        f"{each.postcode} by {each.channel} at {each.at.isoformat()}"
        for each in sent
        if not keeps_hours(each.postcode, each.channel, each.at)
    ]
    for person in {each.person for each in sent}:
        times = sorted(each.at for each in sent if each.person == person)
        for first, third in zip(times, times[2:], strict=False):
            if third - first < timedelta(days=30):
                found.append(f"three within {third - first}")
        for when in (at for who, at in refusals if who == person):
            found += [
                f"{at - when} after a no" for at in times if when <= at < when + timedelta(days=60)
            ]
    return found
