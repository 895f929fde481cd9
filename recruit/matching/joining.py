"""Several indexes written as one, column by column, so that none has to be in memory as a whole."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import astuple
from itertools import accumulate
from operator import attrgetter
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from recruit.core.arrays import Writer
from recruit.matching.index import (
    NO_ROWS,
    SHELVES,
    Coded,
    Flags,
    Index,
    Rows,
    Span,
    Things,
    shelf_width,
)
from recruit.matching.lists import Lists, as_lists

VALUES: Final = ("value", "uln", "lln")
ABOUT: Final = "about"


class Joint:
    """Writes several indexes as one, column by column."""

    def __init__(self, writer: Writer, parts: Sequence[Index]) -> None:
        self._writer = writer
        self._parts = parts
        self._people = list(accumulate((part.size for part in parts), initial=0))
        self._width = shelf_width(self._people[-1])
        beyond = (len(part.things.beyond) for part in parts)
        self._beyond = list(accumulate(beyond, initial=SHELVES * self._width))
        self._labels: dict[str, list[str]] = {}
        self._about: dict[str, Any] = {"labels": self._labels}

    def write(self) -> None:
        """Write all columns and lists, and what they are called."""
        self._span("born", lambda part: part.born)
        self._coded("sexes", lambda part: part.sexes)
        self._coded("countries", lambda part: part.countries)
        self._coded("areas", lambda part: part.areas)
        self._column("lat", np.float64, lambda part: part.lat)
        self._column("lon", np.float64, lambda part: part.lon)
        self._flags("languages", lambda part: part.languages)
        self._column("all_languages", np.bool_, lambda part: part.all_languages)
        self._flags("complete", lambda part: part.complete)
        self._write_things()
        self._write_values()
        self._write_grades()
        self._write_states()
        self._lists(
            "seeking",
            [as_lists(part.seeking) for part in self._parts],
            lambda place, rows: rows + np.int32(self._people[place]),
        )
        self._writer.add_json(ABOUT, self._about)

    def _write_things(self) -> None:
        self._about["width"] = self._width
        self._column("things/beyond", np.int32, self._whose(lambda part: part.things.beyond))
        self._shelved("things/contradicted", np.bool_, lambda things: things.contradicted)
        for name in ("began", "ended"):
            for end in ("earliest", "latest"):
                self._shelved(f"things/{name}/{end}", np.int32, attrgetter(f"{name}.{end}"))
        details = {detail: None for part in self._parts for detail in part.things.details}
        number = {detail: place for place, detail in enumerate(details)}
        self._about["details"] = [astuple(detail) for detail in details]
        self._shelved(
            "things/detail",
            np.int32,
            lambda things: _renumbered(things.detail, [number[d] for d in things.details]),
        )
        own = [as_lists(part.things.own) for part in self._parts]
        self._lists("own", own, self._moved)
        supporting = [as_lists(part.things.supporting) for part in self._parts]
        self._lists("supporting", supporting, self._moved)

    def _shelved(
        self, name: str, kind: type[np.generic], of: Callable[[Things], NDArray[Any]]
    ) -> None:
        """A column of facts: each shelf of all parts, then what is beyond the shelves."""
        columns = [of(part.things) for part in self._parts]
        sizes = [(part.size, part.things.width) for part in self._parts]
        padding = np.zeros(self._width - self._people[-1], kind)

        def pieces() -> Iterator[NDArray[Any]]:
            for shelf in range(SHELVES):
                for column, (size, width) in zip(columns, sizes, strict=True):
                    yield column[shelf * width : shelf * width + size]
                yield padding
            for column, (_, width) in zip(columns, sizes, strict=True):
                yield column[SHELVES * width :]

        self._writer.add(name, kind, pieces())

    def _moved(self, place: int, rows: Rows) -> Rows:
        """The rows of facts of the part at `place`, as they are numbered among all parts."""
        width = max(self._parts[place].things.width, 1)
        shelf = rows // width
        shelved = shelf * self._width + rows % width + self._people[place]
        beyond = rows - SHELVES * width + self._beyond[place]
        return np.where(shelf < SHELVES, shelved, beyond).astype(np.int32)

    def _write_values(self) -> None:
        for key in self._keys("values", lambda part: part.values):
            some = [(part.values[key], first) for part, first in self._with(key, "values")]
            self._rows(f"values/{key}/person", ((each.person, first) for each, first in some))
            for name in VALUES:
                self._writer.add(
                    f"values/{key}/{name}", np.float64, (getattr(each, name) for each, _ in some)
                )
            for end in ("earliest", "latest"):
                self._writer.add(
                    f"values/{key}/taken/{end}",
                    np.int32,
                    (getattr(each.taken, end) for each, _ in some),
                )

    def _write_grades(self) -> None:
        for key in self._keys("grades", lambda part: part.grades):
            some = [(part.grades[key], first) for part, first in self._with(key, "grades")]
            self._rows(f"grades/{key}/person", ((each.person, first) for each, first in some))
            self._words(f"grades/{key}/grade", [each.grade for each, _ in some])

    def _write_states(self) -> None:
        for key in self._keys("states", lambda part: part.states):
            some = [(part.states[key], first) for part, first in self._with(key, "states")]
            self._rows(f"states/{key}/person", ((each[0], first) for each, first in some))
            self._writer.add(f"states/{key}/said", np.int8, (each[1] for each, _ in some))

    def _column(
        self, name: str, kind: type[np.generic], of: Callable[[Index], NDArray[Any]]
    ) -> None:
        self._writer.add(name, kind, map(of, self._parts))

    def _span(self, name: str, of: Callable[[Index], Span]) -> None:
        self._column(f"{name}/earliest", np.int32, lambda part: of(part).earliest)
        self._column(f"{name}/latest", np.int32, lambda part: of(part).latest)

    def _coded(self, name: str, of: Callable[[Index], Coded]) -> None:
        self._words(name, [of(part) for part in self._parts])

    def _words(self, name: str, columns: Sequence[Coded]) -> None:
        """One column of words from several, whose words are numbered differently."""
        number: dict[str, int] = {}
        for column in columns:
            for label in column.labels:
                number.setdefault(label, len(number))
        self._labels[name] = list(number)
        self._writer.add(
            name,
            np.int32,
            (_renumbered(each.codes, [number[label] for label in each.labels]) for each in columns),
        )

    def _flags(self, name: str, of: Callable[[Index], Mapping[str, Flags]]) -> None:
        for key in self._keys(name, of):
            self._column(
                f"{name}/{key}",
                np.bool_,
                _flag_of(of, key),
            )

    def _lists(self, name: str, lists: Sequence[Lists], moved: Callable[[int, Rows], Rows]) -> None:
        """The lists of all parts that go by one name together, each ascending."""
        names = sorted({each for some in lists for each in some})
        self._about[name] = names
        known = [
            Lists(list(some), some.begins, moved(place, some.rows))
            for place, some in enumerate(lists)
        ]
        found = [[some[each] for some in known if each in some] for each in names]
        lengths = [sum(map(len, rows)) for rows in found]
        begins = np.array(list(accumulate(lengths, initial=0)), np.int64)
        self._writer.add(f"{name}/begins", np.int64, [begins])
        self._writer.add(f"{name}/rows", np.int32, map(_ascending, found))

    def _keys(self, name: str, of: Callable[[Index], Mapping[str, Any]]) -> list[str]:
        keys = sorted({str(key) for part in self._parts for key in of(part)})
        self._about[name] = keys
        return keys

    def _with(self, key: str, column: str) -> Iterator[tuple[Index, int]]:
        """The parts that know something of `key`, and the number of their first person."""
        for part, first in zip(self._parts, self._people, strict=False):
            if key in getattr(part, column):
                yield part, first

    def _whose(self, of: Callable[[Index], Rows]) -> Callable[[Index], Rows]:
        first = {id(part): first for part, first in zip(self._parts, self._people, strict=False)}
        return lambda part: of(part) + np.int32(first[id(part)])

    def _rows(self, name: str, found: Iterable[tuple[Rows, int]]) -> None:
        self._writer.add(name, np.int32, (rows + np.int32(first) for rows, first in found))


def _ascending(rows: Sequence[Rows]) -> Rows:
    return np.sort(np.concatenate(rows)) if len(rows) > 1 else rows[0]


def _flag_of(
    of: Callable[[Index], Mapping[str, Flags]], key: str
) -> Callable[[Index], NDArray[Any]]:
    return lambda part: of(part).get(key, np.zeros(part.size, np.bool_))


def _renumbered(codes: NDArray[np.int32], numbers: Sequence[int]) -> NDArray[np.int32]:
    return np.array(numbers, np.int32)[codes] if numbers else NO_ROWS
