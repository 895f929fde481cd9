"""Communities as tenants: terms, staff, signed words from them, fetching, identity providers."""

import sqlalchemy as sa
from alembic import op

from recruit.core.columns import UTCDateTime

revision = "0034"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables, and say which scopes the keys of before have.

    A key used to open pushing and withdrawing alike; now each is a scope.
    """
    op.add_column("community_event", sa.Column("tried_at", UTCDateTime(), nullable=True))
    op.add_column("community_event", sa.Column("answer", sa.String(length=80), nullable=True))
    op.create_index("community_event_by_community", "community_event", ["community", "made_at"])
    op.execute(
        "UPDATE community_key SET scope = 'people:write withdrawals:write' "
        "WHERE scope = 'people:write'"
    )
    _table("community_terms", sa.Column("terms", sa.JSON(), nullable=False), _at("changed_at"))
    _table(
        "community_staffed",
        sa.Column("organisation", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["organisation"], ["organisation.id"]),
    )
    op.create_index("ix_community_staffed_organisation", "community_staffed", ["organisation"])
    _table("community_inbound", sa.Column("secret", sa.Text(), nullable=False), _at("changed_at"))
    op.create_table(
        "community_heard",
        sa.Column("community", sa.String(length=64), nullable=False),
        sa.Column("event", sa.String(length=64), nullable=False),
        sa.Column("body", sa.String(length=64), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        _at("at"),
        sa.ForeignKeyConstraint(["community"], ["community.name"]),
        sa.PrimaryKeyConstraint("community", "event"),
    )
    op.create_index("community_heard_at", "community_heard", ["at"])
    counts = ("run", "pages", "new", "changed", "unchanged", "refused", "failures")
    _table(
        "community_pull",
        sa.Column("url", sa.String(length=500), nullable=False),
        sa.Column("key", sa.Text(), nullable=True),
        sa.Column("minutes", sa.Integer(), nullable=False),
        _at("due_at"),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in counts),
        sa.Column("etag", sa.String(length=200), nullable=True),
        sa.Column("seen", sa.String(length=200), nullable=True),
        sa.Column("page", sa.String(length=500), nullable=True),
        sa.Column("began_at", UTCDateTime(), nullable=True),
        sa.Column("ended_at", UTCDateTime(), nullable=True),
        sa.Column("outcome", sa.String(length=16), nullable=True),
        sa.Column("problem", sa.String(length=80), nullable=True),
    )
    _table(
        "community_provider",
        sa.Column("issuer", sa.String(length=500), nullable=False),
        sa.Column("client", sa.String(length=255), nullable=False),
        sa.Column("secret", sa.Text(), nullable=False),
        _at("changed_at"),
    )
    op.create_table(
        "community_member",
        sa.Column("community", sa.String(length=64), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("person", sa.String(length=16), nullable=False),
        _at("since"),
        sa.ForeignKeyConstraint(["community"], ["community.name"]),
        sa.ForeignKeyConstraint(["person"], ["participant.pseudonym"]),
        sa.PrimaryKeyConstraint("community", "subject"),
    )
    op.create_index("ix_community_member_person", "community_member", ["person"])


def _at(name: str) -> sa.schema.SchemaItem:
    column: sa.Column[object] = sa.Column(name, UTCDateTime(), nullable=False)
    return column


def _table(name: str, *parts: sa.schema.SchemaItem) -> None:
    """A table with one row for each community that has such a thing."""
    op.create_table(
        name,
        sa.Column("community", sa.String(length=64), nullable=False),
        *parts,
        sa.ForeignKeyConstraint(["community"], ["community.name"]),
        sa.PrimaryKeyConstraint("community"),
    )
