"""Words as they were meant: one slip in a short word, two in a long one, or spelt by ear.

Only words of the tables are taken for meant, and only where what stands there is no word of either
language that we know of.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from rapidfuzz import process
from rapidfuzz.distance import OSA

SHORTEST: Final = 5  # letters; shorter words have too many neighbours
SHORTEST_STEM: Final = 5
TWO_SLIPS: Final = 8  # letters from which on two slips are no other word
SHORTEST_SOUND: Final = 4
# French by ear: what is written so is said so. The order matters; digits are nasal vowels.
_SAID: Final = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (
        (r"ph", "f"),
        (r"eaux?|aux?", "o"),
        (r"ain(?![aeiouyn])|ein(?![aeiouyn])|[iy][nm](?![aeiouynm])|un(?![aeiouyn])", "2"),
        (r"[ae][nm](?![aeiouynm])", "1"),
        (r"o[nm](?![aeiouynm])", "3"),
        (r"ch|sh|sch", "x"),
        (r"qu|ck|k|c(?![eiy])", "k"),
        (r"c|ss|sc(?=[ei])|ti(?=on)", "s"),
        (r"g(?=[eiy])|j", "j"),
        (r"gu(?=[eiy])", "g"),
        (r"z", "s"),
        (r"h", ""),
        (r"ou|oo", "w"),
        (r"ai|ei|ay|ey|ez$|er$|ee|ea|e", "e"),
        (r"y|ie", "i"),
        (r"(.)\1+", r"\1"),
    )
)
_SILENT: Final = re.compile(r"(?:1t|e?s|[etdxp])+$")


@lru_cache(maxsize=50_000)
def sound(word: str) -> str:
    """How `word` is said, roughly: its end, which is often mute, included."""
    for pattern, said in _SAID:
        word = pattern.sub(said, word)
    return word


def _heard(word: str) -> str:
    return _SILENT.sub("", sound(word))


@dataclass(slots=True)
class Speller:
    """Knows the words and beginnings that are looked for, and the words that are themselves."""

    words: frozenset[str]
    stems: frozenset[str]
    known: frozenset[str]
    _sizes: Mapping[tuple[str, int], list[str]] = field(init=False)
    _stem_sizes: Mapping[tuple[str, int], list[str]] = field(init=False)
    _sounds: Mapping[str, str] = field(init=False)
    _stem_sounds: Mapping[str, str] = field(init=False)

    def __post_init__(self) -> None:
        """Sort what is looked for by first letter, length and sound."""
        self._sizes = _by_size(word for word in self.words if len(word) >= SHORTEST)
        self._stem_sizes = _by_size(stem for stem in self.stems if len(stem) >= SHORTEST_STEM)
        self._sounds = {
            heard: word
            for word in sorted(self.words, reverse=True)
            if len(word) >= SHORTEST and len(heard := _heard(word)) >= SHORTEST_SOUND
        }
        self._stem_sounds = {
            heard: stem
            for stem in sorted(self.stems, reverse=True)
            if len(stem) >= SHORTEST_STEM and len(heard := sound(stem)) >= SHORTEST_SOUND
        }

    def meant(self, word: str) -> str:
        """`word`, or the word that it is a slip of."""
        if len(word) < SHORTEST or word in self.known or not word.isalpha():
            return word
        if any(word[:size] in self.stems for size in range(3, len(word) + 1)):
            return word
        return self._by_sound(word) or self._by_slip(word) or word

    def _by_sound(self, word: str) -> str | None:
        if (same := self._sounds.get(_heard(word))) is not None:
            return same
        said = sound(word)
        for size in range(len(said), SHORTEST_SOUND - 1, -1):
            if (stem := self._stem_sounds.get(said[:size])) is not None:
                return stem
        return None

    def _by_slip(self, word: str) -> str | None:
        size = len(word)
        most = 2 if size >= TWO_SLIPS else 1
        best: tuple[int, str] | None = None
        for length in range(size - most, size + most + 1):
            best = _nearer(word, self._sizes.get((word[0], length), ()), most, best)
        for length in range(SHORTEST_STEM, size + 2):
            stems = self._stem_sizes.get((word[0], length))
            if not stems:
                continue
            slips = 2 if length >= TWO_SLIPS else 1
            for cut in range(length - 1, min(length + 1, size) + 1):
                best = _nearer(word[:cut], stems, slips, best)
        return best[1] if best else None


def _by_size(words: Iterable[str]) -> dict[tuple[str, int], list[str]]:
    sizes: dict[tuple[str, int], list[str]] = defaultdict(list)
    for word in words:
        sizes[word[0], len(word)].append(word)
    return dict(sizes)


def _nearer(
    word: str, choices: Iterable[str], most: int, best: tuple[int, str] | None
) -> tuple[int, str] | None:
    """The choice that is nearer to `word` than `best`, within `most` slips; else `best`."""
    limit = most if best is None else min(most, best[0] - 1)
    if limit < 1:
        return best
    found = process.extractOne(word, choices, scorer=OSA.distance, score_cutoff=limit)
    return best if found is None else (int(found[1]), str(found[0]))
