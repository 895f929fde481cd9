"""When time alone can change a verdict: a birthday, or the end of "within the last 6 months".

Whatever a leaf asks of days compares a day of the record with a limit, so many units before today.
Such a comparison turns once: on the day on which the limit reaches the day of the record. Between
two such days nothing changes by itself, so that nobody need be judged again.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from functools import lru_cache
from typing import Final

import numpy as np

from recruit.core.dates import TimeUnit, before
from recruit.criteria.eligibility import Eligibility, leaves
from recruit.criteria.nodes import Age, Clinical, Leaf, Measure
from recruit.matching.embedded_episodes import is_dated
from recruit.matching.index import ENDING, LASTING, NO_ROWS, PAST, Days, Index, Rows, listed
from recruit.matching.quantities import whole_ages

HORIZON: Final = 366
"""Days that are looked ahead. Whoever turns on none of them is looked at again on the last."""

Turn = tuple[Rows | None, Days]
"""People by their rows (None: everybody), and the day on which each turns."""


def dated_leaves(eligibility: Eligibility) -> frozenset[Leaf]:
    """The leaves of a trial whose truth may change with the day."""
    return frozenset(
        leaf
        for criterion in eligibility.criteria
        if criterion.settled_by == "record"
        for leaf in leaves(criterion.rule)
        if isinstance(leaf, Age) or getattr(leaf, "within", None) is not None
    )


def turning_days(asked: Iterable[Leaf], index: Index, on: date) -> Days:
    """For each person the first day after `on` on which any of `asked` may turn, as an ordinal.

    It is never later than HORIZON days from then.
    """
    found = np.full(index.size, on.toordinal() + HORIZON, np.int32)
    for leaf in asked:
        for rows, days in _turns(leaf, index, on):
            if rows is None:
                np.minimum(found, days, out=found)
            else:
                np.minimum.at(found, rows, days)
    return found


def _turns(leaf: Leaf, index: Index, on: date) -> Iterator[Turn]:
    match leaf:
        case Age():
            yield from _birthdays(leaf, index, on)
        case Clinical():
            yield from _of_things(leaf, index, on)
        case Measure():
            yield from _of_values(leaf, index, on)
        case _:
            return


def _birthdays(leaf: Age, index: Index, on: date) -> Iterator[Turn]:
    """An age is reached on a birthday; where the day of birth is not known, within some days."""
    for age in whole_ages(leaf):
        if age is None:
            continue
        for days in (index.born.earliest, index.born.latest):
            yield None, _reached(days, on, age, leaf.unit)


def _of_things(leaf: Clinical, index: Index, on: date) -> Iterator[Turn]:
    things, window = index.things, leaf.within
    if window is None:
        return
    began, ended = things.began, things.ended
    for status in (LASTING, ENDING, PAST):
        # Of what has no day, none turns anything.
        names = [listed(leaf.kind, status, each, told=True) for each in leaf.concepts]
        found = [rows for name in names if (rows := things.supporting.get(name)) is not None]
        rows = np.concatenate([NO_ROWS, *found])
        people = things.whose(rows)
        if window.min is not None:
            for days in (began.earliest, began.latest):
                yield people, _reached(days[rows], on, window.min, window.unit)
        if window.max is not None and is_dated(window, status):
            # An onset that nobody recorded is not after the end.
            firsts = (began.earliest, began.latest) if window.event == "onset" else ()
            for days in (*firsts, ended.earliest, ended.latest):
                yield people, _passed(days[rows], on, window.max, window.unit)


def _of_values(leaf: Measure, index: Index, on: date) -> Iterator[Turn]:
    values, window = index.values.get(leaf.variable), leaf.within
    if values is None or window is None:
        return
    if window.min is not None:
        yield values.person, _reached(values.taken.latest, on, window.min, window.unit)
    if window.max is not None:
        yield values.person, _passed(values.taken.earliest, on, window.max, window.unit)


def _reached(days: Days, on: date, amount: float, unit: TimeUnit) -> Days:
    """The first day after `on` that has each of `days`, or one before it, `amount` units before."""
    limits = _limits(on, amount, unit)
    # What the limit of `on` has reached turned long ago.
    later = np.searchsorted(limits, days).astype(np.int32)
    first: Days = np.where(later > 0, later, HORIZON).astype(np.int32)
    return first + np.int32(on.toordinal())


def _passed(days: Days, on: date, amount: float, unit: TimeUnit) -> Days:
    """The first day after `on` of which the limit lies behind each of `days`."""
    return _reached(days + np.int32(1), on, amount, unit)


@lru_cache(maxsize=4096)
def _limits(on: date, amount: float, unit: TimeUnit) -> Days:
    """The limit of `on` and of each day up to the horizon, ascending."""
    ahead = (before(on, -days, TimeUnit.DAY) for days in range(HORIZON))
    return np.array([before(day, amount, unit).toordinal() for day in ahead], np.int32)
