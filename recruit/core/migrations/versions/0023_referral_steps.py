"""The way on from a release to an enrolment, with its deadlines."""

import sqlalchemy as sa
from alembic import op

from recruit.core.columns import UTCDateTime

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    with op.batch_alter_table("referral_step") as step:
        step.add_column(sa.Column("trial_version", sa.Integer(), nullable=True))
        step.add_column(sa.Column("criterion", sa.Integer(), nullable=True))
        step.add_column(sa.Column("undoes", number, nullable=True))
        step.create_unique_constraint("referral_step_undoes_key", ["undoes"])
        step.create_foreign_key(
            "referral_step_undoes_fkey", "referral_step", ["undoes"], ["id"], ondelete="CASCADE"
        )
    op.create_table(
        "referral_attempt",
        sa.Column("id", number, nullable=False),
        sa.Column("referral", number, nullable=False),
        sa.Column("by", sa.String(length=254), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("undone_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["referral"], ["referral.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("referral_attempt_by_referral", "referral_attempt", ["referral"])
    op.create_table(
        "staff_reminder",
        sa.Column("account", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["account"], ["account.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("account", "day"),
    )
