"""Sets of facts: those that lists of the index name, whose they are, and which are as one asks."""

from collections.abc import Iterable, Mapping
from functools import partial

import numpy as np

from recruit.matching import sets
from recruit.matching.holders import Facts
from recruit.matching.index import SHELVES, Index, Rows
from recruit.matching.keeping import Kept
from recruit.matching.sets import Few, Many, People


class Shelves:
    """The clinical facts of an index as sets, like those of people (see `Things`)."""

    def __init__(self, index: Index, kept: Kept) -> None:
        self.things = index.things
        self.size = index.things.size
        self._people = index.size
        self._kept = kept

    def of(self, rows: Rows) -> Facts:
        """The facts of `rows`, which ascend, each once."""
        if sets.is_few(len(rows), self.size):
            return Few(rows)
        return Many(sets.words_of(rows, self.size))

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
            case Few(rows):
                if not len(rows):
                    return sets.NOBODY
                return sets.of_scattered(self.things.whose(rows), self._people)
            case Many(words):
                across = self.things.width // 64
                shelved = words[: SHELVES * across].reshape(SHELVES, across)
                people = np.bitwise_or.reduce(shelved, axis=0)
                beyond = sets.rows_at(words[SHELVES * across :])
                sets.raise_(people, sets.once(np.sort(self.things.beyond[beyond])))
                return sets.lean(Many(people), self._people)
