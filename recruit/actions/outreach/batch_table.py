"""Batches for the print house, and which letters went into which: each into one, once."""

from typing import Final

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table
from sqlmodel import SQLModel

from recruit.core.columns import UTCDateTime

# There is at most one batch that is not closed; `digest` is the SHA-256 of its ZIP file, `letters`
# how many were in it. They stay when the letters of somebody erased no longer do.
LETTER_BATCH: Final = Table(
    "letter_batch",
    SQLModel.metadata,
    Column("id", Integer, primary_key=True),
    Column("opened_at", UTCDateTime, nullable=False),
    Column("closed_at", UTCDateTime),
    Column("closed_by", String(254)),
    Column("letters", Integer),
    Column("digest", String(64)),
)

LETTER_PRINTED: Final = Table(
    "letter_printed",
    SQLModel.metadata,
    Column("message", ForeignKey("outbox.id", ondelete="CASCADE"), primary_key=True),
    Column("batch", ForeignKey("letter_batch.id"), nullable=False),
    Column("pages", Integer, nullable=False),
    Column("digest", String(64), nullable=False),
    Index("letter_printed_by_batch", "batch"),
)
