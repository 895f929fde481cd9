"""How many codes were asked for one address is counted where everything else is."""

from alembic import op

revision = "0052"
down_revision = "0051"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """One table less; the counts of this hour begin anew."""
    op.drop_table("code_asked")
