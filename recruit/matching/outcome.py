"""What an engine says about a person and a trial, down to the fact that decided."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from recruit.criteria.eligibility import Criterion, CriterionKind
from recruit.criteria.nodes import Leaf
from recruit.criteria.truth import Truth, all_of
from recruit.people.facts import Fact


class Hierarchy(Protocol):
    """What an engine asks the lexicon: who stands above and below a concept, itself included."""

    def ancestors(self, concept: str) -> frozenset[str]:
        """`concept` and everything it is a kind of."""
        ...

    def descendants(self, concept: str) -> frozenset[str]:
        """`concept` and everything that is a kind of it."""
        ...


class Verdict(StrEnum):
    """The outcome for a whole trial."""

    ELIGIBLE = "eligible"
    INELIGIBLE = "ineligible"
    UNDETERMINED = "undetermined"


class Why(StrEnum):
    """Why a leaf has its truth."""

    FACT = "fact"
    """Facts on record say so."""
    COMPLETE = "complete"
    """It is not in a list that the person calls complete."""
    MISSING = "missing"
    """Nothing on record speaks of it."""
    VAGUE = "vague"
    """Something on record speaks of it, but not precisely enough."""
    CONTRADICTION = "contradiction"
    """Facts on record contradict each other."""
    UNREAD = "unread"
    """The text was not read, or no concept or unit was found for it."""
    PERSON = "person"
    """Whatever is on record, the person is asked."""
    SITE = "site"
    """Whatever is on record, the site judges."""


class Attribute(StrEnum):
    """What a profile says besides its facts."""

    BORN = "born"
    SEX = "sex"
    HOME = "home"
    LANGUAGES = "languages"


@dataclass(frozen=True, slots=True)
class LeafOutcome:
    """The truth of one leaf, why, and the facts that speak of it."""

    leaf: Leaf
    truth: Truth
    why: Why
    evidence: tuple[Fact | Attribute, ...] = ()


@dataclass(frozen=True, slots=True)
class CriterionOutcome:
    """The truth of a criterion's statement, and of each leaf in it, left to right."""

    criterion: Criterion
    truth: Truth
    leaves: tuple[LeafOutcome, ...]

    @property
    def holds(self) -> Truth:
        """Whether the criterion lets the person in: an exclusion holds when it is not so."""
        return holds(self.criterion.kind, self.truth)


@dataclass(frozen=True, slots=True)
class Judgement:
    """What every engine must agree on: the truth of each criterion, in order, and what follows."""

    trial: str
    person: str
    truths: tuple[Truth, ...]
    verdict: Verdict
    candidate: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """A judgement with its reasons."""

    judgement: Judgement
    criteria: tuple[CriterionOutcome, ...]


def holds(kind: CriterionKind, truth: Truth) -> Truth:
    """An inclusion holds when it is so, an exclusion when it is not."""
    return truth if kind == "inclusion" else ~truth


def verdict(held: Iterable[Truth]) -> Verdict:
    """Eligible when every criterion holds, ineligible when one surely does not.

    A trial that asks nothing accepts nobody: its criteria are not known yet.
    """
    match all_of(known) if (known := tuple(held)) else Truth.UNKNOWN:
        case Truth.YES:
            return Verdict.ELIGIBLE
        case Truth.NO:
            return Verdict.INELIGIBLE
        case Truth.UNKNOWN:
            return Verdict.UNDETERMINED
