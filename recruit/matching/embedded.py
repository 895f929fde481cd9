"""The embedded engine: each leaf for everybody at a time, as sets of people, in this process.

It must agree with reference.py on the truth of each criterion, which Hypothesis checks. A leaf is
answered by two sets: of whom it is surely so, and of whom it surely is not. A trial's sets are put
together from those of its leaves, and only as far as what is asked needs them: whoever a criterion
surely speaks against is known without looking for those whom it surely lets in.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np

from recruit.criteria.eligibility import Criterion, Eligibility, Place
from recruit.criteria.truth import Truth
from recruit.matching import sets
from recruit.matching.building import build
from recruit.matching.embedded_leaves import Leaves
from recruit.matching.index import NO, UNKNOWN, YES, Flags, Index, Numbers, Rows, Truths
from recruit.matching.outcome import Hierarchy, Judgement, Verdict
from recruit.matching.plan import (
    Asked,
    Counted,
    Plan,
    Step,
    can_fail,
    can_hold,
    compile_criterion,
    compile_plan,
)
from recruit.matching.sets import NOBODY, People
from recruit.people.facts import Profile

VERDICTS: Final = (Verdict.INELIGIBLE, Verdict.UNDETERMINED, Verdict.ELIGIBLE)
TRUTHS: Final = tuple(Truth)
KEPT: Final = 256 << 20  # bytes of answered leaves


@dataclass(frozen=True, slots=True)
class Found:
    """Whom a trial's criteria let in, whom one of them keeps out, and who is a candidate."""

    size: int
    eligible: People
    ineligible: People
    candidates: People


@dataclass(frozen=True, slots=True)
class Columns:
    """What the engine finds for one trial: a row per criterion, a column per person."""

    truths: Truths
    held: Truths
    candidates: Flags


class Engine:
    """Answers trials for the people of one index, on one day; threads may share it.

    Answered leaves are kept, those last asked for longest, up to `kept` bytes.
    """

    def __init__(self, index: Index, hierarchy: Hierarchy, on: date, kept: int = KEPT) -> None:
        self.index = index
        self.on = on
        self._leaves = Leaves(index, hierarchy, on, kept)

    def found(self, plan: Plan) -> Found:
        """Everybody, as one trial's criteria leave them."""
        size, places = self.index.size, plan.eligibility.places
        out = [self.failing(step, places) for step in plan.steps if can_fail(step)]
        ineligible = sets.union(out, size)
        about = self.about(plan.eligibility)
        candidates = sets.without(about, ineligible)
        return Found(size, self._eligible(plan), ineligible, candidates)

    def columns(self, plan: Plan) -> Columns:
        """The truth of each criterion for each person, and who is a candidate."""
        found = self.found(plan)
        size = self.index.size
        truths = self.truths(plan, np.arange(size, dtype=np.int32))
        held = np.full(size, UNKNOWN, np.int8)
        held[sets.flags_of(found.eligible, size)] = YES
        held[sets.flags_of(found.ineligible, size)] = NO
        return Columns(truths, held, sets.flags_of(found.candidates, size))

    def truths(self, plan: Plan, rows: Rows) -> Truths:
        """The truth of each criterion's statement: a row per criterion, a column for each row."""
        truths = np.full((len(plan.steps), len(rows)), UNKNOWN, np.int8)
        places = plan.eligibility.places
        for row, criterion, step in zip(truths, plan.eligibility.criteria, plan.steps, strict=True):
            so, not_so = (YES, NO) if criterion.kind == "inclusion" else (NO, YES)
            if can_hold(step):
                row[sets.among(self.holding(step, places), rows)] = so
            if can_fail(step):
                row[sets.among(self.failing(step, places), rows)] = not_so
        return truths

    def judgements(self, eligibility: Eligibility) -> list[Judgement]:
        """The same as the reference engine's judgements, person by person."""
        found = self.columns(compile_plan(eligibility))
        return [
            Judgement(
                eligibility.trial,
                person,
                tuple(TRUTHS[truth] for truth in found.truths[:, number]),
                VERDICTS[found.held[number]],
                bool(found.candidates[number]),
            )
            for number, person in enumerate(self.index.people)
        ]

    def against(self, criterion: Criterion, places: tuple[Place, ...], rows: Rows) -> Flags:
        """Which of `rows` the criterion surely speaks against; what is not known never does."""
        step = compile_criterion(criterion)
        if not can_fail(step):
            return np.zeros(len(rows), np.bool_)
        return sets.among(self.failing(step, places), rows)

    def about(self, eligibility: Eligibility) -> People:
        """Who has, or looks for a trial on, what the trial is about."""
        parts = [self._leaves.having(concept) for concept in eligibility.about]
        if eligibility.seeks_healthy:
            parts.append(self._leaves.healthy())
        return sets.union(parts, self.index.size)

    def kilometres(self, places: tuple[Place, ...], rows: Rows) -> Numbers:
        """From each of `rows` to the nearest recruiting place; NaN when not known."""
        return self._leaves.kilometres(places, rows)

    def _eligible(self, plan: Plan) -> People:
        """Who is let in by every criterion; nobody where one of them was not read."""
        if not plan.steps or not all(map(can_hold, plan.steps)):
            return NOBODY
        places = plan.eligibility.places
        return sets.intersection([self.holding(step, places) for step in plan.steps])

    def holding(self, step: Step, places: tuple[Place, ...]) -> People:
        """Of whom the step is surely so."""
        match step:
            case Asked(leaf, negated):
                answer = self._leaves.answer(leaf, places)
                return answer.no if negated else answer.yes
            case Counted(of, yes) if yes is not None:
                parts = [self.holding(part, places) for part in of if can_hold(part)]
                return sets.at_least(yes, parts, self.index.size)
            case _:
                return NOBODY

    def held(self, step: Step, places: tuple[Place, ...], rows: Rows) -> Flags:
        """Of which of `rows`, which ascend, each once, the step is surely so."""
        match step:
            case Asked(leaf, negated):
                answer = self._leaves.answer(leaf, places)
                return sets.among_ascending(answer.no if negated else answer.yes, rows)
            case Counted(of, yes) if yes is not None:
                parts = [self.held(part, places, rows) for part in of if can_hold(part)]
                return np.asarray(np.sum(parts, axis=0, dtype=np.int32) >= yes, np.bool_)
            case _:
                return np.zeros(len(rows), np.bool_)

    def failing(self, step: Step, places: tuple[Place, ...]) -> People:
        """Of whom it surely is not."""
        match step:
            case Asked(leaf, negated):
                answer = self._leaves.answer(leaf, places)
                return answer.yes if negated else answer.no
            case Counted(of, _, no) if no is not None:
                parts = [self.failing(part, places) for part in of if can_fail(part)]
                return sets.at_least(no, parts, self.index.size)
            case _:
                return NOBODY


def evaluate(
    eligibility: Eligibility, profiles: Iterable[Profile], hierarchy: Hierarchy, on: date
) -> list[Judgement]:
    """The judgement of each profile, in their order, on the day `on`."""
    return Engine(build(list(profiles), hierarchy), hierarchy, on).judgements(eligibility)
