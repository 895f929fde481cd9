"""Words and codes to concepts and keys: exact names and abbreviations only, never a likeness.

What is not found keeps its words and no concept: it answers nothing and a person can look at it.
"""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Final

from recruit.terminology.concepts import Kind, Mention, Vocabulary
from recruit.terminology.lexicon import SURE, Lexicon
from recruit.terminology.mentions import find_mentions

# SNOMED CT ends a name with what sort of thing it names.
TAG: Final = re.compile(
    r"\s*\((?:disorder|finding|situation|procedure|event|substance|product|morphologic abnormality"
    r"|qualifier value|observable entity|regime/therapy|physical object)\)\s*$"
)
# What one is allergic to, in the name of the allergy.
ALLERGEN: Final = re.compile(
    r"(?:allerg(?:y|ic|ie) (?:to|à|au|aux) )(.+)|(.+?)(?: \(\w+\))? allergy", re.IGNORECASE
)
LONGEST_NAME: Final = 300

# Kinds under which a thing of one kind may also be filed: what one is allergic to is a drug, or the
# allergy is a diagnosis of its own.
ALSO: Final[dict[Kind, tuple[Kind, ...]]] = {
    Kind.ALLERGY: (Kind.DRUG, Kind.EXPOSURE, Kind.CONDITION)
}


# Words before a disease that make of its name something else than a sort of it.
NO_SORT: Final = re.compile(
    r"of|for|to|with(?:out)?|by|at|in|on|from|and|or|no|not|non|versus|risk|suspected|possible"
    r"|probable|questionable|suspicion|fear|family|history|screening|exposure|carrier|status|contact"
)
MOST_WORDS_BEFORE: Final = 4
REMEMBERED: Final = 32_768


