"""Postings in the database: begun, changed, undone, and every revision of them kept.

Whoever changes a posting names the revision they looked at: two people who edit at once are told,
and nobody's change overwrites another's.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import RowMapping, insert, select, update
from sqlalchemy.orm import Session

from recruit.core.clock import now
from recruit.core.errors import EditedMeanwhile, NotFound
from recruit.core.tokens import pseudonym
from recruit.trials.draft import digest
from recruit.trials.posting.content import Content, decode_content, encode_content
from recruit.trials.posting.tables import POSTING, POSTING_REVISION

LETTER: Final = "S"


class Life(StrEnum):
    """What the sponsor lets the published trial do."""

    OPEN = "open"
    PAUSED = "paused"
    CLOSED = "closed"


class State(StrEnum):
    """Where a posting stands, in one word."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    PUBLISHED = "published"
    AMENDING = "amending"
    """Published, and a newer revision is being worked on."""
    PAUSED = "paused"
    CLOSED = "closed"


class Change(StrEnum):
    """What a revision changed."""

    BEGUN = "begun"
    DETAILS = "details"
    SITES = "sites"
    TEXT = "text"
    ACCEPTED = "accepted"
    CORRECTED = "corrected"
    ASK = "ask"
    SITE = "site"
    READ = "read"
    ADDED = "added"
    REMOVED = "removed"
    MOVED = "moved"
    UNDONE = "undone"
    RESTORED = "restored"
    REGISTRY = "registry"


@dataclass(frozen=True, slots=True)
class Heading:
    """A posting without its content. `submitted` and `published` are numbers of revisions."""

    id: str
    trial: str
    organisation: int | None
    revision: int
    submitted: int | None
    published: int | None
    life: Life
    created_at: datetime
    changed_at: datetime

    @property
    def state(self) -> State:
        """Where it stands."""
        if self.life is not Life.OPEN:
            return State(self.life.value)
        if self.submitted is not None:
            return State.SUBMITTED
        if self.published is None:
            return State.DRAFT
        return State.PUBLISHED if self.published == self.revision else State.AMENDING


@dataclass(frozen=True, slots=True)
class Revision:
    """One revision: what it holds, who made it, and what it changed."""

    number: int
    content: Content
    digest: str
    author: str
    change: Change
    about: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Step:
    """One revision without what it holds."""

    number: int
    author: str
    change: Change
    about: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Posting:
    """A posting with its newest content."""

    heading: Heading
    newest: Revision

    @property
    def id(self) -> str:
        """Its own number, such as S-7F3K92QX."""
        return self.heading.id

    @property
    def content(self) -> Content:
        """What it holds now."""
        return self.newest.content


def new_id() -> str:
    """A number for a posting that is about to begin."""
    return pseudonym(LETTER)


def begin(
    session: Session, posting: str, content: Content, *, organisation: int | None, author: str
) -> Posting:
    """Keep a new posting with its first revision. `posting` comes from `new_id`."""
    at = now()
    row = {
        "id": posting,
        "trial": content.draft.id,
        "organisation": organisation,
        "revision": 1,
        "life": Life.OPEN.value,
        "created_at": at,
        "changed_at": at,
    }
    session.execute(insert(POSTING), row)
    _add(session, posting, 1, content, author, Change.BEGUN, "")
    return get(session, posting, organisation)


def of(session: Session, organisation: int | None) -> list[Heading]:
    """The postings that somebody of `organisation` sees, newest change first; None sees all."""
    query = select(POSTING).order_by(POSTING.c.changed_at.desc(), POSTING.c.id)
    if organisation is not None:
        query = query.where(POSTING.c.organisation == organisation)
    return [_heading(row) for row in session.execute(query).mappings()]


def get(session: Session, posting: str, organisation: int | None) -> Posting:
    """One posting that somebody of `organisation` sees.

    Raises:
        NotFound: there is none, or it is another organisation's.
    """
    return _posting(session, _row(session, posting, organisation, hold=False))


def held(session: Session, posting: str, organisation: int | None) -> Posting:
    """The same, for changing it: nobody else changes it until the commit.

    Raises:
        NotFound: as `get`.
    """
    return _posting(session, _row(session, posting, organisation, hold=True))


