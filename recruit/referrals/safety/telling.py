"""What is told in words that no table knows.

"The box on my belt gave me a jolt": nobody can list all that may happen to people. So the other way
round: what is not recognised as harmless is shown to a person. Words about visits, papers or the
weather clear the clause in which they stand and no other ("I have the form, but the voice cracks"),
no clause that speaks of the body, and a long sentence only if they are a good part of it.
"""

from collections.abc import Iterator, Sequence
from functools import cache
from itertools import chain, groupby
from typing import Final

from recruit.referrals.safety import values
from recruit.referrals.safety.clauses import SELF, Clause, clause_of, clauses
from recruit.referrals.safety.phrases import Phrasebook, read_phrases
from recruit.referrals.safety.stream import MARKS, TABLES, word_set

_SHORTEST: Final = 4  # words
_LONG: Final = 8  # words that a long sentence has besides the harmless ones
_GOOD_PART: Final = 0.2
_ASKING: Final = word_set(
    "can could do does is are what when where how which who why will would should may est quel"
    " quelle quels quelles combien comment quand ou pourquoi qui puis peut peux pouvez faut dois"
    " pourriez y please svp"
)
_TIME_OR_PLACE: Final = word_set("when where quand ou")
_SUBJECTS: Final = SELF | word_set("le la les l the it ca")


@cache
def _harmless() -> Phrasebook:
    return Phrasebook(read_phrases([TABLES / "harmless.txt"]))


@cache
def _bodily() -> Phrasebook:
    return Phrasebook(read_phrases([TABLES / "bodily.txt"]))


def told(words: Sequence[str], explained: frozenset[int]) -> Iterator[tuple[int, int]]:
    """Parts of `words`, as [first, end), that tell what is not known to be harmless.

    `explained` words are part of a sign or of a figure of speech: they were judged already.
    """
    parts = clauses(words)
    known = _cleared(words, parts) | explained
    for _, sentence in groupby(parts, key=lambda clause: clause.sentence):
        telling = _telling(words, list(sentence))
        runs = list(_runs(words, telling, known))
        yield from runs
        if telling and not runs and _mostly_unknown(words, telling, known, explained):
            yield telling[0].start, telling[-1].end


def _cleared(words: Sequence[str], parts: Sequence[Clause]) -> set[int]:
    """The places of words that make what is told harmless: none where it is of somebody's body."""
    bodily = {clause_of(parts, first) for first, _, _ in _bodily().found(words)}
    harmless = [
        (first, end)
        for first, end, _ in _harmless().found(words)
        if clause_of(parts, first) not in bodily
    ]
    spans = chain(harmless, values.ordinary(words))
    return {place for first, end in spans for place in range(first, end)}


def _telling(words: Sequence[str], sentence: Sequence[Clause]) -> Sequence[Clause]:
    """The clauses of a sentence that ask nothing: "The box gave me a jolt, is that usual?"."""
    first, end = sentence[0].start, sentence[-1].end
    said = [word for word in words[first:end] if word not in MARKS]
    if not said or (said[0] in _ASKING and not _said_of_self(said)):
        return []
    if "?" in words[first:end]:
        return sentence[:1] if len(sentence) > 1 and SELF & set(said) else []
    return sentence


def _said_of_self(said: Sequence[str]) -> bool:
    """Whether “when” or “where” opens no question: “When I stand up …”."""
    return said[0] in _TIME_OR_PLACE and said[1:2] != [] and said[1] in _SUBJECTS


def _runs(
    words: Sequence[str], sentence: Sequence[Clause], known: set[int]
) -> Iterator[tuple[int, int]]:
    """Clauses in a row that hold nothing known, if they have words enough to tell something."""
    for unknown, row in groupby(
        sentence, key=lambda clause: known.isdisjoint(range(clause.start, clause.end))
    ):
        whole = list(row)
        first, end = whole[0].start, whole[-1].end
        if unknown and len(_said(words, first, end)) >= _SHORTEST:
            yield first, end


def _mostly_unknown(
    words: Sequence[str], sentence: Sequence[Clause], known: set[int], explained: frozenset[int]
) -> bool:
    said = _said(words, sentence[0].start, sentence[-1].end)
    unknown = [place for place in said if place not in known]
    good_part = len(unknown) <= (1 - _GOOD_PART) * len(said)
    return len(unknown) >= _LONG and not good_part and explained.isdisjoint(said)


def _said(words: Sequence[str], first: int, end: int) -> list[int]:
    return [place for place in range(first, end) if words[place] not in MARKS]


def vocabulary() -> tuple[frozenset[str], frozenset[str]]:
    """Whole words and beginnings of words that harmless sentences are known by."""
    words, stems = _harmless().vocabulary()
    bodily_words, bodily_stems = _bodily().vocabulary()
    return words | bodily_words, stems | bodily_stems
