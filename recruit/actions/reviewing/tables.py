"""The tables of what those who judge matches decide, and who has which match in hand.

A decision says that somebody could take part in a study, which is about their health: an erasure
takes it along. The other two name nobody.
"""

from enum import StrEnum
from typing import Final

from sqlalchemy import (
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    text,
)
from sqlmodel import SQLModel

from recruit.core.columns import NUMBER, UTCDateTime

STANDS: Final = text("ended_at IS NULL")
UNSETTLED: Final = text("settled_at IS NULL")


class Kind(StrEnum):
    """What somebody can decide about a match."""

    APPROVE = "approve"
    """The person is invited."""
    ASK = "ask"
    """The person is asked something first."""
    NOT_NOW = "not_now"
    """The match comes back on a day."""
    NO = "no"


class No(StrEnum):
    """Why a match is said no to."""

    NOT_ELIGIBLE = "not eligible"
    KNOWN = "known to the site"
    CANNOT = "cannot take part"
    MISREAD = "rule misread"
    OTHER = "other"


class Ended(StrEnum):
    """Why a decision stands no more."""

    UNDONE = "undone"
    """Somebody took it back before anything had left."""
    OVER = "over"
    """What it rested on is over: its day, the grounds, its message, its question."""


class Wrong(StrEnum):
    """What is wrong with a rule."""

    NUMBER = "number"
    UNIT = "unit"
    NEGATION = "negation"
    CONCEPT = "concept"
    NO_RULE = "no rule"
    OTHER = "other"


class Settled(StrEnum):
    """How it ended that a rule was said to be misread."""

    EDITED = "edited"
    RIGHT = "right"
    """Whoever answers for the rule says that it is right."""
    TAKEN_BACK = "taken back"
    """Whoever said it took it back."""


# One decision about one person and one trial: no two stand at once, which the database itself
# refuses. `match` is the one that was looked at. `grounds` is the digest of what spoke against the
# person or was open then (matching/basis.py). `criterion` counts from 0 in the version of the
# trial. `until` is when somebody who was put off comes back. `by` is who decided ("account 5").
DECISION: Final = Table(
    "decision",
    SQLModel.metadata,
    Column("id", NUMBER, primary_key=True),
    Column("match", ForeignKey("match.id"), nullable=False),
    Column("trial", ForeignKey("trial.id"), nullable=False),
    Column("person", ForeignKey("participant.pseudonym"), nullable=False),
    Column("kind", String(8), nullable=False),
    Column("reason", String(24)),
    Column("criterion", Integer),
    Column("grounds", String(64), nullable=False),
    Column("misread", ForeignKey("misread.id")),
    Column("until", UTCDateTime),
    Column("by", String(254), nullable=False),
    Column("at", UTCDateTime, nullable=False),
    Column("ended_at", UTCDateTime),
    Column("ended_by", String(254)),
    Column("ended", String(8)),
    Index(
        "decision_standing",
        "trial",
        "person",
        unique=True,
        sqlite_where=STANDS,
        postgresql_where=STANDS,
    ),
    Index("decision_by_person", "person", "trial", "id"),
    Index("decision_by_match", "match"),
)

# Who has a match in hand, until when. Somebody has one at a time; what is over counts as nothing.
CLAIM: Final = Table(
    "match_claim",
    SQLModel.metadata,
    Column("match", ForeignKey("match.id", ondelete="CASCADE"), primary_key=True),
    Column("by", String(254), nullable=False),
    Column("until", UTCDateTime, nullable=False),
    Index("match_claim_by", "by"),
)

# A rule of a trial that a reviewer says is misread. `kind` and `text` are the criterion's own, by
# which the sponsor's editor finds it; `rule` is the digest of the rule as it was read. `words` are
# the reviewer's and about the rule alone.
MISREAD: Final = Table(
    "misread",
    SQLModel.metadata,
    Column("id", NUMBER, primary_key=True),
    Column("trial", ForeignKey("trial.id"), nullable=False),
    Column("version", Integer, nullable=False),
    Column("criterion", Integer, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("text", Text, nullable=False),
    Column("rule", String(64), nullable=False),
    Column("wrong", String(16), nullable=False),
    Column("words", Text, nullable=False),
    Column("by", String(254), nullable=False),
    Column("at", UTCDateTime, nullable=False),
    Column("settled_at", UTCDateTime),
    Column("settled_by", String(254)),
    Column("settled", String(16)),
    Index("misread_open", "trial", "id", sqlite_where=UNSETTLED, postgresql_where=UNSETTLED),
)
