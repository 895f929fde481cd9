"""Proof that the keys of a process are those that the database was written with."""

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0043"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table; the next process that starts leaves the proofs."""
    op.create_table(
        "key_proof",
        sa.Column("kind", sa.String(16), primary_key=True),
        sa.Column("sealed", sa.Text(), nullable=False),
    )
