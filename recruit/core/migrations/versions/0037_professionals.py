"""Health professionals, the cards that they hand to patients, and what they ask."""

import sqlalchemy as sa
from alembic import op

from recruit.core.columns import NUMBER, UTCDateTime

revision = "0037"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    at = UTCDateTime()
    op.create_table(
        "professional",
        sa.Column("account", sa.Integer(), sa.ForeignKey("account.id"), primary_key=True),
        sa.Column("register", sa.String(8), nullable=False),
        sa.Column("number", sa.String(16), nullable=False),
        sa.Column("profession", sa.String(16), nullable=False),
        sa.Column("specialty", sa.String(24), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("asked_at", at, nullable=False),
        sa.Column("checked_at", at),
    )
    op.create_index("professional_number", "professional", ["register", "number"], unique=True)
    op.create_table(
        "referral_card",
        sa.Column("id", NUMBER, primary_key=True),
        sa.Column("code", sa.String(64), nullable=False, unique=True),
        _trial(),
        _account(),
        sa.Column("made_at", at, nullable=False),
        sa.Column("person", sa.String(16), sa.ForeignKey("participant.pseudonym")),
        sa.Column("agreed", sa.Boolean(), nullable=False),
        sa.Column("received_at", at),
    )
    op.create_index("referral_card_of_account", "referral_card", ["account", "id"])
    op.create_index("referral_card_of_person", "referral_card", ["person"])
    op.create_table(
        "professional_question",
        sa.Column("id", NUMBER, primary_key=True),
        _trial(),
        _account(),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("at", at, nullable=False),
        sa.Column("answer", sa.Text()),
        sa.Column("answered_by", sa.String(254)),
        sa.Column("answered_at", at),
    )
    op.create_index("professional_question_of_account", "professional_question", ["account", "id"])


def _trial() -> sa.Column[str]:
    return sa.Column("trial", sa.String(100), sa.ForeignKey("trial.id"), nullable=False)


def _account() -> sa.Column[int]:
    return sa.Column("account", sa.Integer(), sa.ForeignKey("account.id"), nullable=False)
