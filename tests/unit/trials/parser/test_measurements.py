"""Measurements that no table has, or whose value was not read: named, and answered by nothing."""

import pytest

from recruit.criteria.eligibility import leaves
from recruit.criteria.nodes import Measure, Unparsed
from recruit.terminology.lexicon import Lexicon
from recruit.trials.parser import parse_criterion


def named(text: str, lexicon: Lexicon) -> list[str]:
    rule = parse_criterion("inclusion", text, lexicon).rule
    return [
        leaf.text for leaf in leaves(rule) if isinstance(leaf, Unparsed) and leaf.about == "measure"
    ]


@pytest.mark.parametrize(
    ("english", "french"),
    [
        ("Walking speed < 1.2 m/s", "Vitesse de marche < 1,2 m/s"),
        ("Zubrin index ≥ 4", "Indice de Zubrin ≥ 4"),
        ("Mean transvalvular gradient > 20 mmHg", "Gradient transvalvulaire moyen > 20 mmHg"),
        ("Maximal wall thickness of at least 13 mm", "Épaisseur pariétale d’au moins 13 mm"),
        ("Slow gait speed (< 1 m/s)", "Marche lente, vitesse (< 1 m/s)"),
        ("Before 37 weeks of gestation", "Avant 37 semaines de gestation"),
        ("Anti-zubrin antibody titre > 1/40", "Titre d’anticorps anti-zubrine > 1/40"),
    ],
)
def test_a_comparison_behind_an_unknown_name_is_a_measurement(
    english: str, french: str, lexicon: Lexicon
) -> None:
    assert len(named(english, lexicon)) == len(named(french, lexicon)) == 1


@pytest.mark.parametrize(
    ("english", "french"),
    [
        ("Adequate renal function", "Fonction rénale normale"),
        ("Abnormal coagulation tests", "Tests de coagulation anormaux"),
        ("Elevated liver enzymes", "Enzymes hépatiques élevées"),
    ],
)
def test_what_is_measured_is_named_without_a_figure_too(
    english: str, french: str, lexicon: Lexicon
) -> None:
    assert len(named(english, lexicon)) == len(named(french, lexicon)) == 1


@pytest.mark.parametrize(
    "text",
    [
        "Able to tolerate the treatment",
        "Impaired glucose regulation",
        "Capable de suivre le traitement",
        "Clomipramine 250 mg/day",
        "Clomipramine 250 mg/jour",
        "Within 5 half-lives of the first dose",
        "Received at least 3 courses",
        "Symptoms for more than 6 months",
        "Symptômes depuis plus de 6 mois",
    ],
)
def test_other_words_are_no_measurement(text: str, lexicon: Lexicon) -> None:
    assert named(text, lexicon) == []


def test_a_name_and_its_figure_are_one_place(lexicon: Lexicon) -> None:
    assert named("Zubrin score on the scale ≥ 20", lexicon) == ["Zubrin score on the scale ≥ 20"]


def test_words_beside_a_measurement_stay_unread(lexicon: Lexicon) -> None:
    rule = parse_criterion(
        "inclusion",
        "Judged by the local board and the committee to have gait speed < 1 m/s",
        lexicon,
    ).rule
    found = list(leaves(rule))
    assert all(isinstance(leaf, Unparsed) for leaf in found)
    assert len(found) > 1


@pytest.mark.parametrize(
    "text", ["HbA1c levels of 7.0-9.0 %", "HbA1c level of 7 to 9 %", "Taux d’HbA1c de 7 à 9 %"]
)
def test_a_relation_may_open_with_the_last_word_of_a_name(text: str, lexicon: Lexicon) -> None:
    rule = parse_criterion("inclusion", text, lexicon).rule
    assert isinstance(rule, Measure)
    assert (rule.variable, rule.min, rule.max, rule.unit) == ("hba1c", 7, 9, "%")


@pytest.mark.parametrize("text", ["Women who had a child", "Other aspects of the study"])
def test_an_everyday_word_is_no_questionnaire(text: str, lexicon: Lexicon) -> None:
    assert named(text, lexicon) == []
