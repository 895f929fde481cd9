"""What a registry says otherwise than a posting: proposed to its sponsor, never simply taken over.

A posting has one open proposal at most, the registry's newest record. What has been decided about
stays, and with it the record that it was decided about: the next one is compared with that.
"""

from collections.abc import Collection
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
    String,
    Table,
    Text,
    delete,
    insert,
    select,
    text,
    update,
)
from sqlalchemy.orm import Session
from sqlmodel import SQLModel

from recruit.core.bulk import among
from recruit.core.clock import now
from recruit.core.columns import UTCDateTime
from recruit.core.errors import EditedMeanwhile
from recruit.trials.draft import TrialDraft, decode_draft, digest, encode_draft
from recruit.trials.merging import differing
from recruit.trials.posting import store
from recruit.trials.posting.store import Posting
from recruit.trials.posting.tables import HEX_256, ID, POSTING

# `draft` is the record as the registry has it; who decided is an account, as a revision's author.
REGISTRY_PROPOSAL: Final = Table(
    "registry_proposal",
    SQLModel.metadata,
    Column("id", Integer, primary_key=True),
    Column("posting", ID, ForeignKey("posting.id"), nullable=False),
    Column("digest", String(HEX_256), nullable=False),
    Column("draft", Text, nullable=False),
    Column("state", String(16), nullable=False),
    Column("seen_at", UTCDateTime, nullable=False),
    Column("decided_by", String(254)),
    Column("decided_at", UTCDateTime),
    Index("registry_proposal_by_posting", "posting"),
    Index(
        "registry_proposal_open",
        "posting",
        unique=True,
        sqlite_where=text("state = 'open'"),
        postgresql_where=text("state = 'open'"),
    ),
)
BY_ITSELF: Final = "registry"  # who decided where there was nothing to decide


class ProposalState(StrEnum):
    """What has become of a record."""

    OPEN = "open"
    TAKEN = "taken"
    """As a whole or in parts."""
    DECLINED = "declined"
    SAME = "same"
    """The posting said the same already."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A registry's record that differs from what was last decided about.

    `mark` is the record's digest, by which it is decided about. `base` is the record that was last
    decided about, None where the posting did not begin with a registry's.
    """

    mark: str
    record: TrialDraft
    base: TrialDraft | None
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class Decision:
    """A proposal that has been decided about, by whom and when."""

    state: ProposalState
    seen_at: datetime
    decided_by: str
    decided_at: datetime


def posted(session: Session, trials: Collection[str] | None = None) -> dict[str, list[str]]:
    """The postings of `trials` (of all, when None), by trial; a trial without any is missing."""
    query = select(POSTING.c.trial, POSTING.c.id)
    if trials is not None:
        query = query.where(among(POSTING.c.trial, trials))
    found: dict[str, list[str]] = {}
    for trial, posting in session.execute(query.order_by(POSTING.c.id)):
        found.setdefault(trial, []).append(posting)
    return found


def propose(session: Session, posting: str, record: TrialDraft) -> bool:
    """Keep `record` as the posting's open proposal where it says anything new; whether it does.

    One that was open gives way. A record that was declined is not proposed again, nor is one that
    changes nothing; that one is kept as what was last seen.
    """
    held = store.held(session, posting, None)
    rows = _rows(session, posting)
    mark = digest(encode_draft(record))
    standing = next((row for row in rows if row["state"] == ProposalState.OPEN), None)
    if standing and standing["digest"] == mark:
        return False
    if standing:
        session.execute(delete(REGISTRY_PROPOSAL).where(REGISTRY_PROPOSAL.c.id == standing["id"]))
    decided = [row for row in rows if row["state"] != ProposalState.OPEN]
    if _known(mark, decided, _first(session, held)):
        return False
    news = differing(held.content.draft, record, _base(session, held, record, decided))
    at = now()
    row = {
        "posting": posting,
        "digest": mark,
        "draft": encode_draft(record),
        "state": (ProposalState.OPEN if news else ProposalState.SAME).value,
        "seen_at": at,
        "decided_by": None if news else BY_ITSELF,
        "decided_at": None if news else at,
    }
    session.execute(insert(REGISTRY_PROPOSAL), row)
    return bool(news)


def open_proposal(session: Session, posting: Posting) -> Proposal | None:
    """What the registry says otherwise, where somebody has to decide about it."""
    rows = _rows(session, posting.id)
    found = next((row for row in rows if row["state"] == ProposalState.OPEN), None)
    if found is None:
        return None
    record = decode_draft(found["draft"])
    decided = [row for row in rows if row["state"] != ProposalState.OPEN]
    base = _base(session, posting, record, decided)
    return Proposal(found["digest"], record, base, found["seen_at"])


def open_since(session: Session, postings: Collection[str]) -> dict[str, datetime]:
    """Since when the registry says something else, of those `postings` where it does."""
    query = select(REGISTRY_PROPOSAL.c.posting, REGISTRY_PROPOSAL.c.seen_at).where(
        REGISTRY_PROPOSAL.c.state == ProposalState.OPEN.value,
        among(REGISTRY_PROPOSAL.c.posting, postings),
    )
    return {row.posting: row.seen_at for row in session.execute(query)}


def decisions(session: Session, posting: str) -> list[Decision]:
    """What people decided about earlier proposals, the newest first."""
    people = {ProposalState.TAKEN.value, ProposalState.DECLINED.value}
    return [
        Decision(ProposalState(row["state"]), row["seen_at"], row["decided_by"], row["decided_at"])
        for row in _rows(session, posting)
        if row["state"] in people
    ]


def decide(session: Session, posting: str, mark: str, state: ProposalState, *, by: str) -> None:
    """Write down what was decided about the open proposal with the digest `mark`.

    Raises:
        EditedMeanwhile: it is open no longer: decided about, or the registry says something newer.
    """
    if not mark.isprintable():  # PostgreSQL refuses even to look for a text with NUL
        raise EditedMeanwhile
    done = session.execute(
        update(REGISTRY_PROPOSAL)
        .where(
            REGISTRY_PROPOSAL.c.posting == posting,
            REGISTRY_PROPOSAL.c.digest == mark,
            REGISTRY_PROPOSAL.c.state == ProposalState.OPEN.value,
        )
        .values(state=state.value, decided_by=by, decided_at=now())
        .returning(REGISTRY_PROPOSAL.c.id)
    )
    if done.first() is None:
        raise EditedMeanwhile


def _rows(session: Session, posting: str) -> list[RowMapping]:
    """Every proposal of a posting, the newest first."""
    query = (
        select(REGISTRY_PROPOSAL)
        .where(REGISTRY_PROPOSAL.c.posting == posting)
        .order_by(REGISTRY_PROPOSAL.c.id.desc())
    )
    return list(session.execute(query).mappings())


def _known(mark: str, decided: list[RowMapping], first: TrialDraft) -> bool:
    """Whether a record is the one that was seen last, or was ever declined."""
    last = decided[0]["digest"] if decided else digest(encode_draft(first))
    declined = {row["digest"] for row in decided if row["state"] == ProposalState.DECLINED}
    return mark == last or mark in declined


def _base(
    session: Session, posting: Posting, record: TrialDraft, decided: list[RowMapping]
) -> TrialDraft | None:
    """The registry's record that somebody last decided about; the posting may begin with one."""
    if decided:
        return decode_draft(decided[0]["draft"])
    first = _first(session, posting)
    return first if first.url is not None and first.url == record.url else None


def _first(session: Session, posting: Posting) -> TrialDraft:
    return store.revision(session, posting.id, 1).content.draft
