"""Values and grades, for everybody at a time: quantities.py's law on the rows of an index."""

from datetime import date

import numpy as np
import numpy.typing as npt

from recruit.core.dates import before
from recruit.criteria.nodes import Measure, Ordinal, Window
from recruit.matching.index import NO, UNKNOWN, YES, Flags, Index, Numbers, Rows, Truths, Values
from recruit.matching.quantities import TOLERANCE, canonical, graded
from recruit.terminology.variables import variable


def measure(leaf: Measure, index: Index, on: date) -> Truths:
    """The truth of `leaf` for each person of `index` on the day `on`."""
    truth = np.full(index.size, UNKNOWN, np.int8)
    bounds = canonical(leaf)
    values = index.values.get(leaf.variable)
    if values is None or bounds is None:
        return truth
    low, high = _limits(bounds, values)
    said = np.full(len(values.person), YES, np.int8)
    if bounds.min is not None:
        said = np.minimum(
            said, _at_least(values, bounds.min * low, bounds.min * high, bounds.min_inclusive)
        )
    if bounds.max is not None:
        beyond = _at_least(values, bounds.max * low, bounds.max * high, not bounds.max_inclusive)
        said = np.minimum(said, YES - beyond)
    if bounds.min is None and bounds.max is None:
        said[:] = UNKNOWN
    if bounds.within is not None:
        said = np.where(_taken_in(bounds.within, values, on), said, UNKNOWN)
    said[np.isnan(low)] = UNKNOWN
    settle(truth, values.person, said.astype(np.int8))
    return truth


def ordinal(leaf: Ordinal, index: Index) -> Truths:
    """The truth of `leaf` for each person of `index`."""
    truth = np.full(index.size, UNKNOWN, np.int8)
    grades = index.grades.get(leaf.variable)
    if grades is not None:
        table = np.array([graded(leaf, label) for label in grades.grade.labels], np.int8)
        settle(truth, grades.person, table[grades.grade.codes])
    return truth


def settle(truth: Truths, person: Rows, said: Truths) -> None:
    """Write what each person's rows say; where they disagree it is UNKNOWN."""
    best, worst = np.full(len(truth), NO, np.int8), np.full(len(truth), YES, np.int8)
    np.maximum.at(best, person, said)
    np.minimum.at(worst, person, said)
    truth[person] = np.where(best[person] == worst[person], best[person], UNKNOWN)


def _limits(leaf: Measure, values: Values) -> tuple[Numbers, Numbers]:
    """What 1 in the bounds stands for in each row, at least and at most; NaN is not known."""
    known = variable(leaf.variable)
    match leaf.times:
        case None:
            one = np.ones(len(values.person))
            return one, one
        case "uln":
            own, usual = values.uln, known.uln if known else None
        case "lln":
            own, usual = values.lln, known.lln if known else None
        case "baseline":
            nothing = np.full(len(values.person), np.nan)
            return nothing, nothing
    least, most = usual or (np.nan, np.nan)
    return np.where(np.isnan(own), least, own), np.where(np.isnan(own), most, own)


def _at_least(values: Values, low: Numbers, high: Numbers, inclusive: bool) -> Truths:  # noqa: FBT001 - the bound's own flag
    surely = _reaches(values.value, high, inclusive).astype(np.int8)
    return np.asarray(surely + _reaches(values.value, low, inclusive), np.int8)


def _reaches(value: Numbers, bound: Numbers, inclusive: bool) -> npt.NDArray[np.bool_]:  # noqa: FBT001 - as above
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
