"""Sets of facts: those that lists of the index name, whose they are, and which are as one asks."""

from collections.abc import Iterable, Mapping
from functools import partial
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from recruit.matching import sets
from recruit.matching.holders import Facts
from recruit.matching.index import SHELVES, WORD, Index, Rows
from recruit.matching.keeping import Kept
from recruit.matching.sets import NOBODY, Few, Many, People, Words


class Shelves:
    """The clinical facts of an index as sets, like those of people (see `Things`)."""

    def __init__(self, index: Index, kept: Kept) -> None:
        self.things = index.things
        self.size = index.things.size
        self._people = index.size
        self._kept = kept
        self._beyond_from = SHELVES * index.things.width // WORD  # in words

    def handy(self, facts: Facts) -> Facts:
        """The same facts, as bits if they are many."""
        if sets.is_few(sets.count(facts), self.size):
            return facts
        return Many(sets.words_in(facts, self.size))

    def own(self, names: Iterable[str]) -> Facts:
        """The facts that the lists with these `names` have of their own."""
        return self._listed("own", self.things.own, names)

    def owners(self, names: Iterable[str]) -> People:
        """Whose those are: kept for each list, as what is said not to be rules out all below it."""
        return sets.union(
            [
                self._kept.get(("owners", name), partial(self._owners, name))
                for name in names
                if name in self.things.own
            ],
            self._people,
        )

    def _owners(self, name: str) -> People:
        return self.whose(self.own((name,)))

    def supporting(self, names: Iterable[str]) -> Facts:
        """The facts in any of the lists of what supports."""
        return self._listed("supporting", self.things.supporting, names)

    def _listed(self, which: str, lists: Mapping[str, Rows], names: Iterable[str]) -> Facts:
        found: list[Facts] = []
        for name in names:
            if name not in lists:
                continue
            rows = lists[name]
            if sets.is_few(len(rows), self.size):
                found.append(Few(rows))
            else:
                found.append(self._kept.get((which, name), partial(self._many, rows)))
        return sets.union(found, self.size)

    def _many(self, rows: Rows) -> Many:
        return Many(sets.words_of(rows, self.size))

    def whose(self, facts: Facts) -> People:
        """The people of some facts."""
        match facts:
            case Few(rows) if sets.is_few(len(rows), self._people):
                return Few(sets.once(sets.merged(self.things.whose(rows)))) if len(rows) else NOBODY
            case Few(rows):
                return self._whose_many(rows)
            case Many(words):
                people = np.bitwise_or.reduce(self._shelved(words), axis=0)
                return self._and_beyond(people, sets.rows_at(words[self._beyond_from :]))

    def left(self, people: People, facts: Facts, left_out: Facts) -> People:
        """Whose some facts are still without those `left_out`; `people` are whose all are."""
        match facts, left_out:
            case Many(), Few():
                losing = self.whose(sets.intersection([facts, left_out]))
                if isinstance(losing, Few):
                    theirs = sets.intersection([facts, self._everything_of(losing.rows)])
                    keeping = self.whose(sets.without(theirs, left_out))
                    return sets.without(people, sets.without(losing, keeping))
            case Many(words), Many(others):
                # Shelf by shelf: what is left as facts is not needed, and is eight times as large.
                remaining = sets.blank(self._people)
                for own, out in zip(self._shelved(words), self._shelved(others), strict=True):
                    remaining |= own & ~out
                last = slice(self._beyond_from, None)
                return self._and_beyond(remaining, sets.rows_at(words[last] & ~others[last]))
        return self.whose(sets.without(facts, left_out))

    def _whose_many(self, rows: Rows) -> People:
        """The people of rows, which ascend, shelf by shelf, as nobody is twice on one."""
        width = self.things.width
        ends = np.searchsorted(rows, np.arange(SHELVES + 1) * width).tolist()
        people = sets.blank(self._people)
        for shelf, (begin, end) in enumerate(pairwise(ends)):
            if begin < end:
                people |= sets.words_of(rows[begin:end] - np.int32(shelf * width), self._people)
        return self._and_beyond(people, rows[ends[-1] :] - np.int32(SHELVES * width))

    def _and_beyond(self, people: Words, beyond: Rows) -> People:
        """Those, and whose the facts beyond the shelves are that have these places there."""
        if len(beyond):
            sets.raise_(people, sets.once(sets.merged(self.things.beyond[beyond])))
        return sets.lean(Many(people), self._people)

    def _shelved(self, words: Words) -> NDArray[np.uint64]:
        """A row of bits for each shelf."""
        return words[: self._beyond_from].reshape(SHELVES, -1)

    def _everything_of(self, people: Rows) -> Few:
        """Every row of some people, whether a fact stands there or not."""
        width = self.things.width
        shelved = np.add.outer(np.arange(SHELVES, dtype=np.int32) * np.int32(width), people)
        further = np.flatnonzero(sets.is_among(self.things.beyond, people)) + SHELVES * width
        return Few(np.concatenate([shelved.ravel(), further.astype(np.int32)]))
