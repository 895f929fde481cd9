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
ONE: Final = np.uint8(1)
IN_BYTE: Final = np.uint8(7)


@dataclass(frozen=True, slots=True)
class Few:
    """People by their rows, ascending, each once."""

    rows: Rows

    @property
    def nbytes(self) -> int:
        """How much memory they take."""
        return self.rows.nbytes


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
        return self.yes.nbytes + self.no.nbytes


UNSAID: Final = Answer(NOBODY, NOBODY)


def of_rows(rows: Rows, size: int) -> People:
    """The people of `rows`, which ascend and may repeat, among `size`."""
    return of_ascending(once(rows), size)


def of_ascending(rows: Rows, size: int) -> People:
    """The people of `rows`, which ascend, each once, among `size`."""
    return Few(rows) if is_few(len(rows), size) else Many(words_of(rows, size))


def lean(people: People, size: int) -> People:
    """The same people, as a list if they are few."""
    if isinstance(people, Many) and is_few(count(people), size):
        return Few(rows_at(people.words))
    return people


def once(rows: Rows) -> Rows:
    """`rows`, which ascend, each once."""
    fresh = rows[1:] != rows[:-1]
    return rows if fresh.all() else np.concatenate([rows[:1], rows[1:].compress(fresh)])


def merged(rows: Rows) -> Rows:
    """`rows`, which ascend in some stretches, in one: the stable sort is one that merges those."""
    return np.sort(rows, kind="stable")


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
    """Bits for `rows`, in whatever order, each once."""
    words = blank(size)
    np.add.at(words.view(np.uint8), rows >> 3, _bits(rows))
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
    bits = [each.words for each in some if isinstance(each, Many)]
    lists = [each.rows for each in some if isinstance(each, Few)]
    # Lists are merged first: to put each into the bits by itself costs more calls than work.
    rows = once(merged(np.concatenate(lists))) if len(lists) > 1 else lists[0] if lists else NO_ROWS
    if not bits:
        return of_ascending(rows, size)
    words = bits[0] | bits[1] if len(bits) > 1 else bits[0].copy()
    for more in bits[2:]:
        np.bitwise_or(words, more, out=words)
    raise_(words, rows)
    return Many(words)


def intersection(sets: Sequence[People]) -> People:
    """Who is in all of `sets`, of which there is one at least."""
    lists = sorted((each.rows for each in sets if isinstance(each, Few)), key=len)
    if lists:
        rows = lists[0]
        for others in lists[1:]:
            rows = rows.compress(is_among(rows, others))
        for each in sets:
            if isinstance(each, Many):
                rows = rows.compress(_has(each.words, rows))
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
    """`people` who are not among `others`; the same set where nobody is."""
    if is_nobody(others):
        return people
    match people, others:
        case Few(rows), _:
            return Few(rows.compress(~among_ascending(others, rows)))
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


def among_ascending(people: People, rows: Rows) -> Flags:
    """The same of rows that ascend, each once, of which there may be far more than `people`."""
    if isinstance(people, Many) or len(people.rows) >= len(rows):
        return among(people, rows)
    flags = np.zeros(len(rows), np.bool_)
    flags[np.searchsorted(rows, people.rows.compress(is_among(people.rows, rows)))] = True
    return flags


def lean_within(people: People, words: Words) -> People:
    """`people`; where they are a list, those who are in `words`."""
    match people:
        case Few(rows):
            return Few(rows.compress(_has(words, rows)))
        case Many():
            return people


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
    octets = words.take(used).view(np.uint8)
    some = np.flatnonzero(octets != 0)
    found = np.flatnonzero(np.unpackbits(octets.take(some), bitorder="little").view(np.bool_))
    octet = some.take(found >> 3)
    rows: Rows = ((used.take(octet >> 3) << 6) + ((octet & 7) << 3) + (found & 7)).astype(np.int32)
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
            return int(np.bitwise_count(words).sum(dtype=np.int32))


def is_nobody(people: People) -> bool:
    """Whether it is a list of nobody; bits are not looked at."""
    return isinstance(people, Few) and not len(people.rows)


def holds_any(words: Words) -> bool:
    """Whether anybody is in a set; a look at its bytes ends at the first of them."""
    return bool(words.view(np.bool_).any())


def words_of_flags(flags: Flags) -> Words:
    """Bits for those whose flag is up."""
    octets = np.zeros((len(flags) + 63) // 64 * 8, np.uint8)
    packed = np.packbits(flags, bitorder="little")
    octets[: len(packed)] = packed
    return octets.view(np.uint64)


def raise_(words: Words, rows: Rows) -> None:
    """Put `rows`, each once, into `words`."""
    fresh = rows.compress(~_has(words, rows))
    # A bit that is not there yet may as well be added, which NumPy does five times as fast as "or".
    np.add.at(words.view(np.uint8), fresh >> 3, _bits(fresh))


def lower(words: Words, rows: Rows) -> None:
    """Take `rows`, each once, out of `words`."""
    there = rows.compress(_has(words, rows))
    np.subtract.at(words.view(np.uint8), there >> 3, _bits(there))


def _bits(rows: NDArray[np.integer]) -> Octets:
    """The bit of each row in its byte."""
    return ONE << (rows.astype(np.uint8) & IN_BYTE)


def _has(words: Words, rows: NDArray[np.integer]) -> Flags:
    octets = words.view(np.uint8).take(rows >> 3)
    found = octets >> (rows.astype(np.uint8) & IN_BYTE) & ONE
    return found.view(np.bool_)


def is_among(rows: NDArray[np.integer], others: Rows) -> Flags:
    """Which of `rows` are in `others`, which ascend."""
    if not len(others):
        return np.zeros(len(rows), np.bool_)
    places = np.searchsorted(others, rows)
    found: Flags = others[np.minimum(places, len(others) - 1)] == rows
    return found
