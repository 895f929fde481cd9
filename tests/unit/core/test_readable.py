"""How easily a text is read."""

import pytest

from recruit.core.readable import Reading, read, syllables


@pytest.mark.parametrize(
    ("word", "count"),
    [
        ("the", 1), ("make", 1), ("table", 2), ("centre", 2), ("people", 2), ("studies", 2),
        ("changed", 1), ("wanted", 2), ("places", 2), ("used", 1), ("agree", 2), ("illness", 2),
    ],
)  # fmt: skip
def test_english_syllables(word: str, count: int) -> None:
    assert syllables(word, "en") == count


@pytest.mark.parametrize(
    ("word", "count"),
    [
        ("étude", 2), ("maladie", 3), ("données", 2), ("réalité", 4), ("essayer", 3), ("les", 1),
        ("chaque", 1), ("qu’il", 1), ("d’accord", 2), ("toutes", 1), ("envoyées", 3), ("eau", 1),
    ],
)  # fmt: skip
def test_french_syllables(word: str, count: int) -> None:
    assert syllables(word, "fr") == count


def test_sentences_end_with_their_sign_or_their_line() -> None:
    found = read("# Not counted\n\nOne two. Three!\n\n- four five six\n- seven", "en")
    assert (found.words, found.sentences, found.longest) == (7, 4, 3)


def test_a_number_with_a_point_is_one_word() -> None:
    assert read("It costs 3.50 now.", "en").words == 4


def test_bold_words_count_like_others() -> None:
    assert read("**Look** here.", "en").words == 2


def test_the_grade_of_flesch_and_kincaid() -> None:
    # 100 words, 5 sentences, 150 syllables: 0.39 × 20 + 11.8 × 1.5 − 15.59
    assert Reading(100, 5, 150, 20).grade == pytest.approx(9.91)


def test_the_ease_of_kandel_and_moles() -> None:
    # 207 − 1.015 × 20 − 73.6 × 1.5
    assert Reading(100, 5, 150, 20).ease == pytest.approx(76.3)


def test_a_hard_text_is_harder_than_a_plain_one() -> None:
    plain = "We look for a study. You say yes or no."
    hard = (
        "Participation necessitates authorisation of pseudonymised dissemination concerning "
        "physiological characteristics."
    )
    assert read(plain, "en").grade < 3
    assert read(hard, "en").grade > 12


def test_a_text_without_a_word_cannot_be_measured() -> None:
    with pytest.raises(ValueError, match=r"^$"):
        read("# Only a heading\n", "en")
