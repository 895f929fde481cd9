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
    Column("scope", String(255), nullable=False),
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
    Column("tried_at", UTCDateTime),
    Column("answer", String(80)),  # what the community's server said last, as its status
    Index("community_event_due", "due_at"),
    Index("community_event_by_community", "community", "made_at"),
)

# What else is agreed: terms.py's JSON.
TERMS: Final = Table(
    "community_terms",
    SQLModel.metadata,
    Column("community", String(64), ForeignKey("community.name"), primary_key=True),
    Column("terms", JSON, nullable=False),
    Column("changed_at", UTCDateTime, nullable=False),
)

# Whose staff look after the community, beside the operator's administrators.
STAFFED: Final = Table(
    "community_staffed",
    SQLModel.metadata,
    Column("community", String(64), ForeignKey("community.name"), primary_key=True),
    Column("organisation", Integer, ForeignKey("organisation.id"), nullable=False, index=True),
)

# The secret with which the community signs what it tells us, sealed. Not the one with which we
# sign: what we say to a community could be sent back to us.
INBOUND: Final = Table(
    "community_inbound",
    SQLModel.metadata,
    Column("community", String(64), ForeignKey("community.name"), primary_key=True),
    Column("secret", Text, nullable=False),
    Column("changed_at", UTCDateTime, nullable=False),
)

# What a community told us: digests of the event's identifier and body, so that no event is done
# twice, and none stands for another. Neither says who it was about.
HEARD: Final = Table(
    "community_heard",
    SQLModel.metadata,
    Column("community", String(64), ForeignKey("community.name"), primary_key=True),
    Column("event", String(64), primary_key=True),
    Column("body", String(64), nullable=False),
    Column("outcome", String(16), nullable=False),
    Column("at", UTCDateTime, nullable=False),
    Index("community_heard_at", "at"),
)

# Where we fetch a community's people from, how far the run under way is, and how the last went.
PULL: Final = Table(
    "community_pull",
    SQLModel.metadata,
    Column("community", String(64), ForeignKey("community.name"), primary_key=True),
    Column("url", String(500), nullable=False),
    Column("key", Text),  # sealed; sent as a bearer token
    Column("minutes", Integer, nullable=False),
    Column("due_at", UTCDateTime, nullable=False),
    Column(
        "run", Integer, nullable=False
    ),  # the fence: a worker that lost its lease writes no more
    Column("etag", String(200)),  # of the last run that came to its end
    Column("seen", String(200)),  # of the run under way
    Column("page", String(500)),  # where the run under way goes on
    Column("pages", Integer, nullable=False),
    Column("new", Integer, nullable=False),
    Column("changed", Integer, nullable=False),
    Column("unchanged", Integer, nullable=False),
    Column("refused", Integer, nullable=False),
    Column("failures", Integer, nullable=False),  # in a row
    Column("began_at", UTCDateTime),
    Column("ended_at", UTCDateTime),
    Column("outcome", String(16)),
    Column("problem", String(80)),
)

# The identity provider of a community. `secret` is sealed.
PROVIDER: Final = Table(
    "community_provider",
    SQLModel.metadata,
    Column("community", String(64), ForeignKey("community.name"), primary_key=True),
    Column("issuer", String(500), nullable=False),
    Column("client", String(255), nullable=False),
    Column("secret", Text, nullable=False),
    Column("changed_at", UTCDateTime, nullable=False),
)

# Who came in with a community's identity provider: a keyed digest of what it calls them.
MEMBER: Final = Table(
    "community_member",
    SQLModel.metadata,
    Column("community", String(64), ForeignKey("community.name"), primary_key=True),
    Column("subject", String(64), primary_key=True),
    Column("person", String(16), ForeignKey("participant.pseudonym"), nullable=False, index=True),
    Column("since", UTCDateTime, nullable=False),
)
