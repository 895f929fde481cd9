"""For a person the trials, best first: rules, then what the trial is about, then its text."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from math import log
from typing import Final

import numpy as np
import numpy.typing as npt

from recruit.criteria.eligibility import Eligibility
from recruit.matching.building import build
from recruit.matching.embedded import Engine
from recruit.matching.index import NO, YES
from recruit.matching.outcome import Hierarchy
from recruit.matching.plan import compile_plan
from recruit.matching.relevance import TextIndex, TrialText
from recruit.matching.scoring import log_chances
from recruit.matching.shared_steps import SharedSteps
from recruit.matching.topic import Topics
from recruit.people.facts import Profile

PEOPLE_AT_ONCE: Final = 200
# Weights of topic, text and rules, and of the share of inclusion criteria that are known to hold.
# Tried on TREC's patients of 2021 and 2023 in steps of a factor of two (bench/ranking.py): the
# figures change little around these.
TOPIC: Final = 2.0
TEXT: Final = 1.0
RULES: Final = 0.1
WANTED: Final = 0.4
# A long list of unknown criteria says no more against a trial than this.
LEAST: Final = log(1e-9)
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
        plans = [compile_plan(trial.eligibility) for trial in trials]
        self._steps = SharedSteps(plans, hierarchy)
        self._wanted = np.maximum(self._sum(self._steps.inclusion), 1)
        names = [trial.eligibility.trial for trial in trials]
        self._names = names
        self._by_name = np.argsort(np.argsort(np.array(names)))
        self._hierarchy = hierarchy
        self._texts = TextIndex([trial.text for trial in trials], norms)
        self._topics = Topics([trial.eligibility for trial in trials], hierarchy)

    def rank(
        self, profiles: Sequence[Profile], on: date
    ) -> Iterator[tuple[Profile, list[tuple[str, float]]]]:
        """Each profile with all trials and their scores, best first."""
        for start in range(0, len(profiles), PEOPLE_AT_ONCE):
            group = profiles[start : start + PEOPLE_AT_ONCE]
            ruled = self._ruled(group, on)
            for column, profile in enumerate(group):
                value = (
                    TOPIC * self._topics.fit(profile)
                    + TEXT * self._texts.scores(_words(profile))
                    + ruled[:, column]
                )
                order = np.lexsort((self._by_name, -value))
                ranked = zip(order.tolist(), value[order].tolist(), strict=True)
                yield profile, [(self._names[place], score) for place, score in ranked]

    def _ruled(self, profiles: Sequence[Profile], on: date) -> Numbers:
        """What rules say, a row per trial, a column per person."""
        engine = Engine(build(profiles, self._hierarchy), self._hierarchy, on)
        held = self._steps.held(profiles, engine)
        found = np.empty((len(self._trials), len(profiles)))
        for column in range(len(profiles)):
            truths = held[self._steps.step, column]
            known = RULES * np.maximum(self._sum(log_chances(truths, self._steps.inclusion)), LEAST)
            wanted = WANTED * self._sum((truths == YES) & self._steps.inclusion) / self._wanted
            against = self._sum(truths == NO) > 0
            found[:, column] = np.where(against, AGAINST, known + wanted)
        return found

    def _sum(self, of_criteria: npt.NDArray[np.generic]) -> Numbers:
        """The sum over each trial's criteria."""
        weights = of_criteria.astype(np.float64)
        return np.bincount(self._steps.trial, weights, len(self._trials)).astype(np.float64)


def _words(profile: Profile) -> str:
    """What the person looks for, and what they told."""
    return " . ".join((*profile.seeking_text, profile.words))
