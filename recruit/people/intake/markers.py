"""Biomarkers: what was found of them.

A marker's plain name means that it is there ("HER2" is HER2-positive); for some the lexicon has a
concept of its own for its absence, so that trials can ask for it.
"""

import re
from collections.abc import Iterator
from typing import Final

from recruit.criteria.nodes import Detail
from recruit.people.facts import ClinicalFact, Source
from recruit.terminology.concepts import Kind
from recruit.terminology.lexicon import Lexicon

NEGATIVE: Final = "negative"
OPPOSITE: Final = "-negative"
_RESULTS: Final = (
    (re.compile(r"\b(?:wild[- ]?type|sauvage)\b", re.IGNORECASE), "wild type"),
    (re.compile(r"\b(?:negative|négati(?:f|ve)s?|not detected)\b", re.IGNORECASE), NEGATIVE),
    (re.compile(r"\b(?:positive|positi(?:f|ve)s?|detected)\b", re.IGNORECASE), "positive"),
    (re.compile(r"\b(?:mutated|mutant|mutations?|mutée?s?)\b", re.IGNORECASE), "mutated"),
)


def read_result(words: str) -> str | None:
    """What the words say was found: "positive", "negative", "mutated", "wild type", or None."""
    return next((result for pattern, result in _RESULTS if pattern.search(words)), None)


def marker_facts(
    lexicon: Lexicon, keys: tuple[str, ...], text: str, result: str | None, source: Source
) -> Iterator[ClinicalFact]:
    """The facts that a marker with this result gives; no result is its plain name."""
    kind = Kind.BIOMARKER
    named = tuple(key.removesuffix(OPPOSITE) for key in keys if key.endswith(OPPOSITE))
    if named:
        yield ClinicalFact(kind, text, keys, source=source)
        yield ClinicalFact(kind, text, named, "absent", source=source)
        return
    opposite = tuple(f"{key}{OPPOSITE}" for key in keys if lexicon.concept(f"{key}{OPPOSITE}"))
    if result == NEGATIVE and opposite:
        yield ClinicalFact(kind, text, opposite, source=source)
        yield ClinicalFact(kind, text, keys, "absent", source=source)
        return
    detail = Detail(value=result) if result else None
    yield ClinicalFact(kind, text, keys, detail=detail, source=source)
