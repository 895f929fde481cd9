"""Days counted back from when a text was written: "2 years ago", "three weeks earlier"."""

import re
from datetime import date
from typing import Final

from recruit.core.dates import PartialDate, TimeUnit, before
from recruit.terminology.alternation import any_of
from recruit.terminology.numerals import WORDS

_MOST: Final = 10  # in words; more is written in figures
_NUMBERS: Final = {"a": 1, "an": 1} | {
    word: value for word, value in WORDS.items() if 0 < value <= _MOST
}
_UNITS: Final = {
    "day": TimeUnit.DAY,
    "week": TimeUnit.WEEK,
    "month": TimeUnit.MONTH,
    "year": TimeUnit.YEAR,
    "jour": TimeUnit.DAY,
    "semaine": TimeUnit.WEEK,
    "mois": TimeUnit.MONTH,
    "an": TimeUnit.YEAR,
    "année": TimeUnit.YEAR,
}
_AMOUNT: Final = rf"(?P<n>\d{{1,2}}|{any_of(_NUMBERS)})[\s-](?P<unit>{any_of(_UNITS)})s?"
_LINKS: Final = (
    r"(?:(?:about|approximately|around|some|diagnosed|performed|done|diagnostiquée?|environ)\s)"
    r"{0,2}"
)
# Right behind what happened; "il y a" stands before the amount, "ago" behind it.
_AGO: Final = re.compile(
    rf"[\s,(]{{1,2}}{_LINKS}(?:{_AMOUNT}\s(?:ago|earlier|previously)\b)", re.IGNORECASE
)
_IL_Y_A: Final = re.compile(rf"[\s,(]{{1,2}}{_LINKS}il y a\s{_LINKS}{_AMOUNT}\b", re.IGNORECASE)
# "Two years ago" may be a year and a half.
_HALF: Final = 0.5


def ago(text: str, position: int, on: date) -> PartialDate | None:
    """The day that the words at `position` count back to from `on`, half a unit either way."""
    found = _AGO.match(text, position) or _IL_Y_A.match(text, position)
    if found is None:
        return None
    said = found["n"].lower()
    number = int(said) if said.isdigit() else _NUMBERS[said]
    unit = _UNITS[found["unit"].lower()]
    return PartialDate(before(on, number + _HALF, unit), before(on, max(number - _HALF, 0), unit))
