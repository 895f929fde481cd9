"""Which counts were given to whom. A sketch holds no one who could be read out of it by name."""

from typing import Final

from sqlalchemy import (
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
)
from sqlmodel import SQLModel

from recruit.core.columns import NUMBER, UTCDateTime

# An answer about one set, whoever asks. No `about` means few people.
GIVEN: Final = Table(
    "count_given",
    SQLModel.metadata,
    Column("id", NUMBER, primary_key=True),
    Column("asker", String(64), nullable=False),  # who asked first
    Column("sketch", LargeBinary, nullable=False),
    Column("size", Integer, nullable=False),
    Column("about", Integer),
    Column("cost", Float, nullable=False),
    Column("grain", String(8), nullable=False, server_default="fine"),
    Column("at", UTCDateTime, nullable=False),
    Index("count_given_by_size", "size"),
    Index("count_given_by_asker", "asker", "at"),
)

# Every time somebody asked, and which answer they got.
ASKED: Final = Table(
    "count_asked",
    SQLModel.metadata,
    Column("id", NUMBER, primary_key=True),
    Column("asker", String(64), nullable=False),
    Column("question", String(64), nullable=False),  # a digest
    Column("given", NUMBER, ForeignKey("count_given.id"), nullable=False),
    Column("at", UTCDateTime, nullable=False),
    Index("count_asked_by_question", "question", "asker", "at"),
)
