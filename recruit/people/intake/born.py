"""Birth dates and ages: possible ones, known no closer than to the month.

The exact day belongs into the vault of contact details, not into a profile.
"""

from datetime import date
from typing import Final

from recruit.core.dates import PartialDate, TimeUnit, before
from recruit.core.errors import Refusal
from recruit.core.i18n import N_

OLDEST: Final = 125  # years; the longest life on record ended at 122
OLDEST_FACT: Final = 130  # years
TOO_OLD: Final = N_("this date lies further back than anybody’s life")


def birth_month(born: PartialDate, record: str, field: str, on: date) -> PartialDate:
    """`born` without its day.

    Raises:
        Refusal: the date lies in the future, or further back than anybody lives.
    """
    if born.earliest > on:
        raise Refusal(record=record, field=field, problem=N_("this birth date lies in the future"))
    if born.latest < before(on, OLDEST, TimeUnit.YEAR):
        raise Refusal(record=record, field=field, problem=N_("nobody alive was born so long ago"))
    if born.earliest != born.latest:
        return born
    return PartialDate.parse(f"{born.earliest.year:04}-{born.earliest.month:02}")


def is_too_old(day: PartialDate, on: date) -> bool:
    """Whether nobody who lives on the day `on` can have seen that day."""
    return day.latest < before(on, OLDEST_FACT, TimeUnit.YEAR)


def born_of_age(age: object, record: str, field: str, on: date) -> PartialDate:
    """The span of birth dates of someone who is `age` years old.

    Raises:
        Refusal: this is no age of anybody.
    """
    if isinstance(age, bool) or not isinstance(age, (int, float)) or not 0 <= age <= OLDEST:
        raise Refusal(
            record=record,
            field=field,
            problem=N_("an age is a number of years from 0 to {oldest}"),
            oldest=OLDEST,
        )
    return PartialDate.of_age(int(age), on)
