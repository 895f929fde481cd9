"""Rules that need no journey as JSON to be known as sound."""

import pytest

from recruit.criteria.nodes import Age, AllOf, AnyOf, Clinical, Measure, Not, Rule, Unparsed, Window
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
        Measure("bmi", 30, 20),
        Clinical(Kind.CONDITION, "asthma", within=Window(max=1, min=2)),
        Clinical(Kind.CONDITION, ""),
        Clinical(Kind.CONDITION, "asthma", ("",)),
        Unparsed(" "),
        AllOf(()),
        AllOf((ASTHMA, Age(min=18))),
        deep(64),
    ],
)
def test_what_may_be_odd_is_not_plain(rule: Rule) -> None:
    assert not is_plain(rule)
