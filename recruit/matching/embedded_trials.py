"""The embedded engine the other way round: one person, and all trials.

What trials ask is indexed by what a person may say. Clinical leaves are answered all at once
(embedded_trials_clinical.py), and so are ages; of values, grades and states the law is asked, for
those that the person speaks of.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from recruit.criteria.nodes import Age, Clinical, Leaf, Measure, Ordinal, State
from recruit.matching.embedded_trials_ages import AgeLeaves
from recruit.matching.embedded_trials_clinical import ClinicalLeaves
from recruit.matching.index import NO, UNKNOWN, Flags, Truths
from recruit.matching.network import Network, Sites
from recruit.matching.outcome import Hierarchy
from recruit.matching.plan import Plan
from recruit.matching.reference import explain_leaf
from recruit.people.facts import ClinicalFact, MeasureFact, OrdinalFact, Profile, StateFact

Numbers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Standing:
    """How all trials stand for one person.

    `held` says of each criterion whether it lets the person in; those of trial t are
    `held[begins[t]:begins[t + 1]]`. `verdicts` has the whole trial's (NO is ineligible), and
    `candidates` for whom the person is proposed, both by trial.
    """

    held: Truths
    begins: Numbers
    verdicts: Truths
    candidates: Flags


class Trials:
    """Many trials, ready to be judged for one person after another on one day."""

    def __init__(self, plans: Sequence[Plan], hierarchy: Hierarchy, on: date) -> None:
        self._hierarchy = hierarchy
        self._on = on
        self._network = Network(plans)
        ages: list[tuple[int, Age]] = []
        self._others: list[int] = []
        self._asking: defaultdict[str, list[int]] = defaultdict(list)
        self._states = {leaf.state for leaf, _ in self._leaves if isinstance(leaf, State)}
        clinicals: list[tuple[int, Clinical]] = []
        for number, (leaf, _) in enumerate(self._leaves):
            match leaf:
                case Clinical():
                    clinicals.append((number, leaf))
                case Age():
                    ages.append((number, leaf))
                case Measure(name) | Ordinal(name) | State(name):
                    self._asking[name].append(number)
                case _:
                    self._others.append(number)
        self._aged = np.array([number for number, _ in ages], np.int64)
        self._ages = AgeLeaves([leaf for _, leaf in ages], on)
        self._clinical = np.array([number for number, _ in clinicals], np.int64)
        self._clinicals = ClinicalLeaves([leaf for _, leaf in clinicals], hierarchy, on)
        about: defaultdict[str, list[int]] = defaultdict(list)
        for number, plan in enumerate(plans):
            for concept in plan.eligibility.about:
                about[concept].append(number)
        self._about = {concept: np.array(some, np.int64) for concept, some in about.items()}
        self._for_healthy = np.array([plan.eligibility.seeks_healthy for plan in plans], np.bool_)

    def judge(self, profile: Profile) -> Standing:
        """The verdict of each trial on the person, criterion by criterion."""
        held = self._network.held(self._truths(profile))
        verdicts = self._network.verdicts(held)
        candidates = self._sought(profile) & (verdicts != NO)
        return Standing(held, self._network.begins, verdicts, candidates)

    @property
    def _leaves(self) -> tuple[tuple[Leaf, Sites], ...]:
        return self._network.leaves

    def _truths(self, profile: Profile) -> Truths:
        """The truth of every leaf."""
        truths = np.full(len(self._leaves), UNKNOWN, np.int8)
        truths[self._clinical] = self._clinicals.truths(profile)
        if profile.born is not None:
            truths[self._aged] = self._ages.truths(profile.born)
        said = {f.variable for f in profile.facts if isinstance(f, MeasureFact | OrdinalFact)}
        said.update(f.state for f in profile.facts if isinstance(f, StateFact))
        if "state" in profile.complete:
            said.update(self._states)
        by_law = [*self._others, *(each for key in said for each in self._asking.get(key, ()))]
        for number in by_law:
            leaf, sites = self._leaves[number]
            truths[number] = explain_leaf(leaf, profile, self._hierarchy, self._on, sites).truth
        return truths

    def _sought(self, profile: Profile) -> Flags:
        """Which trials are about the person (see `is_about` in reference.py)."""
        sought = np.zeros(len(self._for_healthy), np.bool_)
        for fact in profile.facts:
            if isinstance(fact, ClinicalFact) and fact.status in {"present", "past"}:
                self._raise(sought, fact.concepts)
            if isinstance(fact, StateFact) and (fact.state, fact.status) == ("healthy", "present"):
                sought |= self._for_healthy
        self._raise(sought, profile.seeking)
        return sought

    def _raise(self, sought: Flags, concepts: Iterable[str]) -> None:
        for concept in concepts:
            for ancestor in self._hierarchy.ancestors(concept):
                if (some := self._about.get(ancestor)) is not None:
                    sought[some] = True
