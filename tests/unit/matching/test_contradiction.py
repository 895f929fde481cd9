"""Which criteria nobody can meet together, and which look as if but can be met."""

from typing import Literal

import pytest

from recruit.core.dates import TimeUnit
from recruit.criteria.eligibility import Criterion
from recruit.criteria.nodes import (
    Age,
    AllOf,
    AnyOf,
    Clinical,
    Location,
    Measure,
    Not,
    Ordinal,
    Rule,
    Sex,
    Unparsed,
)
from recruit.matching.contradiction import contradictions
from recruit.terminology.concepts import Kind

DIABETES = Clinical(Kind.CONDITION, "diabetes", ("MESH:D003924",), span=(4, 12))
SAME = Clinical(Kind.CONDITION, "T2DM", ("MESH:D003924",), span=(90, 94))
MONTHS = TimeUnit.MONTH


def asks(rule: Rule, kind: Literal["inclusion", "exclusion"] = "inclusion") -> Criterion:
    return Criterion(kind, "as written", rule)


def bars(rule: Rule) -> Criterion:
    return asks(rule, "exclusion")


@pytest.mark.parametrize(
    "criteria",
    [
        (asks(Age(min=40)), asks(Age(max=30))),
        (asks(Age(min=18)), asks(Age(max=17))),
        (asks(Age(min=18)), asks(Age(max=18, max_inclusive=False))),
        (asks(Age(min=18)), asks(Age(max=120, unit=MONTHS))),
        (asks(Age(max=40)), bars(Age(max=50))),
        (asks(Age(min=65)), bars(Age(min=60))),
        (asks(AllOf((Age(min=65), DIABETES))), asks(Age(max=60))),
        (asks(Sex("female")), asks(Sex("male"))),
        (asks(DIABETES), bars(SAME)),
        (asks(DIABETES), bars(AnyOf((Age(max=1), SAME)))),
        (asks(DIABETES), asks(Not(SAME))),
        (asks(Location(country="FR")), asks(Location(country="US"))),
        (
            asks(Measure("hba1c", min=9, unit="%")),
            asks(Measure("hba1c", max=53, unit="mmol/mol")),
        ),
        (asks(Ordinal("ecog", max=1)), asks(Ordinal("ecog", min=2))),
        (asks(Ordinal("ecog", values=("0", "1"))), asks(Ordinal("ecog", values=("2",)))),
    ],
)
def test_nobody_can_meet_both(criteria: tuple[Criterion, ...]) -> None:
    assert list(contradictions(criteria)) == [(0, 1)]


@pytest.mark.parametrize(
    "criteria",
    [
        (asks(Age(min=18)), asks(Age(max=18))),
        (asks(Age(min=18)), asks(Age(max=216, unit=MONTHS))),
        (asks(Age(max=50)), bars(Age(max=40))),
        (asks(Age(min=18, max=75)), bars(Age(min=20, max=30))),
        (asks(AnyOf((Age(min=65), DIABETES))), asks(Age(max=60))),
        (asks(DIABETES), bars(AllOf((SAME, Age(min=60))))),
        (asks(Unparsed("may walk")), bars(Unparsed("may walk"))),
        (asks(Measure("hba1c", min=7, unit="%")), asks(Measure("hba1c", max=7, unit="%"))),
        (asks(Measure("hba1c", min=9, unit="parsecs")), asks(Measure("hba1c", max=5, unit="%"))),
        (asks(Measure("alt", min=3, times="uln")), asks(Measure("alt", max=2, unit="U/L"))),
        (asks(Sex("female")), bars(Sex("male"))),
    ],
)
def test_somebody_can_meet_both(criteria: tuple[Criterion, ...]) -> None:
    assert list(contradictions(criteria)) == []


def test_one_criterion_can_contradict_itself() -> None:
    criteria = (asks(Sex("female")), asks(AllOf((Age(min=60), Age(max=50)))))
    assert list(contradictions(criteria)) == [(1, 1)]


def test_each_pair_is_named_once() -> None:
    criteria = (asks(Age(min=60)), asks(DIABETES), asks(Age(max=50)), asks(Age(max=40)))
    assert list(contradictions(criteria)) == [(0, 2), (0, 3)]
