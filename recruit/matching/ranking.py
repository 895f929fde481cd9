"""For a person the trials, best first: rules, then what the trial is about, then its text."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
import numpy.typing as npt

from recruit.criteria.eligibility import Eligibility
from recruit.criteria.truth import Truth
from recruit.matching.building import build
from recruit.matching.embedded import Engine
from recruit.matching.outcome import Hierarchy
from recruit.matching.plan import compile_plan
from recruit.matching.relevance import TextIndex, TrialText
from recruit.matching.scoring import scores
from recruit.matching.topic import Topics
from recruit.people.facts import Profile

PEOPLE_AT_ONCE: Final = 200
# Weights of topic, text and rules. Tried on TREC's patients of 2021 and 2023 in steps of a factor
# of two (bench/ranking.py): the figures change little around these.
TOPIC: Final = 2.0
TEXT: Final = 1.0
RULES: Final = 0.05
# What a criterion surely speaks against ranks below everything else.
AGAINST: Final = -10.0

Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Trial:
    """A trial as ranking sees it: what it asks and what it says."""

    eligibility: Eligibility
    text: TrialText


class Ranking:
    """Ranks many trials for many people."""

    def __init__(
        self,
        trials: Sequence[Trial],
        hierarchy: Hierarchy,
        norms: Callable[[str], Sequence[str]],
    ) -> None:
        """`norms` gives the normal forms of a text's words."""
        self._trials = trials
        self._plans = [compile_plan(trial.eligibility) for trial in trials]
        self._hierarchy = hierarchy
        self._texts = TextIndex([trial.text for trial in trials], norms)
        self._topics = Topics([trial.eligibility for trial in trials], hierarchy)

    def rank(
        self, profiles: Sequence[Profile], on: date
    ) -> Iterator[tuple[Profile, list[tuple[str, float]]]]:
        """Each profile with all trials and their scores, best first."""
        names = np.array([trial.eligibility.trial for trial in self._trials])
        for start in range(0, len(profiles), PEOPLE_AT_ONCE):
            group = profiles[start : start + PEOPLE_AT_ONCE]
            ruled = self._ruled(group, on)
            for column, profile in enumerate(group):
                value = (
                    TOPIC * self._topics.fit(profile)
                    + TEXT * self._texts.scores(profile.words)
                    + RULES * ruled[:, column]
                )
                order = np.lexsort((names, -value))
                yield profile, [(str(names[i]), float(value[i])) for i in order]

    def _ruled(self, profiles: Sequence[Profile], on: date) -> Numbers:
        """A row per trial, a column per person: the logarithm of the chance that all holds."""
        engine = Engine(build(profiles, self._hierarchy), self._hierarchy, on)
        found = np.empty((len(self._trials), len(profiles)))
        for row, plan in enumerate(self._plans):
            columns = engine.columns(plan)
            chance = scores(plan.eligibility, columns.truths)
            against = columns.held == int(Truth.NO)
            found[row] = np.where(against, AGAINST / RULES, np.log(np.maximum(chance, 1e-9)))
        return found
