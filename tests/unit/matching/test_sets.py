"""Sets of people and of facts, as lists and as bits."""

import random
from collections.abc import Callable
from unittest.mock import patch

import numpy as np
import pytest

from recruit.core.dates import PartialDate, TimeUnit
from recruit.criteria.eligibility import Criterion, Eligibility
from recruit.criteria.nodes import Clinical, Window
from recruit.matching import reference, sets
from recruit.matching.embedded import evaluate
from recruit.matching.index import SHELVES
from recruit.matching.sets import Few, Many, People
from recruit.people.facts import ClinicalFact, FactStatus, Profile
from recruit.terminology.concepts import Kind
from tests.generative.world import CONCEPTS, TODAY, WORLD

SIZE = 200
ROWS: tuple[list[int], ...] = (
    [],
    [3],
    [0, 63, 64, 199],
    list(range(0, 200, 3)),
    list(range(40, 180)),
)
Form = Callable[[list[int]], People]

DIABETES, TYPE_1, TYPE_2 = "MESH:D003920", "MESH:D003922", "MESH:D003924"
ASTHMA = "MESH:D001249"
CONDITIONS = [each for each in CONCEPTS if each.kind is Kind.CONDITION]
WEIGHTS = [1 if each.id in {DIABETES, TYPE_1} else 30 for each in CONDITIONS]  # few are left out
HALF = 0.5
STATUSES: tuple[FactStatus, ...] = ("present", "present", "past", "absent", "unknown")


def condition(concept: str, status: FactStatus, began: PartialDate | None = None) -> ClinicalFact:
    return ClinicalFact(Kind.CONDITION, "", (concept,), status, began)


LATE = (
    condition(TYPE_1, "present"),
    *[condition(ASTHMA, "absent")] * SHELVES,
    condition(TYPE_2, "present"),
)


def as_list(rows: list[int]) -> Few:
    return Few(np.array(rows, np.int32))


def as_bits(rows: list[int]) -> Many:
    return Many(sets.words_of(np.array(rows, np.int32), SIZE))


@pytest.mark.parametrize("sparse", [1, 512])
@pytest.mark.parametrize("one", [as_list, as_bits])
@pytest.mark.parametrize("other", [as_list, as_bits])
def test_lists_and_bits_are_united_and_taken_out_of_each_other_alike(
    one: Form, other: Form, sparse: int
) -> None:
    for some in ROWS:
        for more in ROWS:
            with patch("recruit.matching.sets.SPARSE", sparse):
                parts = [one(some), other(more), as_list([5, 7]), as_bits([7, 9])]
                united = sets.union(parts, SIZE)
                left = sets.without(one(some), other(more))

            assert sets.rows_in(united).tolist() == sorted({*some, *more, 5, 7, 9})
            assert sets.rows_in(left).tolist() == sorted({*some} - {*more})


def person(number: int, chance: random.Random) -> Profile:
    """Somebody with up to twelve facts, which is more than there are shelves."""
    facts = [
        condition(
            concept.id,
            chance.choice(STATUSES),
            PartialDate.parse(f"20{chance.randint(10, 26)}") if chance.random() < HALF else None,
        )
        for concept in chance.choices(CONDITIONS, WEIGHTS, k=chance.choice((1, 2, 3, 12)))
    ]
    return Profile(f"p{number}", facts=tuple(facts))


@pytest.mark.parametrize("sparse", [1, 40, 10_000])
def test_what_leaves_something_out_is_judged_by_the_law_in_every_form_of_sets(sparse: int) -> None:
    chance = random.Random(sparse)  # noqa: S311 - invented people, no secret
    people = [person(number, chance) for number in range(300)]
    people.append(Profile("has what counts beyond the shelves", facts=LATE))
    long_ago = Window(min=5.0, unit=TimeUnit.YEAR)
    asked = [
        Clinical(Kind.CONDITION, "", (DIABETES,), status, within, besides=besides)
        for status in ("current", "ever")
        for within in (None, long_ago)
        for besides in ((), (TYPE_1,), ("MESH:D003928",))
    ]
    trial = Eligibility("T-1", tuple(Criterion("exclusion", "", leaf) for leaf in asked))

    with patch("recruit.matching.sets.SPARSE", sparse):
        found = evaluate(trial, people, WORLD, TODAY)

    assert found == reference.evaluate(trial, people, WORLD, TODAY)
