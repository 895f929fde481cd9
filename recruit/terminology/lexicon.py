"""The opened lexicon: names to concepts, concepts to each other.

A concept's identifier is the one it is matched by; every code that means the same leads to it.
"""

from collections.abc import Callable, Collection, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, Self, TypeVar, cast

import marisa_trie
from numpy.typing import NDArray

from recruit.terminology import store
from recruit.terminology.codes import spellings
from recruit.terminology.concepts import Candidate, Concept, How, Kind, Vocabulary
from recruit.terminology.inn import root
from recruit.terminology.layout import ABBREVIATION, CASE, KINDS
from recruit.terminology.near import Near
from recruit.terminology.words import key

# A candidate with at least this score may be taken without asking anyone. Names and unambiguous
# abbreviations reach it, near misses never do.
SURE: Final = 0.9
EXACT: Final = 1.0
SHORT: Final = 0.95
# What one short form loses for each further concept that it may stand for.
AMBIGUOUS: Final = 0.15
MOST_NEAR: Final = 0.89
Remembered = TypeVar("Remembered")


class Lexicon:
    """A compiled lexicon, mapped into memory; every method only reads, threads may share it."""

    def __init__(self, arrays: dict[str, NDArray[Any]], file: Path | None = None) -> None:
        """`arrays` as compile.compiled makes them; `file` is where another process finds them."""
        self.file = file
        self._arrays = arrays
        self.names = marisa_trie.Trie().frombytes(arrays["name_trie"].tobytes())
        self._codes = marisa_trie.Trie().frombytes(arrays["code_trie"].tobytes())
        self._text = {
            name: store.Texts(arrays[name], arrays[f"{name}_ends"])
            for name in ("id", "name_en", "name_fr", "codes", "surface", "entry_what", "entry_key")
        }
        self.size = len(arrays["kind"])
        self.near = Near(self.names, arrays)
        self._at = lru_cache(maxsize=65_536)(self._concept_at)
        self.ancestors = lru_cache(maxsize=65_536)(self._ancestors)
        self.descendants = lru_cache(maxsize=4_096)(self._descendants)
        self._memory: dict[object, object] = {}

    @classmethod
    def open(cls, path: Path) -> Self:
        """The lexicon in `path`; LexiconDamaged when the file is not one."""
        return cls(store.read(path), path)

    # ------------------------------------------------------------------ concepts
    def _concept_at(self, place: int) -> Concept:
        return Concept(
            id=self._text["id"][place],
            kind=KINDS[self._arrays["kind"][place]],
            name_en=self._text["name_en"][place],
            name_fr=self._text["name_fr"][place] or None,
            codes=tuple(self._text["codes"][place].split("\n")),
        )

    def _place(self, code: str) -> int | None:
        for spelling in spellings(code):
            if spelling in self._codes:
                return int(self._arrays["code_target"][self._codes[spelling]])
        return None

    def concept(self, code: str) -> Concept | None:
        """The concept with `code` ("MESH:D003924", "icd10:e119"), None for an unknown one."""
        place = self._place(code)
        return None if place is None else self._at(place)

    def memory(self, kind: Callable[["Lexicon"], Remembered]) -> Remembered:
        """What a `kind` of reader remembers about this lexicon, for as long as it is open."""
        known = self._memory.get(kind)
        if known is None:
            known = self._memory[kind] = kind(self)
        return cast("Remembered", known)

    # ------------------------------------------------------------------ names
    def hits(self, number: int) -> Iterator[tuple[int, int, str]]:
        """Whom name `number` names, surest first: target, what is known, as it is written."""
        start, end = self._arrays["hit_start"][number : number + 2]
        for place in range(start, end):
            yield (
                int(self._arrays["hit_target"][place]),
                int(self._arrays["hit_flags"][place]),
                self._text["surface"][place],
            )

    def target(self, number: int) -> tuple[Kind | Vocabulary, str]:
        """What a target is: the kind and identifier of a concept, or a vocabulary and its key."""
        if number < self.size:
            concept = self._at(number)
            return concept.kind, concept.id
        entry = number - self.size
        return Vocabulary(self._text["entry_what"][entry]), self._text["entry_key"][entry]

    def lookup(
        self,
        text: str,
        *,
        kinds: Collection[Kind] | None = None,
        limit: int = 5,
        near: bool = True,
    ) -> list[Candidate]:
        """Concepts that `text` as a whole may mean, best first: a code, a name, a short form.

        Only where none of these is known are names close to it given, none of them SURE; looking
        for them takes a hundred times as long, and `near` says whether they are wanted.
        """
        if found := self.concept(text):
            return [Candidate(found, EXACT, How.CODE, text)] if _wanted(found, kinds) else []
        known = self._known(text, kinds)
        if not known and near:
            known = list(self._near(text, kinds))
        known.sort(key=lambda candidate: -candidate.score)
        return _distinct(known)[:limit]

    def _known(self, text: str, kinds: Collection[Kind] | None) -> list[Candidate]:
        for normal in _normals(text):
            if normal in self.names:
                found = list(self._exact(self.names[normal], text, kinds))
                if found:
                    return found
        return []

    def _exact(self, number: int, text: str, kinds: Collection[Kind] | None) -> Iterator[Candidate]:
        shorts = 0
        for target, flags, surface in self.hits(number):
            if target >= self.size or not _wanted(concept := self._at(target), kinds):
                continue
            if flags & ABBREVIATION:
                same_case = surface == text.strip()
                score = SHORT - AMBIGUOUS * shorts - (0 if same_case else 0.04)
                shorts += 1
                yield Candidate(concept, max(score, 0.5), How.ABBREVIATION, surface)
            else:
                yield Candidate(concept, EXACT, How.EXACT, surface)

    def _near(self, text: str, kinds: Collection[Kind] | None) -> Iterator[Candidate]:
        for number, score in self.near.names(key(text)):
            for target, flags, surface in self.hits(number):
                if target < self.size and not flags & CASE:
                    concept = self._at(target)
                    if _wanted(concept, kinds):
                        yield Candidate(concept, min(score, MOST_NEAR), How.FUZZY, surface)

    # ------------------------------------------------------------------ hierarchy
    def _ancestors(self, code: str) -> frozenset[str]:
        return self._closure(code, "parent")

    def _descendants(self, code: str) -> frozenset[str]:
        return self._closure(code, "child")

    def _closure(self, code: str, direction: str) -> frozenset[str]:
        """Identifiers reached from `code` one way, its own included; empty for an unknown code."""
        first = self._place(code)
        if first is None:
            return frozenset()
        starts, edges = self._arrays[f"{direction}_start"], self._arrays[direction]
        seen = {first}
        open_ = [first]
        while open_:
            node = open_.pop()
            fresh = set(edges[starts[node] : starts[node + 1]].tolist()) - seen
            seen |= fresh
            open_.extend(fresh)
        return frozenset(self._text["id"][place] for place in seen)

    def is_a(self, code: str, ancestor: str) -> bool:
        """Whether `code` means the same as `ancestor` or something within it."""
        wider = self.concept(ancestor)
        return wider is not None and wider.id in self.ancestors(code)


def _wanted(concept: Concept, kinds: Collection[Kind] | None) -> bool:
    return kinds is None or concept.kind in kinds


def _normals(text: str) -> Iterator[str]:
    """Normal forms under which `text` as a whole may be filed, likeliest first."""
    yield key(text)
    bare = text.strip().rstrip(")")
    if "(" in bare:  # "Diabetes mellitus (disorder)", "myocardial infarction (MI)"
        yield key(bare.rpartition("(")[0])
    if len(text.split()) == 1:
        yield f"inn {root(text)} "


def _distinct(candidates: list[Candidate]) -> list[Candidate]:
    seen: dict[str, Candidate] = {}
    for candidate in candidates:
        seen.setdefault(candidate.concept.id, candidate)
    return list(seen.values())
