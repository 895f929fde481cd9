"""Where a match stands in the queue, and what its row there shows: counted once, when it is made.

A match that takes the place of an older one for the same person and trial takes over where that one
stood: an open question stays open, who was approved stays approved, and who has waited keeps the
day since which they do. A no comes back when what was judged has changed.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import update
from sqlalchemy.orm import Session
from sqlmodel import col

from recruit.actions.match_table import MatchRow, ReviewState
from recruit.criteria.eligibility import Eligibility
from recruit.criteria.truth import Truth
from recruit.matching.outcome import holds

TAKEN_OVER: Final = ("state", "since", "answered")
JUDGED: Final = ("trial_version", "truths")
OPEN: Final = Truth.UNKNOWN.name.lower()


@dataclass(frozen=True, slots=True)
class Tally:
    """How many criteria let the person in, keep them out, and are open."""

    held: int
    against: int
    unknown: int

    @property
    def total(self) -> int:
        """All criteria."""
        return self.held + self.against + self.unknown


def counted(eligibility: Eligibility, truths: tuple[Truth, ...]) -> dict[str, Any]:
    """The columns that say how the criteria stand; `truths` are those of their statements."""
    held = [
        holds(criterion.kind, truth)
        for criterion, truth in zip(eligibility.criteria, truths, strict=True)
    ]
    first = held.index(Truth.UNKNOWN) if Truth.UNKNOWN in held else None
    return {
        "held": held.count(Truth.YES),
        "against": held.count(Truth.NO),
        "unknown": held.count(Truth.UNKNOWN),
        "first_open": first,
    }


def taken_over(before: MatchRow, row: Mapping[str, Any]) -> dict[str, Any]:
    """The columns that a new match, `row`, takes from the one that it supersedes."""
    kept = {name: getattr(before, name) for name in TAKEN_OVER}
    judged_anew = any(getattr(before, name) != row[name] for name in JUDGED)
    if before.state == ReviewState.REFUSED and judged_anew:
        return {"state": ReviewState.WAITING.value, "since": row["since"], "answered": False}
    return kept


def put(
    session: Session, matches: Collection[int], state: ReviewState, *, answered: bool = False
) -> int:
    """Put matches that stand into a state, in the caller's unit of work; how many stood."""
    this = col(MatchRow.id).in_(matches) & col(MatchRow.superseded_at).is_(None)
    found = session.execute(
        update(MatchRow)
        .where(this)
        .values(state=state.value, answered=answered)
        .execution_options(synchronize_session=False)
        .returning(col(MatchRow.id))
    )
    return len(found.all())
