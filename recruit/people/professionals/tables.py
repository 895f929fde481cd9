"""Professionals as they are kept: who they say they are, and where checking stands."""

from typing import Final

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, Text
from sqlmodel import SQLModel

import recruit.people.account_tables  # noqa: F401 - professionals are accounts
from recruit.core.columns import UTCDateTime

# `sealed` is the name as it was given. `state` is where checking stands (verifying.State).
PROFESSIONAL: Final = Table(
    "professional",
    SQLModel.metadata,
    Column("account", Integer, ForeignKey("account.id"), primary_key=True),
    Column("register", String(8), nullable=False),
    Column("number", String(16), nullable=False),
    Column("profession", String(16), nullable=False),
    Column("specialty", String(24), nullable=False),
    Column("sealed", Text, nullable=False),
    Column("state", String(16), nullable=False),
    Column("asked_at", UTCDateTime, nullable=False),
    Column("checked_at", UTCDateTime),
    Index("professional_number", "register", "number", unique=True),
)
