"""The best of a trial's candidates, by the score of scoring.py, without a score for each of them.

No criterion speaks against a candidate, so that the score depends on how many of the inclusions and
how many of the exclusions are known to let them in. Both are counted for all candidates at once, a
set for each binary digit of the count, and those with the best counts are taken until there are
enough.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from math import log

import numpy as np
from numpy.typing import NDArray

from recruit.criteria.eligibility import CriterionKind
from recruit.matching import sets
from recruit.matching.embedded import Engine, Found
from recruit.matching.index import NO_ROWS, Rows, Truths
from recruit.matching.plan import Plan, can_hold
from recruit.matching.scoring import EXCLUSION_HOLDS, INCLUSION_HOLDS, scores
from recruit.matching.sets import Words


@dataclass(frozen=True, slots=True)
class Best:
    """Candidates by descending score, then by row; a column of truths for each of them."""

    rows: Rows
    scores: NDArray[np.float64]
    truths: Truths


def best(engine: Engine, plan: Plan, found: Found, most: int) -> Best:
    """The `most` candidates of `found` with the highest scores and their truths."""
    rows = [NO_ROWS]
    for group in _groups(engine, plan, found):
        rows.append(group[:most])
        most -= len(rows[-1])
        if not most:
            break
    chosen = np.concatenate(rows)
    truths = engine.truths(plan, chosen)
    return Best(chosen, scores(plan.eligibility, truths), truths)


def _groups(engine: Engine, plan: Plan, found: Found) -> Iterator[Rows]:
    """Candidates who score alike, the best first."""
    candidates = sets.words_in(found.candidates, found.size)
    used = np.flatnonzero(candidates)
    candidates = candidates[used]

    def digits(kind: CriterionKind) -> list[Words]:
        """How many criteria of a kind surely let each candidate in, a set for each digit."""
        known: list[Words] = []
        for criterion, step in zip(plan.eligibility.criteria, plan.steps, strict=True):
            if criterion.kind == kind and can_hold(step):
                people = engine.holding(step, plan.eligibility.places)
                if not sets.is_nobody(people):
                    _count_in(known, sets.words_in(people, found.size)[used] & candidates)
        return known

    inclusions, exclusions = digits("inclusion"), digits("exclusion")

    @cache
    def included(count: int) -> Words:
        return _counting(count, inclusions, candidates)

    @cache
    def excluded(count: int) -> Words:
        return _counting(count, exclusions, candidates)

    for more, less in _descending(1 << len(inclusions), 1 << len(exclusions)):
        if included(more).any():
            group = included(more) & excluded(less)
            if group.any():
                yield sets.rows_at(group, used)


def _count_in(digits: list[Words], more: Words) -> None:
    """Add one to the count of everybody in `more`."""
    for place, digit in enumerate(digits):
        digits[place] = digit ^ more
        more = digit & more
    if not digits or more.any():
        digits.append(more)


def _counting(count: int, digits: Sequence[Words], among: Words) -> Words:
    """Those whose count is `count`."""
    for place, digit in enumerate(digits):
        among = among & digit if count >> place & 1 else among & ~digit
    return among


@cache
def _descending(inclusions: int, exclusions: int) -> list[tuple[int, int]]:
    """Every pair of counts below these, the one that scores highest first."""
    pairs = [(i, e) for i in range(inclusions) for e in range(exclusions)]
    return sorted(
        pairs, key=lambda pair: pair[0] * log(INCLUSION_HOLDS) + pair[1] * log(EXCLUSION_HOLDS)
    )
