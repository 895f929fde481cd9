"""The name that a concept is shown by, written as it stands in the middle of a sentence."""

import re
from collections.abc import Iterable, Sequence
from typing import Final

from recruit.terminology.concepts import Kind
from recruit.terminology.sources.entry import Entry
from recruit.terminology.unify import Thing
from recruit.terminology.words import read

TITLED: Final = re.compile(r"\b[A-Z][a-z]+\b(?![’'])")


def common_words(entries: Iterable[Entry]) -> frozenset[str]:
    """The English words that entries in sentence case (ICD-10) write small after the first word.

    "Myocardial" is among them, "Crohn" and "Graves" are not.
    """
    return frozenset(
        word
        for entry in entries
        for name in entry.names
        if name.language == "en"
        for word in re.findall(r"(?<=[ (-])[a-z]+\b", name.text)
    )


def preferred(thing: Thing, language: str, common: frozenset[str] = frozenset()) -> str:
    """The name to show: in French our own tables' (they come last), in English the standard's.

    English names lose the capitals of headings where the words are `common`, and drugs that go by
    one word lose theirs.
    """
    said = [name for name in thing.names if name.language == language and not name.abbreviation]
    chosen = [name.text for name in said if name.preferred] or [name.text for name in said]
    if language == "fr":
        return chosen[-1] if chosen else ""
    if not chosen:
        return thing.names[0].text if thing.names else ""
    upright = _upright(chosen[0], [name.text for name in said])
    if thing.kind is Kind.DRUG and upright.istitle() and upright.isalpha():
        return upright.lower()
    return TITLED.sub(lambda word: _small(word[0], common), upright)


def _small(word: str, common: frozenset[str]) -> str:
    return word.lower() if word.lower() in common else word


def _upright(name: str, said: Sequence[str]) -> str:
    """Turn a name round ("Sclerosis, Multiple") where another one has the same words."""
    if ", " not in name:
        return name
    words = sorted(read(name.replace(",", "")).norms)
    for other in said:
        if "," not in other and sorted(read(other).norms) == words:
            return other[:1].upper() + other[1:]
    return name
