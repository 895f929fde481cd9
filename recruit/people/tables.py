"""Who takes part, under a pseudonym, and each version of what is known about them.

Plain tables, not mapped classes: people come and are read by the hundred thousand.
"""

from typing import Final

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    UniqueConstraint,
    text,
)
from sqlmodel import SQLModel

from recruit.core.columns import UTCDateTime

# Patient communities that people come from.
COMMUNITY: Final = Table(
    "community",
    SQLModel.metadata,
    Column("name", String(64), primary_key=True),
    Column("created_at", UTCDateTime, nullable=False),
)

# One person a row. After an erasure `external_id` is a digest, and no profile is left.
PARTICIPANT: Final = Table(
    "participant",
    SQLModel.metadata,
    Column("pseudonym", String(16), primary_key=True),
    Column("community", String(64), ForeignKey("community.name"), nullable=False),
    Column("external_id", String(200), nullable=False),
    Column("created_at", UTCDateTime, nullable=False),
    Column("erased_at", UTCDateTime),
    UniqueConstraint("community", "external_id", name="participant_once"),
    # Whoever comes is looked for among the erased, of whom there are few.
    Index(
        "participant_erased",
        "community",
        sqlite_where=text("erased_at IS NOT NULL"),
        postgresql_where=text("erased_at IS NOT NULL"),
    ),
)

# What was known about a person from `recorded_at` on: codec.py's JSON and its SHA-256.
VERSION: Final = Table(
    "profile_version",
    SQLModel.metadata,
    Column("person", String(16), ForeignKey("participant.pseudonym"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("current", Boolean, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("profile", JSON, nullable=False),
    Column("recorded_at", UTCDateTime, nullable=False),
    Index(
        "profile_version_current",
        "person",
        unique=True,
        sqlite_where=text("current"),
        postgresql_where=text("current"),
    ),
)
