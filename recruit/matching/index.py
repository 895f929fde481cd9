"""People's facts as columns: built once (building.py), then leaves are answered for everybody.

One row of `Things` is one clinical fact. Days are integers (proleptic ordinals); a day that is not
known spans all of time, so that comparisons come out three-valued by themselves. Which rows support
or cover a concept is looked up in inverted lists, ancestors expanded when the index is built: a
list for each kind and status, as those decide most. Rows and days take 32 bits each: a million
people are some hundred megabytes.

Clinical facts stand on shelves: the first of everybody, then the second of everybody, and so on.
Whose a set of facts is, is then the "or" of its shelves, each a bit for everybody.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
import numpy.typing as npt

from recruit.core.dates import PartialDate
from recruit.criteria.nodes import Detail
from recruit.criteria.truth import Truth
from recruit.terminology.concepts import Kind

Rows = npt.NDArray[np.int32]
Days = npt.NDArray[np.int32]
Codes = npt.NDArray[np.int32]
Flags = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.float64]
# One truth per person or row: "and" is the minimum, "or" the maximum.
Truths = npt.NDArray[np.int8]

NO: Final = int(Truth.NO)
UNKNOWN: Final = int(Truth.UNKNOWN)
YES: Final = int(Truth.YES)

NO_ROWS: Final[Rows] = np.zeros(0, np.int32)
LASTING: Final = 0  # present, and no end is known
ENDING: Final = 1  # present, and has an end
PAST: Final = 2
ABSENT: Final = 3
DOUBTED: Final = 4
SHELVES: Final = 8  # most people have no more clinical facts
WORD: Final = 64  # shelves are as wide as whole words of bits
NEVER: Final = date.min.toordinal() - 1
ALWAYS: Final = date.max.toordinal() + 1


@dataclass(frozen=True, slots=True)
class Span:
    """Days known in part, a row each; not known is [NEVER, ALWAYS]."""

    earliest: Days
    latest: Days

    @classmethod
    def of(cls, days: Sequence[PartialDate | None]) -> "Span":
        """Columns of `days`."""
        return cls(
            np.array([d.earliest.toordinal() if d else NEVER for d in days], np.int32),
            np.array([d.latest.toordinal() if d else ALWAYS for d in days], np.int32),
        )


@dataclass(frozen=True, slots=True)
class Coded:
    """One of a few words for each row; `codes` numbers the distinct ones in `labels`."""

    codes: Codes
    labels: tuple[str, ...]

    @classmethod
    def of(cls, words: Sequence[str]) -> "Coded":
        """A column of `words`."""
        labels = {word: number for number, word in enumerate(dict.fromkeys(words))}
        return cls(np.array([labels[word] for word in words], np.int32), tuple(labels))


@dataclass(frozen=True, slots=True)
class Things:
    """Clinical facts, those too that the person is unsure of.

    Row s · `width` + p is fact number s of person p, for the first SHELVES facts of a person; then
    come the facts beyond those, of the people in `beyond`. Where a person has fewer, a row is in no
    list and its columns say nothing.

    `detail` numbers the details in `details`. `contradicted` marks what is present although the
    same person's record rules it out. `own` gives the rows that name a concept itself, `supporting`
    those that name it or a descendant of it, without those that say it is absent; both by `listed`.
    Rows ascend in each list.
    """

    width: int
    beyond: Rows
    began: Span
    ended: Span
    detail: Codes
    details: tuple[Detail, ...]
    contradicted: Flags
    own: Mapping[str, Rows]
    supporting: Mapping[str, Rows]

    @property
    def size(self) -> int:
        """How many rows there are."""
        return SHELVES * self.width + len(self.beyond)

    def whose(self, rows: Rows) -> Rows:
        """The person of each row."""
        shelved = SHELVES * self.width
        people = rows % np.int32(max(self.width, 1))
        further = rows >= shelved
        if further.any():
            people[further] = self.beyond[rows[further] - shelved]
        return people


def shelf_width(people: int) -> int:
    """How wide the shelves for so many people are."""
    return -(-people // WORD) * WORD


def listed(kind: Kind, status: int, concept: str, *, told: bool = False) -> str:
    """Under which name rows are listed; what is `told` has a day or a detail."""
    return f"{kind}/{status}{'+' if told else ''}/{concept}"


@dataclass(frozen=True, slots=True)
class Values:
    """The latest values of one variable, several of one person where a day has several."""

    person: Rows
    value: Numbers
    taken: Span
    uln: Numbers
    lln: Numbers


@dataclass(frozen=True, slots=True)
class Grades:
    """The latest grades on one scale, as the scale's own labels."""

    person: Rows
    grade: Coded


@dataclass(frozen=True, slots=True)
class Index:
    """Everything the embedded engine knows about its people, in the order they were given.

    `people` are their names; an index that was saved has none. Words that nobody said are "".
    """

    people: tuple[str, ...]
    born: Span
    sexes: Coded
    countries: Coded
    areas: Coded
    lat: Numbers
    lon: Numbers
    languages: Mapping[str, Flags]
    all_languages: Flags
    complete: Mapping[str, Flags]
    things: Things
    values: Mapping[str, Values]
    grades: Mapping[str, Grades]
    states: Mapping[str, tuple[Rows, Truths]]
    seeking: Mapping[str, Rows]

    @property
    def size(self) -> int:
        """How many people there are."""
        return len(self.all_languages)
