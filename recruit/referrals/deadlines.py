"""How long somebody may stand at one place before it is too long, in working days.

A working day is Monday to Friday and no public holiday of France (Code du travail, article
L3133-1, as the package holidays has them). The day on which something happened does not count: who
is released on a Friday is to be called by the end of Tuesday. The numbers are our choice.
"""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

COUNTRY: Final = "FR"
SATURDAY: Final = 5
A_DAY: Final = timedelta(days=1)

PROPOSED: Final = "proposed"
ASKED: Final = "asked"
APPROVED: Final = "approved"

WORKING_DAYS: Final[Mapping[str, int]] = {
    PROPOSED: 5,  # somebody looks at the match
    ASKED: 10,  # the person answers, or the match is judged without
    APPROVED: 10,  # the invitation leaves
    "interested": 7,  # the person answers the questions
    "pre-screened": 7,  # the person chooses a site
    "released": 2,  # the site calls
    "contacted": 10,  # the site begins to screen, or it ends
    "screening": 30,  # the site knows what came of it
}
"""By the word of the stage (actions/following/stages.py). Elsewhere nobody has to do anything."""
ESCALATED: Final = 2
"""So many working days after a site's deadline the operator's coordinators hear of it."""
ALARMED: Final = 5
"""And after so many the administrators, whoever's deadline it was."""


def is_working_day(day: date) -> bool:
    """Whether people are at work on a day."""
    return day.weekday() < SATURDAY and day not in _holidays(day.year)


def due(word: str, since: datetime, zone: ZoneInfo) -> datetime | None:
    """The end of the last day on which it is in time; None for a stage that has no deadline.

    `zone` is the one whose days are meant.
    """
    days = WORKING_DAYS.get(word)
    if days is None:
        return None
    return _midnight(_after(since.astimezone(zone).date(), days) + A_DAY, zone)


def late_before(word: str, at: datetime, zone: ZoneInfo, more: int = 0) -> datetime:
    """Who has stood at a stage since before this moment is late at the moment `at`.

    With `more`, late by at least so many working days besides.
    """
    day = at.astimezone(zone).date()
    for _ in range(WORKING_DAYS[word] + more):
        day = _before(day)
    # Who came on the eve is late today: as many working days have gone by as they had.
    return _midnight(day, zone)


def _after(day: date, days: int) -> date:
    """The working day that comes so many after a day."""
    while days:
        day += A_DAY
        days -= is_working_day(day)
    return day


def _before(day: date) -> date:
    """The last working day before a day."""
    day -= A_DAY
    while not is_working_day(day):
        day -= A_DAY
    return day


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone)


@lru_cache(maxsize=16)
def _holidays(year: int) -> frozenset[date]:
    import holidays  # noqa: PLC0415 - slow to import, and few pages count days

    return frozenset(holidays.country_holidays(COUNTRY, years=year))
