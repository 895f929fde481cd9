"""Rules that need no journey as JSON to be known as sound."""

import pytest

from recruit.criteria.nodes import (
    Age,
    AllOf,
    AnyOf,
    Clinical,
    Detail,
    Measure,
    Not,
    Rule,
    Sex,
    Unparsed,
    Window,
)
from recruit.criteria.soundness import is_plain
from recruit.terminology.concepts import Kind

ASTHMA = Clinical(Kind.CONDITION, "asthma", ("MESH:D001249",))


def deep(levels: int) -> Rule:
    rule: Rule = ASTHMA
    for _ in range(levels):
        rule = Not(rule)
    return rule


@pytest.mark.parametrize("rule", [ASTHMA, Unparsed("x"), AnyOf((ASTHMA, Not(ASTHMA))), deep(5)])
def test_leaves_without_figures_are_plain(rule: Rule) -> None:
    assert is_plain(rule)


@pytest.mark.parametrize(
    "rule",
    [
        Age(min=18),
        Age(18, 75, max_inclusive=False),
        Sex("female"),
        Measure("bmi", 20, 30, unit="kg/m2"),
        Measure("ast", max=3, times="uln", within=Window(max=2)),
        Clinical(Kind.CONDITION, "asthma", within=Window(max=2, min=1, event="onset")),
        Clinical(Kind.CONDITION, "asthma", detail=Detail(severity="severe")),
        AllOf((ASTHMA, Age(min=18))),
    ],
)
def test_figures_and_times_in_their_order_are_plain(rule: Rule) -> None:
    assert is_plain(rule)


@pytest.mark.parametrize(
    "rule",
    [
        Age(),
        Age(min=-1),
        Age(min=float("nan")),
        Age(max=18, min_inclusive=False),
        Measure("bmi", 30, 20),
        Measure("bmi", 30, 30, min_inclusive=False),
        Measure("bmi", max=float("inf")),
        Measure("ast", max=3, unit="U/L", times="uln"),
        Measure("ast", max=3, unit=" "),
        Measure("bmi", 20, within=Window(max=2, event="onset")),
        Clinical(Kind.CONDITION, "asthma", within=Window(max=1, min=2)),
        Clinical(Kind.CONDITION, "asthma", within=Window()),
        Clinical(Kind.CONDITION, "asthma", detail=Detail()),
        Clinical(Kind.CONDITION, "asthma", detail=Detail(line="")),
        Clinical(Kind.CONDITION, ""),
        Clinical(Kind.CONDITION, "asthma", ("",)),
        Unparsed(" "),
        AllOf(()),
        AllOf((ASTHMA, Age(min=-1))),
        deep(64),
    ],
)
def test_what_may_be_odd_is_not_plain(rule: Rule) -> None:
    assert not is_plain(rule)
