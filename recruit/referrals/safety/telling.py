"""What is told in words that no table knows.

"The box on my belt gave me a jolt": nobody can list all that may happen to people. So the other way
round: what is not recognised as harmless is shown to a person. Words about visits, papers or the
weather clear the clause in which they stand and no other ("I have the form, but the voice cracks"),
and a long sentence only if they are a good part of it.
"""

from collections.abc import Iterator, Sequence
from functools import cache
from itertools import groupby
from typing import Final

from recruit.referrals.safety.clauses import SELF, Clause, clauses
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


@cache
def _harmless() -> Phrasebook:
    return Phrasebook(read_phrases([TABLES / "harmless.txt"]))


def told(words: Sequence[str], explained: frozenset[int]) -> Iterator[tuple[int, int]]:
    """Parts of `words`, as [first, end), that tell what is not known to be harmless.

    `explained` words are part of a sign or of a figure of speech: they were judged already.
    """
    known = {
        place for first, end, _ in _harmless().found(words) for place in range(first, end)
    } | explained
    for _, sentence in groupby(clauses(words), key=lambda clause: clause.sentence):
        telling = _telling(words, list(sentence))
        runs = list(_runs(words, telling, known))
        yield from runs
        if telling and not runs and _mostly_unknown(words, telling, known):
            yield telling[0].start, telling[-1].end


def _telling(words: Sequence[str], sentence: Sequence[Clause]) -> Sequence[Clause]:
    """The clauses of a sentence that ask nothing: "The box gave me a jolt, is that usual?"."""
    first, end = sentence[0].start, sentence[-1].end
    said = [word for word in words[first:end] if word not in MARKS]
    if not said or said[0] in _ASKING:
        return []
    if "?" in words[first:end]:
        return sentence[:1] if len(sentence) > 1 and SELF & set(said) else []
    return sentence


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


def _mostly_unknown(words: Sequence[str], sentence: Sequence[Clause], known: set[int]) -> bool:
    said = _said(words, sentence[0].start, sentence[-1].end)
    unknown = [place for place in said if place not in known]
    return len(unknown) >= _LONG and len(unknown) > (1 - _GOOD_PART) * len(said)


def _said(words: Sequence[str], first: int, end: int) -> list[int]:
    return [place for place in range(first, end) if words[place] not in MARKS]


def vocabulary() -> tuple[frozenset[str], frozenset[str]]:
    """Whole words and beginnings of words that harmless sentences are known by."""
    return _harmless().vocabulary()
