"""What somebody who searches means: diseases that their words name, and words beside them.

"cancer du sain" is breast cancer, "sugar diabetes" diabetes; what no list knows stays a word.
"""

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Final

from recruit.actions.finding.everyday import Everyday
from recruit.actions.finding.index import LONG, Index
from recruit.actions.finding.parts import Meant, Part
from recruit.terminology.concepts import Kind, Mention
from recruit.terminology.lexicon import SURE, Lexicon
from recruit.terminology.mentions import find_mentions
from recruit.terminology.words import read

# Said around what is meant, in both languages, as `read` leaves them.
AROUND: Final = frozenset(Path(__file__).with_name("around.txt").read_text("utf-8").split())
LIKELY: Final = 0.88  # how near a name has to be to stand for what nothing else explains
RARE: Final = 5  # a word that fewer studies hold may be a slip
OF_BODIES: Final = frozenset({Kind.CONDITION})


class Understanding:
    """Reads searches with a lexicon and the words of an index; remembers the latest."""

    def __init__(self, index: Index, lexicon: Lexicon) -> None:
        self._index = index
        self._lexicon = lexicon
        self.meant = lru_cache(maxsize=2_048)(self._meant)
        self.below = lexicon.descendants
        self._everyday = lexicon.memory(Everyday)

    def names(self, concepts: frozenset[str]) -> set[tuple[str, ...]]:
        """The words of what the concepts are called in both languages."""
        known = filter(None, map(self._lexicon.concept, concepts))
        names = (name for each in known for name in (each.name_en, each.name_fr) if name)
        return {tuple(norms) for name in names if (norms := _norms(name))}

    def said(self, meant: Meant, language: str) -> str | None:
        """How misspelt words were read, as `language` calls it; None where none was misspelt."""
        if meant.read_as is None:
            return None
        return ", ".join(self._called(part, language) for part in meant.parts) or None

    def _called(self, part: Part, language: str) -> str:
        known = filter(None, map(self._lexicon.concept, sorted(part.concepts)))
        names = dict.fromkeys(each.name(language) for each in known)
        return " / ".join(names) or " ".join(part.words)

    def _meant(self, typed: str) -> Meant:
        parts, doubted = self._parts(typed)
        if not doubted:
            return Meant(parts)
        corrected = " ".join(self._corrected(typed, doubted))
        better, _ = self._parts(corrected)
        if _diseases_in(better) > _diseases_in(parts):
            return Meant(better, corrected)
        if close := self._close(typed):
            return close
        return Meant(parts) if corrected.split() == _norms(typed) else Meant(better, corrected)

    def _parts(self, text: str) -> tuple[tuple[Part, ...], frozenset[str]]:
        """The parts of the text, and the words in it that may be slips."""
        if whole := self._whole(text):
            return (whole,), frozenset()
        named, rest = self._everyday.taken(_norms(text))
        left = " ".join(rest) if named else text
        mentions = list(_diseases(left, self._lexicon))
        words = read(left)
        loose = [
            norm
            for norm, start, end in zip(words.norms, words.starts, words.ends, strict=True)
            if norm.isalnum() and not any(m.start <= start and end <= m.end for m, _ in mentions)
        ]
        telling = [norm for norm in loose if norm not in AROUND]
        if not (mentions or named or telling):
            telling = loose
        parts = [Part(tuple(_norms(mention.text)), concepts) for mention, concepts in mentions]
        parts += [Part((norm,)) for norm in dict.fromkeys(telling)]
        return (*named, *parts), frozenset(filter(self._is_doubted, telling))

    def _whole(self, text: str) -> Part | None:
        """The text as one name of one disease, or as what people call one."""
        words = tuple(_norms(text))
        found = self._lexicon.lookup(text, kinds=OF_BODIES, near=False)
        sure = frozenset(each.concept.id for each in found if each.score >= SURE)
        sure |= self._everyday.named(words)
        return Part(words, sure) if sure else None

    def _is_doubted(self, norm: str) -> bool:
        return not norm.isdecimal() and self._index.held(norm) < RARE

    def _close(self, text: str) -> Meant | None:
        """The disease whose name is nearly the whole text."""
        found = self._lexicon.lookup(text, kinds=OF_BODIES)
        if not found or found[0].score < LIKELY:
            return None
        best = [each for each in found if each.score == found[0].score]
        concepts = frozenset(each.concept.id for each in best)
        names = " / ".join(dict.fromkeys(each.name for each in best))
        return Meant((Part(tuple(_norms(best[0].name)), concepts),), names)

    def _corrected(self, text: str, doubted: frozenset[str]) -> Iterator[str]:
        alike = self._lexicon.near.alike
        for norm in _norms(text):
            if norm not in doubted or norm in self._lexicon.near.words:
                yield norm
            else:
                yield self._index.spelt(norm) or alike(norm, 1 if len(norm) < LONG else 2) or norm


def _diseases_in(parts: tuple[Part, ...]) -> int:
    return sum(bool(part.concepts) for part in parts)


def _diseases(text: str, lexicon: Lexicon) -> Iterator[tuple[Mention, frozenset[str]]]:
    for mention in find_mentions(text, lexicon):
        meant = frozenset(
            key for reading in mention.readings if reading.what in OF_BODIES for key in reading.keys
        )
        if meant:
            yield mention, meant


def _norms(text: str) -> list[str]:
    return [norm for norm in read(text).norms if norm.isalnum()]
