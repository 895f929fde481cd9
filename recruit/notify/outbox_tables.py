"""The tables of messages to people about studies, without a name in them.

They say who was asked about which study, which is about their health: an erasure takes them along.
"""

from typing import Final

from sqlalchemy import (
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

from recruit.core.columns import NUMBER, UTCDateTime

IS_APPROVED: Final = text("state = 'approved'")
IS_DUE: Final = text("state IN ('queued', 'deferred')")
HAS_LEASE: Final = text("lease_until IS NOT NULL")
WAS_SENT: Final = text("sent_at IS NOT NULL")
IS_TROUBLE: Final = text("state IN ('unknown', 'bounced', 'complained', 'failed')")

# One message to one person about one trial, in one wave, by one channel: there is never a second
# row of these four, which is what “never twice” rests on; what is about a trial is found by it too.
# `fence` counts claims: whoever holds an older number may do nothing any more. `approved_by` is who
# decided that it is sent ("account 5"), `round` the release it went out with, `digest` the approved
# text's, once that may have been sent.
OUTBOX: Final = Table(
    "outbox",
    SQLModel.metadata,
    Column("id", NUMBER, primary_key=True),
    Column("trial", ForeignKey("trial.id"), nullable=False),
    Column("posting", ForeignKey("posting.id"), nullable=False),
    Column("person", ForeignKey("participant.pseudonym"), nullable=False),
    Column("wave", String(16), nullable=False),
    Column("channel", String(8), nullable=False),
    Column("language", String(2), nullable=False),
    Column("country", String(2), nullable=False),
    Column("state", String(16), nullable=False),
    Column("reason", String(64)),
    Column("due_at", UTCDateTime, nullable=False),
    Column("not_after", UTCDateTime, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("fence", Integer, nullable=False),
    Column("worker", String(64)),
    Column("lease_until", UTCDateTime),
    Column("provider", String(32)),
    Column("reference", String(32), nullable=False, unique=True),
    Column("digest", String(64)),
    Column("approved_by", String(254), nullable=False),
    Column("round", Integer),
    Column("approved_at", UTCDateTime, nullable=False),
    Column("sent_at", UTCDateTime),
    Column("changed_at", UTCDateTime, nullable=False),
    UniqueConstraint("trial", "person", "wave", "channel", name="outbox_once"),
    Index("outbox_due", "due_at", "id", sqlite_where=IS_DUE, postgresql_where=IS_DUE),
    Index("outbox_by_person", "person", "state"),
    Index("outbox_waiting", "trial", sqlite_where=IS_APPROVED, postgresql_where=IS_APPROVED),
    Index("outbox_by_change", "changed_at"),
    Index("outbox_leased", "lease_until", sqlite_where=HAS_LEASE, postgresql_where=HAS_LEASE),
    Index(
        "outbox_by_sending", "channel", "sent_at", sqlite_where=WAS_SENT, postgresql_where=WAS_SENT
    ),
    Index(
        "outbox_trouble",
        "state",
        "changed_at",
        sqlite_where=IS_TROUBLE,
        postgresql_where=IS_TROUBLE,
    ),
)

# Every state that a message has been in, for whoever wants to know afterwards what happened. It is
# written by the statement that moves the message, and no foreign key looks for that again: it cost
# a fifth of the time in which 200,000 messages stop. Whoever deletes messages calls `forget_steps`.
OUTBOX_STEP: Final = Table(
    "outbox_step",
    SQLModel.metadata,
    Column("id", NUMBER, primary_key=True),
    Column("message", NUMBER, nullable=False),
    Column("state", String(16), nullable=False),
    Column("reason", String(64)),
    Column("fence", Integer, nullable=False),
    Column("worker", String(64)),
    Column("at", UTCDateTime, nullable=False),
    Index("outbox_step_by_message", "message"),
)

# The links that a message carried, by the SHA-256 of their tokens: "answer" (/i/…), "question"
# (/q/…) or "stop" (/u/…). Each try to send has links of its own.
OUTBOX_LINK: Final = Table(
    "outbox_link",
    SQLModel.metadata,
    Column("digest", String(64), primary_key=True),
    Column("message", ForeignKey("outbox.id", ondelete="CASCADE"), nullable=False),
    Column("purpose", String(8), nullable=False),
    Column("made_at", UTCDateTime, nullable=False),
    Index("outbox_link_by_message", "message"),
)
