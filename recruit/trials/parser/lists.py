"""How a statement falls into the parts of a list, and what a list shares."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from recruit.criteria.eligibility import leaves as leaves_of
from recruit.criteria.nodes import (
    AllOf,
    AnyOf,
    Clinical,
    Measure,
    Not,
    Rule,
    Sex,
    SexValue,
    State,
    Unparsed,
    Window,
)
from recruit.trials.parser import leaves
from recruit.trials.parser.bounds import Bound
from recruit.trials.parser.cues import Cue
from recruit.trials.parser.entries import Carried
from recruit.trials.parser.items import Item
from recruit.trials.parser.subjects import is_population

JOINS: Final = frozenset({Cue.AND, Cue.OR, Cue.AND_OR})


def stretches(row: Sequence[Item]) -> list[tuple[list[Item], Item | None]]:
    """The row cut at commas and joining words, each stretch with what stands before it."""
    found: list[tuple[list[Item], Item | None]] = [([], None)]
    for item in unlabelled(row):
        if item.cue in JOINS or (item.unread and (item.norm in _COMMAS or _opens(item, found))):
            found.append(([], item))
        elif len(found[-1][0]) == _LONGEST:
            # Nobody writes so long without a comma; this keeps the time linear.
            found.append(([item], item))
        else:
            found[-1][0].append(item)
    return found


def _opens(item: Item, found: list[tuple[list[Item], Item | None]]) -> bool:
    """Whether it is the colon of "In the last 6 months: stroke, asthma"."""
    if item.norm != ":" or len(found) > 1:
        return False
    said = [each for each in found[0][0] if each.cue is not Cue.NEUTRAL]
    return bool(said) and all(each.bound and each.bound.time for each in said)


def unlabelled(row: Sequence[Item]) -> Sequence[Item]:
    """The row without a label of a few unread words before a colon ("Cardiac function: …")."""
    for place, item in enumerate(row[:_LABEL]):
        if item.mention or item.bound or item.inside is not None or item.cue in _SAYS:
            return row
        if item.unread and item.norm == ":":
            return row[place + 1 :]
    return row


_COMMAS: Final = frozenset(",–—•")
_LABEL: Final = 7
_LONGEST: Final = 200
_SAYS: Final = frozenset(
    {Cue.AGE, Cue.SEX, Cue.ADULT, Cue.NOT, Cue.HISTORY, Cue.FAMILY, Cue.ALLERGY}
)


def reset(carried: Carried, stretch: Sequence[Item], join: Item | None) -> Carried:
    """What a new stretch forgets of the one before, by its first words."""
    if join is None:
        return carried
    first = stretch[0].cue
    opens = first in {Cue.WITH, Cue.CURRENT, Cue.SEX, Cue.AGE, Cue.ADULT, Cue.MUST}
    if join.cue is Cue.AND and (opens or any(item.bound or item.grades for item in stretch)):
        # "below 18 and above 80": the second figure is of the same age.
        bound = stretch[0].bound if len(stretch) == 1 else None
        same = carried.age and bound is not None and not bound.bare
        return Carried(variable=carried.variable, age=same)
    if first in {Cue.HISTORY, Cue.CURRENT, Cue.PAST, Cue.NOT, Cue.ALLERGY, Cue.SEVERITY}:
        fresh = carried.copy()
        fresh.uncertain = fresh.family = fresh.allergy = fresh.averse = False
        fresh.severity = None
        fresh.purpose = False
        return fresh
    carried.purpose = carried.purpose and join.cue in {Cue.OR, Cue.AND_OR}
    return carried


def within(rule: Rule, window: Window, *, states: bool = True) -> Rule:
    """The window given to every clinical leaf that has none, and, with `states`, to states."""
    match rule:
        case AllOf(of) | AnyOf(of):
            return replace(rule, of=tuple(within(part, window, states=states) for part in of))
        case Not(of):
            return Not(within(of, window, states=states))
        case Clinical(within=None):
            status = "ever" if window.max is not None and rule.status == "current" else rule.status
            own = window if leaves.lasts(rule.kind) else leaves.course(window)
            return replace(rule, within=own, status=status)
        case State(within=None) if states and leaves.passes(rule.state):
            return replace(rule, within=window)
        case Measure(within=None) if window.max is not None and window.min is None:
            return replace(rule, within=leaves.course(window))
        case _:
            return rule


def timed(rule: Rule) -> bool:
    """Whether a time is in the rule, read or not."""
    some = Clinical | Measure | State | Unparsed
    return any(isinstance(leaf, some) and leaf.within is not None for leaf in leaves_of(rule))


def shared_time(windows: Sequence[Bound]) -> Window | None:
    """The time that goes on to what stands before it in the list."""
    return next((leaves.window(bound) for bound in windows if not bound.since), None)


def of_states(rule: Rule) -> bool:
    """Whether the rule is of a state, so that its time is one of states."""
    return any(isinstance(leaf, State) for leaf in leaves_of(rule))


def same_time(rule: Rule, examples: Rule) -> tuple[Rule, Rule]:
    """Something and examples of it: a time that only one of them has is that of both."""
    first, second = _windows(rule), _windows(examples)
    if not second and len(first) == 1:
        return rule, within(examples, next(iter(first)))
    if not first and len(second) == 1:
        return within(rule, next(iter(second))), examples
    return rule, examples


def _windows(rule: Rule) -> set[Window]:
    clinical = (leaf for leaf in leaves_of(rule) if isinstance(leaf, Clinical))
    return {leaf.within for leaf in clinical if leaf.within is not None}


OF_WOMEN: Final = frozenset({"pregnant", "breastfeeding", "childbearing_potential"})


def both_sexes(rules: Sequence[Rule]) -> bool:
    """Whether some rules speak of men and others of women."""
    said: set[SexValue] = set()
    # "Women must not be pregnant" does not say that anybody is a woman.
    for rule in (rule for rule in rules if not _of_some(rule)):
        for leaf in leaves_of(rule):
            if isinstance(leaf, Sex):
                said.add(leaf.value)
            elif isinstance(leaf, State) and leaf.state in OF_WOMEN:
                said.add("female")
    return len(said) > 1 and not any(
        isinstance(rule, AnyOf) and all(isinstance(part, Sex) for part in rule.of) for rule in rules
    )


def _of_some(rule: Rule) -> bool:
    return isinstance(rule, AnyOf) and any(
        isinstance(part, Not) and is_population(part.of) for part in rule.of
    )
