"""The index of some people from their profiles."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from recruit.criteria.nodes import Detail
from recruit.matching.index import (
    ABSENT,
    DOUBTED,
    ENDING,
    LASTING,
    NEVER,
    NO,
    PAST,
    SHELVES,
    UNKNOWN,
    YES,
    Coded,
    Flags,
    Grades,
    Index,
    Numbers,
    Rows,
    Span,
    Things,
    Truths,
    Values,
    listed,
    shelf_width,
)
from recruit.matching.outcome import Hierarchy
from recruit.matching.sets import once
from recruit.people.facts import ClinicalFact, Fact, MeasureFact, OrdinalFact, Profile, StateFact
from recruit.people.places import area
from recruit.terminology.concepts import Kind

Number = TypeVar("Number", bound=np.generic)
PLAIN: Final = Detail()  # nothing is told
OTHER_STATUSES: Final = {"past": PAST, "absent": ABSENT, "unknown": DOUBTED}


def build(profiles: Sequence[Profile], hierarchy: Hierarchy) -> Index:
    """The index of `profiles`, whose facts are resolved."""
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
        things=_things(profiles, hierarchy),
        values=_values(profiles),
        grades=_grades(profiles),
        states=_states(profiles),
        seeking=_seeking(profiles, hierarchy),
    )


def _numbers(values: Sequence[float | None]) -> Numbers:
    return np.array([np.nan if value is None else value for value in values], np.float64)


def _flags(sets: Sequence[frozenset[str]]) -> dict[str, Flags]:
    flags: dict[str, Flags] = {}
    for number, members in enumerate(sets):
        for member in members:
            flags.setdefault(str(member), np.zeros(len(sets), np.bool_))[number] = True
    return flags


def _seeking(profiles: Sequence[Profile], hierarchy: Hierarchy) -> dict[str, Rows]:
    named: defaultdict[str, list[int]] = defaultdict(list)
    for number, profile in enumerate(profiles):
        for concept in profile.seeking:
            named[concept].append(number)
    expanded: defaultdict[str, list[Rows]] = defaultdict(list)
    for concept, rows in named.items():
        for ancestor in hierarchy.ancestors(concept):
            expanded[ancestor].append(np.array(rows, np.int32))
    return _merged(expanded)


def _merged(parts: Mapping[str, Sequence[Rows]]) -> dict[str, Rows]:
    """Each list of rows ascending, each row once."""
    return {name: once(np.sort(np.concatenate(rows))) for name, rows in parts.items()}


def _things(profiles: Sequence[Profile], hierarchy: Hierarchy) -> Things:
    rows = [
        (number, fact)
        for number, profile in enumerate(profiles)
        for fact in profile.facts
        if isinstance(fact, ClinicalFact)
    ]
    facts = [fact for _, fact in rows]
    person = np.array([number for number, _ in rows], np.int32)
    width = shelf_width(len(profiles))
    place = _places(person, width)
    beyond = person[place >= SHELVES * width]
    size = SHELVES * width + len(beyond)
    known = {fact.detail for fact in facts if fact.detail is not None} - {PLAIN}
    details = {detail: number for number, detail in enumerate((PLAIN, *known))}
    own, supporting = _lists(facts, place, hierarchy)
    return Things(
        width=width,
        beyond=beyond,
        began=_shelved_span(Span.of([fact.began for fact in facts]), place, size),
        ended=_shelved_span(_ends(facts), place, size),
        detail=_shelved(
            np.array([details[f.detail] if f.detail else 0 for f in facts], np.int32), place, size
        ),
        details=tuple(details),
        contradicted=_shelved(_contradicted(rows, hierarchy), place, size),
        own=own,
        supporting=supporting,
    )


def _places(person: Rows, width: int) -> Rows:
    """The row of each fact (see `Things`); `person` ascends."""
    first = np.searchsorted(person, person)
    shelf = np.arange(len(person)) - first
    place = shelf * width + person
    beyond = shelf >= SHELVES
    place[beyond] = SHELVES * width + np.arange(np.count_nonzero(beyond))
    return place.astype(np.int32)


def _shelved(column: NDArray[Number], place: Rows, size: int) -> NDArray[Number]:
    shelves = np.zeros(size, column.dtype)
    shelves[place] = column
    return shelves


def _shelved_span(days: Span, place: Rows, size: int) -> Span:
    return Span(_shelved(days.earliest, place, size), _shelved(days.latest, place, size))


def _lists(
    facts: Sequence[ClinicalFact], place: Rows, hierarchy: Hierarchy
) -> tuple[dict[str, Rows], dict[str, Rows]]:
    """The rows that name each concept, and those that name it or a descendant."""
    named: defaultdict[tuple[Kind, int, bool, str], list[int]] = defaultdict(list)
    for number, fact in enumerate(facts):
        status, told = _status(fact), _is_told(fact)
        for concept in fact.concepts:
            named[fact.kind, status, told, concept].append(number)
    own: dict[str, Rows] = {}
    supporting: defaultdict[str, list[Rows]] = defaultdict(list)
    for (kind, status, told, concept), those in named.items():
        rows = once(np.sort(place[those]))
        own[listed(kind, status, concept, told=told)] = rows
        if status != ABSENT:
            for ancestor in hierarchy.ancestors(concept):
                supporting[listed(kind, status, ancestor, told=told)].append(rows)
    return own, _merged(supporting)


def _is_told(fact: ClinicalFact) -> bool:
    """Whether it has a day or a detail, and one that may matter."""
    if fact.status in {"absent", "unknown"}:
        return False
    return bool(fact.began or fact.ended or (fact.detail and fact.detail != PLAIN))


def _status(fact: ClinicalFact) -> int:
    if fact.status == "present":
        return LASTING if fact.ended is None else ENDING
    return OTHER_STATUSES[fact.status]


def _ends(facts: Sequence[ClinicalFact]) -> Span:
    """The last days. Where nobody recorded one, it is not before the beginning."""
    recorded = Span.of([fact.ended for fact in facts])
    began = Span.of([fact.began for fact in facts])
    earliest = np.where(recorded.earliest == NEVER, began.earliest, recorded.earliest)
    return Span(earliest, recorded.latest)


def _contradicted(rows: Sequence[tuple[int, ClinicalFact]], hierarchy: Hierarchy) -> Flags:
    absent: defaultdict[tuple[int, Kind], set[str]] = defaultdict(set)
    for person, fact in rows:
        if fact.status == "absent":
            absent[person, fact.kind].update(fact.concepts)
    return np.array(
        [
            fact.status == "present"
            and (person, fact.kind) in absent
            and any(
                not hierarchy.ancestors(concept).isdisjoint(absent[person, fact.kind])
                for concept in fact.concepts
            )
            for person, fact in rows
        ],
        np.bool_,
    )


def _latest(facts: Sequence[Fact]) -> dict[str, list[MeasureFact | OrdinalFact]]:
    """Per variable, the facts of the newest day; what has no day is oldest."""
    newest: dict[str, list[MeasureFact | OrdinalFact]] = {}
    for fact in facts:
        if not isinstance(fact, MeasureFact | OrdinalFact):
            continue
        rivals = newest.setdefault(fact.variable, [])
        if rivals and _day(fact) > _day(rivals[0]):
            rivals.clear()
        if not rivals or _day(fact) == _day(rivals[0]):
            rivals.append(fact)
    return newest


def _day(fact: MeasureFact | OrdinalFact) -> date:
    return fact.taken.latest if fact.taken else date.min


def _values(profiles: Sequence[Profile]) -> dict[str, Values]:
    found: defaultdict[str, list[tuple[int, MeasureFact]]] = defaultdict(list)
    for number, profile in enumerate(profiles):
        measured = [fact for fact in profile.facts if isinstance(fact, MeasureFact)]
        for variable, facts in _latest(measured).items():
            found[variable] += [(number, f) for f in facts if isinstance(f, MeasureFact)]
    return {
        variable: Values(
            person=np.array([number for number, _ in rows], np.int32),
            value=np.array([fact.value for _, fact in rows], np.float64),
            taken=Span.of([fact.taken for _, fact in rows]),
            uln=_numbers([fact.uln for _, fact in rows]),
            lln=_numbers([fact.lln for _, fact in rows]),
        )
        for variable, rows in found.items()
    }


def _grades(profiles: Sequence[Profile]) -> dict[str, Grades]:
    found: defaultdict[str, list[tuple[int, str]]] = defaultdict(list)
    for number, profile in enumerate(profiles):
        graded = [fact for fact in profile.facts if isinstance(fact, OrdinalFact)]
        for variable, facts in _latest(graded).items():
            found[variable] += [(number, f.value) for f in facts if isinstance(f, OrdinalFact)]
    return {
        variable: Grades(
            person=np.array([number for number, _ in rows], np.int32),
            grade=Coded.of([label for _, label in rows]),
        )
        for variable, rows in found.items()
    }


def _states(profiles: Sequence[Profile]) -> dict[str, tuple[Rows, Truths]]:
    """What is said of each state; UNKNOWN where the person is unsure and nothing else is said."""
    found: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
    for number, profile in enumerate(profiles):
        facts = [fact for fact in profile.facts if isinstance(fact, StateFact)]
        known = {fact.state for fact in facts if fact.status != "unknown"}
        for fact in facts:
            if fact.status != "unknown":
                found[fact.state].append((number, YES if fact.status == "present" else NO))
            elif fact.state not in known:
                found[fact.state].append((number, UNKNOWN))
    return {
        state: (
            np.array([number for number, _ in said], np.int32),
            np.array([truth for _, truth in said], np.int8),
        )
        for state, said in found.items()
    }
