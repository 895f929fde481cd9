"""What people call diseases when they search, where no text of medicine would.

"Fits" is epilepsy to somebody who searches and nothing at all in a protocol ("fits the criteria"):
so these words are known here alone, not to what reads texts (terminology/tables/everyday.csv).
"""

import csv
from pathlib import Path
from typing import Final

from recruit.actions.finding.parts import Part
from recruit.terminology.concepts import Kind
from recruit.terminology.lexicon import SURE, Lexicon
from recruit.terminology.words import read

TABLE: Final = Path(__file__).with_name("everyday.csv")


class Everyday:
    """The table beside this file, with the concepts that a lexicon has for it."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._known: dict[tuple[str, ...], frozenset[str]] = {}
        with TABLE.open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines):
                concepts = _concepts(row["means"], lexicon)
                for name in (*row["en"].split(";"), *row["fr"].split(";")):
                    norms = tuple(read(name).norms)
                    self._known[norms] = self._known.get(norms, frozenset()) | concepts
        self._longest = max(map(len, self._known))

    def named(self, norms: tuple[str, ...]) -> frozenset[str]:
        """What these words as a whole are to people; empty where the table has none."""
        return self._known.get(norms, frozenset())

    def taken(self, norms: list[str]) -> tuple[list[Part], list[str]]:
        """The names among the words, longest first, and the words that are left."""
        found: list[Part] = []
        rest: list[str] = []
        place = 0
        while place < len(norms):
            for size in range(min(self._longest, len(norms) - place), 0, -1):
                words = tuple(norms[place : place + size])
                if concepts := self.named(words):
                    found.append(Part(words, concepts))
                    place += size
                    break
            else:
                rest.append(norms[place])
                place += 1
        return found, rest


def _concepts(name: str, lexicon: Lexicon) -> frozenset[str]:
    found = lexicon.lookup(name, kinds={Kind.CONDITION}, near=False)
    return frozenset(each.concept.id for each in found if each.score >= SURE)
