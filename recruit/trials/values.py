"""Words of registries as values: ages, sexes, statuses, dates. What is odd is refused by name."""

import re
from typing import Final, Never

from recruit.core.dates import DAYS, PartialDate, TimeUnit
from recruit.core.errors import Refusal
from recruit.core.i18n import N_
from recruit.trials.draft import AgeLimit, Asked, TrialStatus

OLDEST_POSSIBLE: Final = 150.0  # years; the longest life on record is 122, registries write 130

_NO_LIMIT: Final = frozenset({"", "n/a"})
_AGE: Final = re.compile(r"(\d{1,6}(?:\.\d{1,4})?)\s*([a-zéè]{0,10})")
_UNITS: Final[dict[str, tuple[TimeUnit, float]]] = {
    # An age without a unit is in years, as everybody says it.
    **dict.fromkeys(("", "year", "years", "an", "ans", "année", "années"), (TimeUnit.YEAR, 1)),
    **dict.fromkeys(("month", "months", "mois"), (TimeUnit.MONTH, 1)),
    **dict.fromkeys(("week", "weeks", "semaine", "semaines"), (TimeUnit.WEEK, 1)),
    **dict.fromkeys(("day", "days", "jour", "jours"), (TimeUnit.DAY, 1)),
    **dict.fromkeys(("hour", "hours", "heure", "heures"), (TimeUnit.DAY, 24)),
    **dict.fromkeys(("minute", "minutes"), (TimeUnit.DAY, 24 * 60)),
}
_SEXES: Final[dict[str, Asked | None]] = {
    "": None,
    "all": "all",
    "both": "all",
    "female": "female",
    "male": "male",
}
_STATUSES: Final = {status.value: status for status in TrialStatus}
_EUROPEAN_DATE: Final = re.compile(r"(\d{2})/(\d{2})/(\d{4})")
_SHOWN: Final = 40


def refuse(record: str, field: str, problem: str, **details: object) -> Never:
    """Raise the Refusal of one field of one trial."""
    raise Refusal(record=record, field=field, problem=problem, **details)


def read_age(text: str | None, record: str, field: str) -> AgeLimit | None:
    """The limit that "18 Years", "6 mois" or "24 Hours" says; None for null, "" and "N/A".

    Hours and minutes become completed days, so that nobody who fits is left out.

    Raises:
        Refusal: when the text is no age, or an age that nobody reaches.
    """
    words = (text or "").strip().lower()
    if words in _NO_LIMIT:
        return None
    found = _AGE.fullmatch(words)
    if not found or found[2] not in _UNITS:
        refuse(record, field, N_("“{value}” is not an age"), value=words[:_SHOWN])
    unit, parts = _UNITS[found[2]]
    amount = float(found[1]) if parts == 1 else float(found[1]) // parts
    if amount * DAYS[unit] > OLDEST_POSSIBLE * DAYS[TimeUnit.YEAR]:
        refuse(record, field, N_("nobody reaches the age of {value}"), value=words[:_SHOWN])
    return AgeLimit(amount, unit)


def read_sex(text: str | None, record: str) -> Asked | None:
    """Whom a trial asks for: all, female, male, or None when nothing is said.

    Raises:
        Refusal: for any other word.
    """
    word = (text or "").strip().lower()
    if word not in _SEXES:
        refuse(record, "sex", N_("“{value}” is not a sex known here"), value=word[:_SHOWN])
    return _SEXES[word]


def read_status(text: str | None, record: str, field: str = "status") -> TrialStatus | None:
    """A status in ClinicalTrials.gov's words, in capitals or as people write them, or None.

    Raises:
        Refusal: for any other word.
    """
    word = "_".join(re.findall(r"[a-z]+", (text or "").lower()[:_SHOWN]))
    if not word:
        return None
    if word not in _STATUSES:
        refuse(record, field, N_("“{value}” is not a status known here"), value=word)
    return _STATUSES[word]


def read_date(text: str | None, record: str, field: str) -> PartialDate | None:
    """A date known in part: "2024", "2024-05", "2024-05-31", with a time, or "31/05/2024".

    Raises:
        Refusal: when the text is none of these or names no day of the calendar.
    """
    if not text:
        return None
    day = text.partition("T")[0].strip()
    european = _EUROPEAN_DATE.fullmatch(day)
    if european:
        day = f"{european[3]}-{european[2]}-{european[1]}"
    try:
        return PartialDate.parse(day)
    except ValueError:
        refuse(record, field, N_("“{value}” is not a date"), value=text[:_SHOWN])