def change(  # noqa: PLR0913 - who changes what, from which revision, by name
    session: Session,
    posting: Posting,
    content: Content,
    *,
    base: int,
    author: str,
    change: Change,
    about: str = "",
) -> Posting:
    """Keep `content` as the newest revision of a posting that is `held`.

    Content that says the same leaves everything as it is. A revision that waited for approval no
    longer does: what is approved is what was looked at. Once a posting is public it stays with the
    trial that it made public, whatever number an earlier revision brings back.

    Raises:
        EditedMeanwhile: `base`, which the author looked at, is not the newest revision.
    """
    heading = posting.heading
    if base != heading.revision:
        raise EditedMeanwhile
    content = content.following(posting.content)
    if content == posting.content:
        return posting
    number = heading.revision + 1
    trial = content.draft.id if heading.published is None else heading.trial
    _add(session, heading.id, number, content, author, change, about)
    session.execute(
        update(POSTING)
        .where(POSTING.c.id == heading.id)
        .values(trial=trial, revision=number, submitted=None, changed_at=now())
    )
    return get(session, heading.id, heading.organisation)


def revision(session: Session, posting: str, number: int) -> Revision:
    """One revision.

    Raises:
        NotFound: there is none.
    """
    query = select(POSTING_REVISION).where(
        POSTING_REVISION.c.posting == posting, POSTING_REVISION.c.number == number
    )
    row = session.execute(query).mappings().one_or_none()
    if row is None:
        raise NotFound(what="revision", identifier=str(number))
    return _revision(row)


def revisions(session: Session, posting: str, *, after: int = 0) -> Iterator[Revision]:
    """The revisions whose number is above `after`, the newest first."""
    query = (
        select(POSTING_REVISION)
        .where(POSTING_REVISION.c.posting == posting, POSTING_REVISION.c.number > after)
        .order_by(POSTING_REVISION.c.number.desc())
    )
    return (_revision(row) for row in session.execute(query).mappings())


def steps(session: Session, posting: str) -> list[Step]:
    """All revisions without what they hold, the newest first."""
    columns = (POSTING_REVISION.c[name] for name in ("number", "author", "change", "about", "at"))
    query = select(*columns).where(POSTING_REVISION.c.posting == posting)
    rows = session.execute(query.order_by(POSTING_REVISION.c.number.desc()))
    return [Step(number, by, Change(change), about, at) for number, by, change, about, at in rows]


def _row(session: Session, posting: str, organisation: int | None, *, hold: bool) -> RowMapping:
    if not posting.isprintable():  # PostgreSQL refuses even to look for a text with NUL
        raise NotFound(what="posting", identifier="")
    query = select(POSTING).where(POSTING.c.id == posting)
    if organisation is not None:
        query = query.where(POSTING.c.organisation == organisation)
    if hold:
        query = query.with_for_update()
    row = session.execute(query).mappings().one_or_none()
    if row is None:
        raise NotFound(what="posting", identifier=posting)
    return row


def _posting(session: Session, row: RowMapping) -> Posting:
    return Posting(_heading(row), revision(session, row["id"], row["revision"]))


def _heading(row: RowMapping) -> Heading:
    return Heading(
        id=row["id"],
        trial=row["trial"],
        organisation=row["organisation"],
        revision=row["revision"],
        submitted=row["submitted"],
        published=row["published"],
        life=Life(row["life"]),
        created_at=row["created_at"],
        changed_at=row["changed_at"],
    )


def _revision(row: RowMapping) -> Revision:
    return Revision(
        number=row["number"],
        content=decode_content(row["content"]),
        digest=row["digest"],
        author=row["author"],
        change=Change(row["change"]),
        about=row["about"],
        at=row["at"],
    )


def _add(  # noqa: PLR0913, PLR0917 - the columns of a revision
    session: Session,
    posting: str,
    number: int,
    content: Content,
    author: str,
    change: Change,
    about: str,
) -> None:
    text = encode_content(content)
    row = {
        "posting": posting,
        "number": number,
        "content": text,
        "digest": digest(text),
        "author": author,
        "change": change.value,
        "about": about,
        "at": now(),
    }
    session.execute(insert(POSTING_REVISION), row)
