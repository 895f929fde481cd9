"""Texts about a trial, an ethics committee's decisions on them, and their approvals."""

import sqlalchemy as sa
from alembic import op

from recruit.core.append_only import guards, revocation
from recruit.core.columns import UTCDateTime

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

WRITTEN_ONCE = ("material_decision", "material_approved", "material_suspended")


def upgrade() -> None:
    """Make the tables; nobody changes what is decided, approved or suspended."""
    op.create_table(
        "material_decision",
        sa.Column("sequence", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("posting", sa.String(length=16), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("committee", sa.String(length=200), nullable=False),
        sa.Column("reference", sa.String(length=200), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.Column("file", sa.String(length=200), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.Column("document_digest", sa.String(length=64), nullable=False),
        sa.Column("author", sa.String(length=254), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["posting"], ["posting.id"]),
        sa.PrimaryKeyConstraint("sequence"),
    )
    op.create_index("ix_material_decision_posting", "material_decision", ["posting"])
    op.create_table(
        "material_draft",
        sa.Column("posting", sa.String(length=16), nullable=False),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("edit", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("authors", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("decision", sa.Integer(), nullable=True),
        sa.Column("submitted_by", sa.String(length=254), nullable=False),
        sa.Column("signed", sa.Text(), nullable=False),
        sa.Column("returned", sa.Text(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["posting"], ["posting.id"]),
        sa.PrimaryKeyConstraint("posting", "channel", "language", "country"),
    )
    op.create_table(
        "material_approved",
        sa.Column("sequence", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("posting", sa.String(length=16), nullable=False),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("authors", sa.Text(), nullable=False),
        sa.Column("decision", sa.Integer(), nullable=False),
        sa.Column("submitted_by", sa.String(length=254), nullable=False),
        sa.Column("signed", sa.Text(), nullable=False),
        sa.Column("approver", sa.String(length=254), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["posting"], ["posting.id"]),
        sa.PrimaryKeyConstraint("sequence"),
        sa.UniqueConstraint("posting", "channel", "language", "country", "version"),
    )
    op.create_table(
        "material_suspended",
        sa.Column("sequence", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("approved", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("author", sa.String(length=254), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("sequence"),
        sa.UniqueConstraint("approved"),
    )
    dialect = op.get_bind().dialect.name
    for table in WRITTEN_ONCE:
        for statement in guards(table, dialect):
            op.execute(statement)
        if dialect == "postgresql":
            op.execute(revocation(table))
