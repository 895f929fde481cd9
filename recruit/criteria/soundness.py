"""Who accepts anybody, known or not, accepts nobody in particular.

A rule that accepts a person about whom nothing is known is refused (architecture, decision 5).
"""

import sys
from typing import Final

from recruit.criteria.eligibility import Criterion
from recruit.criteria.nodes import (
    Age,
    AllOf,
    AnyOf,
    AtLeast,
    Clinical,
    Detail,
    Language,
    Leaf,
    Location,
    Measure,
    Not,
    Number,
    Ordinal,
    Rule,
    Sex,
    State,
    Unparsed,
    Window,
)
from recruit.criteria.truth import Truth, all_of, any_of, at_least


def accepts_unknown(rule: Rule) -> bool:
    """Whether the rule says YES about a person of whom nothing is known."""
    return _of_nobody(rule) is Truth.YES


def admits_unknown(criterion: Criterion) -> bool:
    """Whether such a person meets the criterion: an exclusion is met when its rule says NO."""
    return _of_nobody(criterion.rule) is (Truth.YES if criterion.kind == "inclusion" else Truth.NO)


def is_plain(rule: Rule, depth: int = 1) -> bool:
    """Whether nothing in the rule can be odd: a shallow tree whose figures and times are in order.

    Such a rule is what it would be after a journey as JSON, which takes fifty times as long.
    """
    if isinstance(rule, AllOf | AnyOf):
        return depth < _SHALLOW and bool(rule.of) and all(is_plain(p, depth + 1) for p in rule.of)
    if isinstance(rule, Not):
        return depth < _SHALLOW and is_plain(rule.of, depth + 1)
    return not isinstance(rule, AtLeast) and _is_plain_leaf(rule)


def _is_plain_leaf(leaf: Leaf) -> bool:
    if isinstance(leaf, _TIMED) and not _is_in_order(leaf.within):
        return False
    match leaf:
        case Unparsed(text) | State(text):
            return not _is_blank(text)
        case Clinical(_, text, concepts):
            said = leaf.detail is None or _says_something(leaf.detail)
            return said and all(concepts) and all(leaf.besides) and not _is_blank(text)
        case Measure(variable):
            taken = leaf.within is None or leaf.within.event == "course"
            named = not _is_blank(variable) and not (leaf.unit and leaf.times)
            written = leaf.unit is None or not _is_blank(leaf.unit)
            return taken and named and written and _is_bounded(leaf, -_LARGEST)
        case Age():
            return _is_bounded(leaf, 0)
        case _:
            return isinstance(leaf, Sex)


_SHALLOW: Final = 16
_LARGEST: Final = sys.float_info.max
_TIMED: Final = (Clinical, Measure, State, Unparsed)


def _is_in_order(window: Window | None) -> bool:
    return window is None or _is_interval(window.min, window.max, 0)


def _is_bounded(leaf: Age | Measure, lowest: float) -> bool:
    """Whether some values lie within the bounds and others do not; what is open is included."""
    low, high = leaf.min, leaf.max
    opened = (low is None and not leaf.min_inclusive) or (high is None and not leaf.max_inclusive)
    empty = low == high and not (leaf.min_inclusive and leaf.max_inclusive)
    return not opened and not empty and _is_interval(low, high, lowest)


def _is_interval(low: Number | None, high: Number | None, lowest: float) -> bool:
    """Whether there is a bound, each is a number from `lowest` on, and they are in their order."""
    if low is None:
        return high is not None and lowest <= high <= _LARGEST
    return lowest <= low <= _LARGEST and (high is None or low <= high <= _LARGEST)


def _says_something(detail: Detail) -> bool:
    known = [each for each in (detail.stage, detail.severity, detail.line, detail.value) if each]
    none_empty = "" not in {detail.stage, detail.severity, detail.line, detail.value}
    return bool(known) and none_empty and not any(map(str.isspace, known))


def _is_blank(text: str) -> bool:
    return not text or text.isspace()


def _of_nobody(rule: Rule) -> Truth:
    if rule.__class__ in _ASKING:
        return Truth.UNKNOWN
    match rule:
        case AllOf(of):
            return all_of(map(_of_nobody, of))
        case AnyOf(of):
            return any_of(map(_of_nobody, of))
        case AtLeast(n, of):
            return at_least(n, map(_of_nobody, of))
        case Not(of):
            return ~_of_nobody(of)
        case _:
            return Truth.YES if _is_boundless(rule) else Truth.UNKNOWN


def _is_boundless(leaf: Leaf) -> bool:
    """Whether it bounds nothing, so that it holds for everyone, known or not."""
    match leaf:
        case (
            Age(min=None, max=None)
            | Measure(min=None, max=None, within=None)
            | Ordinal(values=(), min=None, max=None)
            | Location(country=None, km=None)
        ):
            return True
        case _:
            return False


# Most leaves are of these, which never hold for everyone.
_ASKING: Final = frozenset({Clinical, Unparsed, State, Sex, Language})
