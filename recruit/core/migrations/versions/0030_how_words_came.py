"""The words of a case say by which way they came in, not by which channel an answer would go."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0027"
branch_labels = None
depends_on = None

WAYS = {"email": "mail", "sms": "sms", "letter": "letter", "phone": "phone"}


def upgrade() -> None:
    """Take the way of the message that a word is a copy of; one that is gone came by its channel.

    What was kept apart since is a copy of nothing: somebody of the staff heard it that way.
    """
    columns = (sa.column(each, sa.String) for each in ("mark", "channel", "how"))
    word = sa.table("safety_word", *columns)
    heard = sa.table("heard", sa.column("mark", sa.String), sa.column("how", sa.String))
    op.add_column("safety_word", sa.Column("how", sa.String(length=8), nullable=True))
    known = sa.select(heard.c.how).where(heard.c.mark == word.c.mark).scalar_subquery()
    by_channel = sa.case(WAYS, value=word.c.channel)
    op.execute(word.update().values(how=sa.func.coalesce(known, by_channel)))
    with op.batch_alter_table("safety_word") as table:
        table.alter_column("how", existing_type=sa.String(length=8), nullable=False)
        table.drop_column("channel")
