"""Mentions in running text: longest first, whole words, capitals, short forms, slips."""

import time

import pytest

from recruit.terminology.compile import arrays
from recruit.terminology.concepts import How, Kind
from recruit.terminology.lexicon import Lexicon
from recruit.terminology.mentions import find_mentions
from recruit.terminology.sources.entry import Entry, Name
from recruit.terminology.unify import Unifier


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    unifier = Unifier()
    for code, names in {
        "MESH:D1": (Name("Diabetes Mellitus"), Name("diabetes"), Name("diabète", "fr")),
        "MESH:D2": (Name("Diabetes Mellitus, Type 2"), Name("type 2 diabetes")),
        "MESH:D3": (Name("Leukemia, Lymphocytic, Chronic"), Name("chronic lymphocytic leukemia")),
        "MESH:D4": (
            Name("Acute lymphoblastic leukemia"),
            Name("ALL", abbreviation=True, case_sensitive=True),
        ),
        "MESH:D5": (
            Name("Pulmonary embolism"),
            Name("PE", abbreviation=True, case_sensitive=True),
        ),
        "MESH:D6": (
            Name("Pre-eclampsia"),
            Name("PE", "fr", abbreviation=True, case_sensitive=True),
        ),
        "MESH:D7": (
            Name("Hypertension"),
            Name("pulmonary hypertension"),
            Name("hypertension, portal"),
        ),
        "MESH:D8": (
            Name("Breast Neoplasms"),
            Name("cancer of breast"),
            Name("cancer du sein", "fr"),
        ),
    }.items():
        unifier.add(Entry(code, Kind.CONDITION, names))
    return Lexicon(arrays(unifier, ()))


def found(text: str, lexicon: Lexicon) -> list[str]:
    return [mention.text for mention in find_mentions(text, lexicon)]


def test_the_longest_name_wins(lexicon: Lexicon) -> None:
    assert found("Type II diabetes or diabetes mellitus", lexicon) == [
        "Type II diabetes",
        "diabetes mellitus",
    ]


def test_a_mention_stands_where_it_says(lexicon: Lexicon) -> None:
    text = "patients with a cancer of the breast, treated"
    [mention] = find_mentions(text, lexicon)
    assert text[mention.start : mention.end] == mention.text == "cancer of the breast"


def test_both_languages_are_found_at_once(lexicon: Lexicon) -> None:
    assert found("diabète, cancer du sein, type 2 diabetes", lexicon) == [
        "diabète",
        "cancer du sein",
        "type 2 diabetes",
    ]


def test_a_name_does_not_reach_over_the_end_of_a_sentence(lexicon: Lexicon) -> None:
    assert found("type 2. Diabetes", lexicon) == ["Diabetes"]


def test_part_of_a_word_is_no_mention(lexicon: Lexicon) -> None:
    assert found("diabetes2 antidiabetes", lexicon) == []


def test_a_short_form_counts_only_in_capitals(lexicon: Lexicon) -> None:
    assert found("all patients with ALL", lexicon) == ["ALL"]


def test_capitals_say_nothing_in_shouted_text(lexicon: Lexicon) -> None:
    assert found("FOR ALL PATIENTS TREATED", lexicon) == []


@pytest.mark.parametrize(
    ("text", "concept"),
    [
        ("any history of PE in the last year and with treatment", "MESH:D5"),
        ("antécédent de PE dans la dernière année avec un traitement, ou une autre", "MESH:D6"),
    ],
)
def test_a_short_form_is_read_in_the_language_of_the_text(
    text: str, concept: str, lexicon: Lexicon
) -> None:
    [mention] = find_mentions(text, lexicon)
    assert [reading.keys for reading in mention.readings] == [(concept,)]


def test_a_short_form_defined_in_place_is_understood_from_there_on(lexicon: Lexicon) -> None:
    text = "CLL is unknown; chronic lymphocytic leukemia (CLL) is defined; CLL is known"
    mentions = find_mentions(text, lexicon)
    assert [mention.text for mention in mentions] == ["chronic lymphocytic leukemia", "CLL", "CLL"]
    assert mentions[2].readings[0].how is How.ABBREVIATION
    assert mentions[2].readings[0].keys == mentions[0].readings[0].keys


def test_brackets_that_define_nothing_are_left_alone(lexicon: Lexicon) -> None:
    assert found("diabetes (see below), see below", lexicon) == ["diabetes"]


def test_a_slip_of_one_letter_is_forgiven_in_a_long_word(lexicon: Lexicon) -> None:
    assert found("known hypertenssion", lexicon) == ["hypertenssion"]


def test_a_slip_at_the_beginning_may_be_another_word(lexicon: Lexicon) -> None:
    assert found("known hipertension", lexicon) == []


@pytest.mark.parametrize(
    "text",
    [
        "a" * 1_000_000,
        "(" * 100_000,
        "cancer of the " * 70_000,
        "diabetes (d) " * 70_000,
        "l'" * 300_000,
    ],
    ids=["one word", "brackets", "a name again and again", "definitions", "elisions"],
)
def test_hostile_text_takes_no_more_time_than_its_length(text: str, lexicon: Lexicon) -> None:
    begun = time.process_time()
    find_mentions(text, lexicon)
    assert time.process_time() - begun < 10


def test_whether_a_name_goes_on_is_asked_of_each_following_word_anew(lexicon: Lexicon) -> None:
    text = "Diabetes today. Diabetes mellitus today. Diabetes. Diabetes today"
    names = ["Diabetes", "Diabetes mellitus", "Diabetes", "Diabetes"]
    assert found(text, lexicon) == names
