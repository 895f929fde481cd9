"""Whether a message may tell of an adverse event: what is in doubt is flagged.

What people write is read four times: for the words of our own tables, for the diseases of the
lexicon, for measured values, and for what nothing knows to be harmless. A sign goes only where its
neighbours surely take it back.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from typing import Final

from recruit.referrals.safety import context, telling, values
from recruit.referrals.safety.diseases import diseases
from recruit.referrals.safety.phrases import Phrasebook, read_phrases
from recruit.referrals.safety.signs import Doubt, Kind, Sign
from recruit.referrals.safety.spelling import Speller
from recruit.referrals.safety.stream import TABLES, Stream, read, shorthand, without_quotes
from recruit.terminology.noise import everyday_words
from recruit.terminology.words import fold

# Characters that are looked at, eight close pages; who writes more is read by a person in any case.
LONGEST: Final = 20_000
MOST: Final = 300  # signs that are judged; no honest letter has so many


def suspected(text: str) -> tuple[Sign, ...]:
    """The signs of a possible adverse event in `text`, by place; none: nothing was recognised.

    English and French at once. LONGEST characters are looked at and MOST signs are judged; a text
    that has more of either is flagged with one more sign, of kind UNREAD.
    """
    return tuple(sign for sign in signs(text) if sign.doubt is None)


def signs(text: str) -> list[Sign]:
    """All signs of `text`, those that something takes back with what does so (`doubt`)."""
    looked_at = without_quotes(text[:LONGEST])
    stream = spelt(read(looked_at))
    everything = _without_inner(_found(looked_at, stream))
    found = everything[:MOST]
    taken_back = context.doubts(stream, found)
    # A figure of speech says nothing of the words beside it: those are looked at once more.
    others = [each for each, doubt in zip(found, taken_back, strict=True) if doubt != Doubt.FIGURE]
    judged = frozenset(place for each in others for place in range(each.first, each.last))
    told = telling.told(stream.words, judged, context.figures(stream.words))
    unknown = [context.Candidate(first, last, Kind.OTHER, unknown=True) for first, last in told][
        :MOST
    ]
    found += unknown
    taken_back += context.doubts(stream, unknown)
    written = [
        Sign(start, end, text[start:end], each.kind, each.concept, doubt)
        for each, doubt in zip(found, taken_back, strict=True)
        for start, end in [(stream.starts[each.first], stream.ends[each.last - 1])]
    ]
    if len(text) > LONGEST or len(everything) > MOST:
        written.append(Sign(min(len(text), LONGEST), len(text), "", Kind.UNREAD))
    return written


def _found(text: str, stream: Stream) -> Iterator[context.Candidate]:
    for first, last, phrase in _book().found(stream.words):
        yield context.Candidate(first, last, Kind(phrase.section))
    for each in diseases().named(text, stream):
        yield context.Candidate(each.first, each.last, each.kind, each.concept, each.lasting)
    for first, last in values.found(stream.words):
        yield context.Candidate(first, last, Kind.VALUE)


def _without_inner(found: Iterator[context.Candidate]) -> list[context.Candidate]:
    """Those that lie in no longer one of the same kind; a name of the lexicon gives its concept."""
    kept: list[context.Candidate] = []
    for each in sorted(found, key=lambda one: (one.first, -one.last, one.concept is None)):
        before = kept[-1] if kept else None
        if before and before.kind is each.kind and each.last <= before.last and not before.lasting:
            if before.concept is None and each.concept:
                kept[-1] = replace(before, concept=each.concept)
            continue
        kept.append(each)
    return kept


@cache
def _book() -> Phrasebook:
    return Phrasebook(read_phrases([TABLES / "words_fr.txt", TABLES / "words_en.txt"]))


@dataclass(slots=True)
class _Spelling:
    speller: Speller
    cache: dict[str, str]


_REMEMBERED: Final = 100_000


@cache
def _spelling() -> _Spelling:
    words, stems = _book().vocabulary()
    others, other_stems = context.vocabulary()
    meant = {word for expansion in shorthand().values() for word in expansion}
    listed = (TABLES / "other_words.txt").read_text("utf-8").split()
    harmless, harmless_stems = telling.vocabulary()
    known = frozenset({*words, *others, *harmless, *meant, *listed, *everyday_words()})
    return _Spelling(Speller(words, stems, known | other_stems | harmless_stems), {})


def spelt(stream: Stream) -> Stream:
    """`stream` with its words as they were meant."""
    return replace(stream, words=[_meant(word) for word in stream.words])


def _meant(word: str) -> str:
    spelling = _spelling()
    known = spelling.cache.get(word)
    if known is None:
        if len(spelling.cache) > _REMEMBERED:
            spelling.cache.clear()
        known = word
        plain_form = fold(word)
        if (
            plain_form not in spelling.speller.known
            and plain_form not in diseases().lexicon.near.words
        ):
            known = spelling.speller.meant(word)
        spelling.cache[word] = known
    return known
