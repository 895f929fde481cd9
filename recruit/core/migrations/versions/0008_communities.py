"""Communities: mappings, keys, hooks."""

import sqlalchemy as sa
from alembic import op

from recruit.core.columns import UTCDateTime

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables of what is agreed with communities, and an index of the erased."""
    erased = sa.text("erased_at IS NOT NULL")
    op.create_index(
        "participant_erased",
        "participant",
        ["community"],
        sqlite_where=erased,
        postgresql_where=erased,
    )
    op.create_table(
        "community_mapping",
        sa.Column("community", sa.String(length=64), nullable=False),
        sa.Column("mapping", sa.JSON(), nullable=False),
        sa.Column("changed_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["community"], ["community.name"]),
        sa.PrimaryKeyConstraint("community"),
    )
    op.create_table(
        "community_contact",
        sa.Column("person", sa.String(length=16), nullable=False),
        sa.Column("item", sa.String(length=16), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["participant.pseudonym"]),
        sa.PrimaryKeyConstraint("person", "item"),
    )
    op.create_table(
        "community_key",
        sa.Column("name", sa.String(length=16), nullable=False),
        sa.Column("community", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("scope", sa.String(length=64), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("expires_at", UTCDateTime(), nullable=False),
        sa.Column("revoked_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["community"], ["community.name"]),
        sa.PrimaryKeyConstraint("name"),
        sa.UniqueConstraint("digest"),
    )
    op.create_index("ix_community_key_community", "community_key", ["community"])
    op.create_table(
        "community_hook",
        sa.Column("community", sa.String(length=64), nullable=False),
        sa.Column("url", sa.String(length=500), nullable=False),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.Column("private", sa.Text(), nullable=False),
        sa.Column("public", sa.LargeBinary(), nullable=False),
        sa.Column("changed_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["community"], ["community.name"]),
        sa.PrimaryKeyConstraint("community"),
    )
    op.create_table(
        "community_event",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("community", sa.String(length=64), nullable=False),
        sa.Column("person", sa.String(length=16), nullable=False),
        sa.Column("type", sa.String(length=32), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("made_at", UTCDateTime(), nullable=False),
        sa.Column("due_at", UTCDateTime(), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("told_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["community"], ["community.name"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("community_event_due", "community_event", ["due_at"])
