"""Possible adverse events and what was made of them.

Regulation (EU) 536/2014, articles 41 and 42, binds investigators and sponsors, and this service is
neither: whether its own records may outlast a person who is erased is not settled. As little as can
be does, under the pseudonym and for a term: keeping.py, docs/adr/0051.
"""

from typing import Final

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlmodel import SQLModel

from recruit.core.columns import NUMBER, UTCDateTime

WAITS: Final = text("waits_since IS NOT NULL")

# One possible adverse event. `aware_at` is when the first word of it came in. `waits_since` is the
# moment from which 24 hours are counted: for a decision, or for the newest version to be
# forwarded; null where nothing waits. `alarmed` is of how many hours the last alarm about it was.
# `edit` counts changes, so that who saw an older one is told. `joined` is the one that it turned
# out to belong to. `vague` says that no kind of harm was named in its words: a machine only did not
# know them to be harmless.
CASE: Final = Table(
    "safety_case",
    SQLModel.metadata,
    Column("id", NUMBER, primary_key=True),
    Column("person", ForeignKey("participant.pseudonym")),
    Column("trial", ForeignKey("trial.id")),
    Column("state", String(16), nullable=False),
    Column("aware_at", UTCDateTime, nullable=False),
    Column("waits_since", UTCDateTime),
    Column("alarmed", Integer, nullable=False),
    Column("edit", Integer, nullable=False),
    Column("vague", Boolean, nullable=False),
    Column("joined", ForeignKey("safety_case.id")),
    Index("safety_case_waiting", "waits_since", sqlite_where=WAITS, postgresql_where=WAITS),
    Index("safety_case_by_person", "person"),
    Index("safety_case_by_aware", "aware_at"),
)

# The words of a case, as they were heard: a copy, for `heard` lets words go. `sealed` is bound to
# `mark` as it is there; it is null once the words were deleted. What a person chose to mark out of
# them is sealed with them. `how` is the way they came in (answer_table.How).
WORD: Final = Table(
    "safety_word",
    SQLModel.metadata,
    Column("id", NUMBER, primary_key=True),
    Column("case", ForeignKey("safety_case.id"), nullable=False),
    Column("heard", ForeignKey("heard.id", ondelete="SET NULL")),
    Column("mark", String(64), nullable=False),
    Column("sealed", Text),
    Column("how", String(8), nullable=False),
    Column("heard_at", UTCDateTime, nullable=False),
    UniqueConstraint("case", "mark", name="safety_word_once"),
    Index("safety_word_heard", "heard"),
)

# Every version of a report, written once: the whole form, sealed, and its SHA-256.
VERSION: Final = Table(
    "safety_version",
    SQLModel.metadata,
    Column("case", ForeignKey("safety_case.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("sealed", Text, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("by", String(254), nullable=False),
    Column("at", UTCDateTime, nullable=False),
)

# Every step, written once. `version` is the report's that was written or forwarded; `sealed` what
# somebody wrote about the step: why, to whom, how.
STEP: Final = Table(
    "safety_step",
    SQLModel.metadata,
    Column("id", NUMBER, primary_key=True),
    Column("case", ForeignKey("safety_case.id"), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("reason", String(32), nullable=False),
    Column("version", Integer),
    Column("sealed", Text),
    Column("by", String(254), nullable=False),
    Column("at", UTCDateTime, nullable=False),
    Index("safety_step_by_case", "case"),
)
