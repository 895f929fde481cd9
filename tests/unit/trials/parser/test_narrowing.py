"""Words that narrow a disease are never lost: as its severity, or as a leaf nobody can answer."""

import pytest

from recruit.criteria.eligibility import leaves
from recruit.criteria.nodes import AllOf, AnyOf, Clinical, Detail, Rule, Unparsed
from recruit.terminology.concepts import Kind
from recruit.terminology.lexicon import Lexicon
from recruit.trials.parser import parse_criterion
from tests.unit.trials.parser.bare import bare

ASTHMA = ("MESH:D001249",)


def rule(text: str, lexicon: Lexicon) -> Rule:
    return parse_criterion("exclusion", text, lexicon).rule


def asthma(severity: str) -> Clinical:
    return Clinical(Kind.CONDITION, "", ASTHMA, detail=Detail(severity=severity))


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("uncontrolled hypertension", "uncontrolled"),
        ("unstable asthma", "unstable"),
        ("significant liver disease", "significant"),
        ("untreated hypothyroidism", "untreated"),
        ("symptomatic heart failure", "Symptomatic"),
        ("recurrent stroke", "recurrent"),
        ("poorly controlled asthma", "poorly controlled"),
        ("severe or uncontrolled asthma", "severe or uncontrolled"),
        ("active or uncontrolled epilepsy", "active or uncontrolled"),
        ("relapsed or refractory multiple myeloma", "relapsed or refractory"),
        ("hypertension non contrôlée", "non contrôlée"),
        ("insuffisance cardiaque instable", "instable"),
        ("épilepsie réfractaire", "réfractaire"),
    ],
)
def test_what_narrows_stays_beside_the_disease(text: str, word: str, lexicon: Lexicon) -> None:
    found = rule(text, lexicon)
    assert isinstance(found, AllOf)
    left = [leaf.text.lower() for leaf in leaves(found) if isinstance(leaf, Unparsed)]
    assert left == [word.lower()]


@pytest.mark.parametrize(
    ("text", "severities"),
    [
        ("moderate or severe asthma", ("moderate", "severe")),
        ("moderate to severe asthma", ("moderate", "severe")),
        ("moderate-to-severe asthma", ("moderate", "severe")),
        ("mild to severe asthma", ("mild", "moderate", "severe")),
        ("mild to moderate or severe asthma", ("mild", "moderate", "severe")),
        ("asthme modéré à sévère", ("moderate", "severe")),
        ("asthme léger ou modéré", ("mild", "moderate")),
    ],
)
def test_two_severities_are_either(
    text: str, severities: tuple[str, ...], lexicon: Lexicon
) -> None:
    assert bare(rule(text, lexicon)) == AnyOf(tuple(asthma(each) for each in severities))


def test_a_severity_goes_on_over_a_word_that_was_not_read(lexicon: Lexicon) -> None:
    read = [leaf for leaf in leaves(rule("severe muscular or hepatic impairment", lexicon))
            if isinstance(leaf, Clinical)]  # fmt: skip
    assert [leaf.detail for leaf in read] == [Detail(severity="severe")]


def test_what_narrows_goes_on_over_a_word_that_was_not_read(lexicon: Lexicon) -> None:
    found = rule("significant xyz or hepatic disease", lexicon)
    assert isinstance(found, AnyOf)
    assert isinstance(found.of[1], AllOf)


def test_what_narrows_the_first_of_a_list_may_narrow_all(lexicon: Lexicon) -> None:
    found = bare(rule("uncontrolled asthma or epilepsy", lexicon))
    assert isinstance(found, AllOf)
    assert isinstance(found.of[0], AnyOf)
