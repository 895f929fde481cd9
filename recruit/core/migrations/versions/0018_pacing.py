"""Waves of invitations."""

import sqlalchemy as sa
from alembic import op

from recruit.core.columns import UTCDateTime

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "outreach_round",
        sa.Column("trial", sa.String(length=100), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("asked", sa.Integer(), nullable=False),
        sa.Column("yes", sa.Integer(), nullable=False),
        sa.Column("missing", sa.Integer(), nullable=True),
        sa.Column("began_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["trial"], ["trial.id"]),
        sa.PrimaryKeyConstraint("trial", "number"),
    )
