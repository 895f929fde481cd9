"""How often somebody did something lately."""

import sqlalchemy as sa
from alembic import op

from recruit.core.columns import UTCDateTime

revision = "0047"
down_revision = "0044"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """One table, for which PostgreSQL writes no log: nobody waits for the disk to be counted."""
    unlogged = ["UNLOGGED"] if op.get_bind().dialect.name == "postgresql" else []
    op.create_table(
        "rate",
        sa.Column("who", sa.String(64), primary_key=True),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("ends", UTCDateTime(), nullable=False),
        prefixes=unlogged,
    )
