"""Who was told that they will be erased."""

from typing import Final

from sqlalchemy import Column, ForeignKey, String, Table
from sqlmodel import SQLModel

from recruit.core.columns import UTCDateTime

# Somebody who permits nothing any more, when a message was posted that says what follows, and its
# reference: none was posted where there is none. Whether it left stands in the audit trail.
ANNOUNCED: Final = Table(
    "erasure_announced",
    SQLModel.metadata,
    Column("person", String(16), ForeignKey("participant.pseudonym"), primary_key=True),
    Column("at", UTCDateTime, nullable=False),
    Column("reference", String(32)),
)
