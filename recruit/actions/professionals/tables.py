"""Cards that professionals hand to patients, and their questions to coordinators."""

from typing import Final

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, String, Table, Text
from sqlmodel import SQLModel

import recruit.people.account_tables
import recruit.people.tables
import recruit.trials.tables  # noqa: F401 - what these point to
from recruit.core.columns import NUMBER, UTCDateTime

# `code` is the SHA-256 of what stands on the card. `person` is who handed it in, null until then;
# `agreed` that they let the professional see how far it has come.
CARD: Final = Table(
    "referral_card",
    SQLModel.metadata,
    Column("id", NUMBER, primary_key=True),
    Column("code", String(64), nullable=False, unique=True),
    Column("trial", ForeignKey("trial.id"), nullable=False),
    Column("account", Integer, ForeignKey("account.id"), nullable=False),
    Column("made_at", UTCDateTime, nullable=False),
    Column("person", ForeignKey("participant.pseudonym")),
    Column("agreed", Boolean, nullable=False),
    Column("received_at", UTCDateTime),
    Index("referral_card_of_account", "account", "id"),
    Index("referral_card_of_person", "person"),
)

# A practical question about a study and its answer, both sealed.
QUESTION: Final = Table(
    "professional_question",
    SQLModel.metadata,
    Column("id", NUMBER, primary_key=True),
    Column("trial", ForeignKey("trial.id"), nullable=False),
    Column("account", Integer, ForeignKey("account.id"), nullable=False),
    Column("sealed", Text, nullable=False),
    Column("at", UTCDateTime, nullable=False),
    Column("answer", Text),
    Column("answered_by", String(254)),
    Column("answered_at", UTCDateTime),
    Index("professional_question_of_account", "account", "id"),
)
