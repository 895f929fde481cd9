"""Answers of the API that are given again to the same request."""

from datetime import timedelta
from typing import Final

from sqlalchemy import Column, LargeBinary, String, Table
from sqlmodel import SQLModel

from recruit.core.columns import UTCDateTime
from recruit.core.expiring import Expiring

# `digest` is of whoever asks and the Idempotency-Key, `request` of what was asked for. `sealed` is
# the answer, under a key made of the caller's secret, which is kept nowhere; NULL until there is
# one.
ANSWER: Final = Table(
    "api_answer",
    SQLModel.metadata,
    Column("digest", String(64), primary_key=True),
    Column("request", String(64), nullable=False),
    Column("sealed", LargeBinary),
    Column("at", UTCDateTime, nullable=False, index=True),
)
ANSWERS: Final = Expiring(ANSWER.c.at, timedelta(days=1))
"""So long the same request gets the same answer."""
