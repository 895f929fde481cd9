"""Many trials' plans as one network, in which what they share stands once.

Judging one person for thousands of trials step by step would take a while for each of them. Here
the truths of all leaves are given, and those of all steps follow in a few sums over arrays, a few
for each depth of the trees.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, groupby
from typing import Final

import numpy as np
from numpy.typing import NDArray

from recruit.criteria.eligibility import Place
from recruit.criteria.nodes import Leaf, Location
from recruit.matching.index import NO, UNKNOWN, YES, Truths
from recruit.matching.plan import Asked, Counted, Plan, Step

Numbers = NDArray[np.int64]
Counts = NDArray[np.int32]
Sites = tuple[Place, ...]
# One sum counts two things: what is so in the lower half of a number, what is not in the upper.
BITS: Final = 16
HALF: Final = 1 << BITS
SAID: Final[Counts] = np.zeros(3, np.int32)
SAID[YES], SAID[NO] = 1, HALF
NEVER: Final = HALF - 1  # more parts than any step has


@dataclass(frozen=True, slots=True)
class Level:
    """Steps of one depth, from `first` on: the parts of all, and where those of each begin.

    `yes` and `no` say how many parts must be so, and not so.
    """

    first: int
    parts: Numbers
    begins: Numbers
    yes: Counts
    no: Counts


class Network:
    """The steps of many plans.

    `leaves` are their different leaves, with the sites where these matter; the criteria of plan p
    stand in `held` from `begins[p]` on. Every statement has a place: the leaves come first, then
    that each of them does not hold, then the steps by their depth.
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
        counted = [n for n, (_, step, _) in enumerate(self._steps) if isinstance(step, Counted)]
        counted.sort(key=lambda number: self._steps[number][0])
        places = self._places(counted)
        self._size = 2 * len(self.leaves) + len(counted)
        self._criteria = places[np.array(criteria, np.int64)]
        self._levels = tuple(
            self._level(list(some), places)
            for depth, some in groupby(counted, key=lambda number: self._steps[number][0])
            if depth  # a step without parts is never so, nor not so
        )

    def held(self, leaves: Truths) -> Truths:
        """Whether each criterion of each plan lets in somebody for whom `leaves` are so."""
        said = np.zeros(self._size, np.int32)
        count = len(leaves)
        said[:count] = SAID[leaves]
        said[count : 2 * count] = SAID[YES - leaves]
        for level in self._levels:
            counts = np.add.reduceat(said[level.parts], level.begins, dtype=np.int32)
            found = ((counts & (HALF - 1)) >= level.yes).astype(np.int32)
            found[(counts >> BITS) >= level.no] = HALF
            said[level.first : level.first + len(found)] = found
        of_criteria = said[self._criteria]
        held: Truths = UNKNOWN + (of_criteria == 1).astype(np.int8) - (of_criteria == HALF)
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

    def _places(self, counted: Sequence[int]) -> Numbers:
        """Where each step stands; `counted` are those that have parts, by their depth."""
        count = len(self.leaves)
        places = np.zeros(len(self._steps), np.int64)
        for number, (_, step, parts) in enumerate(self._steps):
            if isinstance(step, Asked):
                places[number] = parts[0] + count * step.negated
        places[np.array(counted, np.int64)] = 2 * count + np.arange(len(counted))
        return places

    def _level(self, numbers: Sequence[int], places: Numbers) -> Level:
        steps = [self._steps[number] for number in numbers]
        counted = [step for _, step, _ in steps if isinstance(step, Counted)]
        return Level(
            first=int(places[numbers[0]]),
            parts=places[np.array([part for _, _, parts in steps for part in parts], np.int64)],
            begins=_begins([len(parts) for _, _, parts in steps])[:-1],
            yes=np.array([NEVER if s.yes is None else s.yes for s in counted], np.int32),
            no=np.array([NEVER if s.no is None else s.no for s in counted], np.int32),
        )


def _begins(lengths: Sequence[int]) -> Numbers:
    return np.array(list(accumulate(lengths, initial=0)), np.int64)


def _asks_where(step: Step) -> bool:
    if isinstance(step, Asked):
        return isinstance(step.leaf, Location) and step.leaf.km is not None
    return any(map(_asks_where, step.of))
