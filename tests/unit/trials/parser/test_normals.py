"""Values against limits of normal without a figure ("elevated creatinine"), in both languages."""

import pytest

from recruit.criteria.eligibility import leaves
from recruit.criteria.nodes import Measure, Unparsed
from recruit.terminology.lexicon import Lexicon
from recruit.trials.parser import parse_criterion
from tests.reading.tree import tree


def read(text: str, lexicon: Lexicon) -> list[str]:
    return [
        line.strip() for line in tree(parse_criterion("exclusion", text, lexicon).rule, lexicon)
    ]


@pytest.mark.parametrize(
    ("english", "french", "rule"),
    [
        ("Elevated creatinine", "Créatinine élevée", ["creatinine > 1 x uln"]),
        ("Bilirubin > normal", "Bilirubine supérieure à la normale", ["bilirubin > 1 x uln"]),
        ("Low hemoglobin", "Hémoglobine basse", ["haemoglobin < 1 x lln"]),
        ("Abnormal TSH", "TSH anormale", ["any of", "tsh > 1 x uln", "tsh < 1 x lln"]),
        (
            "TSH outside the normal range",
            "TSH hors des limites normales",
            ["any of", "tsh > 1 x uln", "tsh < 1 x lln"],
        ),
        (
            "Normal calcium",
            "Calcémie normale",
            ["all of", "calcium ≤ 1 x uln", "calcium ≥ 1 x lln"],
        ),
        (
            "Calcium within normal limits",
            "Calcium dans les limites de la normale",
            ["all of", "calcium ≤ 1 x uln", "calcium ≥ 1 x lln"],
        ),
        (
            "Systolic blood pressure outside the range of 90 to 140 mmHg",
            "Pression artérielle systolique en dehors de l’intervalle 90 à 140 mmHg",
            ["not systolic_bp ≥ 90 and ≤ 140 mm[Hg]"],
        ),
    ],
)
def test_words_for_normal_are_read_as_its_limits(
    english: str, french: str, rule: list[str], lexicon: Lexicon
) -> None:
    assert read(english, lexicon) == read(french, lexicon) == rule


def test_nobody_is_asked_for_a_floor_where_none_is_known(lexicon: Lexicon) -> None:
    assert read("ALT within normal limits", lexicon) == ["alt ≤ 1 x uln"]


@pytest.mark.parametrize(
    ("text", "lowest"),
    [
        ("Elevated ALT > 3 x ULN", 3),
        ("Elevated creatinine (> 2 mg/dL)", 2),
        ("ALT of more than three times normal", 3),
        ("Elevated blood creatinine, above 2 mg/dL", 2),
    ],
)
def test_a_figure_says_better_how_high(text: str, lowest: float, lexicon: Lexicon) -> None:
    found = leaves(parse_criterion("exclusion", text, lexicon).rule)
    assert lowest in [leaf.min for leaf in found if isinstance(leaf, Measure)]


@pytest.mark.parametrize(
    "text",
    [
        "History of elevated PSA",
        "Elevated weight",
        "Poids élevé",
        "Organ function within normal limits",
        "Age outside the range of 18 to 65 years",
    ],
)
def test_what_has_no_limits_or_was_once_is_shown(text: str, lexicon: Lexicon) -> None:
    found = leaves(parse_criterion("exclusion", text, lexicon).rule)
    assert all(isinstance(leaf, Unparsed) for leaf in found)


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("BP > 140 mmHg systolic", ["systolic_bp > 140 mm[Hg]"]),
        ("eGFR < 30 mL/min as measured by the MDRD formula", ["egfr < 30 mL/min/{1.73_m2}"]),
        (
            "Creatinine clearance (using the Cockcroft-Gault equation) < 30 mL/min",
            ["creatinine_clearance < 30 mL/min"],
        ),
        (
            "Clairance de la créatinine selon Cockcroft < 30 mL/min",
            ["creatinine_clearance < 30 mL/min"],
        ),
    ],
)
def test_two_names_of_one_value_are_one(text: str, rule: list[str], lexicon: Lexicon) -> None:
    assert read(text, lexicon) == rule
