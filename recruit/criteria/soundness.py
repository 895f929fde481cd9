"""Who accepts anybody, known or not, accepts nobody in particular.

A rule that accepts a person about whom nothing is known is refused (architecture, decision 5).
"""

from recruit.criteria.eligibility import Criterion
from recruit.criteria.nodes import (
    Age,
    AllOf,
    AnyOf,
    AtLeast,
    Location,
    Measure,
    Not,
    Ordinal,
    Rule,
)
from recruit.criteria.truth import Truth, all_of, any_of, at_least


def accepts_unknown(rule: Rule) -> bool:
    """Whether the rule says YES about a person of whom nothing is known."""
    return _of_nobody(rule) is Truth.YES


def admits_unknown(criterion: Criterion) -> bool:
    """Whether such a person meets the criterion: an exclusion is met when its rule says NO."""
    return _of_nobody(criterion.rule) is (Truth.YES if criterion.kind == "inclusion" else Truth.NO)


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
