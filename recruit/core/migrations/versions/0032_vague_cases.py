"""Cases that only stood out because nothing knew their words say so, and wait behind the others."""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Of what was flagged before nobody knows: it stays where it was, before the vague ones.

    The default stays: to take it away SQLite copies the table, which others point to.
    """
    no = sa.false()
    column: sa.Column[bool] = sa.Column("vague", sa.Boolean(), nullable=False, server_default=no)
    op.add_column("safety_case", column)
