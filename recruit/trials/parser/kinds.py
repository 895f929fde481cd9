"""Names that no source of the lexicon has, known by their kind: "rhizarthrosis", "KRAS inhibitor".

Such a mention has no concept, so that nothing answers it; a person sees what it is about.
"""

import re
from bisect import bisect_left
from collections.abc import Mapping
from functools import cache, lru_cache
from typing import Final

from recruit.terminology.concepts import How, Kind, Mention, Reading
from recruit.trials.parser.cues import word_set

_KINDS: Final = (Kind.CONDITION, Kind.DRUG, Kind.PROCEDURE)
# "MK-3475", "AZD2171": what a maker calls a drug before it has a name. Years are none of them.
_CODE: Final = re.compile(
    r"(?<![\w-])(?P<maker>[A-Z]{2,4})-?(?!(?:19|20)\d\d\b)\d{3,7}[A-Z]?(?![\w-])"
)
# "mab" itself, "pose" or "dose" end like a drug or a disease and are none.
_SHORTEST: Final = 8
_READINGS: Final = {kind: (Reading(kind, (), How.FUZZY),) for kind in _KINDS}


@cache
def _nouns() -> dict[str, Kind]:
    return {word: kind for kind in reversed(_KINDS) for word in word_set(kind.value)}


@cache
def _endings() -> tuple[tuple[Kind, tuple[str, ...]], ...]:
    return tuple((kind, tuple(word_set(f"{kind.value}_ends"))) for kind in _KINDS)


@cache
def _no_kinds() -> frozenset[str]:
    return word_set("unable") | word_set("no_kind")


@lru_cache(maxsize=65_536)
def kind_of_word(norm: str) -> Kind | None:
    """The kind of thing that a word in normal form names, None for most words."""
    found = _nouns().get(norm)
    if found is not None or len(norm) < _SHORTEST or norm in _no_kinds():
        return found
    for kind, endings in _endings():
        if norm.endswith(endings):
            return kind
    return None


def coded(text: str, known: Mapping[int, Mention]) -> dict[int, Mention]:
    """The mentions `known` by their first character, and those of drugs that only have a code."""
    found = dict(known)
    starts = sorted(known)
    for code in _CODE.finditer(text):
        start, end = code.span()
        after = bisect_left(starts, end)
        taken = after > 0 and known[starts[after - 1]].end > start
        if not taken and code["maker"].lower() not in word_set("no_maker"):
            found[start] = unnamed(start, end, code[0], Kind.DRUG)
    return found


def unnamed(start: int, end: int, text: str, kind: Kind) -> Mention:
    """The mention of a thing of which only the kind is known."""
    return Mention(start, end, text, _READINGS[kind])
