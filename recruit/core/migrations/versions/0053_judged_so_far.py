"""How far a run of matching came that was stopped on the way."""

import sqlalchemy as sa
from alembic import op

revision = "0053"
down_revision = "0052"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """One column; what stands there was judged for everybody."""
    op.add_column("judged_trial", sa.Column("reached", sa.String(16)))
