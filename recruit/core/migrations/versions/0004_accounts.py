"""Accounts: organisations, second factors, passkeys, participants."""

import sqlalchemy as sa
from alembic import op
from sqlmodel.sql.sqltypes import AutoString

from recruit.core.columns import UTCDateTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make tenants and passkeys, and let accounts be more than an address and a password."""
    op.create_table(
        "organisation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", AutoString(length=120), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("name"),
    )
    op.create_table(
        "trial_organisation",
        sa.Column("trial", AutoString(length=100), nullable=False),
        sa.Column("organisation", sa.Integer(), nullable=False),
        sa.Column("assigned_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["trial"], ["trial.id"]),
        sa.ForeignKeyConstraint(["organisation"], ["organisation.id"]),
        sa.PrimaryKeyConstraint("organisation", "trial"),
    )
    # The audit trail names accounts by number: a number never comes back.
    never_again = {"sqlite_autoincrement": True}
    with op.batch_alter_table("account", table_kwargs=never_again) as account:
        account.alter_column("email", existing_type=AutoString(length=254), nullable=True)
        account.alter_column("password_hash", existing_type=AutoString(), nullable=True)
        account.add_column(sa.Column("pseudonym", AutoString(length=16)))
        account.add_column(sa.Column("organisation", sa.Integer()))
        account.add_column(
            sa.Column("password_once", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        account.add_column(sa.Column("subject", AutoString(length=255)))
        account.add_column(sa.Column("totp_secret", AutoString()))
        account.add_column(sa.Column("totp_counter", sa.Integer()))
        account.add_column(sa.Column("passkey_handle", AutoString()))
        account.add_column(
            sa.Column("recovery_codes", sa.JSON(), nullable=False, server_default="[]")
        )
        account.create_foreign_key("account_organisation", "organisation", ["organisation"], ["id"])
        account.create_index("account_by_pseudonym", ["pseudonym"], unique=True)
        account.create_index("account_by_subject", ["subject"], unique=True)
    op.create_table(
        "passkey",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account", sa.Integer(), nullable=False),
        sa.Column("credential_id", sa.LargeBinary(length=1023), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.Integer(), nullable=False),
        sa.Column("name", AutoString(length=64), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("used_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["account"], ["account.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("credential_id"),
    )
    op.create_index("ix_passkey_account", "passkey", ["account"])
