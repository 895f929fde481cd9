"""What people write to us in words of their own and what we answer, sealed, until an erasure.

A conversation is what one person and we wrote about one study, or about none. Whatever comes from
an address of nobody's is a conversation of its own, by that address.
"""

from typing import Final

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlmodel import SQLModel

import recruit.people.account_tables  # noqa: F401 - who is assigned is an account
from recruit.core.columns import NUMBER, UTCDateTime

UNREAD: Final = text("read_at IS NULL")
IS_OWED: Final = text("due_at IS NOT NULL")
IS_DOUBTFUL: Final = text("stop_at IS NOT NULL")

# `key` is the SHA-256 of person and trial, or a keyed digest of an address of nobody's. `waits` is
# 1 while a word of it is unread, else 0; `newest_at` its newest word, theirs or ours. `due_at` is
# until when an answer is owed, null where none is. `stop_at` is when words came that may mean stop
# and that nobody has acted upon. `held_by` writes an answer until `held_until`.
CONVERSATION: Final = Table(
    "conversation",
    SQLModel.metadata,
    Column("id", NUMBER, primary_key=True),
    Column("key", String(64), nullable=False, unique=True),
    Column("person", ForeignKey("participant.pseudonym")),
    Column("trial", ForeignKey("trial.id")),
    Column("waits", Integer, nullable=False),
    Column("newest_at", UTCDateTime, nullable=False),
    Column("due_at", UTCDateTime),
    Column("stop_at", UTCDateTime),
    Column("assigned", ForeignKey("account.id")),
    Column("held_by", ForeignKey("account.id")),
    Column("held_until", UTCDateTime),
    Index("conversation_newest", "waits", "newest_at", "id"),
    Index("conversation_of_trial", "trial", "waits", "newest_at", "id"),
    Index("conversation_assigned", "assigned", "waits", "newest_at", "id"),
    Index("conversation_of_person", "person"),
    Index("conversation_owed", "due_at", sqlite_where=IS_OWED, postgresql_where=IS_OWED),
    Index("conversation_stop", "stop_at", sqlite_where=IS_DOUBTFUL, postgresql_where=IS_DOUBTFUL),
)

# One answer, question or message. `person` is null where nobody knows whose number it came from;
# `trial` where it is not sure which study it is about. `channel` is by which an answer would go,
# `how` the way it came in (answer_table.How). `mark` is the SHA-256 of what the provider calls this
# one message and of the person: told twice, it is kept once. `answered_at` says that an automatic
# answer about emergencies went out, `reply` which automatic answer did, `read_by` who has read it
# ("account 5").
HEARD: Final = Table(
    "heard",
    SQLModel.metadata,
    Column("id", NUMBER, primary_key=True),
    Column("person", ForeignKey("participant.pseudonym")),
    Column("trial", ForeignKey("trial.id")),
    Column("channel", String(8), nullable=False),
    Column("mark", String(64), nullable=False, unique=True),
    Column("sealed", Text, nullable=False),
    Column("heard_at", UTCDateTime, nullable=False),
    Column("answered_at", UTCDateTime),
    Column("read_at", UTCDateTime),
    Column("read_by", String(254)),
    Column(
        "conversation", ForeignKey("conversation.id", name="heard_conversation"), nullable=False
    ),
    Column("how", String(8), nullable=False),
    Column("reply", String(16)),
    Index("heard_unread", "heard_at", "id", sqlite_where=UNREAD, postgresql_where=UNREAD),
    Index("heard_by_person", "person", "answered_at"),
    Index("heard_in_conversation", "conversation", "id"),
)

# What came along with a mail. `sealed` holds its name and, where it was kept, the key of its file
# (RECRUIT_DATA_FOLDER/attachments/<file>); `refused` says why it was not.
ATTACHMENT: Final = Table(
    "attachment",
    SQLModel.metadata,
    Column("id", NUMBER, primary_key=True),
    Column("heard", ForeignKey("heard.id", ondelete="CASCADE"), nullable=False),
    Column("file", String(32), nullable=False, unique=True),
    Column("kind", String(16), nullable=False),
    Column("size", Integer, nullable=False),
    Column("refused", String(16)),
    Column("sealed", Text, nullable=False),
    Index("attachment_of_heard", "heard"),
)

# What one of the staff answered. `key` is the form's: sent twice, it is kept once. `channel` is
# null where it waits on the person's own page; else `reference` names the message in the post.
# `snippet` and `version` say which approved words it was made of, `edited` that they were changed.
REPLY: Final = Table(
    "reply",
    SQLModel.metadata,
    Column("id", NUMBER, primary_key=True),
    Column("conversation", ForeignKey("conversation.id"), nullable=False),
    Column("person", ForeignKey("participant.pseudonym"), nullable=False),
    Column("key", String(64), nullable=False, unique=True),
    Column("channel", String(8)),
    Column("reference", String(32)),
    Column("language", String(2), nullable=False),
    Column("snippet", ForeignKey("snippet.id")),
    Column("version", Integer),
    Column("edited", Boolean, nullable=False),
    Column("sealed", Text, nullable=False),
    Column("by", String(254), nullable=False),
    Column("at", UTCDateTime, nullable=False),
    Index("reply_in_conversation", "conversation", "id"),
    Index("reply_to_person", "person"),
)

# Answers that are written beforehand. What is taken out of use stays: it was answered with.
SNIPPET: Final = Table(
    "snippet",
    SQLModel.metadata,
    Column("id", NUMBER, primary_key=True),
    Column("name", String(80), nullable=False, unique=True),
    Column("retired_at", UTCDateTime),
)

# Each version in both languages; it is used once somebody else than `author` has approved it.
SNIPPET_VERSION: Final = Table(
    "snippet_version",
    SQLModel.metadata,
    Column("id", NUMBER, primary_key=True),
    Column("snippet", ForeignKey("snippet.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("english", Text, nullable=False),
    Column("french", Text, nullable=False),
    Column("author", String(254), nullable=False),
    Column("written_at", UTCDateTime, nullable=False),
    Column("approved_by", String(254)),
    Column("approved_at", UTCDateTime),
    UniqueConstraint("snippet", "number", name="snippet_version_once"),
)
