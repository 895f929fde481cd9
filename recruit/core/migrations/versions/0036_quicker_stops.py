"""Fewer indexes and no second look-up for each message that stops.

What is about a trial is found by the index of `outbox_once`, which begins with the trial.
"""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0032"
branch_labels = None
depends_on = None

NAMED = {"fk": "%(table_name)s_%(column_0_name)s_fkey"}


def upgrade() -> None:
    """Steps lose their foreign key; nothing refers to them, so that SQLite may copy the table."""
    approved = sa.text("state = 'approved'")
    op.drop_index("outbox_by_trial", "outbox")
    op.create_index(
        "outbox_waiting", "outbox", ["trial"], sqlite_where=approved, postgresql_where=approved
    )
    with op.batch_alter_table("outbox_step", naming_convention=NAMED) as step:
        step.drop_constraint("outbox_step_message_fkey", type_="foreignkey")