class _Resolved:
    """What words stand for in one lexicon: a community uses the same ones again and again."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self.concepts = lru_cache(maxsize=REMEMBERED)(self._concepts)
        self.drugs = lru_cache(maxsize=REMEMBERED)(self._drugs)
        self.keys = lru_cache(maxsize=REMEMBERED)(self._keys)

    def _concepts(
        self,
        kind: Kind,
        names: tuple[str, ...],
        codes: tuple[str, ...],
        or_broader: bool,  # noqa: FBT001 - lru_cache is quicker by place
    ) -> tuple[str, ...]:
        return _concepts_of(self._lexicon, kind, names, codes, or_broader=or_broader)

    def _drugs(self, names: tuple[str, ...], codes: tuple[str, ...]) -> tuple[str, ...]:
        return _drugs_of(self._lexicon, names, codes)

    def _keys(self, what: Vocabulary, names: tuple[str, ...]) -> tuple[str, ...]:
        return _keys_of(self._lexicon, what, names)


def concepts_of(
    lexicon: Lexicon,
    kind: Kind,
    names: Iterable[str],
    codes: Iterable[str] = (),
    *,
    or_broader: bool = False,
) -> tuple[str, ...]:
    """The concepts of `kind` that a code and a name stand for as a whole.

    A name that several concepts share gives all of them. Codes and names go from the best to the
    least; of each the first that says something counts: a class of ICD-10 and the words beside it
    may be two concepts for one disease. With `or_broader`, "viral sinusitis" that is in no
    table is a sinusitis: fit for what one has, never for what one has not.
    """
    return lexicon.memory(_Resolved).concepts(kind, tuple(names), tuple(codes), or_broader)


def _concepts_of(
    lexicon: Lexicon,
    kind: Kind,
    names: tuple[str, ...],
    codes: tuple[str, ...],
    *,
    or_broader: bool,
) -> tuple[str, ...]:
    if kind is Kind.ALLERGY:
        allergens = [ALLERGEN.fullmatch(TAG.sub("", name)) for name in names]
        names = (*names, *(match[1] or match[2] for match in allergens if match))
    coded = tuple(_coded(lexicon, kind, codes))[:1]
    for name in names:
        for allowed in ((kind,), ALSO.get(kind, ())):
            if allowed and (keys := _named(lexicon, name, allowed)):
                return tuple(dict.fromkeys((*coded, *keys)))
    if coded:
        return coded
    if or_broader:
        return next(filter(None, (_head(lexicon, kind, name) for name in names)), ())
    return ()


def _coded(lexicon: Lexicon, kind: Kind, codes: Iterable[str]) -> Iterator[str]:
    for code in codes:
        found = lexicon.concept(code)
        if found and found.kind in {kind, *ALSO.get(kind, ())}:
            yield found.id


def _head(lexicon: Lexicon, kind: Kind, name: str) -> tuple[str, ...]:
    """The concepts of what an English name ends in, where only adjectives stand before it."""
    plain = TAG.sub("", name)[:LONGEST_NAME].strip()
    mentions = find_mentions(plain, lexicon)
    if not mentions or mentions[-1].end < len(plain):
        return ()
    before = plain[: mentions[-1].start].lower().split()
    if len(before) > MOST_WORDS_BEFORE or not all(_is_adjective(word) for word in before):
        return ()
    readings = [reading for reading in mentions[-1].readings if reading.what is kind]
    return readings[0].keys if readings else ()


def _is_adjective(word: str) -> bool:
    bare = word.strip(",")
    return bare.replace("-", "").isalpha() and not NO_SORT.fullmatch(bare)


def _named(lexicon: Lexicon, name: str, kinds: tuple[Kind, ...]) -> tuple[str, ...]:
    plain = TAG.sub("", name)[:LONGEST_NAME].strip()
    if not plain:
        return ()
    sure = [c for c in lexicon.lookup(plain, kinds=kinds, near=False) if c.score >= SURE]
    best = max((candidate.score for candidate in sure), default=0.0)
    return tuple(c.concept.id for c in sure if c.score == best) or _mentioned(lexicon, plain, kinds)


def _mentioned(lexicon: Lexicon, name: str, kinds: tuple[Kind, ...]) -> tuple[str, ...]:
    """The concepts of a mention that is the whole name, as running text would be read."""
    for mention in find_mentions(name, lexicon):
        if is_whole(mention, name):
            for reading in mention.readings:
                if reading.what in kinds:
                    return reading.keys
    return ()


def is_whole(mention: Mention, text: str) -> bool:
    """Whether nothing but signs stands around the mention."""
    around = text[: mention.start] + text[mention.end :]
    return not any(sign.isalnum() for sign in around)


def drugs_of(lexicon: Lexicon, names: Iterable[str], codes: Iterable[str] = ()) -> tuple[str, ...]:
    """The active substances in a drug's name, however much strength and form stands around them."""
    return lexicon.memory(_Resolved).drugs(tuple(names), tuple(codes))


def _drugs_of(lexicon: Lexicon, names: tuple[str, ...], codes: tuple[str, ...]) -> tuple[str, ...]:
    whole = concepts_of(lexicon, Kind.DRUG, names, codes)
    if whole:
        return whole
    for name in names:
        found = [
            key
            for mention in find_mentions(name[:LONGEST_NAME], lexicon)
            for reading in mention.readings
            if reading.what is Kind.DRUG
            for key in reading.keys
        ]
        if found:
            return tuple(dict.fromkeys(found))
    return ()


def keys_of(lexicon: Lexicon, what: Vocabulary, names: Iterable[str]) -> tuple[str, ...]:
    """The entries of our own tables that a name stands for as a whole; none when unknown.

    One name may stand for several: blood pressure is the systolic and the diastolic one.
    """
    return lexicon.memory(_Resolved).keys(what, tuple(names))


def _keys_of(lexicon: Lexicon, what: Vocabulary, names: tuple[str, ...]) -> tuple[str, ...]:
    for name in names:
        plain = TAG.sub("", name)[:LONGEST_NAME].strip()
        for mention in find_mentions(plain, lexicon):
            if is_whole(mention, plain):
                for reading in mention.readings:
                    if reading.what is what:
                        return reading.keys
    return ()
