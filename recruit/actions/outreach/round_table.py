"""The rounds in which a trial's approved invitations go out; who was in one, the outbox says."""

from typing import Final

from sqlalchemy import Column, ForeignKey, Integer, Table
from sqlmodel import SQLModel

from recruit.core.columns import UTCDateTime

# `size` is how many people it asked. It was sized from what was known when it began: of `asked`
# people in earlier rounds `yes` wanted to know more, and `missing` were (none: no target is known).
ROUND: Final = Table(
    "outreach_round",
    SQLModel.metadata,
    Column("trial", ForeignKey("trial.id"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("size", Integer, nullable=False),
    Column("asked", Integer, nullable=False),
    Column("yes", Integer, nullable=False),
    Column("missing", Integer),
    Column("began_at", UTCDateTime, nullable=False),
)
