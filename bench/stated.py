"""The ends of ranges and windows that the leaves of our rules state, as both readings compare them.

Units of time are compared exactly: a year is 12 months, a week 7 days, a day 24 hours, an hour 60
minutes; a month is no number of days.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from bench.forms import End, Sort
from recruit.criteria.nodes import (
    Age,
    AllOf,
    AnyOf,
    AtLeast,
    Clinical,
    Leaf,
    Location,
    Measure,
    Not,
    Ordinal,
    Rule,
    State,
    Unparsed,
    Window,
)
from recruit.terminology.quantities import find_quantities
from recruit.terminology.scales import read_grade, scale
from recruit.terminology.variables import Variable, convert, variable

# How many of the smallest unit of its family each is worth.
_WORTH: Final[dict[str, tuple[str, float]]] = {
    "year": ("month", 12.0),
    "month": ("month", 1.0),
    "week": ("minute", 10_080.0),
    "day": ("minute", 1_440.0),
    "hour": ("minute", 60.0),
    "minute": ("minute", 1.0),
}
_UCUM: Final = {"year": "a", "month": "mo", "week": "wk", "day": "d", "hour": "h", "minute": "min"}


@dataclass(frozen=True, slots=True)
class Stated:
    """One end of what a leaf states.

    `unit` is that of an age or a window, or None; `variable` and `times` are those of a
    measurement, `scale` is that of an ordinal, whose `value` is the place of the grade. A `spare`
    end is the end of the scale itself, which a text may leave out; a `denied` one stands under a
    denial, a `loose` one on words that nobody read.
    """

    sort: Sort
    end: End
    value: float
    inclusive: bool
    unit: str | None = None
    variable: str | None = None
    times: bool = False
    scale: str | None = None
    spare: bool = False
    denied: bool = False
    loose: bool = False


def stated(rule: Rule, text: str) -> list[Stated]:
    """Each end that the rule states, once; `text` is what the spans lie in.

    An age that stands in the text as a word alone ("adults") states no figure and is left out.
    """
    found = [each for leaf, denied in said(rule) for each in ends(leaf, text, denied=denied)]
    return list(dict.fromkeys(found))


def said(rule: Rule, *, denied: bool = False) -> Iterator[tuple[Leaf, bool]]:
    """Each leaf of the rule, and whether it stands under an odd number of denials."""
    match rule:
        case AllOf(of) | AnyOf(of) | AtLeast(of=of):
            for part in of:
                yield from said(part, denied=denied)
        case Not(of):
            yield from said(of, denied=not denied)
        case _:
            yield rule, denied


def ends(leaf: Leaf, text: str, *, denied: bool) -> Iterator[Stated]:
    """Each end that one leaf states; see `stated`."""
    match leaf:
        case Age(low, high, low_in, high_in, unit, span):
            if span is not None and find_quantities(text[slice(*span)]):
                if low is not None:
                    yield Stated("number", "low", low, low_in, str(unit))
                if high is not None:
                    yield Stated("number", "high", high, high_in, str(unit))
        case Measure():
            yield from _of_measure(leaf)
        case Ordinal():
            yield from _of_ordinal(leaf)
        case Location(km=km) if km is not None:
            yield Stated("number", "high", km, inclusive=True)
        case _:
            pass
    match leaf:
        case (
            Clinical(within=Window() as within)
            | Measure(within=Window() as within)
            | State(within=Window() as within)
            | Unparsed(within=Window() as within)
        ):
            loose = isinstance(leaf, Unparsed)
            yield from (replace(end, loose=loose) for end in _of_window(within, denied=denied))
        case _:
            pass


def _of_measure(leaf: Measure) -> Iterator[Stated]:
    times = leaf.times is not None
    if leaf.min is not None:
        yield Stated(
            "number", "low", leaf.min, leaf.min_inclusive, variable=leaf.variable, times=times
        )
    if leaf.max is not None:
        yield Stated(
            "number", "high", leaf.max, leaf.max_inclusive, variable=leaf.variable, times=times
        )


def _of_window(window: Window, *, denied: bool) -> Iterator[Stated]:
    unit = str(window.unit)
    if window.max is not None:
        yield Stated("time", "high", window.max, inclusive=True, unit=unit, denied=denied)
    if window.min is not None:
        yield Stated("time", "low", window.min, inclusive=True, unit=unit, denied=denied)


def _of_ordinal(leaf: Ordinal) -> Iterator[Stated]:
    known = scale(leaf.variable)
    if known is None or not leaf.values:
        return
    places = [known.grades.index(grade) for grade in leaf.values if grade in known.grades]
    last = len(known.grades) - 1
    ends: tuple[tuple[End, int], ...] = (("low", min(places)), ("high", max(places)))
    for end, place in ends:
        spare = place == (0 if end == "low" else last)
        yield Stated("number", end, place, inclusive=True, scale=leaf.variable, spare=spare)


# ------------------------------------------------------------------ the same value
def same_value(ours: Stated, value: float | None, unit: str, text: str) -> bool:
    """Whether our end, which is none of a scale, is at the `value` of a form in its `unit`.

    A measurement is in the unit of its variable: it is the written one where the number in
    the text, with the unit that follows it there, converts to it. Where a time alone is no unit of
    the variable, it is what the value is counted by ("25 breaths per minute").
    """
    if value is None:
        return False
    if ours.unit is not None:
        return same_time(ours.value, ours.unit, value, unit if unit in _UCUM else "year")
    if ours.times or unit == "limit":
        return ours.times and unit in {"limit", "some", ""} and math.isclose(ours.value, value)
    known = variable(ours.variable or "")
    if known is None:
        return math.isclose(ours.value, value)
    timed = convert(value, _UCUM[unit], known) if unit in _UCUM else None
    readings = [timed] if timed is not None else _readings(value, known, text)
    if not unit:
        readings.append(value)
    return any(math.isclose(each, ours.value, rel_tol=1e-6) for each in readings)


def _readings(value: float, known: Variable, text: str) -> list[float]:
    """What the number `value` of the text may be in the variable's unit, a half of a pair too."""
    found: list[float] = []
    for quantity in find_quantities(text):
        over = quantity.over
        if value in (quantity.value, over):
            converted = convert(value, quantity.unit, known)
            found += [] if converted is None else [converted]
        elif over and math.isclose(quantity.value / over, value):
            found.append(value)
    return found


def same_grade(ours: Stated, end: End, written: str, *, inclusive: bool) -> bool:
    """Whether our end of a scale is at the `written` grade, or just within it when left out."""
    known = scale(ours.scale or "")
    grade = read_grade(known, written) if known else None
    if known is None or grade is None or ours.end != end:
        return False
    places = [known.grades.index(each) for each in known.taken_in(grade)]
    if end == "low":
        return ours.value == (min(places) if inclusive else max(places) + 1)
    return ours.value == (max(places) if inclusive else min(places) - 1)


def same_time(value: float, unit: str, other: float, other_unit: str) -> bool:
    """Whether two lengths of time are equal; months and days are never."""
    family, worth = _WORTH[unit]
    other_family, other_worth = _WORTH[other_unit]
    same = math.isclose(value * worth, other * other_worth, rel_tol=1e-6)
    return family == other_family and same
