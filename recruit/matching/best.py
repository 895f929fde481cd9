"""The best of a trial's candidates, by the score of scoring.py, without a score for each of them.

No criterion speaks against a candidate, so that the score depends on how many of the inclusions and
how many of the exclusions are known to let them in. Where candidates are few, both are counted for
each of them. Else they are counted for everybody at once, a set for each binary digit of the count,
and those with the best counts are taken until there are enough.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from math import log
from typing import Final

import numpy as np
from numpy.typing import NDArray

from recruit.criteria.eligibility import CriterionKind
from recruit.matching import sets
from recruit.matching.embedded import Engine, Found
from recruit.matching.index import NO, NO_ROWS, UNKNOWN, YES, Rows, Truths
from recruit.matching.plan import Plan, can_hold
from recruit.matching.scoring import EXCLUSION_HOLDS, INCLUSION_HOLDS, scores
from recruit.matching.sets import NOBODY, People, Words

KINDS: Final[tuple[CriterionKind, ...]] = ("inclusion", "exclusion")
ONE_BY_ONE: Final = 128  # candidates who are fewer than one in so many are counted by themselves


@dataclass(frozen=True, slots=True)
class Best:
    """Candidates by descending score, then by row; a column of truths for each of them."""

    rows: Rows
    scores: NDArray[np.float64]
    truths: Truths


def best(engine: Engine, plan: Plan, found: Found, most: int) -> Best:
    """The `most` candidates of `found` with the highest scores and their truths."""
    if sets.count(found.candidates) * ONE_BY_ONE <= found.size:
        return _of_few(engine, plan, sets.rows_in(found.candidates), most)
    return _of_many(engine, plan, found, most)


def _of_few(engine: Engine, plan: Plan, rows: Rows, most: int) -> Best:
    """The best of candidates who are looked at one by one; they ascend."""
    places, kinds = plan.eligibility.places, _kinds(plan)
    held = np.zeros((len(plan.steps), len(rows)), np.bool_)
    for flags, step in zip(held, plan.steps, strict=True):
        if len(rows) and can_hold(step):
            flags[:] = engine.held(step, places, rows)
    inclusions, exclusions = (
        held[[kind == each for kind in kinds]].sum(axis=0, dtype=np.int32) for each in KINDS
    )
    ranks = _ranks(int(inclusions.max(initial=0)) + 1, int(exclusions.max(initial=0)) + 1)
    chosen = np.argsort(ranks[inclusions, exclusions], kind="stable")[:most]
    so = np.array([YES if kind == "inclusion" else NO for kind in kinds], np.int8)
    truths = np.where(held[:, chosen], so[:, None], np.int8(UNKNOWN))
    return Best(rows[chosen], scores(plan.eligibility, truths), truths)


def _of_many(engine: Engine, plan: Plan, found: Found, most: int) -> Best:
    """The best of candidates who are taken group by group."""
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


def _kinds(plan: Plan) -> list[CriterionKind]:
    return [criterion.kind for criterion in plan.eligibility.criteria]


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
    kinds = _kinds(plan)

    def digits(wanted: CriterionKind) -> tuple[int, list[Words]]:
        """How many criteria of a kind surely let each candidate in, a set for each digit.

        And one more than they are at most.
        """
        some = [
            sets.lean_within(people, candidates)
            for kind, people in zip(kinds, held, strict=True)
            if kind == wanted
        ]
        known = [sets.words_in(each, found.size) for each in some if not sets.is_nobody(each)]
        counted = _digits(known)
        return min(len(known) + 1, 1 << len(counted)), counted

    inclusion_counts, inclusions = digits("inclusion")
    exclusion_counts, exclusions = digits("exclusion")

    @cache
    def included(count: int) -> Words | None:
        return _counting(count, inclusions, candidates)

    @cache
    def excluded(count: int) -> Words | None:
        return _counting(count, exclusions, candidates)

    for more, less in _descending(inclusion_counts, exclusion_counts):
        one = included(more)
        other = None if one is None else excluded(less)
        if one is not None and other is not None and sets.holds_any(group := one & other):
            yield group


def _digits(known: Sequence[Words]) -> list[Words]:
    """In how many sets everybody is, a set for each binary digit, the last of them of somebody.

    Full adders: three sets of one weight are one of that weight and one of the next.
    """
    digits: list[Words] = []
    level = list(known)
    while level:
        carried = []
        while len(level) > 1:
            one, other = level.pop(), level.pop()
            odd, both = one ^ other, one & other
            if level:
                third = level.pop()
                both |= odd & third
                odd ^= third
            level.append(odd)
            carried.append(both)
        digits += level
        level = carried
    while digits and not sets.holds_any(digits[-1]):
        digits.pop()
    return digits


def _counting(count: int, digits: Sequence[Words], among: Words) -> Words | None:
    """Those whose count is `count`; None where they are nobody."""
    for place, digit in reversed(tuple(enumerate(digits))):
        among = among & digit if count >> place & 1 else among & ~digit
        if not sets.holds_any(among):
            return None
    return among


@cache
def _ranks(inclusions: int, exclusions: int) -> NDArray[np.int32]:
    """The place of each pair of counts below these, from the one that scores highest."""
    pairs = np.array(_descending(inclusions, exclusions))
    ranks = np.zeros((inclusions, exclusions), np.int32)
    ranks[pairs[:, 0], pairs[:, 1]] = np.arange(len(pairs))
    return ranks


@cache
def _descending(inclusions: int, exclusions: int) -> list[tuple[int, int]]:
    """Every pair of counts below these, the one that scores highest first."""
    pairs = [(i, e) for i in range(inclusions) for e in range(exclusions)]
    return sorted(
        pairs, key=lambda pair: pair[0] * log(INCLUSION_HOLDS) + pair[1] * log(EXCLUSION_HOLDS)
    )
