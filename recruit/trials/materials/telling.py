"""Which approved texts those who were asked, and agreed to hear, are to be told.

A row for each text: that a trial is closed, and what came of it. Whoever sends finds them here.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import (
    Column,
    ForeignKey,
    Index,
    String,
    Table,
    func,
    insert,
    select,
)
from sqlalchemy.orm import Session
from sqlmodel import SQLModel

from recruit.core import chain
from recruit.core.append_only import keep_append_only
from recruit.core.clock import now
from recruit.core.columns import NUMBER, UTCDateTime
from recruit.trials.materials.content import Channel, Material
from recruit.trials.posting.tables import HEX_256, ID

POSTING_TELLING: Final = keep_append_only(
    Table(
        "posting_telling",
        SQLModel.metadata,
        Column("sequence", NUMBER, primary_key=True, autoincrement=False),
        Column("posting", ID, ForeignKey("posting.id"), nullable=False),
        Column("channel", String(16), nullable=False),
        Column("language", String(2), nullable=False),
        Column("country", String(2), nullable=False),
        Column("digest", String(HEX_256), nullable=False),
        Column("author", String(254), nullable=False),
        Column("at", UTCDateTime, nullable=False),
        Index("posting_telling_by_posting", "posting"),
    )
)


@dataclass(frozen=True, slots=True)
class Telling:
    """A text that is to be told ("closing", "results"), where, and by which digest it is known."""

    channel: Channel
    language: str
    country: str
    digest: str
    author: str
    at: datetime


def tell(session: Session, texts: Iterable[Material], author: str) -> None:
    """Write down that these approved texts are to be told."""
    chain.hold(session)  # so that each number is nobody else's
    newest = session.scalar(select(func.max(POSTING_TELLING.c.sequence))) or 0
    for sequence, each in enumerate(texts, newest + 1):
        row = {
            "sequence": sequence,
            "posting": each.place.posting,
            "channel": each.place.channel.value,
            "language": each.place.language,
            "country": each.place.country,
            "digest": each.digest,
            "author": author,
            "at": now(),
        }
        session.execute(insert(POSTING_TELLING), row)


def postings_since(session: Session, since: datetime) -> list[str]:
    """The postings of which something is to be told that was decided after `since`."""
    query = select(POSTING_TELLING.c.posting).where(POSTING_TELLING.c.at > since).distinct()
    return sorted(session.scalars(query))


def tellings(session: Session, posting: str) -> Iterator[Telling]:
    """What is to be told of a posting, the oldest first."""
    query = select(POSTING_TELLING).where(POSTING_TELLING.c.posting == posting)
    for row in session.execute(query.order_by(POSTING_TELLING.c.sequence)).mappings():
        place = Channel(row["channel"]), row["language"], row["country"]
        yield Telling(*place, row["digest"], row["author"], row["at"])
