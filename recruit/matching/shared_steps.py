"""What many trials ask, each leaf and step once, and which of them somebody's facts can answer.

Trials ask the same again and again, and a person's facts speak of few of the things that are asked
at all. So one person meets a whole collection of trials at the cost of the leaves that their own
facts touch; all others are UNKNOWN, and nobody looks at them.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from recruit.criteria.eligibility import Place
from recruit.criteria.nodes import Clinical, Leaf, Location, Measure, Ordinal, State
from recruit.matching import sets
from recruit.matching.embedded import Engine
from recruit.matching.index import NO, UNKNOWN, YES, Truths
from recruit.matching.outcome import Hierarchy
from recruit.matching.plan import Asked, Counted, Plan, Step
from recruit.people.facts import ClinicalFact, MeasureFact, OrdinalFact, Profile, StateFact

# Of age, sex, home and languages; everybody's are looked at.
OF_THE_PERSON: Final = ("person", "")

Key = tuple[str, str]
Rows = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class _One:
    """A leaf by its number, or that it does not hold."""

    leaf: int
    negated: bool


@dataclass(frozen=True, slots=True)
class _Many:
    """YES when `yes` of `of` are, NO when `no` of them are not; None is never."""

    of: "tuple[Numbered, ...]"
    yes: int | None
    no: int | None


Numbered = _One | _Many


class SharedSteps:
    """The criteria of many trials as numbers of steps; step 0 is what no record answers.

    `step`, `trial` and `inclusion` have an entry for each criterion of each trial, in order.
    """

    def __init__(self, plans: Sequence[Plan], hierarchy: Hierarchy) -> None:
        self._hierarchy = hierarchy
        self._steps: list[Numbered] = []
        self._leaves: list[tuple[Leaf, tuple[Place, ...]]] = []
        self._by_key: defaultdict[Key, list[int]] = defaultdict(list)
        self._with: defaultdict[int, list[int]] = defaultdict(list)
        self._known: dict[tuple[Leaf, tuple[Place, ...]], int] = {}
        numbers: dict[Numbered, int] = {}
        self._number(numbers, _Many((), None, None))
        step: list[int] = []
        trial: list[int] = []
        inclusion: list[bool] = []
        for row, plan in enumerate(plans):
            for criterion, asked in zip(plan.eligibility.criteria, plan.steps, strict=True):
                step.append(self._number(numbers, self._numbered(asked, plan)))
                trial.append(row)
                inclusion.append(criterion.kind == "inclusion")
        self.step: Rows = np.array(step, np.int32)
        self.trial: Rows = np.array(trial, np.int32)
        self.inclusion = np.array(inclusion, np.bool_)

    def held(self, profiles: Sequence[Profile], engine: Engine) -> Truths:
        """Whether each step lets each person in: a row per step, a column per person."""
        held = np.full((len(self._steps), len(profiles)), UNKNOWN, np.int8)
        answers: dict[int, Truths] = {}
        for column, profile in enumerate(profiles):
            known: dict[int, int] = {}
            for leaf in self._touched(profile):
                if leaf not in answers:
                    answers[leaf] = self._answer(leaf, engine)
                truth = int(answers[leaf][column])
                if truth != UNKNOWN:
                    known[leaf] = truth
            for number in {number for leaf in known for number in self._with[leaf]}:
                held[number, column] = _truth(self._steps[number], known)
        return held

    def _answer(self, leaf: int, engine: Engine) -> Truths:
        """Whether the leaf is so, for each person of the engine's index."""
        step, size = Asked(self._leaves[leaf][0]), engine.index.size
        places = self._leaves[leaf][1]
        truths = np.full(size, UNKNOWN, np.int8)
        truths[sets.flags_of(engine.holding(step, places), size)] = YES
        truths[sets.flags_of(engine.failing(step, places), size)] = NO
        return truths

    def _number(self, numbers: dict[Numbered, int], step: Numbered) -> int:
        number = numbers.setdefault(step, len(numbers))
        if number == len(self._steps):
            self._steps.append(step)
            for leaf in set(_numbers(step)):
                self._with[leaf].append(number)
        return number

    def _numbered(self, step: Step, plan: Plan) -> Numbered:
        """The step with a number for each leaf, the same for the same leaf."""
        if isinstance(step, Counted):
            parts = tuple(self._numbered(part, plan) for part in step.of)
            return _Many(parts, step.yes, step.no)
        near = isinstance(step.leaf, Location)
        whole = step.leaf, plan.eligibility.places if near else ()
        number = self._known.setdefault(whole, len(self._leaves))
        if number == len(self._leaves):
            self._leaves.append(whole)
            for key in set(_keys(step.leaf)):
                self._by_key[key].append(number)
        return _One(number, step.negated)

    def _touched(self, profile: Profile) -> set[int]:
        """The numbers of the leaves of which the person's facts may say something."""
        keys = set(self._spoken_of(profile))
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


def _numbers(step: Numbered) -> Iterator[int]:
    if isinstance(step, _One):
        yield step.leaf
        return
    for part in step.of:
        yield from _numbers(part)


def _truth(step: Numbered, known: Mapping[int, int]) -> int:
    """Whether the step is so, where these leaves are known and all others are not."""
    if isinstance(step, _One):
        truth = known.get(step.leaf, UNKNOWN)
        return YES + NO - truth if step.negated else truth
    truths = [_truth(part, known) for part in step.of]
    if step.yes is not None and truths.count(YES) >= step.yes:
        return YES
    return NO if step.no is not None and truths.count(NO) >= step.no else UNKNOWN


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
