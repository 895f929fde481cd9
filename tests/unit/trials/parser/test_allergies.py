"""What somebody is allergic to, what stands beside it, and drugs that only the trial can name."""

import pytest

from recruit.criteria.eligibility import leaves
from recruit.criteria.nodes import AllOf, AnyOf, Clinical, Not
from recruit.criteria.soundness import admits_unknown
from recruit.terminology.concepts import Kind
from recruit.terminology.lexicon import Lexicon
from recruit.trials.parser import parse_criterion


def kinds(text: str, lexicon: Lexicon) -> list[tuple[Kind, bool]]:
    """The kind of each clinical leaf, and whether anybody's record can answer it."""
    rule = parse_criterion("exclusion", text, lexicon).rule
    return [(leaf.kind, bool(leaf.concepts)) for leaf in leaves(rule) if isinstance(leaf, Clinical)]


@pytest.mark.parametrize(
    "text",
    [
        "Hypersensitivity to the study drug",
        "Known allergy to any of the excipients",
        "study drug allergy",
        "Allergie au médicament à l'étude",
        "Hypersensibilité aux excipients",
    ],
)
def test_an_allergy_to_the_trials_own_drug_is_shown_with_its_agent_and_answered_by_nobody(
    text: str, lexicon: Lexicon
) -> None:
    assert kinds(text, lexicon) == [(Kind.ALLERGY, False), (Kind.DRUG, False)]


def test_a_denied_allergy_to_the_trials_own_drug_accepts_nobody_of_whom_nothing_is_known(
    lexicon: Lexicon,
) -> None:
    read = parse_criterion("inclusion", "No allergy to the study drug", lexicon)
    assert isinstance(read.rule, Not)
    assert not admits_unknown(read)


@pytest.mark.parametrize(
    ("text", "beside"),
    [
        ("Allergy to penicillin, heart failure", Kind.CONDITION),
        ("Allergy to penicillin, asthma", Kind.CONDITION),
        ("Allergie à la pénicilline, asthme", Kind.CONDITION),
        ("Hypersensitivity to penicillin or aspirin", Kind.ALLERGY),
    ],
)
def test_a_disease_beside_an_allergy_is_none(text: str, beside: Kind, lexicon: Lexicon) -> None:
    assert kinds(text, lexicon) == [(Kind.ALLERGY, True), (beside, True)]


@pytest.mark.parametrize(
    "text",
    [
        "Within 30 days before the first application of study drug and study medication",
        "Receiving trial medication",
        "Bénéfice attendu du médicament à l'étude",
    ],
)
def test_nobody_is_said_to_take_the_trials_own_drug(text: str, lexicon: Lexicon) -> None:
    assert kinds(text, lexicon) == []


def test_another_trials_drug_is_no_drug_beside_the_trial(lexicon: Lexicon) -> None:
    assert kinds("Participation in another trial with an investigational drug", lexicon) == []
    assert kinds("Use of an investigational drug", lexicon) == [(Kind.DRUG, True)]


def test_these_drugs_are_others(lexicon: Lexicon) -> None:
    assert kinds("Use of these medications", lexicon) == []
    read = parse_criterion(
        "exclusion", "Use of the following medications: aspirin, ibuprofen", lexicon
    )
    assert isinstance(read.rule, AnyOf)
    assert all(isinstance(part, Clinical) and part.concepts for part in read.rule.of)


@pytest.mark.parametrize(
    "text", ["Low-dose aspirin is allowed", "L'aspirine à faible dose est autorisée"]
)
def test_what_is_allowed_is_shown_and_answered_by_nobody(text: str, lexicon: Lexicon) -> None:
    read = parse_criterion("exclusion", text, lexicon)
    assert isinstance(read.rule, AllOf)
    assert kinds(text, lexicon) == [(Kind.DRUG, False)]


def test_a_drug_for_a_disease_says_nothing_surely_of_the_disease(lexicon: Lexicon) -> None:
    assert (Kind.CONDITION, False) in kinds("On hypertension medication", lexicon)
    assert (Kind.CONDITION, True) not in kinds("On hypertension medication", lexicon)
