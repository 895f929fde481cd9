"""The matches of a person are found by the beginning of a pseudonym, whatever sorts the text.

In most collations PostgreSQL finds the beginning of a word in an index of this class alone; whole
words it finds there as before. https://www.postgresql.org/docs/current/indexes-opclass.html
"""

from alembic import op

revision = "0029"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the index anew; SQLite makes the same one."""
    op.drop_index("ix_match_person", "match")
    op.create_index(
        "ix_match_person", "match", ["person"], postgresql_ops={"person": "varchar_pattern_ops"}
    )
