"""Values and grades, for everybody at a time: quantities.py's law on the rows of an index."""

from datetime import date
from typing import Final

import numpy as np

from recruit.core.dates import before
from recruit.criteria.nodes import Measure, Ordinal, Window
from recruit.matching import sets
from recruit.matching.index import NO, UNKNOWN, YES, Flags, Index, Numbers, Rows, Truths, Values
from recruit.matching.quantities import TOLERANCE, canonical, graded
from recruit.matching.sets import UNSAID, Answer
from recruit.terminology.variables import variable

Bound = float | Numbers
ONE: Final = 1.0
EXACT: Final = (ONE, ONE)
NOTHING: Final = (np.nan, np.nan)


def measure(leaf: Measure, index: Index, on: date) -> Answer:
    """Whose value surely is as `leaf` asks on the day `on`, and whose surely is not."""
    bounds = canonical(leaf)
    values = index.values.get(leaf.variable)
    if values is None or bounds is None or (bounds.min is None and bounds.max is None):
        return UNSAID
    one = _limits(bounds, values)
    said = np.full(len(values.person), YES, np.int8)
    if bounds.min is not None:
        said = _at_least(values, bounds.min, one, inclusive=bounds.min_inclusive)
    if bounds.max is not None:
        beyond = _at_least(values, bounds.max, one, inclusive=not bounds.max_inclusive)
        said = np.minimum(said, YES - beyond)
    if bounds.within is not None:
        said = np.where(_taken_in(bounds.within, values, on), said, UNKNOWN)
    if bounds.times is not None:
        said[np.isnan(one[0])] = UNKNOWN
    return settled(values.person, said, index.size)


def ordinal(leaf: Ordinal, index: Index) -> Answer:
    """Whose grade surely is one of the leaf's, and whose surely is not."""
    grades = index.grades.get(leaf.variable)
    if grades is None:
        return UNSAID
    table = np.array([graded(leaf, label) for label in grades.grade.labels], np.int8)
    return settled(grades.person, table[grades.grade.codes], index.size)


def settled(person: Rows, said: Truths, size: int) -> Answer:
    """Who is said to be so by all their rows, and who not by all; `person` ascends."""
    yes, no = said == YES, said == NO
    again = person[1:] == person[:-1]
    if again.any():
        split = np.flatnonzero(again & (said[1:] != said[:-1]))
        disputed = sets.is_among(person, person[split + 1])
        yes &= ~disputed
        no &= ~disputed
    return Answer(sets.of_rows(person[yes], size), sets.of_rows(person[no], size))


def _limits(leaf: Measure, values: Values) -> tuple[Bound, Bound]:
    """What 1 in the bounds stands for in each row, at least and at most; NaN is not known."""
    known = variable(leaf.variable)
    match leaf.times:
        case None:
            return EXACT
        case "uln":
            own, usual = values.uln, known.uln if known else None
        case "lln":
            own, usual = values.lln, known.lln if known else None
        case "baseline":
            return NOTHING
    least, most = usual or (np.nan, np.nan)
    return np.where(np.isnan(own), least, own), np.where(np.isnan(own), most, own)


def _at_least(values: Values, bound: float, one: tuple[Bound, Bound], *, inclusive: bool) -> Truths:
    low, high = one
    surely = _reaches(values.value, bound * high, inclusive=inclusive).astype(np.int8)
    if low is high:
        return surely * np.int8(YES)
    perhaps = _reaches(values.value, bound * low, inclusive=inclusive)
    return np.asarray(surely + perhaps, np.int8)


def _reaches(value: Numbers, bound: Bound, *, inclusive: bool) -> Flags:
    slack = TOLERANCE * np.maximum(1.0, np.abs(bound))
    return value >= bound - slack if inclusive else value > bound + slack


def _taken_in(window: Window, values: Values, on: date) -> Flags:
    """Which values were surely taken in the window."""
    taken = np.ones(len(values.person), np.bool_)
    if window.max is not None:
        taken &= values.taken.earliest >= before(on, window.max, window.unit).toordinal()
    if window.min is not None:
        taken &= values.taken.latest <= before(on, window.min, window.unit).toordinal()
    return taken
