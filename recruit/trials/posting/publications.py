"""What became of a posting, deed by deed: submitted, sent back, published, paused, closed.

A deed is a row that the database itself refuses to change. The posting's own row says where it
stands now, and is set in the same unit of work.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import (
    Column,
    ForeignKey,
    Index,
    Integer,
    RowMapping,
    Select,
    String,
    Table,
    Text,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.orm import Session
from sqlmodel import SQLModel

from recruit.core import chain
from recruit.core.append_only import keep_append_only
from recruit.core.clock import now
from recruit.core.columns import NUMBER, UTCDateTime
from recruit.trials.checks import LONGEST_ID
from recruit.trials.draft import TrialStatus
from recruit.trials.posting.store import Heading, Life, Posting, Revision
from recruit.trials.posting.tables import HEX_256, ID, POSTING


class Deed(StrEnum):
    """What was done with a posting."""

    SUBMITTED = "submitted"
    SENT_BACK = "sent back"
    PUBLISHED = "published"
    PAUSED = "paused"
    RESUMING_ASKED = "resuming asked"
    RESUMED = "resumed"
    CLOSING_ASKED = "closing asked"
    CLOSED = "closed"
    DECLINED = "declined"
    """What was asked, to resume or to close, was not granted."""


ASKED: Final = frozenset({Deed.RESUMING_ASKED, Deed.CLOSING_ASKED})
ANSWERS: Final = frozenset({Deed.RESUMED, Deed.CLOSED, Deed.DECLINED})
STOPS: Final = frozenset({Deed.PAUSED, Deed.CLOSED})

# `revision` and `digest` are what the deed was done to; `version` is the trial's that it made, and
# `status` what a closed trial came to.
POSTING_DEED: Final = keep_append_only(
    Table(
        "posting_deed",
        SQLModel.metadata,
        Column("sequence", NUMBER, primary_key=True, autoincrement=False),
        Column("posting", ID, ForeignKey("posting.id"), nullable=False),
        Column("deed", String(16), nullable=False),
        Column("trial", String(LONGEST_ID), nullable=False),
        Column("revision", Integer, nullable=False),
        Column("digest", String(HEX_256), nullable=False),
        Column("author", String(254), nullable=False),
        Column("at", UTCDateTime, nullable=False),
        Column("reason", Text, nullable=False),
        Column("version", Integer),
        Column("status", String(32)),
        Index("posting_deed_by_posting", "posting"),
        Index("posting_deed_by_trial", "trial"),
    )
)


@dataclass(frozen=True, slots=True)
class Done:
    """One deed: to which revision, by whom, when and why."""

    sequence: int
    posting: str
    deed: Deed
    trial: str
    revision: int
    digest: str
    author: str
    at: datetime
    reason: str
    version: int | None
    status: TrialStatus | None


def note(  # noqa: PLR0913 - the columns of a deed, by name
    session: Session,
    posting: Posting,
    deed: Deed,
    revision: Revision,
    *,
    author: str,
    reason: str = "",
    version: int | None = None,
    status: TrialStatus | None = None,
    **standing: object,
) -> None:
    """Write a deed down, and what it makes of the posting, which is `held`: columns of its row."""
    chain.hold(session)  # one writer at a time, as the audit row that follows needs too
    newest = session.scalar(select(func.max(POSTING_DEED.c.sequence))) or 0
    row = {
        "sequence": newest + 1,
        "posting": posting.id,
        "deed": deed.value,
        "trial": revision.content.draft.id,
        "revision": revision.number,
        "digest": revision.digest,
        "author": author,
        "at": now(),
        "reason": reason,
        "version": version,
        "status": status and status.value,
    }
    session.execute(insert(POSTING_DEED), row)
    if standing:
        session.execute(update(POSTING).where(POSTING.c.id == posting.id).values(standing))


def deeds(session: Session, posting: str) -> list[Done]:
    """What became of a posting, the newest deed first."""
    query = select(POSTING_DEED).where(POSTING_DEED.c.posting == posting)
    rows = session.execute(query.order_by(POSTING_DEED.c.sequence.desc())).mappings()
    return [_done(row) for row in rows]


def submission(done: list[Done], heading: Heading) -> Done | None:
    """Who submitted the revision that waits for approval; None where none waits."""
    return next(
        (
            each
            for each in done
            if each.deed is Deed.SUBMITTED and each.revision == heading.submitted
        ),
        None,
    )


def asked(done: list[Done]) -> Done | None:
    """What has been asked of a public trial, to resume or to close it, and not been answered."""
    newest = next((each for each in done if each.deed in ASKED | ANSWERS), None)
    return newest if newest and newest.deed in ASKED else None


def unanswered(session: Session, organisation: int | None) -> list[Done]:
    """What has been asked of the postings that somebody of `organisation` sees, oldest first."""
    told = POSTING_DEED.c
    newest = (
        select(func.max(told.sequence))
        .where(told.deed.in_(ASKED | ANSWERS))
        .group_by(told.posting)
        .scalar_subquery()
    )
    query = select(POSTING_DEED).where(told.sequence.in_(newest), told.deed.in_(ASKED))
    if organisation is not None:
        own = select(POSTING.c.id).where(POSTING.c.organisation == organisation)
        query = query.where(told.posting.in_(own))
    return [_done(row) for row in session.execute(query.order_by(told.sequence)).mappings()]


def published_elsewhere(session: Session, trial: str, *, besides: str) -> bool:
    """Whether another posting than `besides` has published a trial."""
    told = POSTING_DEED.c
    query = select(told.sequence).where(
        told.trial == trial, told.deed == Deed.PUBLISHED, told.posting != besides
    )
    return session.scalar(query.limit(1)) is not None


def resting() -> Select[str]:
    """The numbers of the trials that their sponsors have paused or closed."""
    told = POSTING_DEED.c
    return (
        select(told.trial)
        .join(POSTING, told.posting == POSTING.c.id)
        .where(told.deed.in_(STOPS), POSTING.c.life != Life.OPEN)
    )


def stops(session: Session) -> list[Done]:
    """The deeds by which the trials that rest were paused or closed last, by trial."""
    told = POSTING_DEED.c
    newest = (
        select(func.max(told.sequence))
        .join(POSTING, told.posting == POSTING.c.id)
        .where(told.deed.in_(STOPS), POSTING.c.life != Life.OPEN)
        .group_by(told.posting)
        .scalar_subquery()
    )
    query = select(POSTING_DEED).where(told.sequence.in_(newest)).order_by(told.trial)
    return [_done(row) for row in session.execute(query).mappings()]


def _done(row: RowMapping) -> Done:
    return Done(
        sequence=row["sequence"],
        posting=row["posting"],
        deed=Deed(row["deed"]),
        trial=row["trial"],
        revision=row["revision"],
        digest=row["digest"],
        author=row["author"],
        at=row["at"],
        reason=row["reason"],
        version=row["version"],
        status=TrialStatus(row["status"]) if row["status"] else None,
    )
