"""The law of ages, measured values and grades."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from functools import cache
from math import ceil, floor
from typing import Final, TypeVar

from recruit.core.dates import PartialDate, TimeUnit, before
from recruit.criteria.nodes import Age, Measure, Ordinal, Window
from recruit.criteria.truth import Truth, all_of
from recruit.matching.outcome import Attribute, LeafOutcome, Why
from recruit.people.facts import MeasureFact, OrdinalFact, Profile
from recruit.terminology.scales import Scale, scale
from recruit.terminology.variables import convert, variable

# Unit conversion is not exact in binary: 7.0 % stays 7.0 % after a journey through mmol/mol.
TOLERANCE: Final = 1e-9
Range = tuple[float, float]
Dated = TypeVar("Dated", MeasureFact, OrdinalFact)


def age(leaf: Age, profile: Profile, on: date) -> LeafOutcome:
    """Age counts completed units, as registries do: "up to 75 years" ends at the 76th birthday."""
    if profile.born is None:
        return LeafOutcome(leaf, Truth.UNKNOWN, Why.MISSING)
    youngest = completed(profile.born.latest, on, leaf.unit)
    oldest = completed(profile.born.earliest, on, leaf.unit)
    truth = within_bounds((youngest, oldest), leaf)
    why = Why.VAGUE if truth is Truth.UNKNOWN else Why.FACT
    return LeafOutcome(leaf, truth, why, (Attribute.BORN,))


def completed(born: date, on: date, unit: TimeUnit) -> int:
    """How many whole units lie between birth and `on`, 0 before birth."""
    days = max(0, (on - born).days)
    if unit is TimeUnit.DAY:
        return days
    if unit is TimeUnit.WEEK:
        return days // 7
    months = max(0, (on.year - born.year) * 12 + on.month - born.month)
    if born > before(on, months, TimeUnit.MONTH):
        months -= 1
    return max(0, months if unit is TimeUnit.MONTH else months // 12)


def whole_ages(leaf: Age) -> tuple[int | None, int | None]:
    """The completed units from which on an age is within the lower bound, and past the upper one.

    None where it has no such bound.
    """
    low = None if leaf.min is None else _whole(leaf.min, inclusive=leaf.min_inclusive)
    beyond = None if leaf.max is None else _whole(leaf.max, inclusive=not leaf.max_inclusive)
    return low, beyond


def _whole(age: float, *, inclusive: bool) -> int:
    return ceil(age) if inclusive else floor(age) + 1


def within_bounds(known: Range, leaf: Age | Measure, one: Range = (1.0, 1.0)) -> Truth:
    """Whether a value known to lie in `known` is within the leaf's bounds, multiples of `one`."""
    low, high = known
    parts = []
    if leaf.min is not None:
        floor = (leaf.min * one[0], leaf.min * one[1])
        parts.append(_at_least(low, high, floor, inclusive=leaf.min_inclusive))
    if leaf.max is not None:
        ceiling = (leaf.max * one[0], leaf.max * one[1])
        parts.append(~_at_least(low, high, ceiling, inclusive=not leaf.max_inclusive))
    return all_of(parts) if parts else Truth.UNKNOWN


def _at_least(low: float, high: float, bound: Range, *, inclusive: bool) -> Truth:
    if _reaches(low, bound[1], inclusive=inclusive):
        return Truth.YES
    return Truth.UNKNOWN if _reaches(high, bound[0], inclusive=inclusive) else Truth.NO


def _reaches(value: float, bound: float, *, inclusive: bool) -> bool:
    slack = TOLERANCE * max(1.0, abs(bound))
    return value >= bound - slack if inclusive else value > bound + slack


def measure(leaf: Measure, profile: Profile, on: date) -> LeafOutcome:
    """The latest value counts. Values of one day that disagree are a contradiction."""
    facts = [
        fact
        for fact in profile.facts
        if isinstance(fact, MeasureFact) and fact.variable == leaf.variable
    ]
    if not facts:
        return LeafOutcome(leaf, Truth.UNKNOWN, Why.MISSING)
    latest = _latest(facts)
    bounds = canonical(leaf)
    if bounds is None:
        return LeafOutcome(leaf, Truth.UNKNOWN, Why.UNREAD, latest)
    truths = {_measured(bounds, fact, on) for fact in latest}
    if len(truths) > 1:
        return LeafOutcome(leaf, Truth.UNKNOWN, Why.CONTRADICTION, latest)
    truth = truths.pop()
    return LeafOutcome(leaf, truth, Why.VAGUE if truth is Truth.UNKNOWN else Why.FACT, latest)


