"""Answers that were given to sponsors' questions."""

import sqlalchemy as sa
from alembic import op

from recruit.core.columns import UTCDateTime

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables of counts given and asked for."""
    op.create_table(
        "count_given",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("asker", sa.String(length=64), nullable=False),
        sa.Column("sketch", sa.LargeBinary(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("about", sa.Integer(), nullable=True),
        sa.Column("cost", sa.Float(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("count_given_by_size", "count_given", ["size"])
    op.create_index("count_given_by_asker", "count_given", ["asker", "at"])
    op.create_table(
        "count_asked",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("asker", sa.String(length=64), nullable=False),
        sa.Column("question", sa.String(length=64), nullable=False),
        sa.Column("given", NUMBER, nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["given"], ["count_given.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("count_asked_by_question", "count_asked", ["asker", "question", "at"])
