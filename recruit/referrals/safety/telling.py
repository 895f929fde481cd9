"""What is told in words that no table knows.

"The box on my belt gave me a jolt": nobody can list all that may happen to people. So the other way
round: what is not recognised as harmless is shown to a person. Words about visits, papers or the
weather clear the clause in which they stand and no other ("I have the form, but the voice cracks"),
no clause that speaks of the body or says much else.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from typing import Final

from recruit.referrals.safety import values
from recruit.referrals.safety.clauses import SELF, Clause, clause_of, clauses
from recruit.referrals.safety.phrases import Phrasebook, read_phrases
from recruit.referrals.safety.stream import MARKS, TABLES, word_set

_SHORTEST: Final = 4  # words
_SHORTEST_OF_WEIGHT: Final = 2  # words, where one is of the body or they are all that is said
_LONG: Final = 8  # words besides the harmless ones that nothing harmless clears
_VERBS: Final = word_set(
    "can could do does did is are was were will would should may might have has must est sont peut"
    " peux pouvez puis dois doit pourriez pourrais faut avez etes serait sera"
)
_WORDS_OF_QUESTIONS: Final = word_set(
    "what when where how which who why quel quelle quels quelles combien comment quand ou pourquoi"
    " qui"
)
_SUBJECTS: Final = word_set(
    "i you we it he she they there the this that je j vous on il elle t ca my"
)


@cache
def _harmless() -> Phrasebook:
    return Phrasebook(read_phrases([TABLES / "harmless.txt"]))


@cache
def _bodily() -> Phrasebook:
    return Phrasebook(read_phrases([TABLES / "bodily.txt"]))


def told(
    words: Sequence[str], judged: frozenset[int], figures: Sequence[tuple[int, int]]
) -> Iterator[tuple[int, int]]:
    """Parts of `words`, as [first, end), that tell what is not known to be harmless.

    `judged` words are part of a sign, `figures` are figures of speech.
    """
    parts = clauses(words)
    known = _known(words, parts, judged, figures)
    for _, sentence in groupby(parts, key=lambda clause: clause.sentence):
        for clear, row in groupby(_telling(words, list(sentence)), key=known.clears):
            run = list(row)
            if not clear and known.tells(run):
                yield run[0].start, run[-1].end


@dataclass(frozen=True, slots=True)
class _Known:
    """The places of words of which something is known.

    `bodily` are the starts of clauses, `end` is that of the message.
    """

    marks: frozenset[int]
    judged: frozenset[int]
    figures: frozenset[int]
    harmless: frozenset[int]
    bodily: frozenset[int]
    end: int

    def clears(self, clause: Clause) -> bool:
        """Whether a clause was judged already, or is of harmless things and of not much else."""
        places = frozenset(range(clause.start, clause.end)) - self.marks
        if self.judged & places:
            return True
        if clause.start in self.bodily or not self.harmless & places:
            return False
        return len(places - self.harmless - self.figures) < _LONG

    def tells(self, run: Sequence[Clause]) -> bool:
        """Whether clauses in a row have words enough to tell something."""
        said = frozenset(range(run[0].start, run[-1].end)) - self.marks - self.figures
        alone = run[0].start == 0 and run[-1].end == self.end and not self.figures
        bodily = any(clause.start in self.bodily for clause in run)
        return len(said) >= (_SHORTEST_OF_WEIGHT if alone or bodily else _SHORTEST)


def _known(
    words: Sequence[str],
    parts: Sequence[Clause],
    judged: frozenset[int],
    figures: Sequence[tuple[int, int]],
) -> _Known:
    spoken = _places(figures)
    bodily = [(first, end) for first, end, _ in _bodily().found(words)]
    harmless = [(first, end) for first, end, _ in _harmless().found(words)]
    return _Known(
        marks=frozenset(place for place, word in enumerate(words) if word in MARKS),
        judged=judged,
        figures=spoken,
        harmless=_places([*harmless, *values.ordinary(words)]),
        bodily=frozenset(
            parts[clause_of(parts, first)].start
            for first, end in bodily
            if not spoken.issuperset(range(first, end))
        ),
        end=len(words),
    )


def _places(spans: Sequence[tuple[int, int]]) -> frozenset[int]:
    return frozenset(place for first, end in spans for place in range(first, end))


def _telling(words: Sequence[str], sentence: Sequence[Clause]) -> Sequence[Clause]:
    """The clauses of a sentence that ask nothing: "The box gave me a jolt, is that usual?"."""
    first, end = sentence[0].start, sentence[-1].end
    said = [word for word in words[first:end] if word not in MARKS]
    if "?" not in words[first:end]:
        return [] if _asks(said) else sentence
    opening = said[:1] and said[0] in _VERBS | _WORDS_OF_QUESTIONS
    return sentence[:1] if len(sentence) > 1 and not opening and SELF & set(said) else []


def _asks(said: Sequence[str]) -> bool:
    """Whether it is a question though its mark is missing: "can you", not "can not"."""
    first, second = [*said, "", ""][:2]
    if first in _VERBS:
        return second in _SUBJECTS
    return first in _WORDS_OF_QUESTIONS and second in _VERBS


def vocabulary() -> tuple[frozenset[str], frozenset[str]]:
    """Whole words and beginnings of words that harmless sentences are known by."""
    words, stems = _harmless().vocabulary()
    bodily_words, bodily_stems = _bodily().vocabulary()
    return words | bodily_words, stems | bodily_stems
