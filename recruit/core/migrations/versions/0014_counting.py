"""Coarser counts."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add how exact each answer is; those given so far are the fine ones."""
    grain = sa.Column("grain", sa.String(8), nullable=False, server_default="fine")
    op.add_column("count_given", grain)
    # A question is also looked for whoever asked it.
    op.drop_index("count_asked_by_question", "count_asked")
    op.create_index("count_asked_by_question", "count_asked", ["question", "asker", "at"])
