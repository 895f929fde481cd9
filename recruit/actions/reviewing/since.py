"""What changed since a person was last matched with a study: which criteria, and by what."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import bindparam
from sqlalchemy.orm import Session
from sqlmodel import col, select

from recruit.actions.match_table import MatchRow
from recruit.actions.reviewing.wanted import Look
from recruit.criteria.truth import Truth
from recruit.matching.outcome import Attribute, CriterionOutcome, Outcome
from recruit.matching.reference import explain
from recruit.people import store as people
from recruit.people.facts import Fact, Profile, Source
from recruit.trials import store as trials
from recruit.trials.store import Version

_EARLIER: Final = (
    select(MatchRow)
    .where(
        col(MatchRow.person) == bindparam("person"),
        col(MatchRow.trial) == bindparam("trial"),
        col(MatchRow.id) < bindparam("match"),
    )
    .order_by(col(MatchRow.id).desc())
    .limit(1)
)


class Because(StrEnum):
    """What made a criterion turn out otherwise."""

    FACT = "fact"
    AMENDED = "amended"
    TIME = "time"
    """Nothing was said anew: a birthday, a pause that is over, another reading of the rule."""


@dataclass(frozen=True, slots=True)
class Flip:
    """A criterion that holds otherwise than before; `was` is None where the study did not ask it.

    `facts` are those that are new on record, `answered` says that one is the person's own answer.
    """

    now: CriterionOutcome
    was: Truth | None
    because: Because
    facts: tuple[Fact | Attribute, ...] = ()
    answered: bool = False


@dataclass(frozen=True, slots=True)
class Judged:
    """How a match was judged, and from what."""

    version: Version
    profile: Profile
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Since:
    """What is otherwise than in the match that ended at a moment, for a reason (Superseded).

    `dropped` are the texts of criteria that the study no longer has.
    """

    ended_at: datetime
    reason: str
    flips: tuple[Flip, ...]
    dropped: tuple[str, ...]

    @property
    def answered(self) -> bool:
        """Whether the person answered something that counts here."""
        return any(flip.answered for flip in self.flips)


def since_last(session: Session, row: MatchRow, judged: Judged, look: Look) -> Since | None:
    """What is otherwise than in the match before this one; None where there was none."""
    asked = {"person": row.person, "trial": row.trial, "match": row.id}
    before = session.scalars(_EARLIER, asked).one_or_none()
    if before is None or before.superseded_at is None:
        return None
    found, profile = judged.outcome, judged.profile
    version = judged.version
    if before.trial_version != row.trial_version:
        version = trials.version(session, before.trial, before.trial_version)
    if before.profile_version != row.profile_version:
        profile = people.profile(session, before.person, before.profile_version)
    then = explain(version.eligibility, profile, look.lexicon, before.made_at.date())
    was = {_identity(each): each for each in then.criteria}
    remain = {_identity(each) for each in found.criteria}
    return Since(
        before.superseded_at,
        before.reason or "",
        tuple(
            flip
            for each in found.criteria
            if (flip := _flip(each, was.get(_identity(each)), profile))
        ),
        tuple(
            " ".join(each.criterion.text.split()) for key, each in was.items() if key not in remain
        ),
    )


def _identity(each: CriterionOutcome) -> tuple[str, str]:
    """By what a criterion is the same one in two versions of a study: its words."""
    return each.criterion.kind, " ".join(each.criterion.text.split()).casefold()


def _flip(now: CriterionOutcome, was: CriterionOutcome | None, before: Profile) -> Flip | None:
    if was is None:
        return Flip(now, None, Because.AMENDED)
    if was.holds is now.holds:
        return None
    known = {fact for leaf in was.leaves for fact in leaf.evidence} | set(before.facts)
    told = (fact for leaf in now.leaves for fact in leaf.evidence)
    facts = tuple(dict.fromkeys(fact for fact in told if fact not in known))
    if facts:
        own = any(not isinstance(fact, Attribute) and fact.source is Source.OWN for fact in facts)
        return Flip(now, was.holds, Because.FACT, facts, answered=own)
    amended = now.criterion.rule != was.criterion.rule
    return Flip(now, was.holds, Because.AMENDED if amended else Because.TIME)
