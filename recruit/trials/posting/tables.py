"""Postings as they are kept: one row each, and one row for every revision of it, never changed."""

from typing import Final

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, Text
from sqlmodel import SQLModel

from recruit.core.columns import UTCDateTime
from recruit.trials.checks import LONGEST_ID

HEX_256: Final = 64
ID: Final = String(16)

# The numbers are revisions: the newest, the one that waits for approval, the one that is public.
POSTING: Final = Table(
    "posting",
    SQLModel.metadata,
    Column("id", ID, primary_key=True),
    Column("trial", String(LONGEST_ID), nullable=False),
    Column("organisation", ForeignKey("organisation.id")),  # none: the operator's own
    Column("revision", Integer, nullable=False),
    Column("submitted", Integer),
    Column("published", Integer),
    Column("life", String(16), nullable=False),
    Column("created_at", UTCDateTime, nullable=False),
    Column("changed_at", UTCDateTime, nullable=False),
    Index("posting_by_trial", "trial"),
    Index("posting_by_organisation", "organisation"),
)

# `change` is what was done, as a word of store.Change, and `about` to what: a field, a criterion.
POSTING_REVISION: Final = Table(
    "posting_revision",
    SQLModel.metadata,
    Column("posting", ID, ForeignKey("posting.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("content", Text, nullable=False),
    Column("digest", String(HEX_256), nullable=False),
    Column("author", String(254), nullable=False),
    Column("change", String(32), nullable=False),
    Column("about", String(64), nullable=False),
    Column("at", UTCDateTime, nullable=False),
)
