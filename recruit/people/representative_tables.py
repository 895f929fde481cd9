"""Who may act for whom, since when and until when."""

from typing import Final

from sqlalchemy import Column, Date, ForeignKey, String, Table
from sqlmodel import SQLModel

from recruit.core.columns import UTCDateTime

# One link between a person and somebody who acts for them. What the person wants to be called by
# that somebody lies in the vault under the link's own identifier.
REPRESENTATION: Final = Table(
    "representation",
    SQLModel.metadata,
    Column("id", String(16), primary_key=True),
    Column("person", String(16), ForeignKey("participant.pseudonym"), nullable=False, index=True),
    Column("representative", String(16), index=True),  # the holder, once the invitation is accepted
    Column("kind", String(16), nullable=False),
    Column("powers", String(16), nullable=False),
    Column("reference", String(200), nullable=False),  # of the document that staff has seen
    Column("valid_until", Date),  # the last day
    Column("blocked_from", Date),  # the 18th birthday of whoever was a minor
    Column("made_at", UTCDateTime, nullable=False),
    Column("confirmed_at", UTCDateTime),
    Column("allowed_at", UTCDateTime),  # the person's consent after that birthday
    Column("ended_at", UTCDateTime),
)
