"""Inverted lists: the rows that go by each name, one list after another in one array."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from recruit.matching.index import NO_ROWS, Codes, Rows

Begins = NDArray[np.int64]
LOW: Final = np.int64(0xFFFF_FFFF)


class Lists(Mapping[str, Rows]):
    """Rows by name, each list ascending; `begins` has one more entry than there are names."""

    def __init__(self, names: Sequence[str], begins: Begins, rows: Rows) -> None:
        self.begins = begins
        self.rows = rows
        self._places = dict(zip(names, pairwise(begins.tolist()), strict=True))

    def __getitem__(self, name: str) -> Rows:
        begin, end = self._places[name]
        return self.rows[begin:end]

    def __contains__(self, name: object) -> bool:
        return name in self._places

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)


def as_lists(lists: Mapping[str, Rows]) -> Lists:
    """The same lists, one after another."""
    if isinstance(lists, Lists):
        return lists
    begins = np.cumsum([0, *map(len, lists.values())], dtype=np.int64)
    return Lists(list(lists), begins, np.concatenate([NO_ROWS, *lists.values()]))


def gathered(names: Sequence[str], codes: Codes, rows: Rows) -> Lists:
    """The lists of `rows`, each of which goes by the name that its code numbers, each once."""
    both = np.sort(codes.astype(np.int64) << 32 | rows)
    if len(both):
        both = both[np.concatenate([[True], both[1:] != both[:-1]])]
    begins = np.searchsorted(both, np.arange(len(names) + 1, dtype=np.int64) << 32)
    return Lists(names, begins, (both & LOW).astype(np.int32))


def widened(lists: Lists, names: Sequence[str], among: Sequence[Sequence[int]]) -> Lists:
    """Lists by other `names`: list number n goes into each that `among[n]` numbers."""
    targets = np.array([code for some in among for code in some], np.int32)
    sources = np.repeat(np.arange(len(lists)), [len(some) for some in among])
    lengths = np.diff(lists.begins)[sources]
    # Where each row of each widened list stands in `lists`.
    ends = np.cumsum(lengths)
    places = np.arange(ends[-1] if len(ends) else 0) + np.repeat(
        lists.begins[:-1][sources] - (ends - lengths), lengths
    )
    rows = lists.rows[places] if len(places) else NO_ROWS
    return gathered(names, np.repeat(targets, lengths), rows)
