"""Calendar dates known in part, and calendar arithmetic.

People say "in 2015" or "April 1975". Such a date is the span of days it may be; comparisons with
it are three-valued and live with the engines.
"""

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Final, Self


class TimeUnit(StrEnum):
    """Units of ages and windows. Hours and minutes count as days: nobody records them."""

    YEAR = "year"
    MONTH = "month"
    WEEK = "week"
    DAY = "day"


DAYS: Final = {
    TimeUnit.YEAR: 365.25,
    TimeUnit.MONTH: 365.25 / 12,
    TimeUnit.WEEK: 7.0,
    TimeUnit.DAY: 1.0,
}
"""How long a unit is on average, to compare lengths of time with one another."""


def before(day: date, amount: float, unit: TimeUnit) -> date:
    """The day that lies `amount` units before `day` (after it when negative).

    Calendar years and months; 29 February becomes 28 in a common year. Fractions of a year are
    months, fractions of a month are days of 30. Amounts past the calendar's ends stop there.
    """
    match unit:
        case TimeUnit.DAY:
            return _shift(day, 0, -round(amount))
        case TimeUnit.WEEK:
            return _shift(day, 0, -round(amount * 7))
        case TimeUnit.MONTH:
            return _months_before(day, amount)
        case TimeUnit.YEAR:
            return _months_before(day, amount * 12)


def _months_before(day: date, months: float) -> date:
    whole = int(months)
    return _shift(day, -whole, -round((months - whole) * 30))


def _shift(day: date, months: int, days: int) -> date:
    count = day.year * 12 + day.month - 1 + months
    year, month = divmod(count, 12)
    if year < date.min.year:
        return date.min
    if year > date.max.year:
        return date.max
    last = calendar.monthrange(year, month + 1)[1]
    try:
        return date(year, month + 1, min(day.day, last)) + timedelta(days=days)
    except OverflowError:
        return date.min if days < 0 else date.max


_WRITTEN = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")


@dataclass(frozen=True, slots=True, order=True)
class PartialDate:
    """A day known to lie in [earliest, latest], both included."""

    earliest: date
    latest: date

    def __post_init__(self) -> None:
        if self.latest < self.earliest:
            raise ValueError

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read "2015", "1975-04", "2026-10-01" or a span "2015-01-03/2016-02-04".

        Raises:
            ValueError: when the text is none of these or names no day of the calendar.
        """
        return cls(*_bounds(text))

    @classmethod
    def of_age(cls, years: int, on: date) -> Self:
        """The birth dates of someone who is `years` old (completed) on the day `on`."""
        return cls(
            before(on, years + 1, TimeUnit.YEAR) + timedelta(days=1),
            before(on, years, TimeUnit.YEAR),
        )

    def __str__(self) -> str:
        first, last = self.earliest, self.latest
        if first == last:
            return first.isoformat()
        for shorter in (f"{first.year:04}", f"{first.year:04}-{first.month:02}"):
            if self == PartialDate.parse(shorter):
                return shorter
        return f"{first.isoformat()}/{last.isoformat()}"


@lru_cache(maxsize=16_384)
def _bounds(text: str) -> tuple[date, date]:
    """First and last day that a text may mean; the same dates are told again and again."""
    if "/" in text:
        first, _, last = text.partition("/")
        return _bounds(first)[0], _bounds(last)[1]
    found = _WRITTEN.fullmatch(text.strip())
    if not found:
        raise ValueError(text)
    year, month, day = (int(part) if part else None for part in found.groups())
    if year is None:  # pragma: no cover - the pattern has a year
        raise ValueError(text)
    if month is None:
        return date(year, 1, 1), date(year, 12, 31)
    if day is None:
        return date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1])
    return date(year, month, day), date(year, month, day)
