"""Clinical facts put on the shelves of an index (see `Things`), and the lists that find them."""

from collections import defaultdict
from collections.abc import Sequence
from itertools import chain
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
    PAST,
    SHELVES,
    Flags,
    Rows,
    Span,
    Things,
    listed,
    shelf_width,
)
from recruit.matching.lists import Lists, gathered, widened
from recruit.matching.outcome import Hierarchy
from recruit.people.facts import ClinicalFact
from recruit.terminology.concepts import Kind

Number = TypeVar("Number", bound=np.generic)
Heading = tuple[Kind, int, bool]  # kind, status, and whether it is told
PLAIN: Final = Detail()  # nothing is told
STATUSES: Final = {"present": LASTING, "past": PAST, "absent": ABSENT, "unknown": DOUBTED}


def shelve(
    facts: Sequence[ClinicalFact], person: Rows, people: int, hierarchy: Hierarchy
) -> Things:
    """The facts of so many people; `person`, which ascends, says whose each is."""
    width = shelf_width(people)
    place = _places(person, width)
    beyond = person[place >= SHELVES * width]
    size = SHELVES * width + len(beyond)
    began = Span.of([fact.began for fact in facts])
    details: dict[Detail | None, int] = {PLAIN: 0, None: 0}
    detail = [details.setdefault(fact.detail, len(details) - 1) for fact in facts]
    own, supporting = _lists(facts, place, hierarchy)
    return Things(
        width=width,
        beyond=beyond,
        began=_shelved_span(began, place, size),
        ended=_shelved_span(_ends(facts, began), place, size),
        detail=_shelved(np.array(detail, np.int32), place, size),
        details=tuple(each for each in details if each is not None),
        contradicted=_shelved(_contradicted(facts, person, hierarchy), place, size),
        own=own,
        supporting=supporting,
    )


def _places(person: Rows, width: int) -> Rows:
    """The row of each fact (see `Things`)."""
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


def _lists(facts: Sequence[ClinicalFact], place: Rows, hierarchy: Hierarchy) -> tuple[Lists, Lists]:
    """The rows that name each concept, and those that name it or a descendant."""
    named: dict[tuple[Heading, str], int] = {}
    codes = [
        named.setdefault((heading, concept), len(named))
        for fact, heading in zip(facts, map(_heading, facts), strict=True)
        for concept in fact.concepts
    ]
    rows = np.repeat(place, [len(fact.concepts) for fact in facts])
    own = gathered(_names(named), np.array(codes, np.int32), rows)
    broader: dict[tuple[Heading, str], int] = {}
    among = [
        [
            broader.setdefault((heading, ancestor), len(broader))
            for ancestor in (() if heading[1] == ABSENT else hierarchy.ancestors(concept))
        ]
        for heading, concept in named
    ]
    return own, widened(own, _names(broader), among)


def _names(lists: dict[tuple[Heading, str], int]) -> list[str]:
    return [listed(kind, status, name, told=told) for (kind, status, told), name in lists]


def _heading(fact: ClinicalFact) -> Heading:
    """What is told has a day or a detail, and one that may matter."""
    status = ENDING if fact.status == "present" and fact.ended else STATUSES[fact.status]
    told = status <= PAST and (fact.began or fact.ended or (fact.detail or PLAIN) != PLAIN)
    return fact.kind, status, bool(told)


def _ends(facts: Sequence[ClinicalFact], began: Span) -> Span:
    """The last days. Where nobody recorded one, it is not before the beginning."""
    recorded = Span.of([fact.ended for fact in facts])
    earliest = np.where(recorded.earliest == NEVER, began.earliest, recorded.earliest)
    return Span(earliest, recorded.latest)


def _contradicted(facts: Sequence[ClinicalFact], person: Rows, hierarchy: Hierarchy) -> Flags:
    """What is present although the same person's record rules it out."""
    flags = np.zeros(len(facts), np.bool_)
    denying = [number for number, fact in enumerate(facts) if fact.status == "absent"]
    absent: defaultdict[tuple[int, Kind], set[str]] = defaultdict(set)
    for who, number in zip(person[denying].tolist(), denying, strict=True):
        absent[who, facts[number].kind].update(facts[number].concepts)
    doubtful = np.flatnonzero(np.isin(person, person[denying]))
    for who, number in zip(person[doubtful].tolist(), doubtful.tolist(), strict=True):
        fact = facts[number]
        if fact.status == "present" and (ruled_out := absent.get((who, fact.kind))):
            above = chain.from_iterable(map(hierarchy.ancestors, fact.concepts))
            flags[number] = not ruled_out.isdisjoint(above)
    return flags
