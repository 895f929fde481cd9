"""The distributed engine: partitions of people, each through the embedded engine, and a merge.

There is no second evaluator here. What leaves a partition are counts and candidates, never a pair
that came to nothing; of many partitions, counts are added and the best are taken of the best of
each. Who reads the people of a partition, and on which machine, is no matter of this file.
"""

import pickle
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Final

import numpy as np
from numpy.typing import NDArray

from recruit.criteria.eligibility import Eligibility
from recruit.criteria.truth import Truth
from recruit.matching import embedded, sets
from recruit.matching.best import best
from recruit.matching.embedded import Engine
from recruit.matching.index import Flags, Rows, Truths
from recruit.matching.outcome import Hierarchy, Judgement, Verdict
from recruit.matching.plan import Plan
from recruit.matching.scoring import scores
from recruit.people.facts import Profile

PARTS: Final = 2
ALIKE: Final = 9
"""Decimals of a score's logarithm that tell scores apart: the order of its factors moves the last
bits of a product."""
TRUTHS: Final = tuple(Truth)

People = NDArray[np.int64]  # by a number, which is for the caller to say


@dataclass(frozen=True, slots=True)
class Share:
    """What some people are to one trial: how many of which kind, and candidates, the best first.

    `people` are the candidates by their numbers, those of equal score by ascending number;
    `truths` has a row for each criterion and a column for each of them, `certain` tells who of
    them is eligible. There may be more `candidates` than are kept here.
    """

    size: int
    eligible: int
    ineligible: int
    candidates: int
    people: People
    scores: NDArray[np.float64]
    truths: Truths
    certain: Flags

    def __reduce__(self) -> tuple[object, ...]:
        """In one piece: each column by itself would cross the network in a frame of its own."""
        columns = tuple(getattr(self, each.name) for each in fields(self))
        return _unpacked, (pickle.dumps(columns, pickle.HIGHEST_PROTOCOL),)

    def judgements(self, trial: str, names: Sequence[str]) -> list[Judgement]:
        """The kept candidates of `trial`; `names` are by number."""
        return [
            Judgement(
                trial,
                names[number],
                tuple(TRUTHS[truth] for truth in column),
                Verdict.ELIGIBLE if certain else Verdict.UNDETERMINED,
                candidate=True,
            )
            for number, column, certain in zip(
                self.people.tolist(), self.truths.T.tolist(), self.certain.tolist(), strict=True
            )
        ]


def share(engine: Engine, plan: Plan, most: int | None = None, first: int = 0) -> Share:
    """What the people of an index are to a trial, with the best `most` candidates, or all.

    The row r of the index is the person with the number `first` + r.
    """
    found = engine.found(plan)
    count = sets.count(found.candidates)
    kept = best(engine, plan, found, count if most is None else most)
    return Share(
        found.size,
        sets.count(found.eligible),
        sets.count(found.ineligible),
        count,
        kept.rows.astype(np.int64) + first,
        kept.scores,
        kept.truths,
        sets.among(found.eligible, kept.rows),
    )


def share_among(engine: Engine, plan: Plan, rows: Rows) -> Share:
    """The same of some rows of the index alone; the people are their places among `rows`."""
    found = engine.found(plan)
    truths = engine.truths(plan, rows)
    eligible = sets.among(found.eligible, rows)
    proposed = np.flatnonzero(sets.among(found.candidates, rows))
    whole = Share(
        len(rows),
        int(eligible.sum()),
        int(sets.among(found.ineligible, rows).sum()),
        len(proposed),
        proposed,
        scores(plan.eligibility, truths[:, proposed]),
        truths[:, proposed],
        eligible[proposed],
    )
    return _in_order(whole, None)


def share_of(eligibility: Eligibility, judged: Sequence[Judgement]) -> Share:
    """The same of judgements that another engine made, person by person; all candidates."""
    proposed = [number for number, each in enumerate(judged) if each.candidate]
    columns = [judged[number].truths for number in proposed]
    truths = np.array(columns, np.int8).reshape(len(proposed), len(eligibility.criteria)).T
    verdicts = [each.verdict for each in judged]
    whole = Share(
        len(judged),
        verdicts.count(Verdict.ELIGIBLE),
        verdicts.count(Verdict.INELIGIBLE),
        len(proposed),
        np.array(proposed, np.int64),
        scores(eligibility, truths),
        truths,
        np.array([verdicts[number] is Verdict.ELIGIBLE for number in proposed], np.bool_),
    )
    return _in_order(whole, None)


def merged(shares: Sequence[Share], most: int | None = None) -> Share:
    """What the people of several partitions are together, with the best `most`, or all, of them.

    Where each partition kept its best `most`, these are the best of all, however people were
    divided.
    """
    whole = Share(
        sum(each.size for each in shares),
        sum(each.eligible for each in shares),
        sum(each.ineligible for each in shares),
        sum(each.candidates for each in shares),
        np.concatenate([each.people for each in shares]),
        np.concatenate([each.scores for each in shares]),
        np.concatenate([each.truths for each in shares], axis=1),
        np.concatenate([each.certain for each in shares]),
    )
    return _in_order(whole, most)


def evaluate(
    eligibility: Eligibility, profiles: Iterable[Profile], hierarchy: Hierarchy, on: date
) -> list[Judgement]:
    """The judgement of each profile, in their order: dealt out to partitions and put together."""
    people = list(profiles)
    dealt = [
        embedded.evaluate(eligibility, people[part::PARTS], hierarchy, on) for part in range(PARTS)
    ]
    return [dealt[place % PARTS][place // PARTS] for place in range(len(people))]


def _unpacked(columns: bytes) -> Share:
    return Share(*pickle.loads(columns))  # noqa: S301 - within a pickle already


def _in_order(found: Share, most: int | None) -> Share:
    likely = np.round(np.log(found.scores), ALIKE)
    order = np.lexsort((found.people, -likely))[:most]
    return replace(
        found,
        people=found.people[order],
        scores=found.scores[order],
        truths=found.truths[:, order],
        certain=found.certain[order],
    )
