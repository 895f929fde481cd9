"""The embedded engine the other way round: one person, and all trials.

What trials ask is indexed by what a person may say. Leaves of which no fact of this person speaks
are all alike; of the rest, those that somebody's silence, a broader "no" or a broader "yes" decides
are answered together, and only what a fact supports is put to the law, leaf by leaf.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from recruit.core.dates import PartialDate
from recruit.criteria.nodes import Age, Clinical, Leaf, Measure, Ordinal
from recruit.matching.clinical import clinical
from recruit.matching.index import NO, UNKNOWN, Flags, Truths
from recruit.matching.network import Network, Sites
from recruit.matching.outcome import Hierarchy
from recruit.matching.plan import Plan
from recruit.matching.quantities import age
from recruit.matching.reference import explain_leaf
from recruit.people.facts import ClinicalFact, MeasureFact, OrdinalFact, Profile, StateFact
from recruit.terminology.concepts import Kind

Numbers = NDArray[np.int64]
NONE: Numbers = np.zeros(0, np.int64)


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
        self._ages: list[int] = []
        self._others: list[int] = []
        self._asking: defaultdict[str, list[int]] = defaultdict(list)
        self._kinds: defaultdict[Kind, list[int]] = defaultdict(list)
        self._naming: defaultdict[tuple[Kind, str], list[int]] = defaultdict(list)
        self._under: defaultdict[tuple[Kind, str], list[int]] = defaultdict(list)
        for number, (leaf, _) in enumerate(self._network.leaves):
            self._enter(number, leaf)
        self._several = np.array(
            [isinstance(leaf, Clinical) and len(leaf.concepts) > 1 for leaf, _ in self._leaves],
            np.bool_,
        )
        self._of_kind = {kind: np.array(some, np.int64) for kind, some in self._kinds.items()}
        self._covered = {key: np.array(some, np.int64) for key, some in self._under.items()}
        self._about: defaultdict[str, list[int]] = defaultdict(list)
        for number, plan in enumerate(plans):
            for concept in plan.eligibility.about:
                self._about[concept].append(number)
        self._for_healthy = np.array([plan.eligibility.seeks_healthy for plan in plans], np.bool_)
        self._aged = lru_cache(maxsize=4_096)(self._of_age)

    def judge(self, profile: Profile) -> Standing:
        """The verdict of each trial on the person, criterion by criterion."""
        held = self._network.held(self._truths(profile))
        verdicts = self._network.verdicts(held)
        candidates = self._sought(profile) & (verdicts != NO)
        return Standing(held, self._network.begins, verdicts, candidates)

    @property
    def _leaves(self) -> tuple[tuple[Leaf, Sites], ...]:
        return self._network.leaves

    def _enter(self, number: int, leaf: Leaf) -> None:
        """Put a leaf where a person who speaks of it finds it."""
        match leaf:
            case Clinical():
                self._kinds[leaf.kind].append(number)
                for concept in leaf.concepts:
                    self._naming[leaf.kind, concept].append(number)
                    for ancestor in self._hierarchy.ancestors(concept):
                        self._under[leaf.kind, ancestor].append(number)
            case Age():
                self._ages.append(number)
            case Measure(variable) | Ordinal(variable):
                self._asking[variable].append(number)
            case _:
                self._others.append(number)

    def _truths(self, profile: Profile) -> Truths:
        """The truth of every leaf."""
        truths = np.full(len(self._leaves), UNKNOWN, np.int8)
        if profile.born is not None:
            truths[self._ages] = self._aged(profile.born)
        said = {f.variable for f in profile.facts if isinstance(f, MeasureFact | OrdinalFact)}
        by_law = [*self._others, *(each for key in said for each in self._asking.get(key, ()))]
        for number in by_law:
            leaf, sites = self._leaves[number]
            truths[number] = explain_leaf(leaf, profile, self._hierarchy, self._on, sites).truth
        self._have(profile, truths)
        return truths

    def _have(self, profile: Profile, truths: Truths) -> None:
        """What the person has: silence, then what is broader, then what speaks of it."""
        facts = [fact for fact in profile.facts if isinstance(fact, ClinicalFact)]
        for kind in profile.complete:
            if isinstance(kind, Kind):
                truths[self._of_kind.get(kind, NONE)] = NO
        present = [fact for fact in facts if fact.status != "absent"]
        absent = [fact for fact in facts if fact.status == "absent"]
        for covered in self._beneath(present):
            truths[covered] = UNKNOWN
        by_law = set[int]()
        for covered in self._beneath(absent):
            truths[covered] = NO
            by_law.update(covered[self._several[covered]].tolist())
        by_law.update(self._supported(present))
        # Facts of another kind never speak of a leaf: the law need not go through them.
        own = {
            kind: replace(profile, facts=tuple(fact for fact in facts if fact.kind is kind))
            for kind in {fact.kind for fact in facts}
        }
        for number in by_law:
            leaf = self._leaves[number][0]
            if isinstance(leaf, Clinical):
                truths[number] = clinical(leaf, own[leaf.kind], self._hierarchy, self._on).truth

    def _beneath(self, facts: Iterable[ClinicalFact]) -> Iterator[Numbers]:
        """The leaves that ask for what a fact names or for a kind of it."""
        for fact in facts:
            for concept in fact.concepts:
                yield self._covered.get((fact.kind, concept), NONE)

    def _supported(self, facts: Iterable[ClinicalFact]) -> Iterator[int]:
        """The leaves that ask for what a fact names or for something broader."""
        for fact in facts:
            for concept in fact.concepts:
                for ancestor in self._hierarchy.ancestors(concept):
                    yield from self._naming.get((fact.kind, ancestor), ())

    def _of_age(self, born: PartialDate) -> Truths:
        """The truth of the leaves on ages, which many people of one age share."""
        somebody = Profile("", born=born)
        asked = (self._leaves[number][0] for number in self._ages)
        return np.array(
            [age(leaf, somebody, self._on).truth for leaf in asked if isinstance(leaf, Age)],
            np.int8,
        )

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
                sought[self._about.get(ancestor, [])] = True
