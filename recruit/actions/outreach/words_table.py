"""What people write to us in words of their own, sealed, until an erasure takes it along."""

from typing import Final

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, String, Table, Text, text
from sqlmodel import SQLModel

from recruit.core.columns import UTCDateTime

UNREAD: Final = text("read_at IS NULL")

# One answer, question or message. `person` is null where nobody knows whose number it came from;
# `trial` where it is not sure which study it is about. `mark` is the SHA-256 of what the provider
# calls this one message and of the person: told twice, it is kept once. `answered_at` says that an
# automatic answer went out, `read_by` who has read it ("account 5").
HEARD: Final = Table(
    "heard",
    SQLModel.metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("person", ForeignKey("participant.pseudonym")),
    Column("trial", ForeignKey("trial.id")),
    Column("channel", String(8), nullable=False),
    Column("mark", String(64), nullable=False, unique=True),
    Column("sealed", Text, nullable=False),
    Column("heard_at", UTCDateTime, nullable=False),
    Column("answered_at", UTCDateTime),
    Column("read_at", UTCDateTime),
    Column("read_by", String(254)),
    Index("heard_unread", "heard_at", "id", sqlite_where=UNREAD, postgresql_where=UNREAD),
    Index("heard_by_person", "person", "answered_at"),
)
