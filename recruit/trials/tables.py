"""Trials as they are kept: one row a trial, one row a version of it, one row a site.

A version is never rewritten by an amendment; only what was read from its text is, by a newer
parser. Drafts and eligibility are JSON texts in their canonical form.
"""

from datetime import datetime
from typing import Final

from sqlalchemy import Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from recruit.core.columns import UTCDateTime
from recruit.trials.checks import LONGEST_ID

HEX_256: Final = 64


class Trial(SQLModel, table=True):
    """A trial by its registry number or its own; `version` is the number of the current one."""

    __tablename__ = "trial"

    id: str = Field(primary_key=True, max_length=LONGEST_ID)
    status: str = Field(index=True, max_length=32)
    version: int
    recorded_at: datetime = Field(sa_type=UTCDateTime)
    amended_at: datetime = Field(sa_type=UTCDateTime)


class TrialVersion(SQLModel, table=True):
    """What a source said of a trial at one time, and what was read from it by which parser."""

    __tablename__ = "trial_version"
    __table_args__ = (UniqueConstraint("trial", "number"),)

    id: int | None = Field(default=None, primary_key=True)
    trial: str = Field(foreign_key="trial.id", max_length=LONGEST_ID)
    number: int
    digest: str = Field(max_length=HEX_256)
    draft: str = Field(sa_type=Text)
    eligibility: str = Field(sa_type=Text)
    parser: str = Field(index=True, max_length=HEX_256)
    recorded_at: datetime = Field(sa_type=UTCDateTime)
    read_at: datetime = Field(sa_type=UTCDateTime, index=True)


class TrialSite(SQLModel, table=True):
    """A site of a trial's current version; degrees are WGS 84."""

    __tablename__ = "trial_site"

    id: int | None = Field(default=None, primary_key=True)
    trial: str = Field(foreign_key="trial.id", index=True, max_length=LONGEST_ID)
    name: str = Field(sa_type=Text)
    city: str = Field(sa_type=Text)
    postcode: str = Field(sa_type=Text)
    country: str | None = Field(default=None, sa_type=Text)
    lat: float | None = None
    lon: float | None = None
    status: str | None = Field(default=None, max_length=32)
