"""Many trials' plans as one network, in which what they share stands once.

Judging one person for thousands of trials step by step would take a while for each of them. Here
the truths of all leaves are given, and those of all steps follow in a few sums over arrays, a few
for each depth of the trees.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Final

import numpy as np
from numpy.typing import NDArray

from recruit.criteria.eligibility import Place
from recruit.criteria.nodes import Leaf, Location
from recruit.matching.index import NO, UNKNOWN, YES, Truths
from recruit.matching.plan import Asked, Counted, Plan, Step

Numbers = NDArray[np.int64]
Sites = tuple[Place, ...]
NEVER: Final = 1 << 30  # more parts than any step has


@dataclass(frozen=True, slots=True)
class Level:
    """Steps of one depth: their numbers, the parts of all of them, and where those of each begin.

    `yes` and `no` say how many parts must be so, and not so.
    """

    steps: Numbers
    parts: Numbers
    begins: Numbers
    yes: Numbers
    no: Numbers


class Network:
    """The steps of many plans.

    `leaves` are their different leaves, with the sites where these matter; the criteria of plan p
    stand in `held` from `begins[p]` on.
    """

    def __init__(self, plans: Sequence[Plan]) -> None:
        self._leaves: dict[tuple[Leaf, Sites], int] = {}
        self._numbers: dict[tuple[Step, Sites], int] = {}
        self._steps: list[tuple[int, Step, tuple[int, ...]]] = []  # depth, step, parts
        criteria = [
            self._add(step, plan.eligibility.places) for plan in plans for step in plan.steps
        ]
        self.leaves = tuple(self._leaves)
        self.begins = _begins([len(plan.steps) for plan in plans])
        self._criteria = np.array(criteria, np.int64)
        asked = [
            (number, parts[0], step.negated)
            for number, (_, step, parts) in enumerate(self._steps)
            if isinstance(step, Asked)
        ]
        self._asked = np.array(asked, np.int64).reshape(-1, 3)
        depths = 1 + max((depth for depth, _, _ in self._steps), default=0)
        self._levels = tuple(self._level(depth) for depth in range(1, depths))

    def held(self, leaves: Truths) -> Truths:
        """Whether each criterion of each plan lets in somebody for whom `leaves` are so."""
        truths = np.full(len(self._steps), UNKNOWN, np.int8)
        number, leaf, negated = self._asked.T
        truths[number] = np.where(negated, YES - leaves[leaf], leaves[leaf])
        for level in self._levels:
            parts = truths[level.parts]
            yes = np.add.reduceat(parts == YES, level.begins, dtype=np.int64) >= level.yes
            no = np.add.reduceat(parts == NO, level.begins, dtype=np.int64) >= level.no
            truths[level.steps] = UNKNOWN + yes.astype(np.int8) - no
        held: Truths = truths[self._criteria]
        return held

    def verdicts(self, held: Truths) -> Truths:
        """Whether each plan lets in: as its worst criterion; UNKNOWN where it has none."""
        found = np.full(len(self.begins) - 1, UNKNOWN, np.int8)
        some = self.begins[1:] > self.begins[:-1]
        if some.any():
            found[some] = np.minimum.reduceat(held, self.begins[:-1][some])
        return found

    def _add(self, step: Step, places: Sites) -> int:
        """The number of a step; trials share it, wherever they run if it asks for no place."""
        key = step, places if _asks_where(step) else ()
        known = self._numbers.get(key)
        if known is not None:
            return known
        parts: tuple[int, ...]
        match step:
            case Asked(leaf):
                depth, parts = 0, (self._leaves.setdefault((leaf, key[1]), len(self._leaves)),)
            case Counted(of):
                parts = tuple(self._add(part, places) for part in of)
                depth = 1 + max((self._steps[part][0] for part in parts), default=-1)
        self._numbers[key] = number = len(self._steps)
        self._steps.append((depth, step, parts))
        return number

    def _level(self, depth: int) -> Level:
        some = [
            (number, step, parts)
            for number, (deep, step, parts) in enumerate(self._steps)
            if deep == depth and isinstance(step, Counted)
        ]
        return Level(
            steps=np.array([number for number, _, _ in some], np.int64),
            parts=np.array([part for _, _, parts in some for part in parts], np.int64),
            begins=_begins([len(parts) for _, _, parts in some])[:-1],
            yes=np.array([NEVER if s.yes is None else s.yes for _, s, _ in some], np.int64),
            no=np.array([NEVER if s.no is None else s.no for _, s, _ in some], np.int64),
        )


def _begins(lengths: Sequence[int]) -> Numbers:
    return np.array(list(accumulate(lengths, initial=0)), np.int64)


def _asks_where(step: Step) -> bool:
    if isinstance(step, Asked):
        return isinstance(step.leaf, Location) and step.leaf.km is not None
    return any(map(_asks_where, step.of))
