"""Ledger and audit: where the law applies, where a deed came from, and rights taken away."""

import sqlalchemy as sa
from alembic import op

from recruit.core.append_only import revocation

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the two columns; leave nobody the right to change what was written."""
    op.add_column("consent_event", sa.Column("jurisdiction", sa.String(length=8), nullable=True))
    op.add_column("audit_event", sa.Column("origin", sa.String(length=64), nullable=True))
    op.create_index("consent_event_by_receipt", "consent_event", ["receipt"])
    if op.get_bind().dialect.name == "postgresql":
        for table in ("consent_event", "audit_event"):
            op.execute(revocation(table))
