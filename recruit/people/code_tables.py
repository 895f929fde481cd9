"""The tables of links and codes. Nothing in them says whose they are without the master keys."""

from typing import Final

from sqlalchemy import Boolean, Column, Index, Integer, String, Table, Text
from sqlmodel import SQLModel

from recruit.core.columns import UTCDateTime

# One link and its present code. `token_digest` is the SHA-256 of the link's token, `code_digest`
# the keyed digest of the code for this link; `sealed` is empty once the link was used.
CODE: Final = Table(
    "code",
    SQLModel.metadata,
    Column("token_digest", String(64), primary_key=True),
    Column("purpose", String(16), nullable=False),
    Column("sealed", Text, nullable=False),
    Column("code_digest", String(64), nullable=False),
    Column("code_made_at", UTCDateTime, nullable=False),
    Column("wrong_tries", Integer, nullable=False),
    Column("renewals", Integer, nullable=False),
    Column("decoy", Boolean, nullable=False),
    Column("expires_at", UTCDateTime, nullable=False),
    Column("used_at", UTCDateTime),
    Index("code_by_expiry", "expires_at"),
)
