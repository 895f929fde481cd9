"""The consent ledger, append-only and chained, and what is current according to it.

The fields follow the Kantara consent receipt and ISO/IEC TS 27560. No row names a person other
than by pseudonym, so that the ledger outlives an erasure as its proof.
"""

from typing import Final

from sqlalchemy import JSON, BigInteger, Column, Index, Integer, String, Table
from sqlmodel import SQLModel

from recruit.core.chain import LATER, chained_table
from recruit.core.columns import UTCDateTime

CONSENT: Final = chained_table(
    "consent_event",
    Column("id", String(36), nullable=False),
    Column("receipt", String(36), nullable=False),  # one per act, over all its choices
    Column("number", Integer, nullable=False),  # 1, 2, 3 … for each person
    Column("person", String(16), nullable=False, index=True),
    Column("actor", String(200), nullable=False),
    Column("role", String(16), nullable=False),
    Column("authority", String(200), nullable=False),  # what shows that the actor may act
    Column("type", String(16), nullable=False),
    Column("purpose", String(32), nullable=False),  # empty: every purpose
    Column("channel", String(16), nullable=False),
    Column("scope", String(200), nullable=False),
    Column(
        "shown", JSON, nullable=False
    ),  # notice (SHA-256), notice_version, language, controls, text
    Column("how", JSON, nullable=False),  # method, source, double_opt_in, helper
    Column("occurred_at", UTCDateTime, nullable=False),
    Column("recorded_at", UTCDateTime, nullable=False),
    Column("valid_until", UTCDateTime),
    Column("legal_basis", String(64), nullable=False),
    Column("jurisdiction", String(8), info=LATER),  # ISO 3166-1, such as FR
    Index("consent_event_by_receipt", "receipt"),
)

# One row a choice; a pause stands under no purpose and the scope "pause".
STATE: Final = Table(
    "consent_state",
    SQLModel.metadata,
    Column("person", String(16), primary_key=True),
    Column("purpose", String(32), primary_key=True),
    Column("channel", String(16), primary_key=True),
    Column("scope", String(200), primary_key=True),
    Column("type", String(16), nullable=False),
    Column("sequence", BigInteger, nullable=False),  # the event this rests on
    Column("occurred_at", UTCDateTime, nullable=False),
    Column("valid_until", UTCDateTime),
    Index("consent_state_by_choice", "purpose", "channel", "scope", "type"),
)
