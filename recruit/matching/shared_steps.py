"""What many trials ask, each different step once, and which steps somebody's facts can answer.

Trials ask the same again and again, and a person's facts speak of few of the things that are asked
at all. So one person meets a whole collection of trials at the cost of the steps that their own
facts touch; all others are UNKNOWN, and nobody looks at them.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from recruit.criteria.eligibility import Place
from recruit.criteria.nodes import Clinical, Leaf, Location, Measure, Ordinal, State
from recruit.matching import sets
from recruit.matching.embedded import Engine
from recruit.matching.index import NO, UNKNOWN, YES, Truths
from recruit.matching.outcome import Hierarchy
from recruit.matching.plan import UNSAID, Asked, Plan, Step, can_fail, can_hold
from recruit.people.facts import ClinicalFact, MeasureFact, OrdinalFact, Profile, StateFact

# Of age, sex, home and languages; everybody's are looked at.
OF_THE_PERSON: Final = ("person", "")

Key = tuple[str, str]
Rows = npt.NDArray[np.int32]


class SharedSteps:
    """The criteria of many trials as numbers of steps; step 0 is what no record answers.

    `step`, `trial` and `inclusion` have an entry for each criterion of each trial, in order.
    """

    def __init__(self, plans: Sequence[Plan], hierarchy: Hierarchy) -> None:
        self._hierarchy = hierarchy
        self._steps: list[tuple[Step, tuple[Place, ...]]] = [(UNSAID, ())]
        self._by_key: defaultdict[Key, list[int]] = defaultdict(list)
        numbers: dict[tuple[Step, tuple[Place, ...]], int] = {self._steps[0]: 0}
        step: list[int] = []
        trial: list[int] = []
        inclusion: list[bool] = []
        for row, plan in enumerate(plans):
            for criterion, asked in zip(plan.eligibility.criteria, plan.steps, strict=True):
                whole = asked, _places(asked, plan)
                number = numbers.setdefault(whole, len(numbers))
                if number == len(self._steps):
                    self._steps.append(whole)
                    for key in {key for leaf in _leaves(asked) for key in _keys(leaf)}:
                        self._by_key[key].append(number)
                step.append(number)
                trial.append(row)
                inclusion.append(criterion.kind == "inclusion")
        self.step: Rows = np.array(step, np.int32)
        self.trial: Rows = np.array(trial, np.int32)
        self.inclusion = np.array(inclusion, np.bool_)

    def held(self, profiles: Sequence[Profile], engine: Engine) -> Truths:
        """Whether each step lets each person in: a row per step, a column per person."""
        size = engine.index.size
        held = np.full((len(self._steps), size), UNKNOWN, np.int8)
        for number in self._touched(profiles):
            step, places = self._steps[number]
            if can_hold(step):
                held[number, sets.flags_of(engine.holding(step, places), size)] = YES
            if can_fail(step):
                held[number, sets.flags_of(engine.failing(step, places), size)] = NO
        return held

    def _touched(self, profiles: Iterable[Profile]) -> set[int]:
        """The numbers of the steps of which somebody's facts may say something."""
        keys = {key for profile in profiles for key in self._spoken_of(profile)}
        return {number for key in keys for number in self._by_key.get(key, ())}

    def _spoken_of(self, profile: Profile) -> Iterator[Key]:
        yield OF_THE_PERSON
        for kind in profile.complete:
            yield "kind", str(kind)
        for fact in profile.facts:
            match fact:
                case ClinicalFact(concepts=concepts):
                    for concept in concepts:
                        near = self._hierarchy.ancestors(concept)
                        for each in near | self._hierarchy.descendants(concept):
                            yield "concept", each
                case MeasureFact(variable=variable) | OrdinalFact(variable=variable):
                    yield "variable", variable
                case StateFact(state=state):
                    yield "state", state


def _leaves(step: Step) -> Iterator[Leaf]:
    if isinstance(step, Asked):
        yield step.leaf
        return
    for part in step.of:
        yield from _leaves(part)


def _places(step: Step, plan: Plan) -> tuple[Place, ...]:
    """Where the trial runs, if the step asks how far away that is."""
    near = any(isinstance(leaf, Location) for leaf in _leaves(step))
    return plan.eligibility.places if near else ()


def _keys(leaf: Leaf) -> Iterator[Key]:
    """What a fact must speak of to answer the leaf."""
    match leaf:
        case Clinical(kind=kind, concepts=concepts):
            yield "kind", str(kind)
            for concept in concepts:
                yield "concept", concept
        case Measure(variable=variable) | Ordinal(variable=variable):
            yield "variable", variable
        case State(state=state):
            yield "kind", "state"
            yield "state", state
        case _:
            yield OF_THE_PERSON
