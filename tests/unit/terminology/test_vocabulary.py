import pytest

from recruit.terminology.concepts import Vocabulary
from recruit.terminology.states import PersonState, state, states
from recruit.terminology.vocabulary import VocabularyName, vocabulary

EVERY = list(vocabulary())


def meanings(text: str, *, exactly: bool = False) -> set[tuple[Vocabulary, str]]:
    return {
        (each.what, each.key)
        for each in EVERY
        if (each.name == text if exactly else each.name.lower() == text.lower())
    }


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("lactating", "breastfeeding"),
        ("allaitante", "breastfeeding"),
        ("nursing mothers", "breastfeeding"),
        ("femme enceinte", "pregnant"),
        ("women of child-bearing potential", "childbearing_potential"),
        ("femme en âge de procréer", "childbearing_potential"),
        ("postmenopausal", "menopausal"),
        ("post-ménopausée", "menopausal"),
        ("signed informed consent", "able_to_consent"),
        ("consentement éclairé écrit", "able_to_consent"),
        ("current smoker", "smoker"),
        ("fumeur actif", "smoker"),
        ("healthy volunteers", "healthy"),
        ("volontaire sain", "healthy"),
        ("affiliation à la sécurité sociale", "insured"),
        ("sous tutelle", "legal_protection"),
        ("curatelle", "legal_protection"),
        ("another clinical trial", "other_trial"),
        ("don de sang", "blood_donor"),
        ("travail posté", "shift_worker"),
    ],
)
def test_a_state_is_known_by_what_people_write(text: str, key: str) -> None:
    assert (Vocabulary.STATE, key) in meanings(text)


@pytest.mark.parametrize(
    ("text", "what", "key"),
    [
        ("hémoglobine glyquée", Vocabulary.VARIABLE, "hba1c"),
        ("ASAT", Vocabulary.VARIABLE, "ast"),
        ("FEVG", Vocabulary.VARIABLE, "lvef"),
        ("VEMS", Vocabulary.VARIABLE, "fev1_percent"),
        ("performance status", Vocabulary.SCALE, "ecog"),
        ("indice OMS", Vocabulary.SCALE, "ecog"),
        ("French", Vocabulary.LANGUAGE, "fr"),
        ("anglais", Vocabulary.LANGUAGE, "en"),
        ("Spanish-speaking", Vocabulary.LANGUAGE, "es"),
        ("Royaume-Uni", Vocabulary.COUNTRY, "GB"),
        ("United States of America", Vocabulary.COUNTRY, "US"),
        ("Allemagne", Vocabulary.COUNTRY, "DE"),
    ],
)
def test_a_name_of_either_language_leads_to_its_entry(
    text: str, what: Vocabulary, key: str
) -> None:
    assert (what, key) in meanings(text)


def test_a_word_that_two_values_share_leads_to_both() -> None:
    both = {(Vocabulary.VARIABLE, "systolic_bp"), (Vocabulary.VARIABLE, "diastolic_bp")}

    assert meanings("tension artérielle") == both


@pytest.mark.parametrize("text", ["CAT", "ACT", "Polish", "Turkey", "HR", "PT"])
def test_a_name_that_is_also_a_plain_word_counts_only_with_its_capitals(text: str) -> None:
    assert {each.case_sensitive for each in EVERY if each.name == text} == {True}


def test_unions_and_test_locales_are_no_countries() -> None:
    keys = {each.key for each in EVERY if each.what is Vocabulary.COUNTRY}

    assert keys.isdisjoint({"EU", "UN", "XA", "ZZ"})


def test_no_name_is_empty_or_padded() -> None:
    assert [each for each in EVERY if each.name != each.name.strip() or not each.name] == []


def test_no_name_comes_twice() -> None:
    assert len(set(EVERY)) == len(EVERY)


@pytest.mark.parametrize("what", list(Vocabulary))
def test_every_vocabulary_speaks_both_languages(what: Vocabulary) -> None:
    assert {each.language for each in EVERY if each.what is what} == {"en", "fr"}


@pytest.mark.parametrize("each", states().values(), ids=lambda each: each.key)
def test_every_state_is_asked_for_in_both_languages(each: PersonState) -> None:
    assert each.question("en").endswith("?")
    assert each.question("fr").endswith(" ?")


def test_an_unknown_state_is_none() -> None:
    assert state("bored") is None


def test_a_name_is_a_frozen_value() -> None:
    first = EVERY[0]

    assert first == VocabularyName(
        first.name, first.language, first.what, first.key, first.case_sensitive
    )
