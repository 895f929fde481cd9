"""Names close to a text: the same but for a letter, a word more, a word less."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any, Final

import marisa_trie
from numpy.typing import NDArray
from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

# How near a name has to be to be offered at all.
LEAST: Final = 0.72
MOST: Final = 20
# Words in more names than this ("disease") lead nowhere; the rarer ones of a text do.
COMMON: Final = 4_000
SHORTEST: Final = 5


class Near:
    """Looks through the names that share a word, or nearly a word, with a text."""

    def __init__(self, names: marisa_trie.Trie, arrays: dict[str, NDArray[Any]]) -> None:
        self._names = names
        self._starts = arrays["word_start"]
        self._holders = arrays["word_name"]
        self.words = marisa_trie.Trie().frombytes(arrays["word_trie"].tobytes())
        self.alike = lru_cache(maxsize=16_384)(self._alike)
        self._initial = lru_cache(maxsize=2_048)(self._initial_of)

    def _initial_of(self, letter: str) -> dict[int, list[str]]:
        """The known words that begin with `letter`, by their length."""
        found: dict[int, list[str]] = {}
        for word in self.words.iterkeys(letter):
            found.setdefault(len(word), []).append(word)
        return found

    def _alike(self, word: str, most: int) -> str | None:
        """The known word at the least distance from `word`, at most `most` edits away."""
        best: tuple[int, str] | None = None
        initial = self._initial(word[0])
        for size in range(len(word) - most, len(word) + most + 1):
            bucket = initial.get(size, [])
            found = process.extractOne(
                word, bucket, scorer=OSA.distance, score_cutoff=best[0] - 1 if best else most
            )
            if found is not None:
                best = (int(found[1]), found[0])
        return best[1] if best else None

    def names(self, text: str) -> Iterator[tuple[int, float]]:
        """Numbers of names near `text` (a normal form) and how near they are, in [LEAST, 1]."""
        numbers: set[int] = set()
        for word in sorted(self._familiar(text.split()), key=self.holders)[:4]:
            start, end = self._span(word)
            if end - start <= COMMON or not numbers:
                numbers.update(self._holders[start:end].tolist())
        written = {number: self._names.restore_key(number) for number in numbers}
        for _, score, number in process.extract(
            text, written, scorer=fuzz.token_sort_ratio, score_cutoff=LEAST * 100, limit=MOST
        ):
            yield number, score / 100

    def _familiar(self, words: list[str]) -> Iterator[str]:
        for word in dict.fromkeys(words):
            if word in self.words:
                yield word
            elif len(word) >= SHORTEST and (other := self.alike(word, 2)):
                yield other

    def _span(self, word: str) -> tuple[int, int]:
        number = self.words[word]
        return int(self._starts[number]), int(self._starts[number + 1])

    def holders(self, word: str) -> int:
        """How many names hold `word`, a known one."""
        start, end = self._span(word)
        return end - start
