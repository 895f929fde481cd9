"""Criteria that nobody can meet together: ages that exclude each other, the same asked and barred.

Only what is certain is found. Of a criterion, that is what holds whenever it is met: all that an
inclusion asserts, and the contrary of all that an exclusion names.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations_with_replacement
from math import inf

from recruit.core.dates import DAYS
from recruit.criteria.eligibility import Criterion
from recruit.criteria.nodes import (
    Age,
    AllOf,
    AnyOf,
    Clinical,
    Leaf,
    Location,
    Measure,
    Not,
    Ordinal,
    Rule,
    Sex,
    Unparsed,
)
from recruit.matching.quantities import canonical, whole_ages


@dataclass(frozen=True, slots=True)
class _Range:
    """A value of `what` that lies between two ends."""

    what: tuple[object, ...]
    low: float = -inf
    high: float = inf
    with_low: bool = True
    with_high: bool = True


@dataclass(frozen=True, slots=True)
class _OneOf:
    """A value of `what` that is one of these."""

    what: str
    values: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Said:
    """A leaf that holds, or does not; where it stands in the text does not matter."""

    leaf: Leaf
    holds: bool


_Demand = _Range | _OneOf | _Said


def contradictions(criteria: Sequence[Criterion]) -> Iterator[tuple[int, int]]:
    """The places of each two criteria that nobody can meet together, of one with itself too."""
    demands = [tuple(_demands(each.rule, each.kind == "inclusion")) for each in criteria]
    for one, other in combinations_with_replacement(range(len(criteria)), 2):
        if any(_clash(a, b) for a in demands[one] for b in demands[other]):
            yield one, other


def _demands(rule: Rule, holds: bool) -> Iterator[_Demand]:  # noqa: FBT001 - whether the rule must hold
    match rule:
        case Not(of):
            yield from _demands(of, not holds)
        case AllOf(of) if holds:
            for each in of:
                yield from _demands(each, holds)
        case AnyOf(of) if not holds:
            for each in of:
                yield from _demands(each, holds)
        case _ if isinstance(rule, Leaf) and not isinstance(rule, Unparsed):
            yield from _of_leaf(rule, holds)


def _of_leaf(leaf: Leaf, holds: bool) -> Iterator[_Demand]:  # noqa: FBT001 - as above
    yield _Said(_unplaced(leaf), holds)
    bounds = _range(leaf)
    if bounds and holds:
        yield bounds
    elif bounds:
        yield from _beyond(bounds)
    if holds and isinstance(leaf, Sex):
        yield _OneOf("sex", frozenset({leaf.value}))
    elif holds and isinstance(leaf, Location) and leaf.country:
        yield _OneOf("country", frozenset({leaf.country}))
    elif holds and isinstance(leaf, Ordinal) and leaf.values:
        yield _OneOf(leaf.variable, frozenset(leaf.values))


def _unplaced(leaf: Leaf) -> Leaf:
    plain = replace(leaf, span=None)
    # The same concepts are the same, whatever they were called.
    return replace(plain, text="") if isinstance(plain, Clinical) and plain.concepts else plain


def _range(leaf: Leaf) -> _Range | None:
    match leaf:
        case Age():
            return _ages(leaf)
        case Measure():
            read = canonical(leaf)
            if read is None:
                return None
            return _Range(
                (read.variable, read.times, read.within),
                -inf if read.min is None else read.min,
                inf if read.max is None else read.max,
                read.min_inclusive,
                read.max_inclusive,
            )
        case Ordinal(variable, (), low, high):
            return _Range((variable,), -inf if low is None else low, inf if high is None else high)
        case _:
            return None


def _ages(leaf: Age) -> _Range:
    """In days, as ages count: "up to 75 years" ends just before the 76th birthday."""
    unit = DAYS[leaf.unit]
    low, high = whole_ages(leaf)
    return _Range(
        ("age",),
        -inf if low is None else low * unit,
        inf if high is None else high * unit,
        with_high=False,
    )


def _beyond(bounds: _Range) -> Iterator[_Range]:
    """What is left of a value that must not be within bounds, where that is one stretch."""
    if bounds.low == -inf:
        yield _Range(bounds.what, low=bounds.high, with_low=not bounds.with_high)
    elif bounds.high == inf:
        yield _Range(bounds.what, high=bounds.low, with_high=not bounds.with_low)


def _clash(one: _Demand, other: _Demand) -> bool:
    match one, other:
        case _Range(), _Range():
            return one.what == other.what and _apart(one, other)
        case _OneOf(), _OneOf():
            return one.what == other.what and one.values.isdisjoint(other.values)
        case _Said(), _Said():
            return one.leaf == other.leaf and one.holds is not other.holds
        case _:
            return False


def _apart(one: _Range, other: _Range) -> bool:
    # Of equal ends the one that is left out is the stricter: True sorts last, False first.
    low, without_low = max((one.low, not one.with_low), (other.low, not other.with_low))
    high, with_high = min((one.high, one.with_high), (other.high, other.with_high))
    return low > high or (low == high and (without_low or not with_high))
