"""The contact vault: names and contact points, sealed with a key per person."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the vault's tables."""
    op.create_table(
        "vault_key",
        sa.Column("holder", sa.String(length=16), nullable=False),
        sa.Column("wrapped", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("holder"),
    )
    op.create_table(
        "vault_item",
        sa.Column("holder", sa.String(length=16), nullable=False),
        sa.Column("item", sa.String(length=16), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["holder"], ["vault_key.holder"]),
        sa.PrimaryKeyConstraint("holder", "item"),
    )
    op.create_table(
        "vault_digest",
        sa.Column("holder", sa.String(length=16), nullable=False),
        sa.Column("item", sa.String(length=16), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["holder"], ["vault_key.holder"]),
        sa.PrimaryKeyConstraint("holder", "item"),
    )
    op.create_index("vault_digest_by_digest", "vault_digest", ["digest"])
