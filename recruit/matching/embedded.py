"""The embedded engine: one leaf for everybody at a time, on columns, in this process.

It must agree with reference.py on the truth of each criterion, which Hypothesis checks. A truth is
an int8 per person (NO 0, UNKNOWN 1, YES 2), so that "and" is the minimum and "or" the maximum.
"""

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from math import ceil, floor, radians
from threading import Lock
from typing import Final

import numpy as np
import numpy.typing as npt

from recruit.core.dates import before
from recruit.criteria.eligibility import Criterion, Eligibility, Place
from recruit.criteria.nodes import (
    Age,
    AllOf,
    AnyOf,
    AtLeast,
    Clinical,
    Language,
    Leaf,
    Location,
    Measure,
    Not,
    Ordinal,
    Rule,
    Sex,
    State,
    Unparsed,
)
from recruit.criteria.truth import Truth
from recruit.matching.building import build
from recruit.matching.embedded_clinical import clinical
from recruit.matching.embedded_quantities import measure, ordinal, settle
from recruit.matching.geography import EARTH_RADIUS_KM
from recruit.matching.index import (
    NO,
    PAST,
    UNKNOWN,
    YES,
    Coded,
    Flags,
    Index,
    Numbers,
    Truths,
    rows_of,
)
from recruit.matching.outcome import Hierarchy, Judgement, Verdict
from recruit.people.facts import Profile

VERDICTS: Final = (Verdict.INELIGIBLE, Verdict.UNDETERMINED, Verdict.ELIGIBLE)
TRUTHS: Final = tuple(Truth)
Members = npt.NDArray[np.int64]
ALL: Final = slice(None)
KEPT: Final = 256 << 20  # bytes of answers, one byte a person and leaf


@dataclass(frozen=True, slots=True)
class Columns:
    """What the engine finds for one trial: a row per criterion, a column per person."""

    truths: Truths
    held: Truths
    candidates: Flags


