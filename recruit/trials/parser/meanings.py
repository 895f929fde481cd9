"""Names that do not mean here what the lexicon takes them for, by the signs around them.

A short form that a text itself gives another meaning ("progressive disease (PD)"), that is a part
of a code ("PD-1", "HLA-DR", "SARS-CoV") or a word in capitals ("AS PER PROTOCOL") names nothing;
words for any disease or treatment whatever ("illness") say no more than their kind.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from recruit.terminology.concepts import Mention

# Nothing lies within them: whoever has asthma has an illness, and no source says so.
_GENERAL: Final = frozenset(
    {"ICD10:R69", "RECRUIT:medical-condition", "RECRUIT:comorbidity", "RECRUIT:systemic-disease"}
    | {"MESH:D000208", "MESH:D035583", "MESH:D010335"}  # acute, rare, pathologic
    | {"RECRUIT:toxicity", "RECRUIT:procedure-treatment"}
)
_SHORT: Final = 5
# A short form in brackets behind the words whose first letters it has.
_DEFINED: Final = re.compile(r"\(([A-Z]{2,5})\)")
_BEFORE: Final = 80
_WORD: Final = re.compile(r"[^\W\d_]+")
_SMALL: Final = frozenset({"of", "and", "the", "for", "in", "de", "du", "des", "la", "et"})
# "PD-1", "SARS-CoV", but "MS-related", "RA-specific"; "HLA-DR", "ASCO-CAP", but "B-ALL", "non-MS".
_CODE_AFTER: Final = re.compile(r"-(?:\d|[A-Za-z]?[A-Z])")
_CODE_BEFORE: Final = re.compile(r"[A-Z]{2,}-$|\b(?:HLA|ASCO)[-/ ]+(?:[A-Z]\d?[,; ]+|and )*$")
# Everyday words that are short forms of diseases too, where all words have capitals.
_WORDS: Final = frozenset({"AS", "ALL"})
_CAPITALS: Final = re.compile(r" [A-Z]{3,}\b")
_REACH: Final = 24


def meant(text: str, known: Mapping[int, Mention]) -> dict[int, Mention]:
    """The mentions `known` by their first character that mean what they name.

    Those that only tell a kind are left without a concept.
    """
    other = _defined_otherwise(text, known)
    found: dict[int, Mention] = {}
    for start, mention in known.items():
        name = mention.text
        # "ASA 1" of "ASA 1-3" is a name with its grade, and the figure behind it the next one.
        short = len(name) <= _SHORT and name.isupper() and " " not in name
        if short and (name in other or _coded(text, mention)):
            continue
        found[start] = _general(mention)
    return found


def _general(mention: Mention) -> Mention:
    if not any(_GENERAL.issuperset(r.keys) and r.keys for r in mention.readings):
        return mention
    readings = (replace(r, keys=()) if _GENERAL.issuperset(r.keys) else r for r in mention.readings)
    return replace(mention, readings=tuple(readings))


def _coded(text: str, mention: Mention) -> bool:
    """Whether it is a part of a code, or a word among words in capitals."""
    if _CODE_AFTER.match(text, mention.end):
        return True
    before = text[max(0, mention.start - _REACH) : mention.start]
    if _CODE_BEFORE.search(before):
        return True
    return mention.text in _WORDS and _CAPITALS.match(text, mention.end) is not None


def _defined_otherwise(text: str, known: Mapping[int, Mention]) -> frozenset[str]:
    """Short forms that the text gives to words which are no name of what the lexicon knows."""
    other: set[str] = set()
    ends = {mention.end: mention for mention in known.values()}
    for found in _DEFINED.finditer(text):
        short = known.get(found.start(1))
        if short is None or not _spells(
            text[max(0, found.start() - _BEFORE) : found.start()], found[1]
        ):
            continue
        long = ends.get(len(text[: found.start()].rstrip()))
        if long is None or _keys(long).isdisjoint(_keys(short)):
            other.add(found[1])
    return frozenset(other)


def _keys(mention: Mention) -> set[str]:
    return {key for reading in mention.readings for key in reading.keys}


def _spells(before: str, short: str) -> bool:
    """Whether the last words `before` begin with the letters of the short form."""
    words = [word for word in _WORD.findall(before) if word not in _SMALL][-len(short) :]
    return [word[0].upper() for word in words] == list(short)
