"""Who was told that they will be erased."""

import sqlalchemy as sa
from alembic import op

from recruit.core.columns import UTCDateTime

revision = "0049"
down_revision = "0047"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """One table."""
    op.create_table(
        "erasure_announced",
        sa.Column(
            "person", sa.String(16), sa.ForeignKey("participant.pseudonym"), primary_key=True
        ),
        sa.Column("at", UTCDateTime(), nullable=False),
    )
