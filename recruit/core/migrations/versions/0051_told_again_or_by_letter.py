"""How often people were told that they will be erased, and a letter for whom no message reaches."""

import sqlalchemy as sa
from alembic import op

from recruit.core.columns import UTCDateTime

revision = "0051"
down_revision = "0050"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Two columns; whoever was told before it is told anew, by a link that says which day."""
    op.execute("DELETE FROM erasure_announced")
    op.add_column(
        "erasure_announced", sa.Column("tries", sa.Integer(), nullable=False, server_default="0")
    )
    op.add_column("erasure_announced", sa.Column("letter_at", UTCDateTime()))
