"""Words that come in and answers to them, by person and trial."""

from datetime import UTC, datetime
from hashlib import sha256

import sqlalchemy as sa
from alembic import op

from recruit.core.columns import UTCDateTime

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

# By which way what is kept came in: a page's questions were kept as e-mails.
WAYS = {"email": "mail", "sms": "sms", "letter": "letter", "phone": "phone"}


def upgrade() -> None:
    """Make the tables, and conversations of what is kept."""
    _conversations()
    op.add_column("heard", _number("conversation", nullable=True))
    op.add_column("heard", sa.Column("how", sa.String(length=8), nullable=True))
    op.add_column("heard", sa.Column("reply", sa.String(length=16), nullable=True))
    _fill(op.get_bind())
    with op.batch_alter_table("heard") as heard:
        number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
        heard.alter_column("conversation", existing_type=number, nullable=False)
        heard.alter_column("how", existing_type=sa.String(length=8), nullable=False)
        heard.create_foreign_key("heard_conversation", "conversation", ["conversation"], ["id"])
    op.create_index("heard_in_conversation", "heard", ["conversation", "id"])
    _attachments()
    _snippets()
    _replies()


def _conversations() -> None:
    op.create_table(
        "conversation",
        _number("id"),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("person", sa.String(length=16), nullable=True),
        sa.Column("trial", sa.String(length=100), nullable=True),
        sa.Column("waits", sa.Integer(), nullable=False),
        sa.Column("newest_at", UTCDateTime(), nullable=False),
        sa.Column("due_at", UTCDateTime(), nullable=True),
        sa.Column("stop_at", UTCDateTime(), nullable=True),
        sa.Column("assigned", sa.Integer(), nullable=True),
        sa.Column("held_by", sa.Integer(), nullable=True),
        sa.Column("held_until", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["person"], ["participant.pseudonym"]),
        sa.ForeignKeyConstraint(["trial"], ["trial.id"]),
        sa.ForeignKeyConstraint(["assigned"], ["account.id"]),
        sa.ForeignKeyConstraint(["held_by"], ["account.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("key"),
    )
    shown = ["waits", "newest_at", "id"]
    op.create_index("conversation_newest", "conversation", shown)
    op.create_index("conversation_of_trial", "conversation", ["trial", *shown])
    op.create_index("conversation_assigned", "conversation", ["assigned", *shown])
    op.create_index("conversation_of_person", "conversation", ["person"])
    for name, column in (("conversation_owed", "due_at"), ("conversation_stop", "stop_at")):
        known = sa.text(f"{column} IS NOT NULL")
        op.create_index(name, "conversation", [column], sqlite_where=known, postgresql_where=known)


def _fill(connection: sa.Connection) -> None:
    """One conversation of each person and trial; of nobody's words, one of each message."""
    time = UTCDateTime()
    heard = sa.table(
        "heard",
        sa.column("id", sa.Integer),
        sa.column("person", sa.String),
        sa.column("trial", sa.String),
        sa.column("channel", sa.String),
        sa.column("mark", sa.String),
        sa.column("heard_at", time),
        sa.column("read_at", time),
        sa.column("conversation", sa.Integer),
        sa.column("how", sa.String),
    )
    made = sa.table(
        "conversation",
        sa.column("id", sa.Integer),
        sa.column("key", sa.String),
        sa.column("person", sa.String),
        sa.column("trial", sa.String),
        sa.column("waits", sa.Integer),
        sa.column("newest_at", time),
    )
    begun: dict[str, dict[str, object]] = {}
    never = datetime.min.replace(tzinfo=UTC)
    newest: dict[str, datetime] = {}
    words = connection.execute(sa.select(heard).order_by(heard.c.id)).mappings().all()
    for row in words:
        key = _key(row)
        newest[key] = max(newest.get(key, never), row["heard_at"])
        waits = int(row["read_at"] is None or bool(begun.get(key, {}).get("waits")))
        begun[key] = {"key": key, "person": row["person"], "trial": row["trial"], "waits": waits}
    if begun:
        rows = [{**each, "newest_at": newest[key]} for key, each in begun.items()]
        connection.execute(sa.insert(made), rows)
    numbers = {row.key: row.id for row in connection.execute(sa.select(made.c.key, made.c.id))}
    for row in words:
        values = {"conversation": numbers[_key(row)], "how": WAYS[row["channel"]]}
        connection.execute(sa.update(heard).where(heard.c.id == row["id"]).values(values))


def _key(row: sa.RowMapping) -> str:
    whole = row["mark"] if row["person"] is None else f"{row['person']}\n{row['trial'] or ''}"
    return sha256(whole.encode()).hexdigest()


def _attachments() -> None:
    op.create_table(
        "attachment",
        _number("id"),
        _number("heard"),
        sa.Column("file", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("refused", sa.String(length=16), nullable=True),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["heard"], ["heard.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("file"),
    )
    op.create_index("attachment_of_heard", "attachment", ["heard"])


def _snippets() -> None:
    op.create_table(
        "snippet",
        _number("id"),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("retired_at", UTCDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("name"),
    )
    op.create_table(
        "snippet_version",
        _number("id"),
        _number("snippet"),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("english", sa.Text(), nullable=False),
        sa.Column("french", sa.Text(), nullable=False),
        sa.Column("author", sa.String(length=254), nullable=False),
        sa.Column("written_at", UTCDateTime(), nullable=False),
        sa.Column("approved_by", sa.String(length=254), nullable=True),
        sa.Column("approved_at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["snippet"], ["snippet.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("snippet", "number", name="snippet_version_once"),
    )


def _replies() -> None:
    op.create_table(
        "reply",
        _number("id"),
        _number("conversation"),
        sa.Column("person", sa.String(length=16), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("channel", sa.String(length=8), nullable=True),
        sa.Column("reference", sa.String(length=32), nullable=True),
        sa.Column("language", sa.String(length=2), nullable=False),
        _number("snippet", nullable=True),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.Column("edited", sa.Boolean(), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("by", sa.String(length=254), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["conversation"], ["conversation.id"]),
        sa.ForeignKeyConstraint(["person"], ["participant.pseudonym"]),
        sa.ForeignKeyConstraint(["snippet"], ["snippet.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("key"),
    )
    op.create_index("reply_in_conversation", "reply", ["conversation", "id"])
    op.create_index("reply_to_person", "reply", ["person"])


def _number(name: str, *, nullable: bool = False) -> sa.Column[int]:
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    return sa.Column(name, number, nullable=nullable)
