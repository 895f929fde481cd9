"""A sign that was found, and the words, clauses and cues around it."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from recruit.referrals.safety.clauses import Clause, clause_of
from recruit.referrals.safety.signs import Kind


@dataclass(frozen=True, slots=True)
class Candidate:
    """Words [first, last) of a stream that may be a sign.

    `lasting` is a lasting disease, `unknown` a sentence in words that no table knows.
    """

    first: int
    last: int
    kind: Kind
    concept: str | None = None
    lasting: bool = False
    unknown: bool = False


@dataclass(frozen=True, slots=True)
class Surroundings:
    """A whole message as its signs are judged in: words, clauses, cues and figures of speech."""

    words: Sequence[str]
    clauses: Sequence[Clause]
    cues: Sequence[tuple[int, int, str]]
    figures: Sequence[tuple[int, int]]
    candidates: Sequence[Candidate]
    _within: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        """Note which words are part of a sign."""
        for each in self.candidates:
            self._within.update(range(each.first, each.last))

    def in_sign(self, place: int) -> bool:
        """Whether the word at `place` is part of a sign."""
        return place in self._within

    def clause(self, place: int) -> Clause:
        """The clause of the word at `place`."""
        return self.clauses[clause_of(self.clauses, place)]

    def sentence(self, place: int) -> list[Clause]:
        """The clauses of the sentence of the word at `place`."""
        number = self.clause(place).sentence
        return [clause for clause in self.clauses if clause.sentence == number]

    def sentence_says(self, place: int, section: str) -> bool:
        """Whether a cue of `section` stands in the sentence of the word at `place`."""
        return any(section in clause.said for clause in self.sentence(place))

    def asks(self, place: int) -> bool:
        """Whether the sentence of the word at `place` ends with a question mark."""
        end = self.sentence(place)[-1].end
        return "?" in self.words[max(0, end - 2) : end + 1]
