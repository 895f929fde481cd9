"""Short addresses of what is passed on, and how often each led somebody here."""

import sqlalchemy as sa
from alembic import op

revision = "0043"
down_revision = "0038"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Two tables."""
    op.create_table(
        "share_link",
        sa.Column("code", sa.String(8), primary_key=True),
        sa.Column("posting", sa.String(16), sa.ForeignKey("posting.id"), nullable=False),
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("country", sa.String(2), nullable=False),
        sa.UniqueConstraint("posting", "channel", "language", "country"),
    )
    op.create_table(
        "share_count",
        sa.Column("code", sa.String(8), sa.ForeignKey("share_link.code"), primary_key=True),
        sa.Column("day", sa.Date(), primary_key=True),
        sa.Column("step", sa.String(8), primary_key=True),
        sa.Column("number", sa.Integer(), nullable=False),
    )
