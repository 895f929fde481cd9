"""Who accepts anybody, known or not, accepts nobody in particular.

A rule that accepts a person about whom nothing is known is refused (architecture, decision 5).
"""

from typing import Final

from recruit.criteria.eligibility import Criterion
from recruit.criteria.nodes import (
    Age,
    AllOf,
    AnyOf,
    AtLeast,
    Clinical,
    Location,
    Measure,
    Not,
    Ordinal,
    Rule,
    State,
    Unparsed,
)
from recruit.criteria.truth import Truth, all_of, any_of, at_least


def accepts_unknown(rule: Rule) -> bool:
    """Whether the rule says YES about a person of whom nothing is known."""
    return _of_nobody(rule) is Truth.YES


def admits_unknown(criterion: Criterion) -> bool:
    """Whether such a person meets the criterion: an exclusion is met when its rule says NO."""
    return _of_nobody(criterion.rule) is (Truth.YES if criterion.kind == "inclusion" else Truth.NO)


def is_plain(rule: Rule, depth: int = 1) -> bool:
    """Whether nothing in the rule can be odd: a shallow tree of leaves without figures and times.

    Such a rule is what it would be after a journey as JSON, which takes fifty times as long.
    """
    if isinstance(rule, AllOf | AnyOf):
        return depth < _SHALLOW and bool(rule.of) and all(is_plain(p, depth + 1) for p in rule.of)
    if isinstance(rule, Not):
        return depth < _SHALLOW and is_plain(rule.of, depth + 1)
    if isinstance(rule, Clinical):
        bare = rule.within is None and rule.detail is None
        return bare and all(rule.concepts) and all(rule.besides) and not _is_blank(rule.text)
    if isinstance(rule, Unparsed):
        return rule.within is None and not _is_blank(rule.text)
    return isinstance(rule, State) and rule.within is None and not _is_blank(rule.state)


_SHALLOW: Final = 16


def _is_blank(text: str) -> bool:
    return not text or text.isspace()


def _of_nobody(rule: Rule) -> Truth:
    match rule:
        case AllOf(of):
            return all_of(map(_of_nobody, of))
        case AnyOf(of):
            return any_of(map(_of_nobody, of))
        case AtLeast(n, of):
            return at_least(n, map(_of_nobody, of))
        case Not(of):
            return ~_of_nobody(of)
        # A leaf that bounds nothing holds for everyone, known or not.
        case (
            Age(min=None, max=None)
            | Measure(min=None, max=None, within=None)
            | Ordinal(values=(), min=None, max=None)
            | Location(country=None, km=None)
        ):
            return Truth.YES
        case _:
            return Truth.UNKNOWN
