"""Sentences that tell something in words that no table knows.

"The box on my belt gave me a jolt": nobody can list all that may happen to people. So the other way
round: what is not recognised as harmless is shown to a person. A question tells nothing, nor does a
sentence whose signs were all taken back, nor one about visits, papers or the weather.
"""

from collections.abc import Iterator, Sequence
from functools import cache
from itertools import groupby
from typing import Final

from recruit.referrals.safety.clauses import SELF, Clause, clauses
from recruit.referrals.safety.phrases import Phrasebook, read_phrases
from recruit.referrals.safety.stream import MARKS, TABLES, word_set

_SHORTEST: Final = 4  # words
_ASKING: Final = word_set(
    "can could do does is are what when where how which who why will would should may est quel"
    " quelle quels quelles combien comment quand ou pourquoi qui puis peut peux pouvez faut dois"
    " pourriez y please svp"
)


@cache
def _harmless() -> Phrasebook:
    return Phrasebook(read_phrases([TABLES / "harmless.txt"]))


def told(words: Sequence[str], explained: frozenset[int]) -> Iterator[tuple[int, int]]:
    """Sentences of `words`, as [first, end), that tell what is not known to be harmless.

    `explained` words are part of a sign or of a figure of speech: they were judged already.
    """
    known = {
        place for first, end, _ in _harmless().found(words) for place in range(first, end)
    } | explained
    for _, sentence in groupby(clauses(words), key=lambda clause: clause.sentence):
        whole = list(sentence)
        first, end = whole[0].start, whole[-1].end
        if _tells(words, whole) and known.isdisjoint(range(first, end)):
            yield first, end


def _tells(words: Sequence[str], sentence: Sequence[Clause]) -> bool:
    first, end = sentence[0].start, sentence[-1].end
    if "?" in words[first:end]:
        # "The box gave me a jolt, is that usual?": what comes before the question is told.
        if len(sentence) == 1 or not SELF & set(words[first : sentence[0].end]):
            return False
        end = sentence[0].end
    said = [word for word in words[first:end] if word not in MARKS]
    return len(said) >= _SHORTEST and said[0] not in _ASKING


def vocabulary() -> tuple[frozenset[str], frozenset[str]]:
    """Whole words and beginnings of words that harmless sentences are known by."""
    return _harmless().vocabulary()
