"""What narrows a search beside its words: the place, the country, who may take part, the state."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import inf
from typing import Final

import numpy as np
from numpy.typing import NDArray

from recruit.actions.finding.entry import Entry
from recruit.actions.finding.where import Point, km_between
from recruit.trials.draft import TrialStatus

Mask = NDArray[np.bool_]

# Ages in completed years by which people look for a study.
GROUPS: Final = {"child": (0.0, 17.9), "adult": (18.0, 64.9), "older": (65.0, 120.0)}


@dataclass(frozen=True, slots=True)
class StudySearch:
    """What somebody looks for; None and "" narrow nothing.

    `km` counts with a `place` alone, or with a `point`, which is one that is known already.
    """

    words: str = ""
    place: str = ""
    point: Point | None = None
    km: float | None = None
    country: str | None = None
    group: str = ""
    healthy: bool = False
    all_states: bool = False
    states: frozenset[TrialStatus] | None = None
    """Only studies that stand so, instead of those that look for people."""
    within: str | None = None
    """A concept: only studies that are about a kind of it."""
    page: int = 1

    @property
    def narrows(self) -> bool:
        """Whether a wider search may find more."""
        return bool(
            self.words
            or self.place
            or self.country
            or self.group
            or self.healthy
            or self.within
            or not self.all_states
        )


@dataclass(frozen=True, slots=True)
class Facets:
    """How many studies each further choice would leave, with everything else as it is."""

    countries: dict[str, int]
    groups: dict[str, int]
    healthy: int


class Columns:
    """What studies are narrowed by, a column each: thousands of them are narrowed in a moment."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self.open = np.array([entry.lines["en"].open for entry in entries], bool)
        self.states = np.array([str(entry.lines["en"].status) for entry in entries], str)
        self.healthy = np.array([entry.healthy for entry in entries], bool)
        youngest = np.array([entry.youngest or 0.0 for entry in entries])
        oldest = np.array([inf if entry.oldest is None else entry.oldest for entry in entries])
        self.groups = {
            group: (youngest <= last) & (oldest >= first) for group, (first, last) in GROUPS.items()
        }
        self.countries: dict[str, Mask] = {}
        for number, entry in enumerate(entries):
            for country in entry.countries:
                self.countries.setdefault(country, np.zeros(len(entries), bool))[number] = True

    def narrowed(self, found: Mask, wanted: StudySearch) -> tuple[Mask, Facets]:
        """Which of the studies that fit the words are wanted, and what each choice would leave.

        An unknown group is any, an unknown country has no study.
        """
        everything = np.ones_like(found)
        state = found & self._standing(wanted)
        nowhere = np.zeros_like(found)
        country = self.countries.get(wanted.country, nowhere) if wanted.country else everything
        group = self.groups.get(wanted.group, everything)
        healthy = self.healthy if wanted.healthy else everything
        facets = Facets(
            countries=_counts(self.countries, state & group & healthy),
            groups=_counts(self.groups, state & country & healthy),
            healthy=int(np.count_nonzero(state & country & group & self.healthy)),
        )
        return state & country & group & healthy, facets

    def _standing(self, wanted: StudySearch) -> Mask:
        if wanted.states is not None:
            return np.isin(self.states, [str(each) for each in wanted.states])
        return np.ones_like(self.open) if wanted.all_states else self.open


def nearest(entry: Entry, place: Point) -> float | None:
    """Kilometres to its nearest site that looks for people; None where no such site is placed."""
    reached = [km_between(place, spot.lat, spot.lon) for spot in entry.spots if spot.open]
    return min(reached, default=None)


def _counts(choices: Mapping[str, Mask], of: Mask) -> dict[str, int]:
    counted = {choice: int(np.count_nonzero(mask & of)) for choice, mask in choices.items()}
    return {choice: count for choice, count in counted.items() if count}
