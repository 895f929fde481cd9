"""What people answered when they were asked about a study. A later answer counts; all of them stay.

Their own words are kept elsewhere, sealed (words.py). Who was asked about which study is about
their health: an erasure takes the rows along.
"""

from enum import StrEnum
from typing import Final

from sqlalchemy import Column, ForeignKey, Index, String, Table
from sqlmodel import SQLModel

from recruit.core.columns import NUMBER, UTCDateTime


class Answer(StrEnum):
    """What somebody can say to an invitation."""

    YES = "yes"
    """Tell me more: the beginning of a way through the study, and no consent to take part."""
    NOT_NOW = "not now"
    NEVER_THIS = "never this study"
    NEVER = "never again"
    """No message about any study any more."""
    QUESTION = "question"


REFUSALS: Final = frozenset({Answer.NOT_NOW, Answer.NEVER_THIS, Answer.NEVER})
"""After one of these nobody asks the person about another study for a while."""


class How(StrEnum):
    """By which way an answer or a withdrawal came in."""

    PAGE = "page"
    SMS = "sms"
    MAIL = "mail"
    LETTER = "letter"
    PHONE = "phone"


# `by` is who gave it, as the audit trail names them: "own link", "account 5" for what staff typed
# in. Answers are read in the order of `id`: two may come in the same moment.
ANSWER: Final = Table(
    "answer",
    SQLModel.metadata,
    Column("id", NUMBER, primary_key=True),
    Column("trial", ForeignKey("trial.id"), nullable=False),
    Column("person", ForeignKey("participant.pseudonym"), nullable=False),
    Column("answer", String(16), nullable=False),
    Column("how", String(8), nullable=False),
    Column("by", String(254), nullable=False),
    Column("at", UTCDateTime, nullable=False),
    Index("answer_by_person", "person", "at"),
    Index("answer_by_trial", "trial", "person", "id"),
)
