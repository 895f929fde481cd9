"""The audit trail's table: append-only by trigger, hash-chained."""

from typing import Final

from sqlalchemy import Column, String, Text

from recruit.core.chain import LATER, chained_table
from recruit.core.columns import UTCDateTime

# Values (`old`, `new`, `reason`) speak of settings, counts and states, never of a person's data:
# what stands here cannot be erased.
AUDIT: Final = chained_table(
    "audit_event",
    Column("at", UTCDateTime, nullable=False, index=True),
    Column("tag", String(64), nullable=False, index=True),
    Column("actor", String(200), nullable=False),
    Column("subject", String(200), nullable=False, index=True),
    Column("reason", Text, nullable=False),
    Column("old", Text),
    Column("new", Text),
    Column("origin", String(64), info=LATER),  # "cli", "job", a network; never one address
)
