"""Those who are left of a posting, taken apart: by region, by distance, by age and sex.

The parts are the same whoever is left: which of them are shown tells nothing. Nobody is in two
parts of one table, so that a whole table costs what two answers do.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from functools import partial
from typing import Final

import numpy as np
from numpy.typing import NDArray
from sqlalchemy.orm import Session

from recruit.actions.population import Population
from recruit.actions.posting.feasibility import Asker, question
from recruit.core.clock import now
from recruit.core.dates import TimeUnit, before
from recruit.criteria.eligibility import Eligibility
from recruit.disclosure.counts import count_parts
from recruit.disclosure.question import Question
from recruit.disclosure.rule import Answer
from recruit.disclosure.sketch import Marks
from recruit.matching.index import Coded, Index, Rows
from recruit.people.places import NAMES

Parts = NDArray[np.int64]
FRANCE: Final = "FR"
ELSEWHERE: Final = "elsewhere"
NOT_KNOWN: Final = ""
AGES: Final = (18, 30, 45, 60, 75)  # each band begins at one and ends before the next
SEXES: Final = ("female", "male", NOT_KNOWN)
KILOMETRES: Final = (10, 25, 50, 100)


class Table(StrEnum):
    """How those who are left are taken apart."""

    REGION = "region"
    DISTANCE = "distance"
    AGE = "age"


@dataclass(frozen=True, slots=True)
class Part:
    """One part: its key (a region, a number of kilometres, "30 female") and about how many."""

    key: str
    people: Answer | None


@dataclass(frozen=True, slots=True)
class Breakdown:
    """One table, every part of it."""

    table: Table
    parts: tuple[Part, ...]

    @property
    def largest(self) -> Part | None:
        """The part that most people are in, as far as it is said."""
        known = [part for part in self.parts if part.people and part.people.about]
        return max(known, key=lambda part: part.people.about or 0, default=None)  # type: ignore[union-attr]  # known have people


def breakdowns(
    session: Session, population: Population, asked: Eligibility, left: Rows, asker: Asker
) -> tuple[Breakdown, ...]:
    """Every table about the people `left`; nobody is looked for where an answer stands."""
    taken: Mapping[Table, Callable[[], Parts]] = {
        Table.REGION: lambda: _regions(population.engine.index, asked, left),
        Table.DISTANCE: lambda: _distances(population, asked, left),
        Table.AGE: lambda: _ages(population.engine.index, population.engine.on, left),
    }

    def people(part: Callable[[], Parts]) -> tuple[Marks, Parts]:
        return population.marks[left], part()

    found = []
    for table, part in taken.items():
        keys = keys_of(table, asked)
        asking = [part_question(asked, table, key) for key in keys]
        questions = Question.of_parts(asking, partial(people, part))
        said = count_parts(session, asker=asker.name, questions=questions, at=now())
        found.append(Breakdown(table, tuple(map(Part, keys, said))))
    return tuple(found)


def part_question(asked: Eligibility, table: Table, key: str) -> str:
    """What is asked about one part."""
    return question(f"{table} {key}", asked)


def keys_of(table: Table, asked: Eligibility) -> list[str]:
    """The parts of a table, in their order; they follow from the trial alone."""
    match table:
        case Table.REGION:
            return _areas(asked)
        case Table.DISTANCE:
            return [*map(str, KILOMETRES), "more", NOT_KNOWN]
        case Table.AGE:
            bands = [*map(str, AGES), NOT_KNOWN]
            return [f"{band} {sex}".strip() for band in bands for sex in SEXES]


def _areas(asked: Eligibility) -> list[str]:
    """France's regions where the trial runs there, and the other countries that it runs in."""
    countries = sorted({place.country for place in asked.places if place.country})
    here = FRANCE in countries or not countries
    regions = [*sorted(NAMES, key=lambda code: NAMES[code]), FRANCE] if here else []
    return [*regions, *(code for code in countries if code != FRANCE), ELSEWHERE, NOT_KNOWN]


def _regions(index: Index, asked: Eligibility, left: Rows) -> Parts:
    keys = keys_of(Table.REGION, asked)
    return _numbered(index.areas, keys, keys.index(ELSEWHERE))[left]


def _numbered(column: Coded, keys: Sequence[str], other: int) -> Parts:
    number = {key: place for place, key in enumerate(keys)}
    table = np.array([number.get(label, other) for label in column.labels], np.int64)
    return table[column.codes] if len(table) else np.zeros(0, np.int64)


def _distances(population: Population, asked: Eligibility, left: Rows) -> Parts:
    keys = keys_of(Table.DISTANCE, asked)
    sites = tuple(replace(place, recruiting=True) for place in asked.places)
    km = population.engine.kilometres(sites, left)
    ring = np.searchsorted(KILOMETRES, km)  # exactly 10 km is within 10 km
    return np.where(np.isnan(km), len(keys) - 1, ring)


def _ages(index: Index, on: date, left: Rows) -> Parts:
    """Bands of age in completed years; whose birth date may lie in two is not known."""
    youngest, oldest = _band(index.born.latest[left], on), _band(index.born.earliest[left], on)
    unsure = (youngest != oldest) | (youngest < 0)
    band = np.where(unsure, len(AGES), youngest)
    sex = _numbered(index.sexes, SEXES, SEXES.index(NOT_KNOWN))[left]
    part: Parts = band * len(SEXES) + sex
    return part


def _band(born: NDArray[np.int32], on: date) -> Parts:
    """The number of the band for each day of birth, -1 below the first."""
    limits = [before(on, age, TimeUnit.YEAR).toordinal() for age in AGES]
    reached = [(born <= limit).astype(np.int64) for limit in limits]
    band: Parts = np.sum(reached, axis=0) - 1
    return band
