"""Compiles what all sources know into the arrays that a lexicon is opened from."""

from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any, Final, NamedTuple

import marisa_trie
import numpy as np
from numpy.typing import NDArray

from recruit.core.errors import RecruitError
from recruit.core.i18n import N_
from recruit.terminology import hierarchy, noise, variants
from recruit.terminology.concepts import Kind, Vocabulary
from recruit.terminology.display import common_words, preferred
from recruit.terminology.inn import root
from recruit.terminology.layout import ABBREVIATION, CASE, FRENCH, KINDS, PREFERRED, SPOKEN
from recruit.terminology.sources import drugs, icd10, mesh, tables
from recruit.terminology.sources.entry import Entry, Name
from recruit.terminology.store import pack
from recruit.terminology.unify import Thing, Unifier, narrower_terms
from recruit.terminology.vocabulary import VocabularyName
from recruit.terminology.words import BREAK, key

# The rank of names that follow from others by rule.
LAST: Final = 9
Progress = Callable[[str, float], None]
Compiled = dict[str, NDArray[Any]]


class TableWrong(RecruitError):
    """A row of our own tables speaks of something that no source knows."""

    sentence = N_("Table “{table}”: no source knows “{means}”.")


class Hit(NamedTuple):
    """One name: its normal form, whom it names (a place), how sure, as it is written."""

    key: str
    rank: int
    target: int
    flags: int
    surface: str


def quiet(_stage: str, _share: float) -> None:
    """Tell nobody how far it is."""


def compiled(
    releases: Sequence[Entry],
    vocabulary: Iterable[VocabularyName],
    progress: Progress = quiet,
) -> Compiled:
    """All arrays of a lexicon from the packages, our tables, loaded releases and the vocabulary."""
    unifier = Unifier()
    stages: tuple[tuple[str, Callable[[], Iterable[Entry]]], ...] = (
        ("mesh", mesh.entries),
        ("icd10", icd10.entries),
        ("drugs", drugs.entries),
        ("tables", tables.entries),
        ("releases", lambda: releases),
    )
    for place, (stage, entries) in enumerate(stages):
        progress(stage, place / (len(stages) + 2))
        for entry in entries():
            unifier.add(entry if stage == "tables" else _audible(entry))
    progress("words", 5 / 7)
    _add_words(unifier)
    progress("names", 6 / 7)
    return arrays(unifier, vocabulary, common_words(icd10.entries()))


def arrays(
    unifier: Unifier,
    vocabulary: Iterable[VocabularyName],
    common: frozenset[str] = frozenset(),
) -> Compiled:
    """The arrays that a lexicon is opened from, of all that `unifier` has taken in.

    `common` words need no capital where a name is shown.
    """
    narrower_terms(unifier.things, unifier)
    unifier.forget()
    words = list(vocabulary)
    targets = list(dict.fromkeys((word.what, word.key) for word in words))
    hits = {*_hits(unifier.things), *_vocabulary_hits(words, targets, len(unifier.things))}
    return {
        **_names(sorted(hits)),
        **_concepts(unifier.things, unifier, common),
        **_vocabulary(targets),
    }


def _audible(entry: Entry) -> Entry:
    names = tuple(noise.quieted(name, entry.kind) for name in entry.names)
    return replace(entry, names=names)


def _add_words(unifier: Unifier) -> None:
    """Names of our tables that belong to things of other sources."""
    for table in tables.WORDS:
        short = table == "abbreviations"
        for row in tables.rows(table):
            kind = Kind(row["kind"] or "condition")
            thing = unifier.find(row["means"], kind)
            if thing is None:
                raise TableWrong(table=table, means=row["means"])
            for language in ("en", "fr"):
                for name in tables.names(row[language], language, abbreviation=short):
                    thing.names.append(name)


def _hits(things: Sequence[Thing]) -> Iterator[Hit]:
    named = [(key(name.text), name, place) for place, t in enumerate(things) for name in t.names]
    taken = {normal for normal, _, _ in named}
    owners = {(normal, things[place].kind): place for normal, name, place in named if name.own}
    for normal, name, place in named:
        kind = things[place].kind
        if not normal or owners.get((normal, kind), place) != place:
            continue
        flags = _flags(name)
        yield Hit(normal, _order(name), place, flags, name.text)
        if kind is Kind.DRUG and name.preferred and normal.count(" ") == 1:
            yield Hit(f"inn {root(name.text)} ", LAST, place, 0, name.text)
        if name.spoken and not name.abbreviation:
            for variant in variants.of(normal, kind):
                if variant not in taken:
                    yield Hit(variant, LAST, place, flags & ~PREFERRED, name.text)


def _flags(name: Name) -> int:
    return (
        name.spoken * SPOKEN
        + name.abbreviation * ABBREVIATION
        + name.case_sensitive * CASE
        + name.preferred * PREFERRED
        + (name.language == "fr") * FRENCH
    )


