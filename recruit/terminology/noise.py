"""Which names are too common, too short or too broad to be looked for in running text.

They stay names: whoever asks for one by itself finds it. The rules hold for whole classes of
names; single words of everyday English and French are listed in tables/*_words.txt.
"""

from dataclasses import replace
from functools import cache
from typing import Final

from recruit.terminology.concepts import Kind
from recruit.terminology.sources import tables
from recruit.terminology.sources.entry import Name
from recruit.terminology.words import BREAK, fold, read

SHORTEST: Final = 3
SHORTEST_BRAND: Final = 5
SHORTEST_SYNONYM: Final = 4
# What names end in that are looked for in blood, though vaccines hold them too.
MARKERS: Final = frozenset({"antigen", "antibody"})


@cache
def everyday_words() -> frozenset[str]:
    """Words of plain English and French that name no drug and no disease, in normal form."""
    listed = tables.words("english_words") | tables.words("french_words")
    return frozenset(folded for word in listed if (folded := fold(word)))


@cache
def measured() -> frozenset[str]:
    """Substances that are more often measured in people than given to them, in normal form."""
    return frozenset(fold(word) for word in tables.words("measured"))


def quieted(name: Name, kind: Kind) -> Name:
    """`name` of a source, no longer spoken where it would be found in text by mistake."""
    return replace(name, spoken=False) if name.spoken and _noise(name, kind) else name


def _noise(name: Name, kind: Kind) -> bool:
    words = [word for word in read(name.text).norms if word not in {BREAK, ","}]
    if len(words) == 1 and words[0] in everyday_words():
        return True
    if len("".join(words)) < SHORTEST:
        return True
    if kind is Kind.DRUG and words[-1] in MARKERS:
        return True
    if len(words) > 1:
        return False
    if kind is not Kind.DRUG:
        return not name.preferred and len(words[0]) < SHORTEST_SYNONYM
    return words[0] in measured() or (not name.preferred and len(words[0]) < SHORTEST_BRAND)
