"""The index of some people from their profiles."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from recruit.core.garbage import undisturbed
from recruit.matching.index import (
    ALWAYS,
    NO,
    UNKNOWN,
    YES,
    Coded,
    Codes,
    Flags,
    Grades,
    Index,
    Numbers,
    Rows,
    Span,
    Truths,
    Values,
)
from recruit.matching.lists import Lists, gathered, widened
from recruit.matching.outcome import Hierarchy
from recruit.matching.shelving import shelve
from recruit.people.facts import ClinicalFact, Fact, MeasureFact, OrdinalFact, Profile, StateFact
from recruit.people.places import area

Told = TypeVar("Told", bound=Fact)
Dated = TypeVar("Dated", MeasureFact, OrdinalFact)
SAID: Final = {"present": YES, "past": NO, "absent": NO, "unknown": UNKNOWN}
OLDEST: Final = date.min.toordinal()


@dataclass(frozen=True, slots=True)
class Facts(Generic[Told]):
    """All facts of one type, and the row of the person of each; rows ascend."""

    person: Rows
    facts: Sequence[Told]

    def some(self, places: NDArray[np.int64]) -> "Facts[Told]":
        """Those at `places`."""
        return Facts(self.person[places], [self.facts[place] for place in places.tolist()])


@undisturbed()
def build(profiles: Sequence[Profile], hierarchy: Hierarchy) -> Index:
    """The index of `profiles`, whose facts are resolved."""
    things = _of_type(profiles, ClinicalFact)
    return Index(
        people=tuple(profile.person for profile in profiles),
        born=Span.of([profile.born for profile in profiles]),
        sexes=Coded.of([profile.sex or "" for profile in profiles]),
        countries=Coded.of([profile.home.country or "" for profile in profiles]),
        areas=Coded.of([area(profile.home) for profile in profiles]),
        lat=_numbers([profile.home.lat for profile in profiles]),
        lon=_numbers([profile.home.lon for profile in profiles]),
        languages=_flags([profile.languages for profile in profiles]),
        all_languages=np.array([profile.all_languages for profile in profiles], np.bool_),
        complete=_flags([profile.complete for profile in profiles]),
        things=shelve(things.facts, things.person, len(profiles), hierarchy),
        values={
            variable: Values(
                some.person,
                _numbers([fact.value for fact in some.facts]),
                Span.of([fact.taken for fact in some.facts]),
                _numbers([fact.uln for fact in some.facts]),
                _numbers([fact.lln for fact in some.facts]),
            )
            for variable, some in _latest(_of_type(profiles, MeasureFact))
        },
        grades={
            variable: Grades(some.person, Coded.of([fact.value for fact in some.facts]))
            for variable, some in _latest(_of_type(profiles, OrdinalFact))
        },
        states=_states(_of_type(profiles, StateFact)),
        seeking=_seeking(profiles, hierarchy),
    )


def _of_type(profiles: Sequence[Profile], wanted: type[Told]) -> Facts[Told]:
    person: list[int] = []
    facts: list[Told] = []
    for number, profile in enumerate(profiles):
        for fact in profile.facts:
            if isinstance(fact, wanted):
                person.append(number)
                facts.append(fact)
    return Facts(np.array(person, np.int32), facts)


def _numbers(values: Sequence[float | None]) -> Numbers:
    # NumPy makes NaN of None.
    return np.array(values, np.float64)


def _flags(sets: Sequence[frozenset[str]]) -> dict[str, Flags]:
    flags: dict[str, Flags] = {}
    for number, members in enumerate(sets):
        for member in members:
            flags.setdefault(str(member), np.zeros(len(sets), np.bool_))[number] = True
    return flags


def _seeking(profiles: Sequence[Profile], hierarchy: Hierarchy) -> Lists:
    named = Coded.of([concept for profile in profiles for concept in profile.seeking])
    person = np.repeat(np.arange(len(profiles)), [len(profile.seeking) for profile in profiles])
    own = gathered(named.labels, named.codes, person.astype(np.int32))
    broader: dict[str, int] = {}
    among = [
        [broader.setdefault(each, len(broader)) for each in hierarchy.ancestors(concept)]
        for concept in named.labels
    ]
    return widened(own, list(broader), among)


def _latest(told: Facts[Dated]) -> Iterator[tuple[str, Facts[Dated]]]:
    """Per variable, each person's facts of the newest day; what has no day is oldest."""
    variables = Coded.of([fact.variable for fact in told.facts])
    days = Span.of([fact.taken for fact in told.facts]).latest
    order, begins = _groups(variables.codes, told.person)
    newest = _highest(np.where(days == ALWAYS, OLDEST, days)[order], begins)
    yield from _by_label(variables, told, order[newest])


def _states(told: Facts[StateFact]) -> dict[str, tuple[Rows, Truths]]:
    """What is said of each state; UNKNOWN where the person is unsure and nothing else is said."""
    states = Coded.of([fact.state for fact in told.facts])
    known = np.array([fact.status != "unknown" for fact in told.facts], np.int8)
    order, begins = _groups(states.codes, told.person)
    surest = _highest(known[order], begins)
    return {
        state: (some.person, np.array([SAID[fact.status] for fact in some.facts], np.int8))
        for state, some in _by_label(states, told, order[surest])
    }


def _groups(codes: Codes, person: Rows) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Facts by code and person, in the order in which they were told; where each group begins."""
    both = codes.astype(np.int64) << 32 | person
    order = np.argsort(both, kind="stable")
    both = both[order]
    return order, np.flatnonzero(np.concatenate([[True], both[1:] != both[:-1]])[: len(both)])


def _highest(values: NDArray[np.integer], begins: NDArray[np.int64]) -> Flags:
    """Which values are the highest of their group."""
    if not len(values):
        return np.zeros(0, np.bool_)
    lengths = np.diff(np.append(begins, len(values)))
    highest: Flags = values == np.repeat(np.maximum.reduceat(values, begins), lengths)
    return highest


def _by_label(
    column: Coded, told: Facts[Told], places: NDArray[np.int64]
) -> Iterator[tuple[str, Facts[Told]]]:
    """The facts at `places`, which ascend by code, for each label."""
    begins = np.searchsorted(column.codes[places], np.arange(len(column.labels) + 1))
    for code, label in enumerate(column.labels):
        yield label, told.some(places[begins[code] : begins[code + 1]])
