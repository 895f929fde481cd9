"""Finding the lexicon's names in running text: leftmost, longest, both languages at once.

One pass over the words of the text; at each word that begins a name the trie gives all names that
begin there, and the longest spoken one wins. The work per word is bounded by the longest name, so
the time is linear in the length of any text.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Final

from recruit.terminology import noise
from recruit.terminology.concepts import How, Kind, Mention, Reading, Vocabulary
from recruit.terminology.foreign import other_language
from recruit.terminology.layout import ABBREVIATION, CASE, FRENCH, SPOKEN
from recruit.terminology.lexicon import Lexicon
from recruit.terminology.shared_heads import completed
from recruit.terminology.words import BREAK, COMMA, Words, read

LONGEST: Final = 160  # characters of a normal form; hardly a name is longer, none that is written
SHORTEST_MISSPELT: Final = 6
ALIKE: Final = 4
HELD: Final = 3  # a word that fewer names hold is too rare to be what a misspelling meant
MAXIMUM_CACHE: Final = 200_000
SHOUTED: Final = 4
# "chronic lymphocytic leukemia (CLL)": the short form right after its name.
DEFINED: Final = re.compile(r" ?\( ?([A-Za-z][A-Za-z0-9-]{1,9}) ?[);,]")
# "Human immunodeficiency virus (HIV) infection": what stands inside a name.
INSIDE: Final = re.compile(r" ?\([^()]{1,16}\) ?")
COMPARED: Final = re.compile(r"\s?(?:[<>≤≥]|=)")
NOTHING: Final = -1
SEVERAL: Final = -2


@dataclass(frozen=True, slots=True)
class Named:
    """What one normal form may stand for: always, and only if it is written so."""

    always: tuple[Reading, ...]
    written: tuple[tuple[str, str, Reading], ...]  # as it is written, in which language


@dataclass(slots=True)
class Finder:
    """What is worth remembering about a lexicon from one text to the next."""

    lexicon: Lexicon
    _opens: dict[str, int] = field(default_factory=dict)
    _pairs: dict[str, int] = field(default_factory=dict)
    _named: dict[int, Named] = field(default_factory=dict)
    _spelt: dict[str, str] = field(default_factory=dict)

    def opens(self, word: str) -> int:
        """NOTHING, the number of the only name that begins with `word`, or SEVERAL."""
        known = self._opens.get(word)
        if known is None:
            if len(self._opens) > MAXIMUM_CACHE:
                self._opens.clear()
            known = self._opens[word] = self._opened(word)
        return known

    def _opened(self, word: str) -> int:
        first = f"{word} "
        some = [name for name, _ in zip(self.lexicon.names.iterkeys(first), "12", strict=False)]
        if not some:
            return NOTHING
        return self.lexicon.names[first] if some == [first] else SEVERAL

    def opens_before(self, word: str, following: str) -> int:
        """As `opens`, but only of the names that end after `word` or go on with `following`.

        Of the words that begin several names most stand in a text before one that none has.
        """
        pair = f"{word} {following} "
        known = self._pairs.get(pair)
        if known is None:
            if len(self._pairs) > MAXIMUM_CACHE:
                self._pairs.clear()
            names = self.lexicon.names
            goes_on = next(iter(names.iterkeys(pair)), None) is not None
            known = self._pairs[pair] = SEVERAL if goes_on else names.get(f"{word} ", NOTHING)
        return known

    def named(self, number: int) -> Named:
        """What name `number` stands for in running text."""
        known = self._named.get(number)
        if known is None:
            known = self._named[number] = self._read(number)
        return known

    def always(self, normal: str) -> tuple[Reading, ...]:
        """What the name with this normal form stands for however it is written."""
        number = self.lexicon.names.get(normal)
        return () if number is None else self.named(number).always

    def _read(self, number: int) -> Named:
        groups: dict[Kind | Vocabulary, dict[str, How]] = {}
        written: list[tuple[str, str, Reading]] = []
        for target, flags, surface in self.lexicon.hits(number):
            if not flags & SPOKEN:
                continue
            what, key = self.lexicon.target(target)
            how = How.ABBREVIATION if flags & ABBREVIATION else How.EXACT
            if flags & CASE:
                language = "fr" if flags & FRENCH else "en"
                written.append((surface, language, Reading(what, (key,), how)))
            else:
                groups.setdefault(what, {}).setdefault(key, how)
        readings = [
            Reading(what, self._widest(what, keys), next(iter(keys.values())))
            for what, keys in groups.items()
        ]
        # Our own vocabulary is the narrower list: a word in it is rarely meant otherwise.
        readings.sort(key=lambda reading: not isinstance(reading.what, Vocabulary))
        return Named(tuple(readings), tuple(written))

    def _widest(self, what: Kind | Vocabulary, keys: Collection[str]) -> tuple[str, ...]:
        """The keys without those that lie within another: "hépatite B" is not only acute."""
        if len(keys) == 1 or not isinstance(what, Kind):
            return tuple(keys)
        above = self.lexicon.ancestors
        return tuple(k for k in keys if not any(o != k and o in above(k) for o in keys))

    def spelt(self, word: str) -> str:
        """`word` as the lexicon spells it: itself unless it is a slip of one letter."""
        known = self._spelt.get(word)
        if known is None:
            if len(self._spelt) > MAXIMUM_CACHE:
                self._spelt.clear()
            known = self._spelt[word] = self._respelt(word)
        return known

    def _respelt(self, word: str) -> str:
        if len(word) < SHORTEST_MISSPELT or word in noise.everyday_words():
            return word
        near = self.lexicon.near
        if word in near.words:
            return word
        other = near.alike(word, 1)
        # The beginning and the ending of a medical word carry its meaning: hyper-, macro-, -itis.
        if other is None or other[-2:] != word[-2:] or other[:ALIKE] != word[:ALIKE]:
            return word
        if near.holders(other) < HELD:
            return word
        return other


@dataclass(slots=True)
class Scan:
    """One text under way."""

    text: str
    words: Words
    finder: Finder
    norms: list[str]
    line: str
    offsets: list[int]
    defined: dict[str, tuple[Reading, ...]] = field(default_factory=dict)
    foreign: str | None = None

    def mentions(self) -> Iterator[Mention]:
        """All mentions, from left to right."""
        place = 0
        opens, norms, size = self.finder.opens, self.norms, len(self.norms)
        while place < size:
            word = norms[place]
            found = None
            if self.defined and word in self.defined:
                found = self._short(place)
            if found is None and (number := opens(word)) != NOTHING:
                found = self._name(place, number)
            if found is None:
                place += 1
                continue
            first = place
            mention, place = found
            if self.text.startswith("(", mention.end) or self.text.startswith(" (", mention.end):
                self._define(mention)
                mention, place = self._resumed(mention, first, place)
            yield mention

    def _short(self, place: int) -> tuple[Mention, int] | None:
        start, end = self.words.starts[place], self.words.ends[place]
        readings = self.defined.get(self.text[start:end])
        if readings is None or not self._whole(start, end):
            return None
        return Mention(start, end, self.text[start:end], readings), place + 1

    def _name(self, place: int, number: int) -> tuple[Mention, int] | None:
        """The name at `place`, whose word opens `number` of them."""
        if number == SEVERAL and place + 1 < len(self.norms):
            number = self.finder.opens_before(self.norms[place], self.norms[place + 1])
        if number == NOTHING:
            return None
        return self._longest(place) if number == SEVERAL else self._mention(place, place, number)

    def _longest(self, place: int) -> tuple[Mention, int] | None:
        begin = self.offsets[place]
        window = self.line[begin : begin + LONGEST]
        found = list(self.finder.lexicon.names.iter_prefixes_with_ids(window))
        for name, number in reversed(found):
            result = self._mention(place, place + name.count(" ") - 1, number)
            if result is not None:
                return result
        return None

    def _mention(self, first: int, last: int, number: int) -> tuple[Mention, int] | None:
        start, end = self.words.starts[first], self.words.ends[last]
        if not self._whole(start, end):
            return None
        named = self.finder.named(number)
        readings = named.always
        if named.written:
            # A short form that both languages write alike is one reading.
            readings = tuple(dict.fromkeys((*self._written(named, start, end), *readings)))
        if not readings:
            return None
        return Mention(start, end, self.text[start:end], readings), last + 1

    def _whole(self, start: int, end: int) -> bool:
        """Whether no letter or digit touches `[start, end)` from outside."""
        text = self.text
        before = start > 0 and text[start - 1].isalnum()
        return not before and not text[end : end + 1].isalnum()

    def _written(self, named: Named, start: int, end: int) -> Iterator[Reading]:
        said = self.text[start:end]
        for surface, language, reading in named.written:
            if said not in {surface, f"{surface}s"} or self._shouted(start, end):
                continue
            if self.foreign is None:
                self.foreign = other_language(self.norms)
            # "PA > 160/100": what a comparison follows is a value in either language.
            compared = reading.what is Vocabulary.VARIABLE and COMPARED.match(self.text, end)
            if reading.how is not How.ABBREVIATION or language != self.foreign or compared:
                yield reading

    def _shouted(self, start: int, end: int) -> bool:
        """Whether the words around are in capitals too, so that capitals say nothing."""
        around = re.findall(r"[^\W\d_]+", self.text[max(0, start - 24) : start])[-1:]
        around += re.findall(r"[^\W\d_]+", self.text[end : end + 24])[:1]
        if any(word.islower() and len(word) > 1 for word in around):
            # "NSAIDS, ASA, and others"
            return False
        return any(len(word) >= SHOUTED for word in around) and all(map(str.isupper, around))

    def _resumed(self, mention: Mention, first: int, after: int) -> tuple[Mention, int]:
        """The mention with the word that goes on with its name behind the brackets after it."""
        inside = INSIDE.match(self.text, mention.end)
        place = after
        while inside and place < len(self.norms) and self.words.starts[place] < inside.end():
            place += 1
        if inside is None or place == len(self.norms) or self.norms[place] in {BREAK, COMMA}:
            return mention, after
        if self.words.starts[place] != inside.end():
            return mention, after
        for start, end in ((first, after), (after + 1, place - 1)):
            name = [*self.norms[start:end], self.norms[place]]
            readings = self.finder.always("".join(f"{word} " for word in name)) if name[1:] else ()
            if readings:
                last = self.words.ends[place]
                words = self.text[mention.start : last]
                return Mention(mention.start, last, words, readings), place + 1
        return mention, after

    def _define(self, mention: Mention) -> None:
        """Remember the short form in the brackets after `mention`, if it is one of its words."""
        found = DEFINED.match(self.text, mention.end)
        if found is None or not _abbreviates(found[1], mention.text):
            return
        readings = tuple(
            Reading(reading.what, reading.keys, How.ABBREVIATION) for reading in mention.readings
        )
        for form in {found[1], found[1].removesuffix("s")}:
            self.defined[form] = readings
            norms = read(form).norms
            if len(norms) == 1:
                self.defined[norms[0]] = readings


def _abbreviates(short: str, long: str) -> bool:
    """Whether the letters of `short` stand in `long` in this order, beginning with its first."""
    letters = [c for c in short.lower() if c.isalpha()]
    if not letters or letters[0] != long[:1].lower() or len(short) > len(long) / 2:
        return False
    rest = iter(long.lower())
    return all(letter in rest for letter in letters if letter != "s")


def find_mentions(text: str, lexicon: Lexicon) -> list[Mention]:
    """What `text` mentions, from left to right, never overlapping; time linear in its length."""
    finder = lexicon.memory(Finder)
    words = read(text)
    norms = [finder.spelt(word) if len(word) >= SHORTEST_MISSPELT else word for word in words.norms]
    offsets = [0, *accumulate(len(word) + 1 for word in norms)]
    line = " ".join(norms) + " "
    found = list(Scan(text, words, finder, norms, line, offsets).mentions())
    return completed(text, words, norms, found, finder.always)
