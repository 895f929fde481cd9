"""Rules that would accept a person of whom nothing is known."""

import pytest

from recruit.criteria.eligibility import Criterion
from recruit.criteria.nodes import (
    Age,
    AllOf,
    AnyOf,
    AtLeast,
    Location,
    Measure,
    Not,
    Ordinal,
    Rule,
    State,
    Window,
)
from recruit.criteria.soundness import accepts_unknown, admits_unknown

HEALTHY = State("healthy")


@pytest.mark.parametrize(
    "rule",
    [
        Age(),
        Location(),
        Measure("hba1c"),
        Ordinal("ecog"),
        AllOf(()),
        AtLeast(0, (HEALTHY,)),
        Not(AnyOf(())),
        AnyOf((HEALTHY, Age())),
    ],
)
def test_what_asks_nothing_accepts_anybody(rule: Rule) -> None:
    assert accepts_unknown(rule)


@pytest.mark.parametrize(
    "rule",
    [
        HEALTHY,
        Not(HEALTHY),
        Age(min=18),
        Measure("hba1c", within=Window(max=3)),
        AllOf((HEALTHY, Age())),
        AtLeast(1, (HEALTHY, HEALTHY)),
        AnyOf(()),
        Not(Age()),
    ],
)
def test_what_asks_something_does_not(rule: Rule) -> None:
    assert not accepts_unknown(rule)


def test_an_exclusion_that_nobody_meets_admits_anybody() -> None:
    assert admits_unknown(Criterion("exclusion", "", Not(Age())))


def test_an_exclusion_that_everybody_meets_admits_nobody() -> None:
    assert not admits_unknown(Criterion("exclusion", "", Age()))
