"""Who was told that they will be erased."""

from typing import Final

from sqlalchemy import Column, ForeignKey, String, Table
from sqlmodel import SQLModel

from recruit.core.columns import UTCDateTime

# Somebody who permits nothing any more, and when they were told what follows from that.
ANNOUNCED: Final = Table(
    "erasure_announced",
    SQLModel.metadata,
    Column("person", String(16), ForeignKey("participant.pseudonym"), primary_key=True),
    Column("at", UTCDateTime, nullable=False),
)
