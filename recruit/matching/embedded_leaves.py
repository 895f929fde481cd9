"""Leaves, answered for everybody of an index and kept, as trials share most of them."""

from datetime import date
from functools import partial
from math import radians

import numpy as np

from recruit.core.dates import before
from recruit.criteria.eligibility import Place
from recruit.criteria.nodes import (
    Age,
    Clinical,
    Language,
    Leaf,
    Location,
    Measure,
    Ordinal,
    Sex,
    State,
    Unparsed,
    Window,
)
from recruit.matching import sets
from recruit.matching.embedded_clinical import SPEAKING, Clinicals
from recruit.matching.embedded_quantities import measure, ordinal, settled
from recruit.matching.geography import EARTH_RADIUS_KM
from recruit.matching.index import NO_ROWS, YES, Coded, Index, Numbers, Rows
from recruit.matching.keeping import Kept
from recruit.matching.outcome import Hierarchy
from recruit.matching.quantities import whole_ages
from recruit.matching.sets import NOBODY, UNSAID, Answer, Many, People
from recruit.terminology.concepts import Kind


class Leaves:
    """The answers to leaves for the people of one index on one day; threads may share it.

    An answered leaf is kept, those last asked for longest, up to `kept` bytes.
    """

    def __init__(self, index: Index, hierarchy: Hierarchy, on: date, kept: int) -> None:
        self.index = index
        self.on = on
        self._kept = Kept(kept)
        self._clinicals = Clinicals(index, hierarchy, on, self._kept)
        self._far: tuple[tuple[Place, ...], Numbers] | None = None

    def answer(self, leaf: Leaf, places: tuple[Place, ...]) -> Answer:
        """Of whom a leaf without words (see plan.py) is so, and of whom not; `places` are sites."""
        if isinstance(leaf, Location):
            return self._location(leaf, places)
        return self._kept.get(leaf, partial(self._leaf, leaf))

    def having(self, concept: str) -> People:
        """Who has or had `concept` or a descendant of it, or looks for a trial on it."""
        return self._kept.get(("about", concept), partial(self._having, concept)).yes

    def kilometres(self, places: tuple[Place, ...], rows: Rows | slice) -> Numbers:
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

    def _leaf(self, leaf: Leaf) -> Answer:  # noqa: PLR0911 - one return for each type of leaf
        match leaf:
            case Age():
                return self._age(leaf)
            case Sex(value):
                return self._said(self.index.sexes, value)
            case Clinical():
                return self._clinicals.answer(leaf)
            case Measure():
                return measure(leaf, self.index, self.on)
            case Ordinal():
                return ordinal(leaf, self.index)
            case State(state, within=within):
                return self._state(state) if within is None else self._state_within(state, within)
            case Language(value):
                return self._language(value)
            case Location() | Unparsed():
                return UNSAID

    def _age(self, leaf: Age) -> Answer:
        """Age ≥ k in completed units is born k units before the day or earlier."""
        parts = []
        low, high = whole_ages(leaf)
        if low is not None:
            parts.append(self._reached(low, leaf))
        if high is not None:
            beyond = self._reached(high, leaf)
            parts.append(Answer(beyond.no, beyond.yes))
        if not parts:
            return UNSAID
        yes = sets.intersection([part.yes for part in parts])
        return Answer(yes, sets.union([part.no for part in parts], self.index.size))

    def _reached(self, age: int, leaf: Age) -> Answer:
        if age <= 0:
            return self._kept.get(("born", 0), self._birth_known)
        limit = before(self.on, age, leaf.unit).toordinal()
        return self._kept.get(("born", limit), partial(self._born_by, limit))

    def _birth_known(self) -> Answer:
        known = self.index.born.earliest >= date.min.toordinal()
        return Answer(sets.of_flags(known), NOBODY)

    def _born_by(self, limit: int) -> Answer:
        born = self.index.born
        return Answer(sets.of_flags(born.latest <= limit), sets.of_flags(born.earliest > limit))

    def _said(self, column: Coded, value: str) -> Answer:
        yes = np.array([label == value for label in column.labels], np.bool_)
        no = np.array([label not in {value, ""} for label in column.labels], np.bool_)
        return Answer(sets.of_flags(yes[column.codes]), sets.of_flags(no[column.codes]))

    def _state(self, state: str) -> Answer:
        """What is said of it; of the rest, those whose list of states is complete are not."""
        complete = self.index.complete.get("state")
        if state not in self.index.states:
            return UNSAID if complete is None else Answer(NOBODY, sets.of_flags(complete))
        person, said = self.index.states[state]
        found = settled(person, said, self.index.size)
        if complete is None:
            return found
        words = sets.words_of_flags(complete)
        sets.remove(words, sets.of_rows(person, self.index.size))
        sets.add(words, found.no)
        return Answer(found.yes, Many(words))

    def _state_within(self, state: str, within: Window) -> Answer:
        """No fact says when a state began or ended (see `_state` in reference.py)."""
        now = self._kept.get(State(state), partial(self._state, state))
        yes = now.yes if within.min is None and within.event == "course" else NOBODY
        return Answer(yes, now.no if within.max is None else NOBODY)

    def _language(self, language: str) -> Answer:
        spoken = self.index.languages.get(language)
        if spoken is None:
            return Answer(NOBODY, sets.of_flags(self.index.all_languages))
        return Answer(sets.of_flags(spoken), sets.of_flags(self.index.all_languages & ~spoken))

    def _location(self, leaf: Location, places: tuple[Place, ...]) -> Answer:
        parts = []
        if leaf.country is not None:
            country = leaf.country
            said = partial(self._said, self.index.countries, country)
            parts.append(self._kept.get(("country", country), said))
        if leaf.km is not None:
            km = self._everyones_kilometres(places)
            parts.append(Answer(sets.of_flags(km <= leaf.km), sets.of_flags(km > leaf.km)))
        if not parts:
            return UNSAID
        yes = sets.intersection([part.yes for part in parts])
        return Answer(yes, sets.union([part.no for part in parts], self.index.size))

    def _everyones_kilometres(self, places: tuple[Place, ...]) -> Numbers:
        """Kept for the trial that was asked about last."""
        known = self._far
        if known is None or known[0] != places:
            known = self._far = (places, self.kilometres(places, slice(None)))
        return known[1]

    def _having(self, concept: str) -> Answer:
        parts = [
            self._clinicals.people(kind, concept, status, told=told)
            for kind in Kind
            for status, told in SPEAKING
        ]
        seeking = self.index.seeking.get(concept, NO_ROWS)
        parts.append(sets.of_rows(seeking, self.index.size))
        return Answer(sets.union(parts, self.index.size), NOBODY)

    def healthy(self) -> People:
        """Who is said to be healthy by a fact; whether another denies it does not matter."""
        if "healthy" not in self.index.states:
            return NOBODY
        person, said = self.index.states["healthy"]
        return sets.of_rows(person[said == YES], self.index.size)
