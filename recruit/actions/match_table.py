"""Matches as versioned facts: who was proposed for which trial, on what grounds, until when.

A row is never deleted or rewritten: a match that no longer stands is superseded, with the reason.
"""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, Index, text
from sqlmodel import Field, SQLModel

from recruit.core.columns import UTCDateTime


class Superseded(StrEnum):
    """Why a match no longer stands."""

    TRIAL_AMENDED = "trial amended"
    PROFILE_CHANGED = "profile changed"
    RULES_CHANGED = "rules changed"
    TIME_PASSED = "time passed"
    CONSENT_WITHDRAWN = "consent withdrawn"
    TRIAL_STOPPED = "trial paused or closed"
    """By its sponsor: until it goes on, nobody is matched with it."""


class MatchRow(SQLModel, table=True):
    """One match: a candidate for a trial, at the versions of trial, profile and engine it rests on.

    `rules` is the parser and engine whose reading and verdict it is. `truths` holds "yes", "no" or
    "unknown" for each criterion, in the trial version's order.
    """

    __tablename__ = "match"
    __table_args__ = (
        Index(
            "match_current",
            "trial",
            "person",
            unique=True,
            sqlite_where=text("superseded_at IS NULL"),
            postgresql_where=text("superseded_at IS NULL"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    trial: str = Field(index=True, foreign_key="trial.id")
    trial_version: int
    person: str = Field(index=True, foreign_key="participant.pseudonym")
    profile_version: int
    rules: str
    verdict: str
    score: float
    truths: list[str] = Field(sa_type=JSON)
    made_at: datetime = Field(sa_type=UTCDateTime)
    superseded_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
    reason: str | None = None
