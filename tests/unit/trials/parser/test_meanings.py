"""Short forms that stand for something else, and names that say no more than their kind."""

import pytest

from recruit.criteria.eligibility import leaves
from recruit.criteria.nodes import Clinical, Ordinal
from recruit.terminology.lexicon import Lexicon
from recruit.trials.parser import parse_criterion


def named(text: str, lexicon: Lexicon) -> list[str]:
    """The names of the concepts that a requirement asks for."""
    rule = parse_criterion("inclusion", text, lexicon).rule
    found = [
        leaf.concepts[0] for leaf in leaves(rule) if isinstance(leaf, Clinical) and leaf.concepts
    ]
    return [concept.name_en for each in found if (concept := lexicon.concept(each))]


@pytest.mark.parametrize(
    "text",
    [
        "Progressive disease (PD), PD within 6 months",
        "College of American Pathologists (CAP) guidelines, CAP rules",
        "Centres du Delta (CD) et suivi par un CD",
    ],
)
def test_a_text_gives_a_short_form_its_own_meaning(text: str, lexicon: Lexicon) -> None:
    assert named(text, lexicon) == []


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Parkinson's disease (PD), PD for 2 years", "Parkinson disease"),
        ("Maladie de Parkinson (PD)", "Parkinson disease"),
        ("MS-related fatigue", "multiple sclerosis"),
    ],
)
def test_a_short_form_of_what_is_known_stays_known(text: str, name: str, lexicon: Lexicon) -> None:
    assert name in named(text, lexicon)


@pytest.mark.parametrize(
    "text",
    ["PD-1 status", "PD-L2 status", "HLA-DR typing", "HLA A, B, and DR typing", "SES-CD score"],
)
def test_a_part_of_a_code_is_no_disease(text: str, lexicon: Lexicon) -> None:
    assert named(text, lexicon) == []


def test_a_word_among_capitals_is_a_word(lexicon: Lexicon) -> None:
    assert named("AS PER PROTOCOL", lexicon) == []
    assert named("ALL in remission", lexicon) != []


@pytest.mark.parametrize(
    "text", ["Severe illness", "Intercurrent illness", "Serious medical condition", "Comorbidity"]
)
def test_an_illness_whatever_it_is_answers_nothing(text: str, lexicon: Lexicon) -> None:
    assert named(text, lexicon) == []


@pytest.mark.parametrize("text", ["dysarthria", "aphasia", "speech disorders"])
def test_how_somebody_speaks_is_no_disease_of_the_mind(text: str, lexicon: Lexicon) -> None:
    found = lexicon.lookup(text, near=False)[0].concept
    assert not lexicon.is_a(found.id, "MESH:D001523")


@pytest.mark.parametrize("text", ["dyslexia", "insomnia", "dementia", "anorexia nervosa"])
def test_what_both_file_under_the_mind_stays_there(text: str, lexicon: Lexicon) -> None:
    found = lexicon.lookup(text, near=False)[0].concept
    assert lexicon.is_a(found.id, "MESH:D001523")


@pytest.mark.parametrize("text", ["ASA 1-3", "Physical status ASA I-III", "Classe ASA I-III"])
def test_a_range_of_grades_behind_a_short_form_is_no_code(text: str, lexicon: Lexicon) -> None:
    rule = parse_criterion("inclusion", text, lexicon).rule
    asked = [leaf.values for leaf in leaves(rule) if isinstance(leaf, Ordinal)]
    assert asked == [("1", "2", "3")]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Active infection with HIV", ["HIV infections"]),
        ("Active infection by HIV, HBV or HCV", ["HIV infections", "hepatitis B", "hepatitis C"]),
        ("Infection active par le VHB ou le VIH", ["hepatitis B", "HIV infections"]),
        ("Infection with hepatitis B virus", ["hepatitis B"]),
        ("Infection with fever", ["infections", "fever"]),
    ],
)
def test_a_germ_says_which_infection_is_meant(
    text: str, names: list[str], lexicon: Lexicon
) -> None:
    assert named(text, lexicon) == names


@pytest.mark.parametrize("text", ["suicidal ideation", "idées suicidaires", "pensées suicidaires"])
def test_thoughts_of_suicide_are_no_attempt(text: str, lexicon: Lexicon) -> None:
    (found, *_) = lexicon.lookup(text, near=False)
    attempt = lexicon.lookup("tentative de suicide", near=False)[0].concept
    assert not lexicon.is_a(found.concept.id, attempt.id)
    assert lexicon.is_a(found.concept.id, "RECRUIT:suicidality")
