"""Numbers with units, multiples of normal and durations in running text, with positions."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from recruit.core.dates import TimeUnit
from recruit.terminology.dates import find_dates
from recruit.terminology.numerals import ONLY_BEFORE_UNIT, lowered, number
from recruit.terminology.quantity_patterns import (
    AFTER_LIMIT,
    AFTER_TIME,
    AGAIN,
    GOES_ON,
    IN_DIGITS,
    IN_WORDS,
    LIMIT,
    LIMIT_BEGINS,
    MULTIPLE,
    OVER,
    RANGE,
    unit_pattern,
)
from recruit.terminology.units import parse_unit
from recruit.terminology.variables import Variable, convert


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number of a text, `[start, end)` in characters with its unit.

    `unit` is a UCUM code, "ULN", "LLN" or "baseline" for a multiple of these, None without one.
    `over` is the second number of a pair: 140/90, 20/50, 24/30.
    """

    start: int
    end: int
    value: float
    unit: str | None = None
    over: float | None = None


@dataclass(frozen=True, slots=True)
class Duration:
    """A length of time in a text, `[start, end)` in characters; hours are parts of days."""

    start: int
    end: int
    amount: float
    unit: TimeUnit


def find_quantities(text: str) -> list[Quantity]:
    """All numbers of `text` in order, with their units; dates, and words for one, are none.

    The first number of a range takes the unit of the second ("7-10 %", "3 à 6 mois").
    """
    dates = [(each.start, each.end) for each in find_dates(text)]
    found = list(_numbers(text, dates))
    for i in range(len(found) - 2, -1, -1):
        first, second = found[i], found[i + 1]
        if first.unit is None and first.over is None and second.unit is not None:
            gap = text[first.end : second.start]
            if len(gap) < _WIDEST_GAP and RANGE.fullmatch(gap):
                found[i] = replace(first, unit=second.unit)
    return found


_WIDEST_GAP: Final = 40


def _numbers(text: str, dates: list[tuple[int, int]]) -> Iterator[Quantity]:
    position = 0
    starts = [start for start, _ in dates]
    for match in _candidates(text):
        start = match.start()
        if start < position:
            continue
        nearest = bisect_right(starts, start) - 1
        if nearest >= 0 and start < dates[nearest][1]:
            position = dates[nearest][1]
            continue
        read = _of_limit(text, match) if match.re is LIMIT else _of_number(text, match)
        if read is not None:
            position = read.end
            yield read


def _candidates(text: str) -> list[re.Match[str]]:
    """Where a quantity may begin: digits, words for numbers, limits of normal, in order."""
    limits = (LIMIT.match(text, each.start()) for each in LIMIT_BEGINS.finditer(text))
    found = [each for each in IN_DIGITS.finditer(text) if not _goes_on(text, each.start())]
    found += IN_WORDS.finditer(lowered(text))
    found += (each for each in limits if each is not None)
    return sorted(found, key=_start)


def _start(match: re.Match[str]) -> int:
    return match.start()


def _goes_on(text: str, start: int) -> bool:
    if not GOES_ON.search(text, max(0, start - 2), start):
        return False
    # "8yr-18yrs"
    return not AFTER_TIME.search(text, max(0, start - 12), start)


def _of_number(text: str, match: re.Match[str]) -> Quantity | None:
    value = number(match.group())
    start, end = match.span()
    in_words = match.re is IN_WORDS
    if not in_words and _negative(text, start):
        start, value = start - 1, -value
    if again := AGAIN.match(text, end):
        end = again.end()
    over = None
    if not in_words and (pair := OVER.match(text, end)):
        over, end = number(pair[1]), pair.end()
    elif (multiple := MULTIPLE.match(text, end)) and (kind := _limit_kind(multiple)):
        return Quantity(start, multiple.end(), value, kind)
    found = unit_pattern().match(text, end)
    unit = parse_unit(" ".join(found["unit"].split())) if found else None
    if found and unit:
        return Quantity(start, found.end(), value, unit.code or None, over)
    if in_words and match.group() in ONLY_BEFORE_UNIT:
        return None
    return Quantity(start, end, value, None, over)


