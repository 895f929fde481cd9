"""The small words that carry the sense of a criterion: the table tables/cues.toml, ready to match.

Phrases are met by their words in normal form (small letters, no accents), longest first; the work
at one word is bounded by the longest phrase.
"""

import re
import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from functools import cache
from importlib.resources import files
from typing import Any, Final, NamedTuple


class Cue(Enum):
    """What a phrase does. A value ("severe", "female") goes with some of them."""

    # Enum's own hash is written in Python and was a tenth of the parser's time.
    __hash__ = object.__hash__

    AND = auto()
    OR = auto()
    AND_OR = auto()
    NOT = auto()
    HISTORY = auto()
    CURRENT = auto()
    PAST = auto()
    FAMILY = auto()
    UNCERTAIN = auto()
    EXCEPT = auto()
    UNLESS = auto()
    REGARDLESS = auto()
    ALLERGY = auto()
    SEVERITY = auto()
    POSITIVE = auto()
    NEGATIVE = auto()
    STAGE = auto()
    LINE = auto()
    EXAMPLES = auto()
    DEFINED = auto()
    ALLOWED = auto()
    EXCLUDED = auto()
    MUST = auto()
    SEX = auto()
    AGE = auto()
    ADULT = auto()
    WITH = auto()
    LINK = auto()
    NEUTRAL = auto()
    AT_LEAST = auto()
    ABOVE = auto()
    AT_MOST = auto()
    BELOW = auto()
    BETWEEN = auto()
    OUTSIDE = auto()
    EQUAL = auto()
    OR_MORE = auto()
    OR_LESS = auto()
    WITHIN = auto()
    DURING = auto()
    SINCE = auto()
    ANCHOR = auto()


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase of the table: its words in normal form, what it does, and its value ("" is none)."""

    words: tuple[str, ...]
    cue: Cue
    value: str


class Word(NamedTuple):
    """A word, number or sign of a text at `[start, end)`, and its normal form."""

    start: int
    end: int
    norm: str


WORD: Final = re.compile(r"[^\W\d_]+|\d+(?:[.,]\d+)*|>=|<=|=>|=<|[^\w\s]|_")
_APOSTROPHES: Final = frozenset("'’`´ʼ")


def normal(word: str) -> str:
    """`word` in small letters without accents."""
    small = word.lower()
    if small.isascii():
        return small
    return "".join(c for c in unicodedata.normalize("NFKD", small) if not unicodedata.combining(c))


class _Normals(dict[str, str]):
    """Normal forms already worked out; emptied when hostile text fills it."""

    def __missing__(self, word: str) -> str:
        if len(self) > _MOST_NORMALS:
            self.clear()
        found = self[word] = normal(word)
        return found


_MOST_NORMALS: Final = 100_000
_NORMALS: Final = _Normals()


def words(text: str, start: int = 0, end: int | None = None) -> list[Word]:
    """The words of `text[start:end]`; apostrophes only part them ("d'une" is two words)."""
    new, normals = tuple.__new__, _NORMALS  # half of the time that Word(…) takes
    return [
        new(Word, (found.start(), found.end(), normals[found[0]]))
        for found in WORD.finditer(text, start, len(text) if end is None else end)
        if found[0] not in _APOSTROPHES
    ]


@cache
def _table() -> Mapping[str, Mapping[str, Any]]:
    path = files("recruit.trials.parser") / "tables" / "cues.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


@cache
def word_set(name: str) -> frozenset[str]:
    """One of the table's plain lists of words."""
    return frozenset(_table()["words"][name]["phrases"])


_CONTRACTED: Final = {"de": ("de", "d", "du", "des"), "a": ("a", "au", "aux")}


def _contracted(phrase: tuple[str, ...]) -> list[tuple[str, ...]]:
    """The phrase as French writes it before any noun: "prise de", "prise d'", "prise du"."""
    ways = _CONTRACTED.get(phrase[-1]) if len(phrase) > 1 else None
    return [(*phrase[:-1], last) for last in ways] if ways else [phrase]


class Phrases:
    """The phrases of one part of the table, by their first word."""

    def __init__(self, part: str) -> None:
        table = _table()[part]
        self._single: dict[str, Phrase] = {}
        self._longer: dict[tuple[str, str], list[Phrase]] = {}
        for name, entry in table.items():
            by_value = {
                value: each["phrases"] for value, each in entry.items() if value != "phrases"
            }
            for value, listed in {"": entry.get("phrases", ()), **by_value}.items():
                for phrase in listed:
                    for norms in _contracted(tuple(w.norm for w in words(phrase))):
                        self._put(Phrase(norms, Cue[name.upper()], value))
        for known in self._longer.values():
            known.sort(key=lambda phrase: -len(phrase.words))
        self.openers = frozenset(self._single) | {first for first, _ in self._longer}

    def _put(self, phrase: Phrase) -> None:
        if len(phrase.words) == 1:
            self._single.setdefault(phrase.words[0], phrase)
        else:
            self._longer.setdefault(phrase.words[:2], []).append(phrase)  # type: ignore[arg-type]

    def at(self, norms: Sequence[str], place: int) -> Phrase | None:
        """The longest phrase that begins at `norms[place]`."""
        if place + 1 < len(norms):
            for phrase in self._longer.get((norms[place], norms[place + 1]), ()):
                size = len(phrase.words)
                if size == _TWO or tuple(norms[place : place + size]) == phrase.words:
                    return phrase
        return self._single.get(norms[place])

    def ways(self, norms: Sequence[str], place: int) -> list[Phrase]:
        """All phrases that begin at `norms[place]`, longest first."""
        if norms[place] not in self.openers:
            return []
        longer = self._longer.get(
            (norms[place], norms[place + 1] if place + 1 < len(norms) else "")
        )
        found = [
            phrase
            for phrase in longer or ()
            if tuple(norms[place : place + len(phrase.words)]) == phrase.words
        ]
        single = self._single.get(norms[place])
        return [*found, single] if single else found


_TWO: Final = 2


@cache
def phrases(part: str) -> Phrases:
    """One part of the table: clause, before_number, after_number or window."""
    return Phrases(part)
