"""Whether two ways of asking can be told apart by how long the answer takes.

Both are asked in turn, in an order drawn at random, so that whatever slows the machine down slows
both. Their times are compared by rank (Mann, Whitney 1947), which a few slow answers do not move.
A difference counts when it shows in each of several rounds, in the same direction: a machine that
is busy by chance does not do that.
"""

import gc
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist, median

Ask = Callable[[], object]

SIGNIFICANT = 0.01
ROUNDS = 3


@dataclass(frozen=True)
class Comparison:
    """The medians in seconds, and how likely such a difference of ranks is by chance."""

    first: float
    second: float
    probability: float

    @property
    def differs(self) -> bool:
        """Whether the two can be told apart in this round."""
        return self.probability < SIGNIFICANT


def compare(first: Ask, second: Ask, tries: int) -> Comparison:
    """Ask each `tries` times; the first few answers, which fill caches, do not count."""
    for ask in (first, second) * 5:
        ask()
    times: tuple[list[float], list[float]] = ([], [])
    order = [0, 1] * tries
    random.shuffle(order)
    gc.disable()
    try:
        for which in order:
            times[which].append(_seconds((first, second)[which]))
    finally:
        gc.enable()
    return Comparison(median(times[0]), median(times[1]), _probability(*times))


def told_apart(first: Ask, second: Ask, tries: int = 2_000) -> tuple[bool, list[Comparison]]:
    """(whether every round tells them apart the same way, the rounds); `tries` in all."""
    rounds = [compare(first, second, tries // (2 * ROUNDS)) for _ in range(ROUNDS)]
    signs = {each.first < each.second for each in rounds}
    return all(each.differs for each in rounds) and len(signs) == 1, rounds


def _seconds(ask: Ask) -> float:
    start = time.perf_counter()
    ask()
    return time.perf_counter() - start


def _probability(first: Sequence[float], second: Sequence[float]) -> float:
    """Two-sided, by the normal approximation, which holds from some twenty times on."""
    ranked = sorted([(each, 0) for each in first] + [(each, 1) for each in second])
    ranks = sum(rank for rank, (_, which) in enumerate(ranked, 1) if which == 0)
    n, m = len(first), len(second)
    deviation = (ranks - n * (n + m + 1) / 2) / sqrt(n * m * (n + m + 1) / 12)
    return 2 * (1 - NormalDist().cdf(abs(deviation)))
