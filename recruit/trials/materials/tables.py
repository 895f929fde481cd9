"""Texts as they are kept: one row for each that is worked on, and rows that are never changed.

A draft leaves its table when it is approved. What is approved, decided or suspended is written
once: the database itself refuses to change it (core/append_only.py). No foreign key leads to such a
table: PostgreSQL checks one with a lock that asks for the right to change rows, which nobody has.
"""

from typing import Final

from sqlalchemy import (
    Column,
    Date,
    ForeignKey,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
)
from sqlmodel import SQLModel

from recruit.core.append_only import keep_append_only
from recruit.core.columns import UTCDateTime
from recruit.trials.posting.tables import HEX_256, ID

CODE: Final = String(16)
NAME: Final = String(200)
ACCOUNT: Final = String(254)

# What an ethics committee decided about a posting in a country, with the document that says so.
MATERIAL_DECISION: Final = keep_append_only(
    Table(
        "material_decision",
        SQLModel.metadata,
        Column("sequence", Integer, primary_key=True, autoincrement=False),
        Column("posting", ID, ForeignKey("posting.id"), nullable=False, index=True),
        Column("country", String(2), nullable=False),
        Column("committee", NAME, nullable=False),
        Column("reference", NAME, nullable=False),
        Column("decided_on", Date, nullable=False),
        Column("expires_on", Date, nullable=False),
        Column("file", NAME, nullable=False),
        Column("document", LargeBinary, nullable=False),
        Column("document_digest", String(HEX_256), nullable=False),
        Column("author", ACCOUNT, nullable=False),
        Column("at", UTCDateTime, nullable=False),
    )
)

# `authors` and `signed` are JSON lists. `state` is draft or submitted.
MATERIAL_DRAFT: Final = Table(
    "material_draft",
    SQLModel.metadata,
    Column("posting", ID, ForeignKey("posting.id"), primary_key=True),
    Column("channel", CODE, primary_key=True),
    Column("language", String(2), primary_key=True),
    Column("country", String(2), primary_key=True),
    Column("version", Integer, nullable=False),
    Column("edit", Integer, nullable=False),
    Column("text", Text, nullable=False),
    Column("authors", Text, nullable=False),
    Column("state", CODE, nullable=False),
    Column("decision", Integer),
    Column("submitted_by", ACCOUNT, nullable=False),
    Column("signed", Text, nullable=False),
    Column("returned", Text, nullable=False),
    Column("at", UTCDateTime, nullable=False),
)

MATERIAL_APPROVED: Final = keep_append_only(
    Table(
        "material_approved",
        SQLModel.metadata,
        Column("sequence", Integer, primary_key=True, autoincrement=False),
        Column("posting", ID, ForeignKey("posting.id"), nullable=False),
        Column("channel", CODE, nullable=False),
        Column("language", String(2), nullable=False),
        Column("country", String(2), nullable=False),
        Column("version", Integer, nullable=False),
        Column("text", Text, nullable=False),
        Column("digest", String(HEX_256), nullable=False),
        Column("authors", Text, nullable=False),
        Column("decision", Integer, nullable=False),
        Column("submitted_by", ACCOUNT, nullable=False),
        Column("signed", Text, nullable=False),
        Column("approver", ACCOUNT, nullable=False),
        Column("at", UTCDateTime, nullable=False),
        UniqueConstraint("posting", "channel", "language", "country", "version"),
    )
)

MATERIAL_SUSPENDED: Final = keep_append_only(
    Table(
        "material_suspended",
        SQLModel.metadata,
        Column("sequence", Integer, primary_key=True, autoincrement=False),
        Column("approved", Integer, nullable=False, unique=True),
        Column("reason", Text, nullable=False),
        Column("author", ACCOUNT, nullable=False),
        Column("at", UTCDateTime, nullable=False),
    )
)
