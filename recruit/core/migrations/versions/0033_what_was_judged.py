"""What matching has judged, and when time alone can change it."""

import sqlalchemy as sa
from alembic import op

from recruit.core.columns import UTCDateTime

revision = "0033"
down_revision = "0037"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing stands there yet: the next run judges everyone, and keeps the matches that hold."""
    op.create_table("judged_run", sa.Column("run", sa.String(32), primary_key=True))
    op.create_table(
        "judged_trial",
        sa.Column("trial", sa.String(), sa.ForeignKey("trial.id"), primary_key=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("read_at", UTCDateTime(), nullable=False),
        sa.Column("rules", sa.String(64), nullable=False),
    )
    op.create_table(
        "judged_person",
        sa.Column(
            "person", sa.String(16), sa.ForeignKey("participant.pseudonym"), primary_key=True
        ),
        sa.Column("profile_version", sa.Integer(), nullable=False),
        sa.Column("refused", sa.Text(), nullable=False),
        sa.Column("judged_on", sa.Date(), nullable=False),
        sa.Column("next_on", sa.Date(), nullable=False),
    )
    op.create_index("ix_judged_person_next_on", "judged_person", ["next_on"])
