"""Matches as versioned facts: who was proposed for which trial, on what grounds, until when.

What a row says is never deleted or rewritten: a match that no longer stands is superseded, with the
reason. Only where it stands in the queue of those who judge it changes.
"""

from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import JSON, Index, text
from sqlmodel import Field, SQLModel, col

from recruit.core.clock import now
from recruit.core.columns import UTCDateTime

SITE_KEY: Final = 64  # hexadecimal digits: trials/centres.site_key
STATE: Final = 8


class Superseded(StrEnum):
    """Why a match no longer stands."""

    TRIAL_AMENDED = "trial amended"
    PROFILE_CHANGED = "profile changed"
    RULES_CHANGED = "rules changed"
    TIME_PASSED = "time passed"
    CONSENT_WITHDRAWN = "consent withdrawn"
    TRIAL_STOPPED = "trial paused or closed"
    """By its sponsor: until it goes on, nobody is matched with it."""


class ReviewState(StrEnum):
    """Where a match is in the hands of those who judge it."""

    WAITING = "waiting"
    ASKED = "asked"
    """A question to the person is open."""
    LATER = "later"
    """Not now: it comes back by itself."""
    APPROVED = "approved"
    REFUSED = "refused"


def _where(condition: str) -> dict[str, Any]:
    return {"sqlite_where": text(condition), "postgresql_where": text(condition)}


STANDS: Final = "superseded_at IS NULL"


class MatchRow(SQLModel, table=True):
    """One match: a candidate for a trial, at the versions of trial, profile and engine it rests on.

    `rules` is the parser and engine whose reading and verdict it is. `truths` holds "yes", "no" or
    "unknown" for each criterion's statement, in the trial version's order.

    What the queue shows and sorts by was counted when the match was made (reviewing/standing.py):
    how many criteria let the person in (`held`), keep them out (`against`) and are open
    (`unknown`), the place of the first open one (`first_open`, from 0; None where none is), and
    the recruiting site that is nearest to the person, by its key, with the distance to it as the
    crow flies; None where either is not known. `placed` is the trial version whose sites were
    looked at, 0 where none were. `since` is when the person came into the queue for this trial,
    which a newer match does not change; `answered` says that they answered a question since.
    `grounds` is the digest of what speaks against the person or is open (matching/basis.py).
    """

    __tablename__ = "match"
    __table_args__ = (
        Index("match_current", "trial", "person", unique=True, **_where(STANDS)),
        Index("match_by_place", "trial", "placed", "site", **_where(STANDS)),
        # By the beginning of a pseudonym too: whoever judges matches looks for people so.
        Index("ix_match_person", "person", postgresql_ops={"person": "varchar_pattern_ops"}),
        Index("match_amended", "superseded_at", **_where("reason = 'trial amended'")),
    )

    id: int | None = Field(default=None, primary_key=True)
    trial: str = Field(index=True, foreign_key="trial.id")
    trial_version: int
    person: str = Field(foreign_key="participant.pseudonym")
    profile_version: int
    rules: str
    verdict: str
    score: float
    truths: list[str] = Field(sa_type=JSON)
    made_at: datetime = Field(sa_type=UTCDateTime)
    superseded_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    reason: str | None = None
    grounds: str | None = Field(default=None, max_length=64)
    held: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    against: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    unknown: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    first_open: int | None = None
    km: float | None = None
    site: str | None = Field(default=None, max_length=SITE_KEY)
    placed: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    state: str = Field(
        default=ReviewState.WAITING.value,
        max_length=STATE,
        sa_column_kwargs={"server_default": ReviewState.WAITING.value},
    )
    since: datetime = Field(default_factory=now, sa_type=UTCDateTime)
    answered: bool = Field(default=False, sa_column_kwargs={"server_default": text("false")})


BEST_FIRST: Final = (col(MatchRow.score).desc(), col(MatchRow.id))
"""The likeliest first. Who fulfils every criterion scores 1, and nobody else does (scoring.py)."""
# In that order, so that a page of the queue reads no more rows than it shows.
Index("match_queue", col(MatchRow.state), *BEST_FIRST, **_where(STANDS))
Index(
    "match_queue_of_trial", col(MatchRow.trial), col(MatchRow.state), *BEST_FIRST, **_where(STANDS)
)
