"""Keys of the staff to the API, answers that are given again, and room for more scopes."""

import sqlalchemy as sa
from alembic import op

from recruit.core.columns import UTCDateTime

revision = "0038"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    at = UTCDateTime()
    op.create_table(
        "account_key",
        sa.Column("name", sa.String(16), primary_key=True),
        sa.Column("account", sa.Integer(), sa.ForeignKey("account.id"), nullable=False),
        sa.Column("title", sa.String(64), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False, unique=True),
        sa.Column("scope", sa.String(255), nullable=False),
        sa.Column("created_at", at, nullable=False),
        sa.Column("expires_at", at, nullable=False),
        sa.Column("revoked_at", at),
    )
    op.create_index("ix_account_key_account", "account_key", ["account"])
    op.create_table(
        "api_answer",
        sa.Column("digest", sa.String(64), primary_key=True),
        sa.Column("request", sa.String(64), nullable=False),
        sa.Column("sealed", sa.LargeBinary()),
        sa.Column("at", at, nullable=False),
    )
    op.create_index("ix_api_answer_at", "api_answer", ["at"])
    with op.batch_alter_table("community_key") as key:
        key.alter_column("scope", type_=sa.String(255), existing_nullable=False)
