"""The table of messages that wait; a message that went out leaves it."""

from typing import Final

from sqlalchemy import Column, Index, Integer, String, Table, Text
from sqlmodel import SQLModel

from recruit.core.columns import UTCDateTime

# One message to one address. `sealed` holds the address and the fields; `due_at` is when it is to
# be tried next, and while somebody tries it, when that somebody must be dead.
MESSAGE: Final = Table(
    "message",
    SQLModel.metadata,
    Column("reference", String(32), primary_key=True),
    Column("name", String(32), nullable=False),
    Column("language", String(2), nullable=False),
    Column("channel", String(8), nullable=False),
    Column("sealed", Text, nullable=False),
    Column("posted_at", UTCDateTime, nullable=False),
    Column("due_at", UTCDateTime, nullable=False),
    Column("not_after", UTCDateTime, nullable=False),
    Column("tries", Integer, nullable=False),
    Index("message_by_due", "due_at"),
)
