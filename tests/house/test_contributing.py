"""CONTRIBUTING.md leads to places that are there, and forgets none of the ways to add something."""

import re
from pathlib import Path

TEXT = Path("CONTRIBUTING.md").read_text("utf-8")
PLACE = re.compile(r"`((?:recruit|tests|templates|docs)(?:/[\w.]+)*)`")


def test_every_place_that_is_named_exists() -> None:
    places = set(PLACE.findall(TEXT))
    assert len(places) > 15
    assert [each for each in sorted(places) if not Path(each).exists()] == []


def test_whatever_is_added_often_has_its_way() -> None:
    ways = set(re.findall(r"^## How to add a (.+)$", TEXT, re.MULTILINE))
    assert ways == {
        "criterion type",
        "channel",
        "source of trials",
        "source of people",
        "language",
    }
