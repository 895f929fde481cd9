"""Sets of an index's people, by row: a list of the few, or a bit for everybody.

A million people are 125 kB of bits, and "or" of two such sets takes some microseconds. Most sets
that matching meets are far smaller, and lists of them cost what they hold. Row r is bit r % 8 of
byte r // 8; bytes are handled eight at a time. No set has a bit beyond the last person.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from recruit.matching.index import NO_ROWS, Flags, Rows

Words = NDArray[np.uint64]
Octets = NDArray[np.uint8]
SPARSE: Final = 512  # a set of fewer than one in so many is a list
DENSE: Final = 48  # more than one row in so many is written faster as flags than bit by bit
BITS: Final[Octets] = (1 << np.arange(8)).astype(np.uint8)


@dataclass(frozen=True, slots=True)
class Few:
    """People by their rows, ascending, each once."""

    rows: Rows


@dataclass(frozen=True, slots=True)
class Many:
    """People by a bit each."""

    words: Words

    @property
    def nbytes(self) -> int:
        """How much memory they take."""
        return self.words.nbytes


People = Few | Many
NOBODY: Final = Few(NO_ROWS)


@dataclass(frozen=True, slots=True)
class Answer:
    """Of whom something is surely so, and of whom it surely is not; of the rest it is not known."""

    yes: People
    no: People

    @property
    def nbytes(self) -> int:
        """How much memory both sets take."""
        return nbytes(self.yes) + nbytes(self.no)


UNSAID: Final = Answer(NOBODY, NOBODY)


def of_rows(rows: Rows, size: int) -> People:
    """The people of `rows`, which ascend and may repeat, among `size`."""
    return Few(once(rows)) if is_few(len(rows), size) else Many(words_of(rows, size))


def lean(people: People, size: int) -> People:
    """The same people, as a list if they are few."""
    if isinstance(people, Many) and is_few(count(people), size):
        return Few(rows_at(people.words))
    return people


def once(rows: Rows) -> Rows:
    """`rows`, which ascend, each once."""
    fresh = rows[1:] != rows[:-1]
    return rows if fresh.all() else np.concatenate([rows[:1], rows[1:][fresh]])


def of_flags(flags: Flags) -> People:
    """Those whose flag is up."""
    size = len(flags)
    if is_few(int(np.count_nonzero(flags)), size):
        return Few(np.flatnonzero(flags).astype(np.int32))
    return Many(words_of_flags(flags))


def is_few(count: int, size: int) -> bool:
    """Whether so many among `size` are kept as a list."""
    return count * SPARSE <= size


def words_of(rows: Rows, size: int) -> Words:
    """Bits for `rows`, in whatever order."""
    if len(rows) * DENSE > size:
        flags = np.zeros(size, np.bool_)
        flags[rows] = True
        return words_of_flags(flags)
    words = blank(size)
    raise_(words, rows)
    return words


def blank(size: int) -> Words:
    """Bits for nobody."""
    return np.zeros((size + 63) // 64, np.uint64)


def add(words: Words, people: People) -> None:
    """Put `people` into `words`."""
    match people:
        case Few(rows):
            raise_(words, rows)
        case Many(more):
            np.bitwise_or(words, more, out=words)


def remove(words: Words, people: People) -> None:
    """Take `people` out of `words`."""
    match people:
        case Few(rows):
            lower(words, rows)
        case Many(some):
            np.bitwise_and(words, ~some, out=words)


def union(sets: Sequence[People], size: int) -> People:
    """Who is in any of `sets`."""
    some = [each for each in sets if not is_nobody(each)]
    if len(some) <= 1:
        return some[0] if some else NOBODY
    lists = [each.rows for each in some if isinstance(each, Few)]
    if len(lists) == len(some) and is_few(sum(map(len, lists)), size):
        return Few(once(np.sort(np.concatenate(lists))))
    words = blank(size)
    for each in some:
        add(words, each)
    return Many(words)


def intersection(sets: Sequence[People]) -> People:
    """Who is in all of `sets`, of which there is one at least."""
    lists = sorted((each.rows for each in sets if isinstance(each, Few)), key=len)
    if lists:
        rows = lists[0]
        for others in lists[1:]:
            rows = rows[is_among(rows, others)]
        for each in sets:
            if isinstance(each, Many):
                rows = rows[_has(each.words, rows)]
        return Few(rows)
    words = [each.words for each in sets if isinstance(each, Many)]
    if len(words) == 1:
        return Many(words[0])
    whole = words[0] & words[1]
    for other in words[2:]:
        np.bitwise_and(whole, other, out=whole)
    return Many(whole)


def at_least(count: int, sets: Sequence[People], size: int) -> People:
    """Who is in `count` of `sets` or more; there are so many."""
    if count == 1:
        return union(sets, size)
    if count == len(sets):
        return intersection(sets)
    # Words of those who are in one at least, in two at least, and so on.
    reached = [blank(size) for _ in range(count)]
    for each in sets:
        own = words_in(each, size)
        for place in range(count - 1, 0, -1):
            reached[place] |= reached[place - 1] & own
        reached[0] |= own
    return Many(reached[-1])


def without(people: People, others: People) -> People:
    """`people` who are not among `others`."""
    match people, others:
        case Few(rows), _:
            return Few(rows[~among(others, rows)])
        case Many(own), Many(words):
            return Many(own & ~words)
        case Many(own), Few(rows):
            left = own.copy()
            lower(left, rows)
            return Many(left)


def among(people: People, rows: NDArray[np.integer]) -> Flags:
    """Which of `rows` are in `people`."""
    match people:
        case Few(own):
            return is_among(rows, own)
        case Many(words):
            return _has(words, rows)


def flags_of(people: People, size: int) -> Flags:
    """A flag for each of `size` people."""
    match people:
        case Few(rows):
            flags = np.zeros(size, np.bool_)
            flags[rows] = True
            return flags
        case Many(words):
            return np.unpackbits(words.view(np.uint8), count=size, bitorder="little").view(np.bool_)


def rows_in(people: People) -> Rows:
    """The rows of `people`, ascending."""
    match people:
        case Few(rows):
            return rows
        case Many(words):
            return rows_at(words)


def first(words: Words, most: int) -> Rows:
    """The first `most` people of a set, or all where they are fewer."""
    so_far = np.bitwise_count(words).cumsum(dtype=np.int32)
    enough = int(np.searchsorted(so_far, most)) + 1
    return rows_at(words[:enough])[:most]


def rows_at(words: Words) -> Rows:
    """The rows of a set, ascending."""
    used = np.flatnonzero(words)
    bits = np.unpackbits(words[used].view(np.uint8), bitorder="little").view(np.bool_)
    found = np.flatnonzero(bits)
    rows: Rows = ((used[found >> 6] << 6) + (found & 63)).astype(np.int32)
    return rows


def words_in(people: People, size: int) -> Words:
    """A bit for everybody; nobody writes to it."""
    match people:
        case Few(rows):
            return words_of(rows, size)
        case Many(words):
            return words


def count(people: People) -> int:
    """How many they are."""
    match people:
        case Few(rows):
            return len(rows)
        case Many(words):
            return int(np.bitwise_count(words).sum(dtype=np.int64))


def is_nobody(people: People) -> bool:
    """Whether it is a list of nobody; bits are not looked at."""
    return isinstance(people, Few) and not len(people.rows)


def nbytes(people: People) -> int:
    """How much memory they take."""
    return people.rows.nbytes if isinstance(people, Few) else people.words.nbytes


def words_of_flags(flags: Flags) -> Words:
    """Bits for those whose flag is up."""
    octets = np.zeros((len(flags) + 63) // 64 * 8, np.uint8)
    packed = np.packbits(flags, bitorder="little")
    octets[: len(packed)] = packed
    return octets.view(np.uint64)


def raise_(words: Words, rows: Rows) -> None:
    """Put `rows` into `words`."""
    np.bitwise_or.at(words.view(np.uint8), rows >> 3, BITS[rows & 7])


def lower(words: Words, rows: Rows) -> None:
    """Take `rows` out of `words`."""
    np.bitwise_and.at(words.view(np.uint8), rows >> 3, ~BITS[rows & 7])


def _has(words: Words, rows: NDArray[np.integer]) -> Flags:
    found: Flags = (words.view(np.uint8)[rows >> 3] & BITS[rows & 7]) != 0
    return found


def is_among(rows: NDArray[np.integer], others: Rows) -> Flags:
    """Which of `rows` are in `others`, which ascend."""
    if not len(others):
        return np.zeros(len(rows), np.bool_)
    places = np.searchsorted(others, rows)
    found: Flags = others[np.minimum(places, len(others) - 1)] == rows
    return found
