"""Centres that staff sites, what registries propose, and when they last answered."""

import sqlalchemy as sa
from alembic import op

from recruit.core.columns import UTCDateTime

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the three tables."""
    op.create_table(
        "site_centre",
        sa.Column("posting", sa.String(length=16), nullable=False),
        sa.Column("site", sa.String(length=64), nullable=False),
        sa.Column("organisation", sa.Integer(), nullable=False),
        sa.Column("assigned_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["organisation"], ["organisation.id"]),
        sa.ForeignKeyConstraint(["posting"], ["posting.id"]),
        sa.PrimaryKeyConstraint("posting", "site"),
    )
    op.create_index("site_centre_by_organisation", "site_centre", ["organisation"])
    op.create_table(
        "registry_proposal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("posting", sa.String(length=16), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("draft", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("seen_at", UTCDateTime(), nullable=False),
        sa.Column("decided_by", sa.String(length=254), nullable=True),
        sa.Column("decided_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["posting"], ["posting.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("registry_proposal_by_posting", "registry_proposal", ["posting"])
    op.create_index(
        "registry_proposal_open",
        "registry_proposal",
        ["posting"],
        unique=True,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_table(
        "registry_look",
        sa.Column("trial", sa.String(length=100), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("trial"),
    )
