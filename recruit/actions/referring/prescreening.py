"""What a study still has to know of a person, question by question, and what the answers mean.

Asked is what no record settles and a person can know: never what the site judges, and never what
nobody could read. What settles most comes first. An answer is a fact of the profile, and the law
(matching/reference) judges it; where no fact can say it, the answer itself counts here.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256
from typing import Final

from recruit.criteria.codec import encode
from recruit.criteria.eligibility import Criterion, Eligibility
from recruit.criteria.nodes import (
    AllOf,
    AnyOf,
    AtLeast,
    Clinical,
    Language,
    Leaf,
    Location,
    Measure,
    Not,
    Ordinal,
    Rule,
    Sex,
    State,
)
from recruit.criteria.truth import Truth, all_of, any_of, at_least
from recruit.matching.outcome import Attribute, CriterionOutcome, Hierarchy, LeafOutcome, holds
from recruit.matching.reference import explain_criterion
from recruit.people.facts import Fact, Profile
from recruit.referrals.asked import NO, SILENT, YES
from recruit.terminology.scales import scale
from recruit.terminology.states import state
from recruit.terminology.variables import variable

SAID: Final = {YES: Truth.YES, NO: Truth.NO}


@dataclass(frozen=True, slots=True)
class Question:
    """One thing to ask, known by `key`, and the first criterion that wants to know it.

    `leaf` is what is asked; None where the whole statement is: no part of it can be asked alone.
    """

    key: str
    leaf: Leaf | None
    criterion: Criterion

    @property
    def is_dated(self) -> bool:
        """Whether it matters when something was."""
        return isinstance(self.leaf, Clinical) and self.leaf.within is not None


@dataclass(frozen=True, slots=True)
class Judged:
    """A criterion with what is known of it, its questions, and the facts that speak of it."""

    criterion: Criterion
    truth: Truth
    keys: tuple[str, ...]
    facts: tuple[Fact | Attribute, ...]

    @property
    def holds(self) -> Truth:
        """Whether it lets the person in, as far as is known."""
        return holds(self.criterion.kind, self.truth)


@dataclass(frozen=True, slots=True)
class Screening:
    """Where somebody stands in the questions of a study.

    `dealt` are those they have dealt with, in that order; `open` those that are left, first what
    settles most. `criteria` leave out what the site judges.
    """

    dealt: tuple[Question, ...]
    open: tuple[Question, ...]
    criteria: tuple[Judged, ...]

    def question(self, key: str) -> Question | None:
        """The question with this key, dealt with or open."""
        return next((each for each in (*self.dealt, *self.open) if each.key == key), None)

    def against(self, key: str | None = None) -> list[Judged]:
        """The criteria that speak against the person; with `key`, those that it has a part in."""
        return [
            each
            for each in self.criteria
            if each.holds is Truth.NO and (key is None or key in each.keys)
        ]


def screening(
    eligibility: Eligibility,
    profile: Profile,
    hierarchy: Hierarchy,
    on: date,
    given: Mapping[str, str],
) -> Screening:
    """The questions of a study for one person on the day `on`, given how they dealt with some."""
    asked = [each for each in eligibility.criteria if each.settled_by != "site"]
    views = [
        _View(
            each,
            explain_criterion(
                replace(each, settled_by="record"), profile, hierarchy, on, eligibility.places
            ),
            given,
        )
        for each in asked
    ]
    every: dict[str, Question] = {}
    for question in (each for view in views for each in view.questions()):
        # Asked once, and with a date where one of the criteria wants to know when.
        if question.key not in every or not every[question.key].is_dated:
            every[question.key] = question
    wanted = {key for view in views for key in view.unknown()}
    left = [every[key] for key in every if key in wanted and key not in given]
    # Of two that settle as much, the one that the protocol names first.
    left.sort(key=lambda question: -sum(view.settled_by(question.key) for view in views))
    return Screening(
        tuple(every[key] for key in given if key in every),
        tuple(left),
        tuple(view.judged() for view in views),
    )


@dataclass(frozen=True, slots=True)
class _View:
    """A criterion, what the record says of it, and what the person said about its questions."""

    criterion: Criterion
    outcome: CriterionOutcome
    given: Mapping[str, str]

    def questions(self) -> Iterator[Question]:
        """Everything in it that can be asked."""
        if self._is_whole():
            yield Question(_statement(self.criterion), None, self.criterion)
            return
        for found in self.outcome.leaves:
            if _is_askable(found.leaf):
                yield Question(_topic(found.leaf), found.leaf, self.criterion)

    def unknown(self) -> Iterator[str]:
        """The keys of its questions that have no answer, while the whole has none."""
        if self.truth() is not Truth.UNKNOWN:
            return
        if self._is_whole():
            yield _statement(self.criterion)
            return
        for found in self.outcome.leaves:
            if _is_askable(found.leaf) and self._said(found, None) is Truth.UNKNOWN:
                yield _topic(found.leaf)

    def truth(self, assumed: tuple[str, Truth] | None = None) -> Truth:
        """Whether the statement is so, where `assumed` says the answer to one question."""
        if self._is_whole():
            return SAID.get(self.given.get(_statement(self.criterion), ""), Truth.UNKNOWN)
        leaves = iter(self.outcome.leaves)
        return _folded(self.criterion.rule, leaves, lambda found: self._said(found, assumed))

    def settled_by(self, key: str) -> int:
        """In how many ways an answer to a question would settle this: 0, 1 or 2."""
        if self.truth() is not Truth.UNKNOWN:
            return 0
        if self._is_whole():
            return 2 * (key == _statement(self.criterion))
        answers = (self.truth((key, each)) for each in (Truth.YES, Truth.NO))
        return sum(each is not Truth.UNKNOWN for each in answers)

    def judged(self) -> Judged:
        """The criterion with all that is known of it."""
        keys = tuple(dict.fromkeys(question.key for question in self.questions()))
        facts = tuple(dict.fromkeys(fact for leaf in self.outcome.leaves for fact in leaf.evidence))
        return Judged(self.criterion, self.truth(), keys, facts)

    def _is_whole(self) -> bool:
        """Whether the person is asked about it as it stands: some part cannot be asked alone."""
        leaves = self.outcome.leaves
        return self.criterion.settled_by == "person" and not all(
            _is_askable(found.leaf) for found in leaves
        )

    def _said(self, found: LeafOutcome, assumed: tuple[str, Truth] | None) -> Truth:
        key = _topic(found.leaf)
        if assumed and assumed[0] == key and _is_askable(found.leaf):
            return assumed[1]
        said = self.given.get(key)
        # Who does not know says nothing new: what is on record stays so.
        if self.criterion.settled_by == "person" and (said is None or said in SILENT):
            return Truth.UNKNOWN
        if found.truth is Truth.UNKNOWN and not becomes_fact(found.leaf):
            return SAID.get(said or "", Truth.UNKNOWN)
        return found.truth


def _folded(
    rule: Rule, leaves: Iterator[LeafOutcome], said: Callable[[LeafOutcome], Truth]
) -> Truth:
    """The truth of a rule whose leaves come one by one, left to right, as they were explained."""
    match rule:
        case AllOf(of):
            return all_of([_folded(part, leaves, said) for part in of])
        case AnyOf(of):
            return any_of([_folded(part, leaves, said) for part in of])
        case AtLeast(n, of):
            return at_least(n, [_folded(part, leaves, said) for part in of])
        case Not(of):
            return ~_folded(of, leaves, said)
        case _:
            return said(next(leaves))


def becomes_fact(leaf: Leaf) -> bool:
    """Whether each answer is a fact: that somebody has no severe asthma is none about asthma."""
    match leaf:
        case Clinical(detail=detail, besides=besides):
            return detail is None and not besides
        case State(within=within):
            # Facts have no day on which a state began or ended.
            return within is None
        case _:
            return not isinstance(leaf, Language)


def _is_askable(leaf: Leaf) -> bool:
    """Whether a person can answer it, so that a fact, or the answer itself, settles it."""
    match leaf:
        case Sex() | Language() | Location():
            return True
        case State(state=key):
            return state(key) is not None
        case Ordinal(variable=key):
            return scale(key) is not None
        case Measure(variable=key, times=times):
            return times is None and variable(key) is not None
        case Clinical(concepts=concepts):
            return bool(concepts)
        case _:
            return False


def _topic(leaf: Leaf) -> str:
    """What a question about a leaf is known by: two that ask the same are one."""
    match leaf:
        case State(within=within) if within is not None:
            asked: object = ["state", encode(replace(leaf, span=None))]
        case State(state=key):
            asked = ["state", key]
        case Measure(variable=key) | Ordinal(variable=key):
            asked = ["value", key]
        case Clinical():
            detail = encode(
                replace(leaf, within=None, span=None, status="ever", text="", besides=())
            )
            asked = ["clinical", detail]
        case Language(value=value):
            asked = ["language", value]
        case _:
            asked = [type(leaf).__name__.lower()]
    return _digest(asked)


def _statement(criterion: Criterion) -> str:
    return _digest(["statement", criterion.kind, criterion.text])


def _digest(asked: object) -> str:
    """64 bits in hexadecimal digits, short enough for an address: a study asks some dozens."""
    written = json.dumps(asked, ensure_ascii=False, sort_keys=True)
    return sha256(written.encode("utf-8", "surrogatepass")).hexdigest()[:16]
