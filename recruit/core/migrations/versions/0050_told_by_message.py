"""The message by which people were told that they will be erased."""

import sqlalchemy as sa
from alembic import op

revision = "0050"
down_revision = "0049"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """One column; whoever was told before it is told anew."""
    op.add_column("erasure_announced", sa.Column("reference", sa.String(32)))
    op.execute("DELETE FROM erasure_announced")