def _negative(text: str, start: int) -> bool:
    """A minus before the number is its sign, unless something stands before it: "18 -65"."""
    if start < 1 or text[start - 1] not in "-−":
        return False
    before = text[max(0, start - 3) : start - 1]
    return not before.strip() or (before[-1] in " <>≤≥=(,:;" and not before.strip()[-1].isdigit())


def _limit_kind(match: re.Match[str]) -> str | None:
    named = match.groupdict()
    if named["lln"]:
        return "LLN"
    if named["uln"] or named["n"]:
        return "ULN"
    # "3 normal" is nothing; "3 times normal" is.
    if named["times"]:
        return "baseline" if named["baseline"] else "ULN"
    return None


def _of_limit(text: str, match: re.Match[str]) -> Quantity:
    """A limit of normal without a number before it: itself, or times the number after it."""
    kind = "ULN" if match["uln"] else "LLN"
    if after := AFTER_LIMIT.match(text, match.end()):
        return Quantity(match.start(), after.end(), number(after[1]), kind)
    return Quantity(match.start(), match.end(), 1.0, kind)


def measured(quantity: Quantity, variable: Variable) -> float | None:
    """What a quantity says of a variable, in its canonical unit; None when it cannot be that.

    A pair is read as the variable has it: 140/90 is systolic over diastolic, 20/50 an acuity of
    0.4, 24/30 a score of 24.
    """
    if quantity.over is None:
        return convert(quantity.value, quantity.unit, variable)
    if variable.key == "visual_acuity" and quantity.over > 0:
        return convert(quantity.value / quantity.over, None, variable)
    value = quantity.over if variable.key == "diastolic_bp" else quantity.value
    return convert(value, quantity.unit, variable)


_DAYS: Final = {"h": 1 / 24, "min": 1 / 1440, "(24.h)": 1.0}
_TIME: Final = {"a": TimeUnit.YEAR, "mo": TimeUnit.MONTH, "wk": TimeUnit.WEEK, "d": TimeUnit.DAY}
_SINGLE: Final = re.compile(
    r"\b(?:an?|the\s(?:last|past|previous|prior|preceding)|(?:last|past|previous|prior|preceding)"
    r"|the(?=\s(?:year|month|week|day)\s(?:prior|before|preceding|leading)\b)"
    r"|this|l'|l’|le|la|dernier|derni[eè]re|cette)\s?(?P<unit>year|month|week|day|ann[ée]e|mois"
    r"|semaine)\b(?P<after>\s(?:derni[eè]re?|pr[ée]c[ée]dente?|pass[ée]e?|[ée]coul[ée]e?"
    r"|(?=(?:pr[ée]c[ée]dant|qui\spr[ée]c[èe]de|avant)\b)))?",
    re.IGNORECASE,
)
_FRENCH_ARTICLES: Final = ("l'", "l’", "le", "la")


def find_durations(text: str) -> list[Duration]:
    """All lengths of time of `text` in order: "6 months", "six mois", "24 heures", "past year"."""
    found = [
        Duration(q.start, q.end, q.value * _DAYS.get(q.unit, 1.0), _TIME.get(q.unit, TimeUnit.DAY))
        for q in find_quantities(text)
        if q.unit in _TIME or q.unit in _DAYS
    ]
    for match in _SINGLE.finditer(text):
        french = match.group().lower().startswith(_FRENCH_ARTICLES)
        unit = parse_unit(match["unit"])
        # "la semaine" alone is no length of time, "la semaine dernière" is.
        if unit is not None and (match["after"] or not french):
            found.append(Duration(match.start(), match.end(), 1.0, _TIME[unit.code]))
    return sorted(found, key=lambda each: each.start)
