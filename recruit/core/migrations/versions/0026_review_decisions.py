"""What those who judge matches decide, and who has which match in hand."""

import sqlalchemy as sa
from alembic import op

from recruit.core.columns import UTCDateTime

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the tables; whoever was invited before was approved by somebody."""
    op.add_column("match", sa.Column("grounds", sa.String(length=64), nullable=True))
    _misread()
    _decision()
    op.create_table(
        "match_claim",
        sa.Column("match", sa.Integer(), nullable=False),
        sa.Column("by", sa.String(length=254), nullable=False),
        sa.Column("until", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["match"], ["match.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("match"),
    )
    op.create_index("match_claim_by", "match_claim", ["by"])
    op.execute(
        "INSERT INTO decision (match, trial, person, kind, grounds, by, at)"
        " SELECT max(match.id), outbox.trial, outbox.person, 'approve', '',"
        " min(outbox.approved_by), min(outbox.approved_at)"
        " FROM outbox JOIN match ON match.trial = outbox.trial AND match.person = outbox.person"
        " WHERE outbox.wave = 'invitation' GROUP BY outbox.trial, outbox.person"
    )


def _misread() -> None:
    unsettled = sa.text("settled_at IS NULL")
    op.create_table(
        "misread",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("trial", sa.String(length=100), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("criterion", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("rule", sa.String(length=64), nullable=False),
        sa.Column("wrong", sa.String(length=16), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("by", sa.String(length=254), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("settled_at", UTCDateTime(), nullable=True),
        sa.Column("settled_by", sa.String(length=254), nullable=True),
        sa.Column("settled", sa.String(length=16), nullable=True),
        sa.ForeignKeyConstraint(["trial"], ["trial.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "misread_open",
        "misread",
        ["trial", "id"],
        sqlite_where=unsettled,
        postgresql_where=unsettled,
    )


def _decision() -> None:
    stands = sa.text("ended_at IS NULL")
    op.create_table(
        "decision",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("match", sa.Integer(), nullable=False),
        sa.Column("trial", sa.String(length=100), nullable=False),
        sa.Column("person", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("reason", sa.String(length=24), nullable=True),
        sa.Column("criterion", sa.Integer(), nullable=True),
        sa.Column("grounds", sa.String(length=64), nullable=False),
        sa.Column("misread", NUMBER, nullable=True),
        sa.Column("until", UTCDateTime(), nullable=True),
        sa.Column("by", sa.String(length=254), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("ended_at", UTCDateTime(), nullable=True),
        sa.Column("ended_by", sa.String(length=254), nullable=True),
        sa.Column("ended", sa.String(length=8), nullable=True),
        sa.ForeignKeyConstraint(["match"], ["match.id"]),
        sa.ForeignKeyConstraint(["trial"], ["trial.id"]),
        sa.ForeignKeyConstraint(["person"], ["participant.pseudonym"]),
        sa.ForeignKeyConstraint(["misread"], ["misread.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "decision_standing",
        "decision",
        ["trial", "person"],
        unique=True,
        sqlite_where=stands,
        postgresql_where=stands,
    )
    op.create_index("decision_by_person", "decision", ["person", "trial", "id"])
    op.create_index("decision_by_match", "decision", ["match"])
