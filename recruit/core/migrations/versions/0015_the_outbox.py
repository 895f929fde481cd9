"""Messages to people about studies."""

import sqlalchemy as sa
from alembic import op

from recruit.core.columns import UTCDateTime

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    is_due = sa.text("state IN ('queued', 'deferred')")
    has_lease = sa.text("lease_until IS NOT NULL")
    op.create_table(
        "outbox",
        sa.Column("id", number, nullable=False),
        sa.Column("trial", sa.String(length=100), nullable=False),
        sa.Column("posting", sa.String(length=16), nullable=False),
        sa.Column("person", sa.String(length=16), nullable=False),
        sa.Column("wave", sa.String(length=16), nullable=False),
        sa.Column("channel", sa.String(length=8), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.String(length=64), nullable=True),
        sa.Column("due_at", UTCDateTime(), nullable=False),
        sa.Column("not_after", UTCDateTime(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("worker", sa.String(length=64), nullable=True),
        sa.Column("lease_until", UTCDateTime(), nullable=True),
        sa.Column("provider", sa.String(length=32), nullable=True),
        sa.Column("reference", sa.String(length=32), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=True),
        sa.Column("approved_by", sa.String(length=254), nullable=False),
        sa.Column("round", sa.Integer(), nullable=True),
        sa.Column("approved_at", UTCDateTime(), nullable=False),
        sa.Column("sent_at", UTCDateTime(), nullable=True),
        sa.Column("changed_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["trial"], ["trial.id"]),
        sa.ForeignKeyConstraint(["posting"], ["posting.id"]),
        sa.ForeignKeyConstraint(["person"], ["participant.pseudonym"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("reference"),
        sa.UniqueConstraint("trial", "person", "wave", "channel", name="outbox_once"),
    )
    op.create_index(
        "outbox_due", "outbox", ["due_at", "id"], sqlite_where=is_due, postgresql_where=is_due
    )
    op.create_index("outbox_by_person", "outbox", ["person", "state"])
    op.create_index("outbox_by_trial", "outbox", ["trial", "state"])
    op.create_index("outbox_by_change", "outbox", ["changed_at"])
    op.create_index(
        "outbox_leased",
        "outbox",
        ["lease_until"],
        sqlite_where=has_lease,
        postgresql_where=has_lease,
    )
    op.create_table(
        "outbox_step",
        sa.Column("id", number, nullable=False),
        sa.Column("message", number, nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.String(length=64), nullable=True),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("worker", sa.String(length=64), nullable=True),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["message"], ["outbox.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("outbox_step_by_message", "outbox_step", ["message"])
    op.create_table(
        "outbox_link",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("message", number, nullable=False),
        sa.Column("purpose", sa.String(length=8), nullable=False),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["message"], ["outbox.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("digest"),
    )
    op.create_index("outbox_link_by_message", "outbox_link", ["message"])
