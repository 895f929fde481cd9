"""Questions and reports of nobody in particular, sealed; and answers, which are for everybody."""

from typing import Final

from sqlalchemy import Column, ForeignKey, Index, String, Table, Text, text
from sqlmodel import SQLModel

import recruit.trials.tables  # noqa: F401 - what is asked about is a trial
from recruit.core.columns import NUMBER, UTCDateTime

IS_OPEN: Final = text("closed_at IS NULL")

# `kind` is what it is (asking.Kind). Who wrote it is not known, and the words are emptied once they
# are dealt with: `sealed` is null from then on. `outcome` is what came of it (moderating.Outcome).
PUBLIC_WORD: Final = Table(
    "public_word",
    SQLModel.metadata,
    Column("id", NUMBER, primary_key=True),
    Column("trial", ForeignKey("trial.id"), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("language", String(2), nullable=False),
    Column("sealed", Text),
    Column("at", UTCDateTime, nullable=False),
    Column("closed_at", UTCDateTime),
    Column("closed_by", String(254)),
    Column("outcome", String(16)),
    Index("public_word_open", "at", "id", sqlite_where=IS_OPEN, postgresql_where=IS_OPEN),
)

# A question as a coordinator words it, and the answer, in both languages; shown until withdrawn.
PUBLIC_ANSWER: Final = Table(
    "public_answer",
    SQLModel.metadata,
    Column("id", NUMBER, primary_key=True),
    Column("trial", ForeignKey("trial.id"), nullable=False),
    Column("question_en", Text, nullable=False),
    Column("question_fr", Text, nullable=False),
    Column("answer_en", Text, nullable=False),
    Column("answer_fr", Text, nullable=False),
    Column("author", String(254), nullable=False),
    Column("at", UTCDateTime, nullable=False),
    Column("withdrawn_at", UTCDateTime),
    Index("public_answer_of_trial", "trial", "id"),
)
