"""The clauses of a message: whom each is about, and which cues stand in it."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from recruit.referrals.safety.stream import ENDS, word_set

TURNS: Final = word_set(
    "mais but however cependant pourtant sauf though although puis then except donc so because car"
    " parce ensuite sinon while whereas unfortunately malheureusement"
)
_AND: Final = frozenset({"et", "and", ",", "plus"})
SELF: Final = word_set("j je i moi me m my mon ma mes myself nous we us our nos notre")
_SUBJECTS: Final = SELF | word_set(
    "il elle on ca c he she it they ils elles there the la le les l depuis since hier yesterday"
    " maintenant now today aujourd this ce cette des vous you"
)
PRONOUNS: Final = word_set("il elle he she they ils elles lui him her his sa son ses")


@dataclass(slots=True)
class Clause:
    """Words [start, end) of a stream. `said` holds the sections of the cues that stand in it."""

    start: int
    end: int
    sentence: int
    comma: bool
    """It follows a comma, and no "but"."""
    said: set[str] = field(default_factory=set)

    def holds(self, place: int) -> bool:
        """Whether the word at `place` stands in it."""
        return self.start <= place < self.end


def clauses(words: Sequence[str]) -> list[Clause]:
    """The clauses of a text, in order: they end with a sentence, at "but" and at a new subject."""
    found = []
    start, sentence, comma = 0, 0, False
    for place, then_comma, ends in _breaks(words):
        if place > start:
            found.append(Clause(start, place, sentence, comma))
        start, comma = place, then_comma
        sentence += ends
    if start < len(words):
        found.append(Clause(start, len(words), sentence, comma))
    return found


def _breaks(words: Sequence[str]) -> Iterator[tuple[int, bool, bool]]:
    """Where clauses begin; whether after a comma; whether a sentence begins there too."""
    for place, word in enumerate(words):
        following = words[place + 1] if place + 1 < len(words) else ""
        if word in ENDS:
            yield place + 1, False, True
        elif word in TURNS:
            yield place, False, False
        elif word == ",":
            yield place + 1, True, False
        elif word in _AND and following in _SUBJECTS:
            yield place + 1, False, False
        elif word in {"j", "je", "i"} and place and words[place - 1] not in _CARRIED:
            # A telephone leaves the comma out: "can't come I have a fever".
            yield place, False, False


# Before "I" these carry the clause on: "when I", "que j'".
_CARRIED: Final = word_set(
    "que qu quand when if si as while since that where ou comme lorsque avant before after apres"
    " what how why who dont how ce et and , than the me had do did have am can should could was"
    " will would may must might"
)


def clause_of(found: Sequence[Clause], place: int) -> int:
    """The number of the clause in which the word at `place` stands."""
    return max(0, bisect_right([clause.start for clause in found], place) - 1)
