"""People on their way to a site."""

import sqlalchemy as sa
from alembic import op

from recruit.core.columns import UTCDateTime

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "referral",
        sa.Column("id", number, nullable=False),
        sa.Column("trial", sa.String(length=100), nullable=False),
        sa.Column("person", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("site", sa.String(length=64), nullable=True),
        sa.Column("way", sa.String(length=8), nullable=True),
        sa.Column("times", sa.String(length=100), nullable=False),
        sa.Column("begun_at", UTCDateTime(), nullable=False),
        sa.Column("changed_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["trial"], ["trial.id"]),
        sa.ForeignKeyConstraint(["person"], ["participant.pseudonym"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("trial", "person", name="referral_once"),
    )
    op.create_index("referral_by_person", "referral", ["person"])
    op.create_table(
        "referral_step",
        sa.Column("id", number, nullable=False),
        sa.Column("referral", number, nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.String(length=64), nullable=False),
        sa.Column("site", sa.String(length=64), nullable=True),
        sa.Column("by", sa.String(length=254), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["referral"], ["referral.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("referral_step_by_referral", "referral_step", ["referral"])
    op.create_table(
        "referral_question",
        sa.Column("referral", number, nullable=False),
        sa.Column("question", sa.String(length=64), nullable=False),
        sa.Column("given", sa.String(length=16), nullable=False),
        sa.Column("by", sa.String(length=254), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["referral"], ["referral.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("referral", "question"),
    )
    _make_appointments(number)


def _make_appointments(number: sa.types.TypeEngine[int]) -> None:
    is_open = sa.text("ended_at IS NULL")
    op.create_table(
        "appointment_slot",
        sa.Column("id", number, nullable=False),
        sa.Column("trial", sa.String(length=100), nullable=False),
        sa.Column("site", sa.String(length=64), nullable=False),
        sa.Column("starts_at", UTCDateTime(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("places", sa.Integer(), nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.Column("offered_by", sa.String(length=254), nullable=False),
        sa.Column("offered_at", UTCDateTime(), nullable=False),
        sa.Column("ended_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["trial"], ["trial.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("appointment_slot_by_site", "appointment_slot", ["trial", "site", "starts_at"])
    op.create_table(
        "appointment",
        sa.Column("id", number, nullable=False),
        sa.Column("referral", number, nullable=False),
        sa.Column("slot", number, nullable=False),
        sa.Column("uid", sa.String(length=40), nullable=False),
        sa.Column("changes", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("by", sa.String(length=254), nullable=False),
        sa.Column("booked_at", UTCDateTime(), nullable=False),
        sa.Column("reminded_at", UTCDateTime(), nullable=True),
        sa.Column("ended_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["referral"], ["referral.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["slot"], ["appointment_slot.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("uid"),
    )
    op.create_index("appointment_by_slot", "appointment", ["slot"])
    op.create_index(
        "appointment_open",
        "appointment",
        ["referral"],
        unique=True,
        sqlite_where=is_open,
        postgresql_where=is_open,
    )
