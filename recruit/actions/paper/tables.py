"""Sheets and calls that are being typed in."""

from typing import Final

from sqlalchemy import Column, Integer, String, Table, Text
from sqlmodel import SQLModel

from recruit.core.columns import NUMBER, UTCDateTime

# `reference` is what the office calls the scan or the call. `sealed` holds what was typed, each
# time it was (entries.py); it is emptied once the person has joined. No row leads to a person.
PAPER_FORM: Final = Table(
    "paper_form",
    SQLModel.metadata,
    Column("id", NUMBER, primary_key=True),
    Column("reference", String(40), nullable=False, unique=True),
    Column("way", String(8), nullable=False),
    Column("language", String(2), nullable=False),
    Column("community", String(64), nullable=False),
    Column("sealed", Text, nullable=False),
    Column("times", Integer, nullable=False),
    Column("typed_by", String(254), nullable=False),
    Column("at", UTCDateTime, nullable=False),
    Column("done_at", UTCDateTime),
)
