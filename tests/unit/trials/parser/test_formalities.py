"""Consent, compliance and tests of pregnancy: forms, visits and dates add nothing to them."""

import pytest

from recruit.criteria.eligibility import CriterionKind, leaves
from recruit.criteria.nodes import Not, Ordinal, Rule, State, Unparsed
from recruit.terminology.lexicon import Lexicon
from recruit.trials.parser import parse_criterion
from tests.unit.trials.parser.bare import bare


def rule(text: str, lexicon: Lexicon, kind: CriterionKind = "inclusion") -> Rule:
    return bare(parse_criterion(kind, text, lexicon).rule)


@pytest.mark.parametrize(
    "text",
    [
        "Written informed consent provided",
        "Written informed consent obtained",
        "Informed consent signed and dated",
        "Able to comprehend and give informed consent",
        "Provision of signed informed consent prior to any study specific procedures",
        "Subject has signed the informed consent form",
        "Capable of giving signed informed consent",
        "Patient willing and able to give informed consent for participation in the study",
        "Consentement éclairé écrit signé",
        "Ayant donné son consentement éclairé écrit",
        "Consentement libre et éclairé signé",
    ],
)
def test_a_consent_is_one_leaf(text: str, lexicon: Lexicon) -> None:
    assert rule(text, lexicon) == State("able_to_consent")


@pytest.mark.parametrize(
    "text",
    [
        "Willing and able to comply with study procedures",
        "Able to comply with scheduled visits, treatment plan, laboratory tests and procedures",
        "Ability to comply with the protocol",
        "Capable de respecter le protocole de l'étude",
    ],
)
def test_compliance_is_one_leaf(text: str, lexicon: Lexicon) -> None:
    assert rule(text, lexicon) == State("compliant")


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("Unable to give informed consent", "able_to_consent"),
        ("Refusal to sign informed consent", "able_to_consent"),
        ("Unable or unwilling to comply with study procedures", "compliant"),
        ("Incapacité à donner son consentement", "able_to_consent"),
    ],
)
def test_an_inability_denies_it(text: str, state: str, lexicon: Lexicon) -> None:
    assert rule(text, lexicon, "exclusion") == Not(State(state))


@pytest.mark.parametrize("text", ["Performance status ECOG 0-2", "ECOG performance status 0-2"])
def test_a_grade_is_one_leaf(text: str, lexicon: Lexicon) -> None:
    assert rule(text, lexicon) == Ordinal("ecog", ("0", "1", "2"))


@pytest.mark.parametrize(
    "text",
    [
        "Negative urine pregnancy test within 7 days prior to enrollment",
        "Negative serum pregnancy test at screening",
        "Test de grossesse urinaire négatif",
    ],
)
def test_a_negative_test_is_no_pregnancy(text: str, lexicon: Lexicon) -> None:
    assert rule(text, lexicon) == Not(State("pregnant"))


def test_a_test_without_its_result_says_nothing(lexicon: Lexicon) -> None:
    found = parse_criterion("inclusion", "Pregnancy test at screening", lexicon).rule
    assert all(isinstance(leaf, Unparsed) for leaf in leaves(found))


@pytest.mark.parametrize(
    "text", ["Consent to whole genome sequencing", "Informed consent signed by two witnesses"]
)
def test_words_that_add_something_stay(text: str, lexicon: Lexicon) -> None:
    found = parse_criterion("inclusion", text, lexicon).rule
    assert any(isinstance(leaf, Unparsed) for leaf in leaves(found))


@pytest.mark.parametrize(
    "text",
    [
        "Asthma interfering with the ability to give informed consent or to cooperate",
        "Compliance with the protocol or informed consent",
        "Asthme empêchant de donner son consentement ou de respecter le protocole",
    ],
)
def test_nobody_is_excluded_for_an_ability(text: str, lexicon: Lexicon) -> None:
    found = parse_criterion("exclusion", text, lexicon).rule
    assert not any(isinstance(leaf, State) for leaf in leaves(found))


@pytest.mark.parametrize(
    "text",
    [
        "missing informed consent",
        "Lack of patient's signed informed consent form",
        "refus de consentement",
    ],
)
def test_a_consent_that_is_not_there_is_denied(text: str, lexicon: Lexicon) -> None:
    assert rule(text, lexicon, "exclusion") == Not(State("able_to_consent"))
