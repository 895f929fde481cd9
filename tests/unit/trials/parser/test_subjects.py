"""Sentences about a part of the people ask nothing of the others."""

import pytest

from recruit.criteria.eligibility import CriterionKind
from recruit.criteria.nodes import Age, AllOf, AnyOf, Clinical, Measure, Not, Rule, Sex, State
from recruit.terminology.lexicon import Lexicon
from recruit.trials.parser import parse_criterion
from tests.unit.trials.parser.bare import bare

PREGNANT = State("pregnant")
FERTILE = State("childbearing_potential")
SAFE = State("contraception")


def rule(text: str, lexicon: Lexicon, kind: CriterionKind = "inclusion") -> Rule:
    return bare(parse_criterion(kind, text, lexicon).rule)


@pytest.mark.parametrize(
    ("text", "subject", "asked"),
    [
        ("Women must not be pregnant", Sex("female"), Not(PREGNANT)),
        ("If female, not pregnant", Sex("female"), Not(PREGNANT)),
        ("Female: not pregnant", Sex("female"), Not(PREGNANT)),
        ("For female patients, negative pregnancy test", Sex("female"), Not(PREGNANT)),
        ("Negative pregnancy test if female", Sex("female"), Not(PREGNANT)),
        ("Negative pregnancy test (women)", Sex("female"), Not(PREGNANT)),
        ("Male patients must agree to use contraception", Sex("male"), SAFE),
        ("Women must be postmenopausal", Sex("female"), State("menopausal")),
        ("Females of childbearing potential must use contraception", FERTILE, SAFE),
        ("Female patients of childbearing potential agree to use contraception", FERTILE, SAFE),
        ("Females of childbearing potential must have a negative pregnancy test",
         FERTILE, Not(PREGNANT)),
        ("Women of childbearing potential: negative pregnancy test", FERTILE, Not(PREGNANT)),
        ("For women of childbearing age, serum pregnancy test was negative",
         FERTILE, Not(PREGNANT)),
        ("Negative serum pregnancy test in women of childbearing potential",
         FERTILE, Not(PREGNANT)),
        ("Men and women of childbearing potential must use effective contraception",
         AnyOf((Sex("male"), FERTILE)), SAFE),
        ("Les femmes ne doivent pas être enceintes", Sex("female"), Not(PREGNANT)),
        ("Si femme, non enceinte", Sex("female"), Not(PREGNANT)),
        ("Les femmes en âge de procréer doivent avoir une contraception efficace",
         FERTILE, SAFE),
        ("Femmes en âge de procréer : contraception efficace", FERTILE, SAFE),
        ("Femmes non ménopausées : test de grossesse négatif",
         State("premenopausal"), Not(PREGNANT)),
        ("Pour les femmes en âge de procréer, test de grossesse négatif",
         FERTILE, Not(PREGNANT)),
        ("Test de grossesse négatif chez les femmes", Sex("female"), Not(PREGNANT)),
    ],
)  # fmt: skip
def test_nothing_is_asked_of_who_is_not_the_subject(
    text: str, subject: Rule, asked: Rule, lexicon: Lexicon
) -> None:
    assert rule(text, lexicon) == AnyOf((Not(subject), asked))


@pytest.mark.parametrize(
    "text",
    ["Women aged 18 to 45", "Femmes de 18 à 45 ans", "Subjects must be women aged 18 to 45 years"],
)
def test_a_subject_that_is_the_whole_point_is_asked_for(text: str, lexicon: Lexicon) -> None:
    assert rule(text, lexicon) == AllOf((Sex("female"), Age(18, 45)))


@pytest.mark.parametrize("text", ["Postmenopausal women", "Femmes ménopausées"])
def test_a_state_that_only_women_have_is_asked_for(text: str, lexicon: Lexicon) -> None:
    assert rule(text, lexicon) == State("menopausal")


def test_women_who_are_not_pregnant_are_women(lexicon: Lexicon) -> None:
    assert rule("Non-pregnant women", lexicon) == AllOf((Not(PREGNANT), Sex("female")))


def test_a_diseased_subject_is_asked_for(lexicon: Lexicon) -> None:
    found = rule("Female patients with breast cancer", lexicon)
    assert isinstance(found, AllOf)
    assert found.of[0] == Sex("female")


def test_two_sentences_in_one_have_a_subject_each(lexicon: Lexicon) -> None:
    found = rule("Women must not be pregnant and men must use contraception", lexicon)
    women = AnyOf((Not(Sex("female")), Not(PREGNANT)))
    assert found == AllOf((women, AnyOf((Not(Sex("male")), SAFE))))


@pytest.mark.parametrize(
    "text",
    [
        "Haemoglobin ≥ 12 g/dL for women and ≥ 13 g/dL for men",
        "Hémoglobine ≥ 12 g/dL chez les femmes et ≥ 13 g/dL chez les hommes",
    ],
)
def test_each_sex_has_its_own_bound(text: str, lexicon: Lexicon) -> None:
    women = AnyOf((Not(Sex("female")), Measure("haemoglobin", 12, unit="g/dL")))
    men = AnyOf((Not(Sex("male")), Measure("haemoglobin", 13, unit="g/dL")))
    assert rule(text, lexicon) == AllOf((women, men))


def test_either_of_two_asked_of_women_asks_nothing_of_men(lexicon: Lexicon) -> None:
    found = rule("Contraception or sexual abstinence for women", lexicon)
    assert isinstance(found, AnyOf)
    assert Not(Sex("female")) in found.of


def test_a_bracket_with_both_sexes_keeps_their_bounds_apart(lexicon: Lexicon) -> None:
    found = rule("Haemoglobin ≥ 12 g/dL (women) or ≥ 13 g/dL (men)", lexicon)
    women = AllOf((Measure("haemoglobin", 12, unit="g/dL"), Sex("female")))
    assert found == AnyOf((women, AllOf((Measure("haemoglobin", 13, unit="g/dL"), Sex("male")))))


def test_who_is_meant_by_the_last_of_a_list_is_not_meant_by_the_first(lexicon: Lexicon) -> None:
    found = rule("Asthma, and negative pregnancy test for women", lexicon)
    assert isinstance(found, AllOf)
    assert isinstance(found.of[0], Clinical)
    assert found.of[1] == AnyOf((Not(Sex("female")), Not(PREGNANT)))


def test_a_condition_on_another_disease_asks_nothing_of_who_has_it_not(lexicon: Lexicon) -> None:
    found = rule("For patients with diabetes: HbA1c < 8 %", lexicon)
    assert isinstance(found, AnyOf)
    assert isinstance(found.of[0], Not)


@pytest.mark.parametrize("text", ["Women who are pregnant", "Femmes enceintes", "Pregnant women"])
def test_an_excluded_pregnancy_implies_the_sex(text: str, lexicon: Lexicon) -> None:
    assert rule(text, lexicon, "exclusion") == PREGNANT


@pytest.mark.parametrize(
    "text",
    [
        "Women of childbearing potential not using contraception",
        "Femmes en âge de procréer sans contraception efficace",
    ],
)
def test_an_excluded_subject_is_a_part_of_the_reason(text: str, lexicon: Lexicon) -> None:
    assert rule(text, lexicon, "exclusion") == AllOf((FERTILE, Not(SAFE)))


@pytest.mark.parametrize(
    "text", ["Menopausal status: postmenopausal", "Statut ménopausique : ménopausée"]
)
def test_a_topic_before_a_colon_is_no_subject(text: str, lexicon: Lexicon) -> None:
    found = parse_criterion("inclusion", text, lexicon).rule
    assert not any(isinstance(part, Not) for part in getattr(found, "of", ()))