class Engine:
    """Answers trials for the people of one index, on one day; threads may share it.

    Trials share most of their leaves ("age 18 or over"); an answered leaf is kept, those last asked
    for longest, up to `kept` bytes.
    """

    def __init__(self, index: Index, hierarchy: Hierarchy, on: date, kept: int = KEPT) -> None:
        self.index = index
        self.hierarchy = hierarchy
        self.on = on
        self._answered: OrderedDict[Leaf, Truths] = OrderedDict()
        self._most = max(1, kept // max(1, index.size))
        self._topic: tuple[tuple[tuple[str, ...], bool], Flags] | None = None
        self._far: tuple[tuple[Place, ...], Numbers] | None = None
        self._lock = Lock()

    def columns(self, eligibility: Eligibility) -> Columns:
        """The truth of each criterion for each person, and who is a candidate."""
        n = self.index.size
        truths = np.empty((len(eligibility.criteria), n), np.int8)
        held = np.full(n, YES if eligibility.criteria else UNKNOWN, np.int8)
        for row, criterion in enumerate(eligibility.criteria):
            truths[row] = self._criterion(criterion, eligibility.places)
            lets_in = truths[row] if criterion.kind == "inclusion" else YES - truths[row]
            np.minimum(held, lets_in, out=held)
        return Columns(truths, held, self.about(eligibility) & (held != NO))

    def judgements(self, eligibility: Eligibility) -> list[Judgement]:
        """The same as the reference engine's judgements, person by person."""
        found = self.columns(eligibility)
        return [
            Judgement(
                eligibility.trial,
                person,
                tuple(TRUTHS[truth] for truth in found.truths[:, number]),
                VERDICTS[found.held[number]],
                bool(found.candidates[number]),
            )
            for number, person in enumerate(self.index.people)
        ]

    def _criterion(self, criterion: Criterion, places: tuple[Place, ...]) -> Truths:
        if criterion.settled_by != "record":
            return self._unknown()
        return self.truth(criterion.rule, places)

    def against(self, criterion: Criterion, places: tuple[Place, ...], rows: Members) -> Flags:
        """Which of `rows` the criterion surely speaks against; what is not known never does."""
        if criterion.settled_by != "record" or isinstance(criterion.rule, Unparsed):
            return np.zeros(len(rows), np.bool_)
        shut_out = NO if criterion.kind == "inclusion" else YES
        found: Flags = self.truth(criterion.rule, places)[rows] == shut_out
        return found

    def truth(self, rule: Rule, places: tuple[Place, ...]) -> Truths:
        """The truth of a rule for each person; it may be a kept one, which nobody writes to."""
        found: Truths
        match rule:
            case AllOf(of):
                found = self._parts(of, places).min(axis=0)
            case AnyOf(of):
                found = self._parts(of, places).max(axis=0)
            case AtLeast(n, of):
                # The n-th best truth: YES when n are, NO when too many are not.
                found = np.sort(self._parts(of, places), axis=0)[-n]
            case Not(of):
                found = YES - self.truth(of, places)
            case Location():
                found = self._location(rule, places)
            case _:
                found = self._known(rule)
        return found

    def _parts(self, of: tuple[Rule, ...], places: tuple[Place, ...]) -> Truths:
        return np.stack([self.truth(part, places) for part in of])

    def _known(self, leaf: Leaf) -> Truths:
        key = replace(leaf, span=None)
        with self._lock:
            known = self._answered.get(key)
            if known is not None:
                self._answered.move_to_end(key)
                return known
        found = self._leaf(leaf)
        with self._lock:
            self._answered[key] = found
            while len(self._answered) > self._most:
                self._answered.popitem(last=False)
        return found

    def _leaf(self, leaf: Leaf) -> Truths:  # noqa: PLR0911 - one return for each type of leaf
        match leaf:
            case Age():
                return self._age(leaf)
            case Sex(value):
                return self._said(self.index.sexes, value)
            case Clinical():
                return clinical(leaf, self.index, self.hierarchy, self.on)
            case Measure():
                return measure(leaf, self.index, self.on)
            case Ordinal():
                return ordinal(leaf, self.index)
            case State(state):
                return self._state(state)
            case Language(value):
                return self._language(value)
            case Location() | Unparsed():
                return self._unknown()

    def _unknown(self) -> Truths:
        return np.full(self.index.size, UNKNOWN, np.int8)

    @staticmethod
    def _said(column: Coded, value: str) -> Truths:
        said = {value: YES, "": UNKNOWN}
        table = np.array([said.get(label, NO) for label in column.labels], np.int8)
        return table[column.codes]

    def _age(self, leaf: Age) -> Truths:
        """Age ≥ k in completed units is born k units before the day or earlier."""
        truth = self._unknown()
        if leaf.min is None and leaf.max is None:
            return truth
        truth[:] = YES
        if leaf.min is not None:
            least = ceil(leaf.min) if leaf.min_inclusive else floor(leaf.min) + 1
            truth = np.minimum(truth, self._reached(least, leaf))
        if leaf.max is not None:
            least = floor(leaf.max) + 1 if leaf.max_inclusive else ceil(leaf.max)
            truth = np.minimum(truth, YES - self._reached(least, leaf))
        return truth.astype(np.int8)

    def _reached(self, age: int, leaf: Age) -> Truths:
        born = self.index.born
        if age <= 0:
            known = born.earliest >= date.min.toordinal()
            return np.where(known, YES, UNKNOWN).astype(np.int8)
        limit = before(self.on, age, leaf.unit).toordinal()
        return ((born.latest <= limit).astype(np.int8) + (born.earliest <= limit)).astype(np.int8)

    def _state(self, state: str) -> Truths:
        truth = self._otherwise("state")
        if state in self.index.states:
            person, said = self.index.states[state]
            settle(truth, person, said)
        return truth

    def _language(self, language: str) -> Truths:
        truth = np.where(self.index.all_languages, NO, UNKNOWN).astype(np.int8)
        spoken = self.index.languages.get(language)
        if spoken is not None:
            truth[spoken] = YES
        return truth

    def _otherwise(self, kind: str) -> Truths:
        """The truth where nothing is on record: NO for who says that the list is complete."""
        truth = self._unknown()
        complete = self.index.complete.get(kind)
        if complete is not None:
            truth[complete] = NO
        return truth

    def _location(self, leaf: Location, places: tuple[Place, ...]) -> Truths:
        if leaf.country is None and leaf.km is None:
            return self._unknown()
        truth = np.full(self.index.size, YES, np.int8)
        if leaf.country is not None:
            np.minimum(truth, self._said(self.index.countries, leaf.country), out=truth)
        if leaf.km is not None:
            km = self._kilometres(places)
            near = np.where(np.isnan(km), UNKNOWN, np.where(km <= leaf.km, YES, NO))
            np.minimum(truth, near.astype(np.int8), out=truth)
        return truth

    def kilometres(self, places: tuple[Place, ...], rows: Members | slice = ALL) -> Numbers:
        """To the nearest recruiting place; NaN when not known (haversine, see geography.py)."""
        lat, lon = np.radians(self.index.lat[rows]), np.radians(self.index.lon[rows])
        nearest = np.full(len(lat), np.nan)
        for place in places:
            if place.recruiting and place.lat is not None and place.lon is not None:
                half_lat = np.sin((radians(place.lat) - lat) / 2) ** 2
                half_lon = np.sin((radians(place.lon) - lon) / 2) ** 2
                across = half_lat + np.cos(lat) * np.cos(radians(place.lat)) * half_lon
                km = 2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(np.minimum(1.0, across)))
                nearest = np.fmin(nearest, km)
        return nearest

    def _kilometres(self, places: tuple[Place, ...]) -> Numbers:
        """The same for everybody, kept for the trial that was asked about last."""
        known = self._far
        if known is None or known[0] != places:
            known = self._far = (places, self.kilometres(places))
        return known[1]

    def about(self, eligibility: Eligibility) -> Flags:
        """Who has, or looks for a trial on, what the trial is about; nobody writes to it."""
        topic = (eligibility.about, eligibility.seeks_healthy)
        known = self._topic
        if known is None or known[0] != topic:
            known = self._topic = (topic, self._about(eligibility))
        return known[1]

    def _about(self, eligibility: Eligibility) -> Flags:
        index, things = self.index, self.index.things
        about = np.zeros(index.size, np.bool_)
        rows = rows_of(things.supporting, eligibility.about)
        about[things.person[rows[things.status[rows] <= PAST]]] = True
        about[rows_of(index.seeking, eligibility.about)] = True
        if eligibility.seeks_healthy and "healthy" in index.states:
            person, said = index.states["healthy"]
            about[person[said == YES]] = True
        return about


def evaluate(
    eligibility: Eligibility, profiles: Iterable[Profile], hierarchy: Hierarchy, on: date
) -> list[Judgement]:
    """The judgement of each profile, in their order, on the day `on`."""
    return Engine(build(list(profiles), hierarchy), hierarchy, on).judgements(eligibility)
