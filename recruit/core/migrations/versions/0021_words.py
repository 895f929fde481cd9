"""What people write back."""

import sqlalchemy as sa
from alembic import op

from recruit.core.columns import UTCDateTime

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    unread = sa.text("read_at IS NULL")
    op.create_table(
        "heard",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("person", sa.String(length=16), nullable=True),
        sa.Column("trial", sa.String(length=100), nullable=True),
        sa.Column("channel", sa.String(length=8), nullable=False),
        sa.Column("mark", sa.String(length=64), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("heard_at", UTCDateTime(), nullable=False),
        sa.Column("answered_at", UTCDateTime(), nullable=True),
        sa.Column("read_at", UTCDateTime(), nullable=True),
        sa.Column("read_by", sa.String(length=254), nullable=True),
        sa.ForeignKeyConstraint(["person"], ["participant.pseudonym"]),
        sa.ForeignKeyConstraint(["trial"], ["trial.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("mark"),
    )
    op.create_index(
        "heard_unread", "heard", ["heard_at", "id"], sqlite_where=unread, postgresql_where=unread
    )
    op.create_index("heard_by_person", "heard", ["person", "answered_at"])
