"""Phrases of the tables, and finding them in a row of words.

A line of a table is one phrase, a word after another:

    saigne*          a word that begins so
    mal|douleur*     one of these
    du|de?           one of these, or nothing
    @part            one word of the list that begins "@part ="
    ..               up to three words between, within the sentence
    ....             up to six
    !deja|@time      the next word is none of these

"[bleeding]" begins the section of a kind, "#" a remark.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from recruit.referrals.safety.stream import ENDS

_GAPS: Final = {"..": 3, "....": 6}
_SHORTEST_STEM: Final = 2


@dataclass(frozen=True, slots=True)
class Item:
    """One place of a phrase: which words may stand there."""

    words: frozenset[str] = frozenset()
    stems: tuple[str, ...] = ()
    optional: bool = False
    barred: bool = False
    gap: int = 0

    def fits(self, word: str) -> bool:
        """Whether `word` may stand here."""
        return word in self.words or (bool(self.stems) and word.startswith(self.stems))


@dataclass(frozen=True, slots=True)
class Phrase:
    """One line of a table: its section, and its places."""

    section: str
    items: tuple[Item, ...]


@dataclass(slots=True)
class Phrasebook:
    """Phrases by the words that they begin with."""

    phrases: list[Phrase]
    _words: dict[str, list[Phrase]] = field(default_factory=dict)
    _stems: dict[str, list[Phrase]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Sort the phrases by their beginnings; an optional first word has two."""
        for phrase in self.phrases:
            for item in _beginnings(phrase.items):
                for word in item.words:
                    self._words.setdefault(word, []).append(phrase)
                for stem in item.stems:
                    self._stems.setdefault(stem, []).append(phrase)

    def found(self, words: Sequence[str]) -> Iterator[tuple[int, int, Phrase]]:
        """Every phrase that stands in `words`, as [first, end) and which; the longest of each."""
        for place, word in enumerate(words):
            for phrase in self._opened(word):
                end = _end(phrase.items, 0, words, place)
                if end > place:
                    yield place, end, phrase

    def _opened(self, word: str) -> Iterator[Phrase]:
        yield from self._words.get(word, ())
        for size in range(_SHORTEST_STEM, len(word) + 1):
            yield from self._stems.get(word[:size], ())

    def vocabulary(self) -> tuple[frozenset[str], frozenset[str]]:
        """All whole words and all beginnings of words that a phrase names."""
        items = [item for phrase in self.phrases for item in phrase.items if not item.barred]
        return (
            frozenset(word for item in items for word in item.words),
            frozenset(stem for item in items for stem in item.stems),
        )


def _beginnings(items: Sequence[Item]) -> Iterator[Item]:
    for item in items:
        yield item
        if not item.optional:
            return


def _end(items: Sequence[Item], at: int, words: Sequence[str], place: int) -> int:
    """Where the rest of a phrase ends when it begins at `place`; -1 where it does not fit."""
    if at == len(items):
        return place
    item = items[at]
    if item.gap:
        return _after_gap(items, at, words, place)
    word = words[place] if place < len(words) else ""
    if item.barred:
        return -1 if item.fits(word) else _end(items, at + 1, words, place)
    if item.fits(word):
        end = _end(items, at + 1, words, place + 1)
        if end >= 0 or not item.optional:
            return end
    return _end(items, at + 1, words, place) if item.optional else -1


def _after_gap(items: Sequence[Item], at: int, words: Sequence[str], place: int) -> int:
    for skipped in range(items[at].gap + 1):
        end = _end(items, at + 1, words, place + skipped)
        if end >= 0:
            return end
        if place + skipped >= len(words) or words[place + skipped] in ENDS:
            return -1
    return -1


def read_phrases(files: Sequence[Path]) -> list[Phrase]:
    """The phrases of tables; lists ("@part = …") of any of them count in all."""
    lines = [
        line
        for file in files
        for raw in file.read_text("utf-8").splitlines()
        if (line := raw.partition("#")[0].strip())
    ]
    lists: dict[str, list[str]] = {}
    for line in lines:
        name, equals, members = line.partition("=")
        if equals and line.startswith("@"):
            lists.setdefault(name.strip(), []).extend(members.split())
    phrases = []
    section = ""
    for line in lines:
        if line.startswith("["):
            section = line.strip("[]")
        elif not (line.startswith("@") and "=" in line):
            phrases.append(Phrase(section, tuple(_item(each, lists) for each in line.split())))
    return phrases


def _item(written: str, lists: Mapping[str, Sequence[str]]) -> Item:
    if written in _GAPS:
        return Item(gap=_GAPS[written])
    barred = written.startswith("!")
    optional = len(written) > 1 and written.endswith("?")
    members = list(_members(written.removeprefix("!").removesuffix("?" if optional else ""), lists))
    return Item(
        words=frozenset(member for member in members if not member.endswith("*")),
        stems=tuple(member[:-1] for member in members if member.endswith("*")),
        optional=optional,
        barred=barred,
    )


def _members(written: str, lists: Mapping[str, Sequence[str]]) -> Iterator[str]:
    for member in written.split("|"):
        if member.startswith("@"):
            for each in lists[member]:
                yield from _members(each, lists)
        else:
            yield member
