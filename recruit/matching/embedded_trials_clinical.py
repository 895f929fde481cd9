"""The clinical leaves of many trials, for one person at a time: clinical.py's law, turned round.

Each fact of the person is held against all leaves at once, as arrays that are looked up by its
concepts. How far it supports in status, window and detail is the law's own answer, asked once for
each *form*: what a leaf asks besides its concepts, which thousands of leaves share. Whether all
concepts of a leaf are ruled out is a matter of its *parts*, one for each concept.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from recruit.criteria.nodes import Clinical
from recruit.matching.clinical import asked_status, lasts, support
from recruit.matching.index import NO, UNKNOWN, YES, Flags, Truths
from recruit.matching.outcome import Hierarchy
from recruit.people.facts import ClinicalFact, Profile
from recruit.terminology.concepts import Kind

Numbers = NDArray[np.int64]
NONE: Final[Numbers] = np.zeros(0, np.int64)
NOTHING: Final = -1  # below NO: no fact supports the leaf at all
REMEMBERED: Final = 4_096  # facts by their days and details


class Named:
    """Numbers by kind and concept."""

    def __init__(self, named: Iterable[tuple[Kind, str, int]]) -> None:
        found: defaultdict[tuple[Kind, str], list[int]] = defaultdict(list)
        for kind, concept, number in named:
            found[kind, concept].append(number)
        self._found = {key: np.array(numbers, np.int64) for key, numbers in found.items()}

    def under(self, kind: Kind, concepts: Iterable[str]) -> Numbers:
        """The numbers under any of `concepts`, which may repeat."""
        found = [some for each in concepts if (some := self._found.get((kind, each))) is not None]
        if not found:
            return NONE
        return found[0] if len(found) == 1 else np.concatenate(found)


@dataclass(frozen=True, slots=True)
class Speaking:
    """What the facts of one person say of each leaf, and of each part what rules it out.

    `best` is the most that any fact supports; `disputed` marks YES of a fact that the rest of the
    record rules out, `vague` what is covered by a broader fact, `doubted` what the person is unsure
    of.
    """

    best: Truths
    disputed: Flags
    vague: Flags
    doubted: Flags
    ruled_out: Flags


class ClinicalLeaves:
    """Clinical leaves, ready to be answered for one person after another on one day."""

    def __init__(self, leaves: Sequence[Clinical], hierarchy: Hierarchy, on: date) -> None:
        self._hierarchy = hierarchy
        self._size = len(leaves)
        forms: dict[Clinical, int] = {}
        numbered = [forms.setdefault(_form(leaf), len(forms)) for leaf in leaves]
        self._form = np.array(numbered, np.int64)
        self._forms = tuple(forms)
        self._asks_now = np.array([asked_status(leaf) == "current" for leaf in leaves], np.bool_)
        kinds = list(Kind)
        self._kind = np.array([kinds.index(leaf.kind) for leaf in leaves], np.int8)
        lengths = np.array([len(leaf.concepts) for leaf in leaves], np.int64)
        self._of = np.repeat(np.arange(self._size), lengths)  # the leaf of each part
        self._begins = np.cumsum(lengths) - lengths
        parts = [(leaf.kind, concept) for leaf in leaves for concept in leaf.concepts]
        left_out = [(n, leaf.kind, c) for n, leaf in enumerate(leaves) for c in leaf.besides]
        self._naming = Named((kind, concept, part) for part, (kind, concept) in enumerate(parts))
        self._below = Named(
            (kind, above, part)
            for part, (kind, concept) in enumerate(parts)
            for above in hierarchy.ancestors(concept)
        )
        self._leaving = Named((kind, concept, leaf) for leaf, kind, concept in left_out)
        self._leaving_below = Named(
            (kind, above, leaf)
            for leaf, kind, concept in left_out
            for above in hierarchy.ancestors(concept)
        )
        self._on = on
        self._told = lru_cache(maxsize=REMEMBERED)(self._of_forms)

    def truths(self, profile: Profile) -> Truths:
        """The truth of every leaf for a person."""
        said = self._said([fact for fact in profile.facts if isinstance(fact, ClinicalFact)])
        truths = np.full(self._size, UNKNOWN, np.int8)
        complete = [number for number, kind in enumerate(Kind) if kind in profile.complete]
        truths[np.isin(self._kind, complete) & ~said.doubted] = NO
        truths[said.vague] = UNKNOWN
        if self._size:
            truths[np.logical_and.reduceat(said.ruled_out, self._begins)] = NO
        supported = said.best > NO
        truths[supported] = said.best[supported]
        truths[said.disputed & (said.best == YES)] = UNKNOWN
        return truths

    def _said(self, facts: Sequence[ClinicalFact]) -> Speaking:
        said = Speaking(
            best=np.full(self._size, NOTHING, np.int8),
            disputed=np.zeros(self._size, np.bool_),
            vague=np.zeros(self._size, np.bool_),
            doubted=np.zeros(self._size, np.bool_),
            ruled_out=np.zeros(len(self._of), np.bool_),
        )
        absent = [fact for fact in facts if fact.status == "absent"]
        for fact in facts:
            match fact.status:
                case "absent":
                    said.ruled_out[self._covered(fact)] = True
                case "unknown":
                    said.doubted[self._supported(fact)] = True
                    said.doubted[self._of[self._covered(fact)]] = True
                case _:
                    self._have(fact, said, disputed=self._is_disputed(fact, absent))
        return said

    def _have(self, fact: ClinicalFact, said: Speaking, *, disputed: bool) -> None:
        """What a fact says that is present or past."""
        leaves, covered = self._supported(fact), self._covered(fact)
        truths = self._support(fact, leaves)
        said.best[leaves] = np.maximum(said.best[leaves], truths)
        if disputed:
            said.disputed[leaves[truths == YES]] = True
        above = self._of[covered]
        said.vague[above[~self._flags(leaves)[above]]] = True
        if fact.status == "past":
            named = self._naming.under(fact.kind, fact.concepts)
            said.ruled_out[named[self._asks_now[self._of[named]]]] = True
        if lasts(fact):
            failing = self._flags(leaves[truths == NO])
            said.ruled_out[covered[failing[above]]] = True

    def _support(self, fact: ClinicalFact, leaves: Numbers) -> Truths:
        """How far a fact supports some leaves that ask for its concept or a broader one."""
        plain = ClinicalFact(fact.kind, "", (), fact.status, fact.began, fact.ended, fact.detail)
        truths: Truths = self._told(plain)[self._form[leaves]]
        perhaps = self._leaving_below.under(fact.kind, fact.concepts)
        if len(perhaps):
            truths = np.where(self._flags(perhaps)[leaves], np.minimum(truths, UNKNOWN), truths)
        return truths

    def _of_forms(self, fact: ClinicalFact) -> Truths:
        """How far a fact of some days and details supports each form of its kind."""
        truths = np.full(len(self._forms), UNKNOWN, np.int8)
        for number, form in enumerate(self._forms):
            if form.kind is fact.kind:
                truths[number] = support(form, fact, self._hierarchy, self._on)
        return truths

    def _supported(self, fact: ClinicalFact) -> Numbers:
        """The leaves that ask for what a fact names or for something broader, and keep it in."""
        above = self._above(fact)
        leaves: Numbers = self._of[self._naming.under(fact.kind, above)]
        left_out = self._leaving.under(fact.kind, above)
        return leaves[~self._flags(left_out)[leaves]] if len(left_out) else leaves

    def _covered(self, fact: ClinicalFact) -> Numbers:
        """The parts that ask for what a fact names or for a kind of it."""
        return self._below.under(fact.kind, fact.concepts)

    def _flags(self, leaves: Numbers) -> Flags:
        flags = np.zeros(self._size, np.bool_)
        flags[leaves] = True
        return flags

    def _above(self, fact: ClinicalFact) -> set[str]:
        return {each for concept in fact.concepts for each in self._hierarchy.ancestors(concept)}

    def _is_disputed(self, fact: ClinicalFact, absent: Iterable[ClinicalFact]) -> bool:
        """Whether it is said to be present, and something that covers it to be absent."""
        if fact.status != "present":
            return False
        above = self._above(fact)
        return any(
            other.kind is fact.kind and not above.isdisjoint(other.concepts) for other in absent
        )


def _form(leaf: Clinical) -> Clinical:
    """What a leaf asks besides concepts."""
    return replace(leaf, text="", concepts=(), besides=(), span=None)