def _latest(facts: Sequence[Dated]) -> tuple[Dated, ...]:
    newest = max(_day(fact.taken) for fact in facts)
    return tuple(fact for fact in facts if _day(fact.taken) == newest)


def _day(taken: PartialDate | None) -> date:
    return taken.latest if taken else date.min


@cache
def canonical(leaf: Measure) -> Measure | None:
    """The leaf with its bounds in the variable's own unit; None when the unit is not known."""
    known = variable(leaf.variable)
    if leaf.times is not None or known is None or leaf.unit == known.unit:
        return leaf
    low = None if leaf.min is None else convert(leaf.min, leaf.unit, known)
    high = None if leaf.max is None else convert(leaf.max, leaf.unit, known)
    if (low is None) is not (leaf.min is None) or (high is None) is not (leaf.max is None):
        return None
    return replace(leaf, min=low, max=high, unit=known.unit)


def _measured(leaf: Measure, fact: MeasureFact, on: date) -> Truth:
    one = limit(leaf, fact)
    if one is None:
        return Truth.UNKNOWN
    # A value of another time says nothing of the window: it can be taken again.
    if leaf.within is not None and not _taken_in(leaf.within, fact.taken, on):
        return Truth.UNKNOWN
    return within_bounds((fact.value, fact.value), leaf, one)


def limit(leaf: Measure, fact: MeasureFact) -> Range | None:
    """What 1 in the leaf's bounds stands for: the unit, or a limit of normal.

    The limit is the fact's own where it is on record, else the range of laboratories' limits; None
    where there is none. Nobody's baseline is on record.
    """
    known = variable(leaf.variable)
    match leaf.times:
        case None:
            return (1.0, 1.0)
        case "uln":
            own, usual = fact.uln, known.uln if known else None
        case "lln":
            own, usual = fact.lln, known.lln if known else None
        case "baseline":
            return None
    return usual if own is None else (own, own)


def _taken_in(window: Window, taken: PartialDate | None, on: date) -> bool:
    """Whether the value was surely taken in the window."""
    if taken is None:
        return False
    early = window.max is not None and taken.earliest < before(on, window.max, window.unit)
    late = window.min is not None and taken.latest > before(on, window.min, window.unit)
    return not early and not late


def ordinal(leaf: Ordinal, profile: Profile) -> LeafOutcome:
    """The latest grade counts. Grades of one day that disagree are a contradiction."""
    facts = [
        fact
        for fact in profile.facts
        if isinstance(fact, OrdinalFact) and fact.variable == leaf.variable
    ]
    if not facts:
        return LeafOutcome(leaf, Truth.UNKNOWN, Why.MISSING)
    latest = _latest(facts)
    truths = {graded(leaf, fact.value) for fact in latest}
    if len(truths) > 1:
        return LeafOutcome(leaf, Truth.UNKNOWN, Why.CONTRADICTION, latest)
    truth = truths.pop()
    return LeafOutcome(leaf, truth, Why.UNREAD if truth is Truth.UNKNOWN else Why.FACT, latest)


def graded(leaf: Ordinal, grade: str) -> Truth:
    """Whether `grade` is one of the leaf's; UNKNOWN when the leaf or the grade says no number.

    Stage IIIA is a stage III; a stage III may be a IIIA.
    """
    known = scale(leaf.variable)
    if leaf.values:
        finer = {fine for value in leaf.values for fine in (known.taken_in(value) if known else ())}
        if grade in leaf.values or grade in finer:
            return Truth.YES
        coarse = known is not None and not finer.isdisjoint(known.taken_in(grade))
        return Truth.UNKNOWN if coarse else Truth.NO
    rank = _rank(known, grade)
    if rank is None or (leaf.min is None and leaf.max is None):
        return Truth.UNKNOWN
    low = leaf.min is None or rank >= leaf.min
    high = leaf.max is None or rank <= leaf.max
    return Truth.YES if low and high else Truth.NO


def _rank(known: Scale | None, grade: str) -> float | None:
    """The number of a grade: itself where grades are numbers, else its place on the scale."""
    try:
        return float(grade)
    except ValueError:
        return float(known.grades.index(grade)) if known and grade in known.grades else None
