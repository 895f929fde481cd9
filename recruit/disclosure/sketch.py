"""By how many people two sets differ, without keeping the sets.

An invertible Bloom lookup table (Goodrich and Mitzenmacher 2011, arXiv:1101.2245): each person goes
into one cell of each of four tables. Of the difference of two sketches the few people in which the
sets differ can be peeled off one by one; two kilobytes do for sets of any size.
"""

from dataclasses import dataclass
from hashlib import blake2b
from hmac import digest
from typing import Final, Self, TypeAlias

import numpy as np
from numpy.typing import NDArray

from recruit.core.keys import Secrets

TABLES: Final = 4
CELLS: Final = 32  # in each table; ten people then fail to be peeled once in 100,000 times
PURPOSE: Final = b"small counts"
_BITS: Final = 5  # that choose one of the cells
_MIX: Final = np.uint64(0x9E3779B97F4A7C15)  # an odd number without pattern: 2^64 / golden ratio

Marks: TypeAlias = NDArray[np.uint64]
"""People as random numbers of 64 bits, which only the key connects with their pseudonyms."""


def mark(pseudonym: str, key: bytes) -> int:
    """The number that stands for a person in sketches under `key` (16 to 64 bytes)."""
    return int.from_bytes(blake2b(pseudonym.encode(), key=key, digest_size=8).digest(), "little")


def marking_key(secrets: Secrets) -> bytes:
    """The key of marks, made from that of the erasures: the same people, the same marks."""
    return digest(secrets.erasures.encode(), PURPOSE, "sha256")


@dataclass(frozen=True, slots=True)
class Sketch:
    """What is kept of a set: per cell how many people, and the XOR of their marks and of checks.

    All three are arrays of shape (TABLES · CELLS,).
    """

    counts: NDArray[np.int64]
    marks: Marks
    checks: Marks

    @classmethod
    def of(cls, members: Marks) -> Self:
        """The sketch of a set, each of its members once."""
        counts, marks, checks = _nobody()
        proofs = _checks(members)
        for cells in _cells(members):
            counts += np.bincount(cells, minlength=TABLES * CELLS)
            np.bitwise_xor.at(marks, cells, members)
            np.bitwise_xor.at(checks, cells, proofs)
        return cls(counts, marks, checks)

    @classmethod
    def of_parts(cls, members: Marks, part: NDArray[np.integer], parts: int) -> list[Self]:
        """The sketches of several sets without a common member: `part` says whose set is which."""
        order = np.argsort(part, kind="stable")
        begins = np.searchsorted(part[order], np.arange(parts + 1))
        ordered = members[order]
        return [cls.of(ordered[begins[n] : begins[n + 1]]) for n in range(parts)]

    def with_others(self, others: Self) -> Self:
        """The sketch of a set and `others`, none of whom is in it."""
        return type(self)(
            self.counts + others.counts, self.marks ^ others.marks, self.checks ^ others.checks
        )

    def without(self, some: Self) -> Self:
        """The sketch of a set without `some` of its members."""
        return type(self)(
            self.counts - some.counts, self.marks ^ some.marks, self.checks ^ some.checks
        )

    @classmethod
    def read(cls, written: bytes) -> Self:
        """What `write` wrote."""
        counts, marks, checks = np.frombuffer(written, "<u8").reshape(3, TABLES * CELLS)
        return cls(counts.astype(np.int64), marks.astype(np.uint64), checks.astype(np.uint64))

    def write(self) -> bytes:
        """Three times 128 numbers of 64 bits, little-endian."""
        return b"".join(
            each.astype("<u8").tobytes() for each in (self.counts, self.marks, self.checks)
        )

    @property
    def size(self) -> int:
        """How many people the set has."""
        return int(self.counts[:CELLS].sum())

    def differs_by(self, other: Self, at_most: int) -> int | None:
        """In how many people the sets differ, or None when in more than `at_most`."""
        counts, marks = self.counts - other.counts, self.marks ^ other.marks
        checks = self.checks ^ other.checks
        if np.count_nonzero(checks) > TABLES * at_most:
            return None
        found = 0
        while found <= at_most:
            single = np.flatnonzero((np.abs(counts) == 1) & (_checks(marks) == checks))
            if single.size == 0:
                return None if checks.any() else found
            person, sign = marks[single[:1]], counts[single[0]]
            proof = _checks(person)[0]
            for cells in _cells(person):
                counts[cells[0]] -= sign
                marks[cells[0]] ^= person[0]
                checks[cells[0]] ^= proof
            found += 1
        return None


def _nobody() -> tuple[NDArray[np.int64], Marks, Marks]:
    return (
        np.zeros(TABLES * CELLS, np.int64),
        np.zeros(TABLES * CELLS, np.uint64),
        np.zeros(TABLES * CELLS, np.uint64),
    )


def _cells(members: Marks) -> list[NDArray[np.int64]]:
    """For each table the cell of each member: marks are random, so that their bits choose."""
    return [
        ((members >> np.uint64(_BITS * table)) & np.uint64(CELLS - 1)).astype(np.int64)
        + table * CELLS
        for table in range(TABLES)
    ]


def _checks(marks: Marks) -> Marks:
    """A second number from each mark: a cell of several people is not mistaken for one of one."""
    mixed = marks * _MIX
    return mixed ^ (mixed >> np.uint64(32))
