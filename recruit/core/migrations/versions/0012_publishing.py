"""What becomes of postings, deed by deed, and what those who were asked are to be told."""

import sqlalchemy as sa
from alembic import op

from recruit.core.append_only import guards, revocation
from recruit.core.columns import UTCDateTime

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the two tables, whose rows are never changed."""
    sequence = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "posting_deed",
        sa.Column("sequence", sequence, autoincrement=False, nullable=False),
        sa.Column("posting", sa.String(length=16), nullable=False),
        sa.Column("deed", sa.String(length=16), nullable=False),
        sa.Column("trial", sa.String(length=100), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("author", sa.String(length=254), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.Column("status", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(["posting"], ["posting.id"]),
        sa.PrimaryKeyConstraint("sequence"),
    )
    op.create_index("posting_deed_by_posting", "posting_deed", ["posting"])
    op.create_index("posting_deed_by_trial", "posting_deed", ["trial"])
    op.create_table(
        "posting_telling",
        sa.Column("sequence", sequence, autoincrement=False, nullable=False),
        sa.Column("posting", sa.String(length=16), nullable=False),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("author", sa.String(length=254), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["posting"], ["posting.id"]),
        sa.PrimaryKeyConstraint("sequence"),
    )
    op.create_index("posting_telling_by_posting", "posting_telling", ["posting"])
    dialect = op.get_bind().dialect.name
    for table in ("posting_deed", "posting_telling"):
        for statement in guards(table, dialect):
            op.execute(statement)
        if dialect == "postgresql":
            op.execute(revocation(table))
