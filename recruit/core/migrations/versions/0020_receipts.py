"""What providers say of messages."""

import sqlalchemy as sa
from alembic import op

from recruit.core.columns import UTCDateTime

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "suppression_key",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("sealed", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("number"),
    )
    op.create_table(
        "suppression",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("channel", sa.String(length=8), nullable=False),
        sa.Column("cause", sa.String(length=16), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("digest"),
    )
    op.create_table(
        "channel_standing",
        sa.Column("channel", sa.String(length=8), nullable=False),
        sa.Column("standing", sa.String(length=8), nullable=False),
        sa.Column("since", UTCDateTime(), nullable=False),
        sa.Column("sent", sa.Integer(), nullable=False),
        sa.Column("bounced", sa.Integer(), nullable=False),
        sa.Column("complained", sa.Integer(), nullable=False),
        sa.Column("waiting", sa.Integer(), nullable=False),
        sa.Column("counted_from", UTCDateTime(), nullable=True),
        sa.Column("looked_at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("channel"),
    )
    was_sent = sa.text("sent_at IS NOT NULL")
    op.create_index(
        "outbox_by_sending",
        "outbox",
        ["channel", "sent_at"],
        sqlite_where=was_sent,
        postgresql_where=was_sent,
    )
    is_trouble = sa.text("state IN ('unknown', 'bounced', 'complained', 'failed')")
    op.create_index(
        "outbox_trouble",
        "outbox",
        ["state", "changed_at"],
        sqlite_where=is_trouble,
        postgresql_where=is_trouble,
    )
