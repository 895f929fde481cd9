"""Plain lines after "One of the following:", whose end nothing marks."""

import pytest

from recruit.criteria.eligibility import CriterionKind
from recruit.terminology.lexicon import Lexicon
from recruit.trials.parser import parse
from recruit.trials.parser.bullets import bullets
from tests.reading.tree import tree


def items(text: str) -> list[list[str]]:
    """The lines under each statement."""
    return [
        [text[slice(*child.pieces[0])] for child in bullet.children] for bullet in bullets(text)
    ]


def asked(text: str, kind: CriterionKind, lexicon: Lexicon) -> list[list[str]]:
    return [list(tree(each.rule, lexicon)) for each in parse(text, lexicon) if each.kind == kind]


@pytest.mark.parametrize(
    "text",
    [
        "Inclusion criteria:\nAt least one of the following:\nAsthma\nDiabetes",
        "Inclusion criteria:\n\nOne or more criteria for a high risk:\n\nAsthma\nDiabetes",
        "Critères d'inclusion :\nAu moins un des critères suivants :\nAsthme\nDiabète",
        "Critères d’inclusion :\n\nL’un des critères suivants :\n\nAsthme\n\nDiabète",
    ],
)
def test_one_of_the_plain_lines_is_enough(text: str, lexicon: Lexicon) -> None:
    (rule,) = asked(text, "inclusion", lexicon)
    assert "any of" in [line.strip() for line in rule]
    assert len([line for line in rule if "condition" in line]) == 2


def test_an_empty_line_ends_the_choice() -> None:
    text = "Inclusion criteria:\nOne of the following:\nAsthma\nDiabetes\n\nObesity"
    assert items(text) == [["Asthma", "Diabetes"], []]


@pytest.mark.parametrize(
    "demand", ["Signed consent", "Age over 18", "Patients must be able to walk", "No cancer"]
)
def test_what_demands_in_so_many_words_ends_the_choice(demand: str) -> None:
    text = f"Inclusion criteria:\nOne of the following:\nAsthma\nDiabetes\n{demand}\nObesity"
    assert items(text) == [["Asthma", "Diabetes"], [], []]


def test_alternatives_may_demand_too() -> None:
    text = "Inclusion criteria:\nEither of:\nPatients with asthma\nPatients with diabetes"
    assert items(text) == [["Patients with asthma", "Patients with diabetes"]]


def test_a_choice_by_or_ends_with_its_last_or() -> None:
    text = "Inclusion criteria:\nOne of the following:\nAsthma, or\nDiabetes\nObesity"
    assert items(text) == [["Asthma, or", "Diabetes"], []]


@pytest.mark.parametrize(
    "text",
    [
        "Inclusion criteria:\nAll of the following:\nAsthma\nDiabetes",
        "Inclusion criteria:\nLaboratory studies within 4 weeks of enrolment:\nAsthma\nDiabetes",
        "Exclusion criteria:\nOne of the following:\nAsthma\nDiabetes",
    ],
)
def test_plain_lines_that_all_count_stay_by_themselves(text: str) -> None:
    assert ["Asthma", "Diabetes"] not in items(text)
