"""What a trial asks, made ready for the embedded engine: leaves of any criterion, and how many.

"All", "any", "at least", "not" are one thing: a statement holds when so many of its parts hold, and
surely does not when so many surely do not. Negations move to the leaves, by De Morgan's laws, which
hold in Kleene's logic. A part of which no record says anything (text that was not read) is left
out here, once, and makes what it stands in harder to hold and to rule out: a trial's criteria are
half unread, and need no look at anybody.
"""

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

from recruit.criteria.eligibility import Criterion, Eligibility
from recruit.criteria.nodes import (
    AllOf,
    AnyOf,
    AtLeast,
    Clinical,
    Leaf,
    Measure,
    Not,
    Ordinal,
    Rule,
    Unparsed,
)


@dataclass(frozen=True, slots=True)
class Asked:
    """One leaf, or that it does not hold."""

    leaf: Leaf
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Counted:
    """YES when `yes` of `of` are, NO when `no` of them are not; None is never.

    Where neither happens it is UNKNOWN.
    """

    of: "tuple[Step, ...]"
    yes: int | None
    no: int | None


Step = Asked | Counted
UNSAID: Final = Counted((), None, None)
SHARED: Final = 1 << 17  # so many different leaves, 20,000 trials have 33,000


@dataclass(frozen=True, slots=True)
class Plan:
    """One step for each criterion, as it lets people in: exclusions are negated."""

    eligibility: Eligibility
    steps: tuple[Step, ...]


def compile_plan(eligibility: Eligibility) -> Plan:
    """The plan of a trial's criteria, in their order."""
    return Plan(eligibility, tuple(map(compile_criterion, eligibility.criteria)))


def compile_criterion(criterion: Criterion) -> Step:
    """Whether the criterion lets a person in."""
    if criterion.settled_by != "record":
        return UNSAID
    return _step(criterion.rule, negated=criterion.kind == "exclusion")


def can_hold(step: Step) -> bool:
    """Whether anybody can be let in by it."""
    return isinstance(step, Asked) or step.yes is not None


def can_fail(step: Step) -> bool:
    """Whether it can surely speak against anybody."""
    return isinstance(step, Asked) or step.no is not None


def _step(rule: Rule, *, negated: bool) -> Step:
    match rule:
        case AllOf(of):
            return _counted(len(of), of, negated=negated)
        case AnyOf(of):
            return _counted(1, of, negated=negated)
        case AtLeast(n, of):
            return _counted(n, of, negated=negated)
        case Not(of):
            return _step(of, negated=not negated)
        case _:
            leaf = _bare(rule)
            return UNSAID if leaf is None else _asked(leaf, negated)


@lru_cache(maxsize=SHARED)
def _asked(leaf: Leaf, negated: bool) -> Asked:  # noqa: FBT001 - a key of the cache
    """One object for all who ask the same: what was answered is then found by a look at it."""
    return Asked(leaf, negated)


def _counted(least: int, of: tuple[Rule, ...], *, negated: bool) -> Step:
    """`least` of the parts; that fewer do, which is that all but `least` - 1 do not."""
    wanted = len(of) - least + 1 if negated else least
    parts = tuple(part for each in of if (part := _step(each, negated=negated)) is not UNSAID)
    if len(of) == 1 and parts:
        return parts[0]
    against = len(of) - wanted + 1
    yes = wanted if sum(map(can_hold, parts)) >= wanted else None
    no = against if sum(map(can_fail, parts)) >= against else None
    return UNSAID if yes is None and no is None else Counted(parts, yes, no)


def _bare(leaf: Leaf) -> Leaf | None:
    """The leaf without its words and place, so that trials share it; None for what nobody reads."""
    match leaf:
        case Unparsed():
            return None
        case Clinical():
            return replace(leaf, span=None, text="") if leaf.concepts else None
        case Measure(min=None, max=None) | Ordinal(values=(), min=None, max=None):
            return None
        case _:
            return replace(leaf, span=None)
