"""Which studies hold a word or are about a disease: numbers of entries, ready to be added up."""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import OSA

from recruit.actions.finding.entry import Entry

Numbers = NDArray[np.int32]

NONE: Final[Numbers] = np.empty(0, np.int32)
MOST_BEGUN: Final = 60  # words that begin alike and are all meant
SHORTEST_BEGUN: Final = 3
LONG: Final = 6  # letters from which two slips are forgiven
LEAST: Final = 0.5  # the weight of what every entry has
REMEMBERED: Final = 10_000


class Postings:
    """Words, and the numbers of the entries that hold each."""

    def __init__(self, held: Iterable[Iterable[str]]) -> None:
        known: dict[str, list[int]] = {}
        for number, words in enumerate(held):
            for word in words:
                known.setdefault(word, []).append(number)
        self._of = {word: np.array(numbers, np.int32) for word, numbers in known.items()}

    def __contains__(self, word: str) -> bool:
        return word in self._of

    def __iter__(self) -> Iterator[str]:
        return iter(self._of)

    def of(self, word: str) -> Numbers:
        """The entries that hold `word`, in ascending order."""
        return self._of.get(word, NONE)

    def of_any(self, words: Iterable[str]) -> Numbers:
        """The entries that hold one of `words`."""
        found = [self._of[word] for word in words if word in self._of]
        return np.unique(np.concatenate(found)) if found else NONE

    def among(self, words: frozenset[str]) -> Iterable[str]:
        """Those of `words` that some entry holds."""
        if len(words) > len(self._of):
            return (word for word in self._of if word in words)
        return (word for word in words if word in self._of)


class Index:
    """All entries by what they are called, what else they say, and what they are about."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self.entries = tuple(entries)
        self.called = Postings(entry.called for entry in entries)
        self.said = Postings(entry.said for entry in entries)
        self.about = Postings(entry.about for entry in entries)
        self._sorted = sorted({*self.called, *self.said})
        self._spelt: dict[str, str | None] = {}
        self._numbers: dict[str, list[int]] = {}
        for place, entry in enumerate(self.entries):
            for number in entry.numbers:
                self._numbers.setdefault(number, []).append(place)

    @property
    def size(self) -> int:
        """How many entries there are."""
        return len(self.entries)

    def numbered(self, typed: str) -> list[int]:
        """The entries whose registries know them by what was typed."""
        return self._numbers.get(typed.strip().casefold(), [])

    def knows(self, word: str) -> bool:
        """Whether some entry holds `word`."""
        return word in self.called or word in self.said

    def begun(self, word: str) -> list[str]:
        """The word itself where it is known, else those that it begins: people type half words."""
        if len(word) < SHORTEST_BEGUN or self.knows(word):
            return [word]
        first = bisect_left(self._sorted, word)
        near = self._sorted[first : first + MOST_BEGUN]
        return [each for each in near if each.startswith(word)] or [word]

    def spelt(self, word: str) -> str | None:
        """The nearest word that entries hold, one or two slips away; None where there is none.

        Of words as near as one another the one that most entries hold.
        """
        if word not in self._spelt:
            if len(self._spelt) > REMEMBERED:
                self._spelt.clear()
            self._spelt[word] = nearest(word, self._sorted, self.held)
        return self._spelt[word]

    def held(self, word: str) -> int:
        """How many entries hold `word`."""
        return len(self.called.of(word)) + len(self.said.of(word))

    def weight(self, held: int) -> float:
        """How much it tells that `held` entries have something: what few have weighs most."""
        return float(np.log((self.size + 1) / (held + 1))) + LEAST


def nearest(word: str, words: Sequence[str], held: Callable[[str], int]) -> str | None:
    """Of `words` the one that `word` is a slip of."""
    most = 2 if len(word) >= LONG else 1
    found = process.extract(word, words, scorer=OSA.distance, score_cutoff=most, limit=30)
    likely = [(distance, -held(other), other) for other, distance, _ in found]
    return min(likely)[2] if likely else None