def _order(name: Name) -> int:
    return (0 if name.preferred else 1) + (0 if name.spoken else 4)


def _vocabulary_hits(
    names: Iterable[VocabularyName], targets: Sequence[tuple[Vocabulary, str]], first: int
) -> Iterator[Hit]:
    places = {target: first + place for place, target in enumerate(targets)}
    for name in names:
        if normal := key(name.name):
            short = name.case_sensitive and name.name.isupper()
            flags = SPOKEN + name.case_sensitive * CASE + short * ABBREVIATION
            flags += (name.language == "fr") * FRENCH
            yield Hit(normal, 0, places[name.what, name.key], flags, name.name)


def _names(hits: Sequence[Hit]) -> Compiled:
    keys = list(dict.fromkeys(hit.key for hit in hits))
    trie = marisa_trie.Trie(keys)
    numbers = {k: trie[k] for k in keys}
    best: dict[tuple[int, int, str], Hit] = {}
    for hit in hits:
        case = f"{hit.flags & FRENCH}{hit.surface}" if hit.flags & CASE else ""
        best.setdefault((numbers[hit.key], hit.target, case), hit)
    ordered = sorted(best.items(), key=lambda item: (item[0][0], item[1].rank, item[1].target))
    surfaces, ends = pack([hit.surface for _, hit in ordered])
    counts = np.bincount([number for (number, _, _), _ in ordered], minlength=len(keys))
    return {
        "name_trie": np.frombuffer(trie.tobytes(), dtype=np.uint8),
        "hit_start": _starts(counts),
        "hit_target": np.array([hit.target for _, hit in ordered], dtype=np.uint32),
        "hit_flags": np.array([hit.flags for _, hit in ordered], dtype=np.uint8),
        "surface": surfaces,
        "surface_ends": ends,
        **_postings(keys, numbers),
    }


def _starts(counts: NDArray[Any]) -> NDArray[np.uint32]:
    starts = np.zeros(len(counts) + 1, dtype=np.uint32)
    np.cumsum(counts, out=starts[1:])
    return starts


def _postings(keys: Sequence[str], numbers: dict[str, int]) -> Compiled:
    """Which names hold a word: for finding near misses."""
    holders: dict[str, array[int]] = {}
    for name in keys:
        for word in set(name.split()):
            if word not in {BREAK, ","}:
                holders.setdefault(word, array("L")).append(numbers[name])
    trie = marisa_trie.Trie(list(holders))
    ordered = sorted(holders, key=lambda word: trie[word])
    counts = np.array([len(holders[word]) for word in ordered])
    return {
        "word_trie": np.frombuffer(trie.tobytes(), dtype=np.uint8),
        "word_start": _starts(counts),
        "word_name": np.concatenate([np.array(holders[w], dtype=np.uint32) for w in ordered]),
    }


def _concepts(things: Sequence[Thing], unifier: Unifier, common: frozenset[str]) -> Compiled:
    above = hierarchy.parents(things, unifier)
    below: list[list[int]] = [[] for _ in things]
    for child, wider in enumerate(above):
        for parent in wider:
            below[parent].append(child)
    codes = {code: place for place, thing in enumerate(things) for code in thing.codes}
    code_trie = marisa_trie.Trie(list(codes))
    code_target = np.zeros(len(codes), dtype=np.uint32)
    for code, place in codes.items():
        code_target[code_trie[code]] = place
    arrays: Compiled = {
        "kind": np.array([KINDS.index(thing.kind) for thing in things], dtype=np.uint8),
        "code_trie": np.frombuffer(code_trie.tobytes(), dtype=np.uint8),
        "code_target": code_target,
    }
    texts = {
        "id": [thing.id for thing in things],
        "name_en": [preferred(thing, "en", common) for thing in things],
        "name_fr": [preferred(thing, "fr", common) for thing in things],
        "codes": [
            "\n".join([thing.id, *(c for c in thing.codes if c != thing.id)]) for thing in things
        ],
    }
    for name, values in texts.items():
        arrays[name], arrays[f"{name}_ends"] = pack(values)
    for name, lists in (("parent", above), ("child", below)):
        arrays[f"{name}_start"] = _starts(np.array([len(some) for some in lists]))
        arrays[name] = np.array([x for some in lists for x in some], dtype=np.uint32)
    return arrays


def _vocabulary(targets: Sequence[tuple[Vocabulary, str]]) -> Compiled:
    arrays: Compiled = {}
    for field, values in (
        ("entry_what", [what.value for what, _ in targets]),
        ("entry_key", [name for _, name in targets]),
    ):
        arrays[field], arrays[f"{field}_ends"] = pack(values)
    return arrays
