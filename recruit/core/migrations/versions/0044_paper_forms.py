"""Forms on paper and calls that are being typed in."""

import sqlalchemy as sa
from alembic import op

from recruit.core.columns import NUMBER, UTCDateTime

revision = "0044"
down_revision = "0041"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """One table."""
    at = UTCDateTime()
    op.create_table(
        "paper_form",
        sa.Column("id", NUMBER, primary_key=True),
        sa.Column("reference", sa.String(40), nullable=False, unique=True),
        sa.Column("way", sa.String(8), nullable=False),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("community", sa.String(64), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("typed_by", sa.String(254), nullable=False),
        sa.Column("at", at, nullable=False),
        sa.Column("done_at", at),
    )
