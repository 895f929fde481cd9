"""Names that came by already, in eight bytes each however many there are."""

from hashlib import blake2b
from typing import Final

import numpy as np

FRESH: Final = 50_000  # kept in a plain set before they go into the sorted array


class Seen:
    """Remembers names by a digest of 64 bits.

    Among a million names two are alike with a chance of 3 in 10^8; the later one is then refused
    and named.
    """

    def __init__(self) -> None:
        self._old = np.empty(0, dtype=np.uint64)
        self._fresh: set[int] = set()

    def again(self, name: str) -> bool:
        """Whether the name came by before; from now on it has."""
        found = blake2b(name.encode("utf-8", "surrogatepass"), digest_size=8).digest()
        mark = int.from_bytes(found, "big")
        if mark in self._fresh or self._is_old(mark):
            return True
        self._fresh.add(mark)
        if len(self._fresh) >= FRESH:
            fresh = np.fromiter(self._fresh, dtype=np.uint64, count=len(self._fresh))
            self._old = np.union1d(self._old, fresh)
            self._fresh.clear()
        return False

    def _is_old(self, mark: int) -> bool:
        sought = np.uint64(mark)
        place = int(np.searchsorted(self._old, sought))
        return place < len(self._old) and bool(self._old[place] == sought)
