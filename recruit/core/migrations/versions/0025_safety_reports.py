"""Possible adverse events, and the reports that are made of them."""

import sqlalchemy as sa
from alembic import op

from recruit.core.columns import UTCDateTime

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    waits = sa.text("waits_since IS NOT NULL")
    op.create_table(
        "safety_case",
        _number("id"),
        sa.Column("person", sa.String(length=16), nullable=True),
        sa.Column("trial", sa.String(length=100), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("aware_at", UTCDateTime(), nullable=False),
        sa.Column("waits_since", UTCDateTime(), nullable=True),
        sa.Column("alarmed", sa.Integer(), nullable=False),
        sa.Column("edit", sa.Integer(), nullable=False),
        _number("joined", nullable=True),
        sa.ForeignKeyConstraint(["person"], ["participant.pseudonym"]),
        sa.ForeignKeyConstraint(["trial"], ["trial.id"]),
        sa.ForeignKeyConstraint(["joined"], ["safety_case.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "safety_case_waiting",
        "safety_case",
        ["waits_since"],
        sqlite_where=waits,
        postgresql_where=waits,
    )
    op.create_index("safety_case_by_person", "safety_case", ["person"])
    op.create_index("safety_case_by_aware", "safety_case", ["aware_at"])
    op.create_table(
        "safety_word",
        _number("id"),
        _number("case"),
        _number("heard", nullable=True),
        sa.Column("mark", sa.String(length=64), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=True),
        sa.Column("channel", sa.String(length=8), nullable=False),
        sa.Column("heard_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["case"], ["safety_case.id"]),
        sa.ForeignKeyConstraint(["heard"], ["heard.id"], ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("case", "mark", name="safety_word_once"),
    )
    op.create_index("safety_word_heard", "safety_word", ["heard"])
    op.create_table(
        "safety_version",
        _number("case"),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("by", sa.String(length=254), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["case"], ["safety_case.id"]),
        sa.PrimaryKeyConstraint("case", "number"),
    )
    op.create_table(
        "safety_step",
        _number("id"),
        _number("case"),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.Column("sealed", sa.Text(), nullable=True),
        sa.Column("by", sa.String(length=254), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["case"], ["safety_case.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("safety_step_by_case", "safety_step", ["case"])


def _number(name: str, *, nullable: bool = False) -> sa.Column[int]:
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    return sa.Column(name, number, nullable=nullable)
