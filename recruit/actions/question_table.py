"""The table of questions that people are asked before anybody invites them, without a name in it.

It says which study wants to know what of whom, which is about their health: an erasure takes it
along. What was answered is a fact of the profile; here stands that it was.
"""

from enum import StrEnum
from typing import Final

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, text
from sqlmodel import SQLModel

import recruit.notify.outbox_tables  # noqa: F401 - questions point to that table
from recruit.core.columns import NUMBER, UTCDateTime

IS_OPEN: Final = text("ended_at IS NULL")


class End(StrEnum):
    """How a question ended."""

    ANSWERED = "answered"
    UNSURE = "unsure"
    """The person does not know, or would rather not say: nothing is asked twice."""
    KNOWN = "known"
    """Something else settled it meanwhile: another answer, a new record, an amended study."""
    NO_ANSWER = "no answer"
    NOT_SENT = "not sent"
    """The message that was to tell of it did not reach the person: it may be asked again."""
    WITHDRAWN = "withdrawn"
    """Whoever asked took it back before anything left: it may be asked again."""


# One question of one study to one person. `question` is a digest of what it asks, by which studies
# that ask the same are found (referring/prescreening.py), `criterion` the place, from 0, of the one
# that it settles in the trial's version. `message` tells the person that there is a question; those
# that were asked while one was open share it. `given` is the word of referrals/asked.py or of the
# question's own options. `asked_by` is who decided it, as the audit trail names them.
QUESTION_ASKED: Final = Table(
    "question_asked",
    SQLModel.metadata,
    Column("id", NUMBER, primary_key=True),
    Column("person", ForeignKey("participant.pseudonym"), nullable=False),
    Column("trial", ForeignKey("trial.id"), nullable=False),
    Column("trial_version", Integer, nullable=False),
    Column("criterion", Integer, nullable=False),
    Column("question", String(64), nullable=False),
    Column("message", ForeignKey("outbox.id"), nullable=False),
    Column("asked_by", String(254), nullable=False),
    Column("asked_at", UTCDateTime, nullable=False),
    Column("given", String(16)),
    Column("ended", String(16)),
    Column("ended_at", UTCDateTime),
    Index("question_asked_by_person", "person", "trial"),
    Index("question_asked_by_message", "message"),
    Index("question_asked_open", "asked_at", sqlite_where=IS_OPEN, postgresql_where=IS_OPEN),
)
