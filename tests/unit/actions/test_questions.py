"""Questions to people: questions.md holds what was read aloud and found right."""

import json
import re
from pathlib import Path

import pytest

from recruit.actions.questions import question
from recruit.criteria.codec import decode
from recruit.criteria.nodes import Clinical, Leaf, Unparsed
from recruit.terminology.concepts import Kind
from tests.generative.world import WORLD

APPROVED = Path(__file__).with_name("questions.md")
ROWS = [
    [cell.strip() for cell in line.strip("|\n").split("|")]
    for line in APPROVED.read_text(encoding="utf-8").split("\n")
    if line.startswith("| `")
]
LONGEST = 26  # words that are still understood when they are heard once


def leaf(row: list[str]) -> Leaf:
    rule = decode(json.loads(row[0].strip("`")), "approved")
    assert isinstance(rule, Leaf)
    return rule


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[1])
def test_a_question_reads_as_approved(row: list[str]) -> None:
    asked = leaf(row)
    assert [question(asked, "en", WORLD), question(asked, "fr", WORLD)] == row[1:3]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[1])
def test_a_question_is_short(row: list[str]) -> None:
    assert all(len(re.findall(r"[\w’-]+", said)) <= LONGEST for said in row[1:3])


def test_every_kind_is_in_the_table() -> None:
    assert {json.loads(row[0].strip("`"))["type"] for row in ROWS} >= set(Kind)


def test_nothing_is_asked_about_what_was_not_read() -> None:
    assert question(Unparsed("a diary of every breakfast"), "en", WORLD) is None


def test_nobody_is_asked_about_words_that_no_concept_stands_for() -> None:
    unread = Clinical(Kind.CONDITION, "risque suicidaire élevé")

    assert question(unread, "fr", None) is None
