"""What people ask and report on a study's page, and answers for everybody; newest reading fast."""

import sqlalchemy as sa
from alembic import op

from recruit.core.columns import NUMBER, UTCDateTime

revision = "0035"
down_revision = "0036"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Two tables, and an index by which a process sees at once whether a trial was read anew."""
    at = UTCDateTime()
    op.create_index("ix_trial_version_read_at", "trial_version", ["read_at"])
    op.create_table(
        "public_word",
        sa.Column("id", NUMBER, primary_key=True),
        sa.Column("trial", sa.String(100), sa.ForeignKey("trial.id"), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("sealed", sa.Text()),
        sa.Column("at", at, nullable=False),
        sa.Column("closed_at", at),
        sa.Column("closed_by", sa.String(254)),
        sa.Column("outcome", sa.String(16)),
    )
    is_open = sa.text("closed_at IS NULL")
    op.create_index(
        "public_word_open",
        "public_word",
        ["at", "id"],
        sqlite_where=is_open,
        postgresql_where=is_open,
    )
    op.create_table(
        "public_answer",
        sa.Column("id", NUMBER, primary_key=True),
        sa.Column("trial", sa.String(100), sa.ForeignKey("trial.id"), nullable=False),
        sa.Column("question_en", sa.Text(), nullable=False),
        sa.Column("question_fr", sa.Text(), nullable=False),
        sa.Column("answer_en", sa.Text(), nullable=False),
        sa.Column("answer_fr", sa.Text(), nullable=False),
        sa.Column("author", sa.String(254), nullable=False),
        sa.Column("at", at, nullable=False),
        sa.Column("withdrawn_at", at),
    )
    op.create_index("public_answer_of_trial", "public_answer", ["trial", "id"])
