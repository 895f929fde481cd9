"""Calendar dates in running text: "2015", "in March 2019", "le 3 mars 2019", "[**2148-10-1**]"."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Final

from recruit.core.dates import PartialDate
from recruit.terminology.alternation import any_of


@dataclass(frozen=True, slots=True)
class DateMention:
    """A date in a text, `[start, end)` in characters, as exactly as it was said."""

    start: int
    end: int
    date: PartialDate


_MONTHS: Final = (
    ("january", "jan", "janvier", "janv"),
    ("february", "feb", "février", "fevrier", "févr", "fév"),
    ("march", "mar", "mars"),
    ("april", "apr", "avril", "avr"),
    ("may", "mai"),
    ("june", "jun", "juin"),
    ("july", "jul", "juillet", "juil"),
    ("august", "aug", "août", "aout"),
    ("september", "sept", "sep", "septembre"),
    ("october", "oct", "octobre"),
    ("november", "nov", "novembre"),
    ("december", "dec", "décembre", "decembre", "déc"),
)
_MONTH_OF: Final = {name: month for month, names in enumerate(_MONTHS, 1) for name in names}
_MONTH: Final = rf"(?i:{any_of(_MONTH_OF)})\b\.?"
_YEAR: Final = r"(?:19|20|21)\d\d"
_DAY: Final = r"\d{1,2}(?:st|nd|rd|th|er)?"
_DATE: Final = re.compile(
    rf"(?P<open>\[\*\*)?(?<![\d.,/])(?<!(?<!\d{{4}})-)(?:"
    rf"(?P<y1>{_YEAR})-(?P<m1>\d{{1,2}})(?:-(?P<d1>\d{{1,2}}))?"
    rf"|(?P<a>\d{{1,2}})(?P<sep>[/.-])(?P<b>\d{{1,2}})(?P=sep)(?P<y2>{_YEAR}|\d\d)"
    rf"|(?P<m3>\d{{1,2}})/(?P<y3>{_YEAR})"
    rf"|(?:(?P<d4>{_DAY})\s)?(?:of\s)?\b(?P<m4>{_MONTH}),?\s(?:(?P<d5>{_DAY}),?\s)?(?P<y4>{_YEAR})"
    rf"|(?P<y5>{_YEAR})"
    rf")(?!\d|/\d|-\d(?!\d{{3}}\b)|[.,]\d)(?P<close>\*\*\])?"
)
# No date is without a year or two strokes; most texts have neither and need no closer look.
_HINT: Final = re.compile(r"[12][019]\d\d|[0-9]{1,2}[/.-]\d{1,2}[/.-]\d\d")
# Four digits before a unit, or after a comparison, are an amount: "2000 mg", "> 2000".
_AMOUNT: Final = re.compile(
    r"\s?(?:%|[x×]\s?10|/|(?:µ|m|u|n|p|k|d)?(?:g|l|mol|u|iu|ui|m|eq|cal)\b|cells|cellules|kcal"
    r"|copies|steps|pas\b|patients|participants|subjects)",
    re.IGNORECASE,
)
_COMPARED: Final = re.compile(r"[<>≤≥=±+]\s?$")
_CENTURY: Final = 100
_THIS_CENTURY: Final = 50
_MONTHS_A_YEAR: Final = 12


def find_dates(text: str) -> list[DateMention]:
    """All dates of `text`, in order.

    "03/04/2019" may be in March or in April: both are within the date that is given. A year with
    two digits lies between 1950 and 2049. What no calendar has ("31/02/2019") is left out.
    """
    found: list[DateMention] = []
    if not _HINT.search(text):
        return found
    for match in _DATE.finditer(text):
        if match["y5"] and not match["open"] and _is_amount(text, match):
            continue
        read = _read(match)
        if read is not None:
            found.append(DateMention(match.start(), match.end(), read))
    return found


def _is_amount(text: str, match: re.Match[str]) -> bool:
    before = text[max(0, match.start() - 2) : match.start()]
    return bool(_COMPARED.search(before) or _AMOUNT.match(text, match.end()))


def _read(match: re.Match[str]) -> PartialDate | None:
    try:
        if match["y1"]:
            return _partial(match["y1"], match["m1"], match["d1"])
        if match["sep"]:
            return _either_order(match["a"], match["b"], match["y2"])
        if match["y3"]:
            return _partial(match["y3"], match["m3"], None)
        if match["m4"]:
            month = _MONTH_OF[match["m4"].rstrip(".").lower()]
            return _partial(match["y4"], str(month), match["d4"] or match["d5"])
        return _partial(match["y5"], None, None)
    except ValueError:
        return None


def _partial(year: str, month: str | None, day: str | None) -> PartialDate:
    written = year
    if month:
        written += f"-{int(month):02}"
    if day:
        written += f"-{int(re.sub(r'[^0-9]', '', day)):02}"
    return PartialDate.parse(written)


def _either_order(first: str, second: str, year: str) -> PartialDate | None:
    """Day and month in whichever order the calendar allows, both where it allows both."""
    full = int(year)
    if full < _CENTURY:
        full += 2000 if full < _THIS_CENTURY else 1900
    orders = {(int(first), int(second)), (int(second), int(first))}
    days = sorted(_day(full, month, day) for day, month in orders if month <= _MONTHS_A_YEAR)
    return PartialDate(days[0], days[-1]) if days else None


def _day(year: int, month: int, day: int) -> date:
    return PartialDate.parse(f"{year:04}-{month:02}-{day:02}").earliest
