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
from recruit.matching.index import NO, NO_ROWS, UNKNOWN, YES, Rows, Truths
from recruit.matching.plan import Plan, can_hold
from recruit.matching.scoring import EXCLUSION_HOLDS, INCLUSION_HOLDS, scores
from recruit.matching.sets import NOBODY, People, Words


@dataclass(frozen=True, slots=True)
class Best:
    """Candidates by descending score, then by row; a column of truths for each of them."""

    rows: Rows
    scores: NDArray[np.float64]
    truths: Truths


def best(engine: Engine, plan: Plan, found: Found, most: int) -> Best:
    """The `most` candidates of `found` with the highest scores and their truths."""
    places = plan.eligibility.places
    held = [engine.holding(step, places) if can_hold(step) else NOBODY for step in plan.steps]
    rows = [NO_ROWS]
    for group in _groups(plan, held, found):
        rows.append(sets.first(group, most))
        most -= len(rows[-1])
        if not most:
            break
    chosen = np.concatenate(rows)
    truths = _truths(plan, held, chosen)
    return Best(chosen, scores(plan.eligibility, truths), truths)


def _truths(plan: Plan, held: Sequence[People], rows: Rows) -> Truths:
    """Of candidates: what does not let them in is not known."""
    truths = np.full((len(held), len(rows)), UNKNOWN, np.int8)
    for row, criterion, people in zip(truths, plan.eligibility.criteria, held, strict=True):
        if not sets.is_nobody(people):
            row[sets.among(people, rows)] = YES if criterion.kind == "inclusion" else NO
    return truths


def _groups(plan: Plan, held: Sequence[People], found: Found) -> Iterator[Words]:
    """Candidates who score alike, the best first."""
    candidates = sets.words_in(found.candidates, found.size)
    kinds = [criterion.kind for criterion in plan.eligibility.criteria]

    def digits(wanted: CriterionKind) -> tuple[int, list[Words]]:
        """How many criteria of a kind surely let each candidate in, a set for each digit.

        And one more than they are at most.
        """
        known: list[Words] = []
        most = 0
        for kind, people in zip(kinds, held, strict=True):
            if kind == wanted and not sets.is_nobody(people):
                _count_in(known, sets.words_in(people, found.size))
                most += 1
        return min(most + 1, 1 << len(known)), known

    inclusion_counts, inclusions = digits("inclusion")
    exclusion_counts, exclusions = digits("exclusion")

    @cache
    def included(count: int) -> Words | None:
        return _some(_counting(count, inclusions, candidates))

    @cache
    def excluded(count: int) -> Words | None:
        return _some(_counting(count, exclusions, candidates))

    for more, less in _descending(inclusion_counts, exclusion_counts):
        one = included(more)
        other = None if one is None else excluded(less)
        if one is not None and other is not None and (group := one & other).any():
            yield group


def _some(words: Words) -> Words | None:
    return words if words.any() else None


def _count_in(digits: list[Words], more: Words) -> None:
    """Add one to the count of everybody in `more`, which is not written to."""
    for digit in digits:
        carried = digit & more
        np.bitwise_xor(digit, more, out=digit)
        more = carried
        if not more.any():
            return
    digits.append(more.copy())


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
