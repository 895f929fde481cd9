"""Lists that are counted, in one line and over several."""

import pytest

from recruit.criteria.eligibility import CriterionKind
from recruit.criteria.nodes import AllOf, AnyOf, AtLeast, Clinical, Not, Rule, Unparsed
from recruit.terminology.concepts import Kind
from recruit.terminology.lexicon import Lexicon
from recruit.trials.parser import parse, parse_criterion
from tests.unit.trials.parser.bare import bare

ASTHMA = Clinical(Kind.CONDITION, "", ("MESH:D001249",))
STROKE = Clinical(Kind.CONDITION, "", ("MESH:D020521",))
DIABETES = Clinical(Kind.CONDITION, "", ("MESH:D003924",))
THREE = (ASTHMA, STROKE, DIABETES)


def rule(text: str, lexicon: Lexicon, kind: CriterionKind = "inclusion") -> Rule:
    return bare(parse_criterion(kind, text, lexicon).rule)


@pytest.mark.parametrize("kind", ["inclusion", "exclusion"])
@pytest.mark.parametrize(
    "text",
    [
        "At least two of the following: asthma, stroke, type 2 diabetes",
        "Two or more of the following: asthma, stroke, or type 2 diabetes",
        "Any 2 of the following: asthma; stroke; type 2 diabetes",
        "Au moins deux des critères suivants : asthme, AVC, diabète de type 2",
        "Au moins 2 des éléments suivants : asthme, AVC ou diabète de type 2",
    ],
)
def test_at_least_two_are_counted(kind: CriterionKind, text: str, lexicon: Lexicon) -> None:
    assert rule(text, lexicon, kind) == AtLeast(2, THREE)


@pytest.mark.parametrize(
    "text",
    [
        "One of the following: asthma, stroke, type 2 diabetes",
        "One or more of the following: asthma, stroke, type 2 diabetes",
        "At least one of the following: asthma, stroke and type 2 diabetes",
        "Any of the following: asthma; stroke; type 2 diabetes",
        "Au moins un des critères suivants : asthme, AVC, diabète de type 2",
        "L'un des critères suivants : asthme, AVC, diabète de type 2",
    ],
)
def test_one_of_them_is_enough(text: str, lexicon: Lexicon) -> None:
    assert rule(text, lexicon) == AnyOf(THREE)


@pytest.mark.parametrize(
    "text",
    [
        "All of the following: asthma, stroke, type 2 diabetes",
        "Tous les critères suivants : asthme, AVC, diabète de type 2",
    ],
)
def test_all_of_them_are_needed(text: str, lexicon: Lexicon) -> None:
    assert rule(text, lexicon) == AllOf(THREE)


def test_what_the_introduction_says_besides_is_asked_too(lexicon: Lexicon) -> None:
    text = "Type 2 diabetes with at least one of the following: asthma, stroke"
    assert rule(text, lexicon) == AllOf((DIABETES, AnyOf((ASTHMA, STROKE))))


def test_a_highest_number_is_not_read(lexicon: Lexicon) -> None:
    text = "No more than one of the following: asthma, stroke"
    assert rule(text, lexicon) == Unparsed("")


def test_none_of_them_is_none(lexicon: Lexicon) -> None:
    text = "No evidence of any of the following: asthma, stroke"
    assert rule(text, lexicon) == Not(AnyOf((ASTHMA, STROKE)))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("* One of the following:\nasthma\nstroke\n* Type 2 diabetes\n",
         [AnyOf((ASTHMA, STROKE)), DIABETES]),
        ("* At least two of the following:\n asthma\n stroke\n type 2 diabetes\n",
         [AtLeast(2, THREE)]),
        ("* Two or more of the following:\n  - asthma\n  - stroke\n  - type 2 diabetes\n",
         [AtLeast(2, THREE)]),
        ("- Au moins deux des critères suivants :\n  - asthme\n  - AVC\n  - diabète de type 2\n",
         [AtLeast(2, THREE)]),
        ("- Un des critères suivants :\nasthme\nAVC\n- Diabète de type 2\n",
         [AnyOf((ASTHMA, STROKE)), DIABETES]),
    ],
)  # fmt: skip
def test_lines_below_are_the_list(text: str, expected: list[Rule], lexicon: Lexicon) -> None:
    assert [bare(criterion.rule) for criterion in parse(text, lexicon)] == expected
