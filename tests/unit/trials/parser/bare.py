"""Rules without their words and places, so that what they say can be compared."""

from dataclasses import replace

from recruit.criteria.nodes import AllOf, AnyOf, AtLeast, Clinical, Not, Rule, Unparsed


def bare(rule: Rule) -> Rule:
    """The rule without spans and without the words it was read from."""
    match rule:
        case AllOf(of):
            return AllOf(tuple(map(bare, of)))
        case AnyOf(of):
            return AnyOf(tuple(map(bare, of)))
        case AtLeast(n, of):
            return AtLeast(n, tuple(map(bare, of)))
        case Not(of):
            return Not(bare(of))
        case Clinical() | Unparsed():
            return replace(rule, text="", span=None)
        case _:
            return replace(rule, span=None)


def unordered(rule: Rule) -> Rule:
    """The bare rule with what "and" and "or" join in one fixed order: languages differ in it."""
    match rule:
        case AllOf(of):
            return AllOf(_sorted(of))
        case AnyOf(of):
            return AnyOf(_sorted(of))
        case AtLeast(n, of):
            return AtLeast(n, _sorted(of))
        case Not(of):
            return Not(unordered(of))
        case _:
            return bare(rule)


def _sorted(rules: tuple[Rule, ...]) -> tuple[Rule, ...]:
    return tuple(sorted(map(unordered, rules), key=repr))
