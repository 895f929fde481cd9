"""Rules as sentences: phrases.md holds what readers were shown and found right."""

import json
from pathlib import Path

import pytest

from recruit.criteria.codec import decode
from recruit.criteria.phrase import phrase
from tests.generative.world import WORLD

APPROVED = Path(__file__).with_name("phrases.md")
ROWS = [
    [cell.strip() for cell in line.strip("|\n").split("|")]
    for line in APPROVED.read_text(encoding="utf-8").split("\n")
    if line.startswith("| `")
]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[1])
def test_a_rule_reads_as_approved(row: list[str]) -> None:
    written, english, french = row
    rule = decode(json.loads(written.strip("`")), "approved")
    assert (phrase(rule, "en", WORLD), phrase(rule, "fr", WORLD)) == (english, french)


def test_the_approved_table_is_not_small() -> None:
    assert len(ROWS) >= 90
