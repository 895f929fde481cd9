"""What is agreed with each community: how its files read, who may push, where we answer."""

from typing import Final

from sqlalchemy import (
    JSON,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
)
from sqlmodel import SQLModel

from recruit.core.columns import UTCDateTime

# How a community's columns become our fields: mapping.py's JSON.
MAPPING: Final = Table(
    "community_mapping",
    SQLModel.metadata,
    Column("community", String(64), ForeignKey("community.name"), primary_key=True),
    Column("mapping", JSON, nullable=False),
    Column("changed_at", UTCDateTime, nullable=False),
)

# What a community last said of how to reach a person, as keyed digests: what stands in the vault
# and differs, the person changed here.
CONTACT: Final = Table(
    "community_contact",
    SQLModel.metadata,
    Column("person", String(16), ForeignKey("participant.pseudonym"), primary_key=True),
    Column("item", String(16), primary_key=True),
    Column("digest", String(64), nullable=False),
)

# Keys to the API. The key itself is shown once; its SHA-256 stays.
KEY: Final = Table(
    "community_key",
    SQLModel.metadata,
    Column("name", String(16), primary_key=True),  # the part of the key that may be told
    Column("community", String(64), ForeignKey("community.name"), nullable=False, index=True),
    Column("digest", String(64), nullable=False, unique=True),
    Column("scope", String(64), nullable=False),
    Column("created_at", UTCDateTime, nullable=False),
    Column("expires_at", UTCDateTime, nullable=False),
    Column("revoked_at", UTCDateTime),
)

# Where a community hears of withdrawals. `secret` signs and `private` opens what waits; both are
# sealed by the vault's master keys. Everybody who writes an event has but `public`.
HOOK: Final = Table(
    "community_hook",
    SQLModel.metadata,
    Column("community", String(64), ForeignKey("community.name"), primary_key=True),
    Column("url", String(500), nullable=False),
    Column("secret", Text, nullable=False),
    Column("private", Text, nullable=False),
    Column("public", LargeBinary, nullable=False),
    Column("changed_at", UTCDateTime, nullable=False),
)

# What is to be told. `sealed` is gone when it was told or given up: it names a person by the
# community's own identifier, which must not outlive an erasure.
EVENT: Final = Table(
    "community_event",
    SQLModel.metadata,
    Column("id", String(36), primary_key=True),
    Column("community", String(64), ForeignKey("community.name"), nullable=False),
    Column("person", String(16), nullable=False),
    Column("type", String(32), nullable=False),
    Column("sealed", LargeBinary),
    Column("made_at", UTCDateTime, nullable=False),
    Column("due_at", UTCDateTime),  # of the next try; none is left when it is NULL
    Column("tries", Integer, nullable=False),
    Column("told_at", UTCDateTime),
    Index("community_event_due", "due_at"),
)
