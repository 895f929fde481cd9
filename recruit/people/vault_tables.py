"""The vault's tables. Nothing in them can be read without the master keys."""

from typing import Final

from sqlalchemy import Column, ForeignKey, Index, LargeBinary, String, Table, Text
from sqlmodel import SQLModel

# The key of one holder, wrapped by a master key.
KEY: Final = Table(
    "vault_key",
    SQLModel.metadata,
    Column("holder", String(16), primary_key=True),
    Column("wrapped", Text, nullable=False),
)

ITEM: Final = Table(
    "vault_item",
    SQLModel.metadata,
    Column("holder", String(16), ForeignKey("vault_key.holder"), primary_key=True),
    Column("item", String(16), primary_key=True),
    Column("sealed", LargeBinary, nullable=False),
)

# Keyed digests of what a holder is found by.
DIGEST: Final = Table(
    "vault_digest",
    SQLModel.metadata,
    Column("holder", String(16), ForeignKey("vault_key.holder"), primary_key=True),
    Column("item", String(16), primary_key=True),
    Column("digest", String(64), nullable=False),
    Index("vault_digest_by_digest", "digest"),
)
