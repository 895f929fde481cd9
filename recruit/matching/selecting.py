"""The index of some of the people of an index: of whom nothing has changed, say.

Nothing of the others is left in it, neither their facts nor a word that only they said.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from recruit.matching.index import (
    SHELVES,
    Coded,
    Grades,
    Index,
    Rows,
    Span,
    Things,
    Values,
    shelf_width,
)
from recruit.matching.lists import Lists, as_lists

Number = TypeVar("Number", bound=np.generic)
GONE = np.int32(-1)


def selected(index: Index, rows: Rows) -> Index:
    """The people of `rows`, which ascend, each once; they have no names."""
    people = _Renumbering.of(rows, index.size)
    return Index(
        people=(),
        born=_span_at(index.born, rows),
        sexes=_words_at(index.sexes, rows),
        countries=_words_at(index.countries, rows),
        areas=_words_at(index.areas, rows),
        lat=index.lat[rows],
        lon=index.lon[rows],
        languages={key: flags[rows] for key, flags in index.languages.items() if flags[rows].any()},
        all_languages=index.all_languages[rows],
        complete={key: flags[rows] for key, flags in index.complete.items() if flags[rows].any()},
        things=_things(index.things, rows, people),
        values={
            key: Values(
                people.of_those(each.person[own]),
                each.value[own],
                _span_at(each.taken, own),
                each.uln[own],
                each.lln[own],
            )
            for key, each in index.values.items()
            if len(own := people.which(each.person))
        },
        grades={
            key: Grades(people.of_those(each.person[own]), _words_at(each.grade, own))
            for key, each in index.grades.items()
            if len(own := people.which(each.person))
        },
        states={
            key: (people.of_those(person[own]), said[own])
            for key, (person, said) in index.states.items()
            if len(own := people.which(person))
        },
        seeking=people.lists(index.seeking),
    )


@dataclass(frozen=True, slots=True)
class _Renumbering:
    """The new number of each row, GONE where it has none; those that have one keep their order."""

    numbers: Rows

    @classmethod
    def of(cls, rows: Rows, size: int) -> "_Renumbering":
        """Those of `rows`, among `size`, are numbered from 0."""
        numbers = np.full(size, GONE, np.int32)
        numbers[rows] = np.arange(len(rows), dtype=np.int32)
        return cls(numbers)

    def which(self, rows: Rows) -> NDArray[np.int64]:
        """At which places of `rows` those stand that are still there."""
        return np.flatnonzero(self.numbers[rows] != GONE)

    def of_those(self, rows: Rows) -> Rows:
        """Their new numbers."""
        return self.numbers[rows]

    def lists(self, lists: Mapping[str, Rows]) -> Lists:
        """The lists with new numbers, without those that are empty now."""
        whole = as_lists(lists)
        if not len(whole):
            return whole
        numbers = self.numbers[whole.rows]
        left = numbers != GONE
        lengths = np.add.reduceat(left, whole.begins[:-1], dtype=np.int64)
        names = [name for name, length in zip(whole, lengths.tolist(), strict=True) if length]
        begins = np.concatenate([[0], np.cumsum(lengths[lengths > 0])])
        return Lists(names, begins, numbers[left])


def _things(things: Things, rows: Rows, people: _Renumbering) -> Things:
    width = shelf_width(len(rows))
    beyond = people.which(things.beyond)
    numbers = np.full(things.size, GONE, np.int32)
    for shelf in range(SHELVES):
        first = shelf * width
        numbers[shelf * things.width + rows] = np.arange(first, first + len(rows), dtype=np.int32)
    further = SHELVES * width + np.arange(len(beyond), dtype=np.int32)
    numbers[SHELVES * things.width + beyond] = further
    moved = _Renumbering(numbers)

    def column(whole: NDArray[Number]) -> NDArray[Number]:
        shelves = np.zeros((SHELVES, width), whole.dtype)
        shelved = whole[: SHELVES * things.width].reshape(SHELVES, things.width)
        shelves[:, : len(rows)] = shelved[:, rows]
        return np.concatenate([shelves.ravel(), whole[SHELVES * things.width :][beyond]])

    used, detail = np.unique(np.append(0, column(things.detail)), return_inverse=True)
    return Things(
        width=width,
        beyond=people.of_those(things.beyond[beyond]),
        began=Span(column(things.began.earliest), column(things.began.latest)),
        ended=Span(column(things.ended.earliest), column(things.ended.latest)),
        detail=detail[1:].astype(np.int32),
        details=tuple(things.details[number] for number in used.tolist()),
        contradicted=column(things.contradicted),
        own=moved.lists(things.own),
        supporting=moved.lists(things.supporting),
    )


def _span_at(days: Span, places: NDArray[np.integer]) -> Span:
    return Span(days.earliest[places], days.latest[places])


def _words_at(words: Coded, places: NDArray[np.integer]) -> Coded:
    used, codes = np.unique(words.codes[places], return_inverse=True)
    return Coded(codes.astype(np.int32), tuple(words.labels[number] for number in used.tolist()))
