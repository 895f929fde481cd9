"""How well what a trial is about fits what a person has or looks for."""

from collections import defaultdict
from collections.abc import Sequence
from math import log
from typing import Final

import numpy as np
import numpy.typing as npt

from recruit.criteria.eligibility import Eligibility
from recruit.matching.outcome import Hierarchy
from recruit.people.facts import ClinicalFact, Profile, Source
from recruit.terminology.concepts import Kind

# A trial on a kind of what the person has may still be for them: "lung cancer" on record, and a
# trial on small-cell lung cancer.
NARROWER: Final = 0.5
# Who tells of themselves, or writes of somebody, begins with what matters: each disease that is
# named counts for less than the one before. A record's order means nothing.
TOLD: Final = frozenset({Source.OWN, Source.COMMUNITY, Source.NOTE})
FADING: Final = 0.1
OVER: Final = 0.7

Numbers = npt.NDArray[np.float64]


class Topics:
    """What many trials are about, in the order they were given.

    A concept weighs the more the fewer trials are about it (inverse document frequency), so that
    a rare disease counts for more than hypertension, and "disease" for nothing.
    """

    def __init__(self, trials: Sequence[Eligibility], hierarchy: Hierarchy) -> None:
        self._hierarchy = hierarchy
        self._count = len(trials)
        self._about: defaultdict[str, list[int]] = defaultdict(list)
        self._under: defaultdict[str, list[int]] = defaultdict(list)
        for row, trial in enumerate(trials):
            for concept in trial.about:
                self._about[concept].append(row)
            for ancestor in {a for c in trial.about for a in hierarchy.ancestors(c)}:
                self._under[ancestor].append(row)

    def fit(self, profile: Profile) -> Numbers:
        """For each trial, in [0, 1]: the weightiest concept that it shares with the person."""
        found = np.zeros(self._count)
        for concept, matters in _concepts(profile).items():
            for ancestor in self._hierarchy.ancestors(concept):
                weight = matters * self._weight(ancestor)
                self._raise(found, self._about.get(ancestor, ()), weight)
            narrower = matters * NARROWER * self._weight(concept)
            self._raise(found, self._under.get(concept, ()), narrower)
        return found

    def _weight(self, concept: str) -> float:
        """Inverse document frequency, scaled to [0, 1]."""
        among = len(self._under.get(concept, ()))
        return log((1 + self._count) / (1 + among)) / log(1 + self._count) if self._count else 0.0

    @staticmethod
    def _raise(found: Numbers, rows: Sequence[int], to: float) -> None:
        for row in rows:
            found[row] = max(found[row], to)


def _concepts(profile: Profile) -> dict[str, float]:
    """What a person has, had or looks for, with how much it matters, in [0, 1]."""
    found = dict.fromkeys(profile.seeking, 1.0)
    told = 0
    for fact in profile.facts:
        if not isinstance(fact, ClinicalFact) or fact.kind is not Kind.CONDITION:
            continue
        if fact.status not in {"present", "past"}:
            continue
        matters = OVER if fact.status == "past" else 1.0
        if fact.source in TOLD:
            matters /= 1 + FADING * told
            told += 1
        for concept in fact.concepts:
            found[concept] = max(found.get(concept, 0.0), matters)
    return found
