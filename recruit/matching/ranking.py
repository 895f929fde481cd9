"""For a person the trials, best first: rules, then what the trial is about, then its text."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from math import log
from typing import Final

import numpy as np
import numpy.typing as npt

from recruit.criteria.eligibility import Eligibility
from recruit.matching.embedded_trials import Standing, Trials
from recruit.matching.index import NO, YES, Truths
from recruit.matching.outcome import Hierarchy
from recruit.matching.plan import compile_plan
from recruit.matching.relevance import TextIndex, TrialText
from recruit.matching.scoring import log_chances
from recruit.matching.topic import Topics
from recruit.people.facts import Profile

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
# What a trial can be worth that nothing speaks against.
WORST: Final = RULES * LEAST
BEST: Final = TOPIC + TEXT + WANTED

Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Trial:
    """A trial as ranking sees it: what it asks and what it says."""

    eligibility: Eligibility
    text: TrialText


@dataclass(frozen=True, slots=True)
class Weighed:
    """What each trial is worth for one person, and how it stands, in the order they were given."""

    worth: Numbers
    standing: Standing


def share(worth: float) -> float:
    """A trial's worth on the scale from the least it can have (0) to the most (1)."""
    return min(1.0, max(0.0, (worth - WORST) / (BEST - WORST)))


class Ranking:
    """Ranks many trials for many people."""

    def __init__(
        self,
        trials: Sequence[Trial],
        hierarchy: Hierarchy,
        norms: Callable[[str], Sequence[str]],
    ) -> None:
        """`norms` gives the normal forms of a text's words."""
        self._plans = [compile_plan(trial.eligibility) for trial in trials]
        criteria = [
            (row, each)
            for row, plan in enumerate(self._plans)
            for each in plan.eligibility.criteria
        ]
        self._trial = np.array([row for row, _ in criteria], np.int64)
        self._inclusion = np.array([each.kind == "inclusion" for _, each in criteria], np.bool_)
        self._wanted = np.maximum(self._sum(self._inclusion), 1)
        names = [trial.eligibility.trial for trial in trials]
        self._names = names
        self._by_name = np.argsort(np.argsort(np.array(names)))
        self._hierarchy = hierarchy
        self._texts = TextIndex([trial.text for trial in trials], norms)
        self._topics = Topics([trial.eligibility for trial in trials], hierarchy)
        self._trials = lru_cache(maxsize=1)(self._of_day)

    def weigh(self, profile: Profile, on: date) -> Weighed:
        """All trials for one person, as known on the day `on`."""
        standing = self._trials(on).judge(profile)
        topic = TOPIC * self._topics.fit(profile)
        text = TEXT * self._texts.scores(_words(profile))
        return Weighed(topic + text + self._ruled(standing.held), standing)

    def rank(
        self, profiles: Sequence[Profile], on: date
    ) -> Iterator[tuple[Profile, list[tuple[str, float]]]]:
        """Each profile with all trials and their scores, best first."""
        for profile in profiles:
            value = self.weigh(profile, on).worth
            order = np.lexsort((self._by_name, -value))
            ranked = zip(order.tolist(), value[order].tolist(), strict=True)
            yield profile, [(self._names[place], score) for place, score in ranked]

    def _of_day(self, on: date) -> Trials:
        return Trials(self._plans, self._hierarchy, on)

    def _ruled(self, held: Truths) -> Numbers:
        """What rules say of each trial, from what is known of each criterion."""
        known = RULES * np.maximum(self._sum(log_chances(held, self._inclusion)), LEAST)
        wanted = WANTED * self._sum((held == YES) & self._inclusion) / self._wanted
        return np.where(self._sum(held == NO) > 0, AGAINST, known + wanted)

    def _sum(self, of_criteria: npt.NDArray[np.generic]) -> Numbers:
        """The sum over each trial's criteria."""
        weights = of_criteria.astype(np.float64)
        return np.bincount(self._trial, weights, len(self._plans)).astype(np.float64)


def _words(profile: Profile) -> str:
    """What the person looks for, and what they told."""
    return " . ".join((*profile.seeking_text, profile.words))
