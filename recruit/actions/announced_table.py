"""Who was told that they will be erased."""

from typing import Final

from sqlalchemy import Column, ForeignKey, Integer, String, Table
from sqlmodel import SQLModel

from recruit.core.columns import UTCDateTime

# Somebody who permits nothing any more, when a message was posted that says what follows, and its
# reference: none was posted where there is none. Whether it left stands in the audit trail. `tries`
# counts the messages since they last said anything; `letter_at` is when staff put a letter into the
# post, for whom no message reaches.
ANNOUNCED: Final = Table(
    "erasure_announced",
    SQLModel.metadata,
    Column("person", String(16), ForeignKey("participant.pseudonym"), primary_key=True),
    Column("at", UTCDateTime, nullable=False),
    Column("reference", String(32)),
    Column("tries", Integer, nullable=False, default=0),
    Column("letter_at", UTCDateTime),
)
