"""What people mean by an answer in words: stopping above all, in both languages."""

import time
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recruit.notify.free_words import Meaning, meant, own_words
from tests.answers_in_words import FIRST, FRESH, SECOND

LANGUAGES = ("en", "fr")


def labelled(language: str) -> Iterator[tuple[Meaning, str]]:
    """Every answer in a language, with what it means."""
    for table in (FIRST, SECOND, FRESH):
        for meaning, texts in table[language].items():
            yield from ((meaning, text) for text in texts)


def measured(language: str, meaning: Meaning) -> tuple[float, float]:
    """Precision and recall of one meaning."""
    pairs = [(right, meant(text)) for right, text in labelled(language)]
    hit = sum(right is found is meaning for right, found in pairs)
    said = sum(found is meaning for _, found in pairs)
    there = sum(right is meaning for right, _ in pairs)
    return hit / said, hit / there


def test_the_table_is_large_enough_to_tell_something() -> None:
    for language in LANGUAGES:
        assert len(list(labelled(language))) >= 150


@pytest.mark.parametrize("language", LANGUAGES)
def test_stop_is_heard_and_hardly_ever_imagined(language: str) -> None:
    precision, recall = measured(language, Meaning.STOP)
    assert precision >= 0.98
    assert recall >= 0.95


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("meaning", [Meaning.YES, Meaning.NO, Meaning.NOT_NOW, Meaning.HELP])
def test_an_answer_is_acted_upon_only_where_it_is_plain(language: str, meaning: Meaning) -> None:
    precision, recall = measured(language, meaning)
    assert precision >= 0.98
    assert recall >= 0.90


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_a_person_has_to_read_is_left_to_them(language: str) -> None:
    unclear = [text for right, text in labelled(language) if right is Meaning.UNCLEAR]
    taken = [text for text in unclear if meant(text) is not Meaning.UNCLEAR]
    assert len(taken) <= 0.02 * len(unclear), taken


@pytest.mark.parametrize(
    ("written", "theirs"),
    [
        ("Yes\n> Reply STOP to stop", "Yes\n"),
        ("Oui\n\nLe 23 nov. 2026 à 10:00, Recruit a écrit :\nRépondez STOP", "Oui\n\n"),
        ("Yes\n-- \nAnna, stop worrying Ltd", "Yes\n"),
        ("Yes\nSent from my phone", "Yes\n"),
        ("Oui, bien cordialement,\nAnne Arrêt", "Oui, "),
        ("Oui\nDe : Recruit\nObjet : STOP", "Oui\n"),
    ],
)
def test_what_is_quoted_or_signed_is_not_said(written: str, theirs: str) -> None:
    assert own_words(written) == theirs


def test_a_line_that_a_mail_program_broke_is_one() -> None:
    wrapped = (
        "Bonjour, après y avoir bien réfléchi avec ma famille, je ne veux plus\nrien recevoir."
    )
    assert meant(wrapped) is Meaning.STOP


@pytest.mark.parametrize("text", ["ARRÊT", "arrêt", "Arre\u0302t", "ARRET", "ARRÉT"])
def test_accents_are_optional(text: str) -> None:
    assert meant(text) is Meaning.STOP


@given(st.text(max_size=200))
def test_no_text_is_too_strange(text: str) -> None:
    assert meant(text) in Meaning


@pytest.mark.parametrize(
    "part",
    ["ne ", "stop ", "stop these ", "not want to ", "je ne veux plus de ", "a", "> ", "n't "],
)
def test_no_text_takes_long(part: str) -> None:
    began = time.process_time()
    meant(part * (1_000_000 // len(part)))
    assert time.process_time() - began < 1
