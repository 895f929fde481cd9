"""Who has a concept, by the rows that say so."""

from dataclasses import dataclass, field

import numpy as np

from recruit.matching import sets
from recruit.matching.index import NO_ROWS, Rows
from recruit.matching.sets import People


@dataclass(frozen=True, slots=True)
class Group:
    """The rows of one status that support a concept, and whose they are.

    Either all rows are `told` something of days or details, or none. `contradicted` are those of
    the rows that the rest of the record rules out. `gone` are among `all_rows`, but name what the
    leaf leaves out. What is `perhaps` is so broad that it may be what the leaf leaves out.
    """

    status: int
    told: bool
    all_rows: Rows
    people: People
    contradicted: Rows
    gone: Rows = field(default_factory=lambda: NO_ROWS)
    perhaps: bool = False

    @property
    def rows(self) -> Rows:
        """The rows that support."""
        if not len(self.gone):
            return self.all_rows
        there = np.ones(len(self.all_rows), np.bool_)
        there[np.searchsorted(self.all_rows, self.gone)] = False
        return self.all_rows[there]

    @property
    def nbytes(self) -> int:
        """How much memory it takes of its own: most rows are views of the index."""
        own = 0 if self.all_rows.base is not None else self.all_rows.nbytes
        shared = self.contradicted.nbytes + self.gone.nbytes + sets.nbytes(self.people)
        return shared if len(self.gone) else shared + own


@dataclass(frozen=True, slots=True)
class Holders:
    """All rows that support a concept.

    `open` is who says not to know, or has something so broad that it may be what is asked for;
    nobody where no list of the kind is complete.
    """

    groups: tuple[Group, ...]
    open: People

    @property
    def nbytes(self) -> int:
        """How much memory they take."""
        return sum(group.nbytes for group in self.groups) + sets.nbytes(self.open)
