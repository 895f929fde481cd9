"""Questions that somebody is asked before they are invited."""

import sqlalchemy as sa
from alembic import op

from recruit.core.columns import UTCDateTime

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    is_open = sa.text("ended_at IS NULL")
    op.create_table(
        "question_asked",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person", sa.String(length=16), nullable=False),
        sa.Column("trial", sa.String(length=100), nullable=False),
        sa.Column("trial_version", sa.Integer(), nullable=False),
        sa.Column("criterion", sa.Integer(), nullable=False),
        sa.Column("question", sa.String(length=64), nullable=False),
        sa.Column("message", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("asked_by", sa.String(length=254), nullable=False),
        sa.Column("asked_at", UTCDateTime(), nullable=False),
        sa.Column("given", sa.String(length=16), nullable=True),
        sa.Column("ended", sa.String(length=16), nullable=True),
        sa.Column("ended_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["person"], ["participant.pseudonym"]),
        sa.ForeignKeyConstraint(["trial"], ["trial.id"]),
        sa.ForeignKeyConstraint(["message"], ["outbox.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("question_asked_by_person", "question_asked", ["person", "trial"])
    op.create_index("question_asked_by_message", "question_asked", ["message"])
    op.create_index(
        "question_asked_open",
        "question_asked",
        ["asked_at"],
        sqlite_where=is_open,
        postgresql_where=is_open,
    )
