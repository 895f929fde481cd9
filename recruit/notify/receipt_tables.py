"""The tables of what providers say of messages: addresses that are over, and how channels stand.

No row of them says who somebody is, not even by pseudonym.
"""

from typing import Final

from sqlalchemy import Column, Integer, String, Table
from sqlmodel import SQLModel

from recruit.core.columns import UTCDateTime

# The key under which addresses are hashed: one row, sealed. It outlives the master keys, for an
# address whose owner was erased can never be hashed anew.
SUPPRESSION_KEY: Final = Table(
    "suppression_key",
    SQLModel.metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("sealed", String(200), nullable=False),
)

SUPPRESSION: Final = Table(
    "suppression",
    SQLModel.metadata,
    Column("digest", String(64), primary_key=True),
    Column("channel", String(8), nullable=False),
    Column("cause", String(16), nullable=False),
    Column("at", UTCDateTime, nullable=False),
)

# How each channel stood when it was last looked at: what was sent by it in the days before, what
# of that bounced or was complained of, and how many messages wait. Nothing sent before
# `counted_from` counts: a person looked at it and let the channel go on.
CHANNEL_STANDING: Final = Table(
    "channel_standing",
    SQLModel.metadata,
    Column("channel", String(8), primary_key=True),
    Column("standing", String(8), nullable=False),
    Column("since", UTCDateTime, nullable=False),
    Column("sent", Integer, nullable=False),
    Column("bounced", Integer, nullable=False),
    Column("complained", Integer, nullable=False),
    Column("waiting", Integer, nullable=False),
    Column("counted_from", UTCDateTime),
    Column("looked_at", UTCDateTime, nullable=False),
)
