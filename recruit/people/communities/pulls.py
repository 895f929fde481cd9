"""Where a community's people are fetched from, by pages; a run that was broken off goes on there.

Claiming moves the next try into the future and counts the runs up: a worker that dies leaves the
rest to the next one, and what it might still write is told by the number of its run.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import CursorResult, delete, insert, select, update
from sqlalchemy.orm import Session

from recruit.core.clock import now
from recruit.core.crypto import Keyring
from recruit.core.errors import WrongUsage
from recruit.core.i18n import N_
from recruit.people.communities.sealed import seal, unseal
from recruit.people.communities.tables import PULL

LEASE: Final = timedelta(minutes=10)
FIRST_PAUSE: Final = timedelta(minutes=1)
LEAST: Final = 5  # minutes between two runs
MOST: Final = 7 * 24 * 60
LONGEST_ETAG: Final = 200


class Outcome(StrEnum):
    """How a run ended."""

    FETCHED = "fetched"
    UNCHANGED = "unchanged"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Pull:
    """What is set, and how the last run went."""

    community: str
    url: str
    minutes: int
    has_key: bool
    due_at: datetime
    began_at: datetime | None
    ended_at: datetime | None
    outcome: Outcome | None
    problem: str | None
    failures: int
    pages: int
    new: int
    changed: int
    unchanged: int
    refused: int

    @property
    def is_under_way(self) -> bool:
        """Whether a run began that has not ended."""
        return self.began_at is not None and (
            self.ended_at is None or self.ended_at < self.began_at
        )


@dataclass(frozen=True, slots=True)
class Run:
    """A run that is this worker's until its lease is over; `page` is where it goes on."""

    community: str
    number: int
    url: str
    page: str | None
    etag: str | None
    key: str | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class Page:
    """What a page came to."""

    new: int
    changed: int
    unchanged: int
    refused: int


@dataclass(frozen=True, slots=True)
class Source:
    """Where people are fetched from, how often, and with which key, "" without one."""

    url: str
    minutes: int
    key: str = field(default="", repr=False)


def set_pull(session: Session, keyring: Keyring, community: str, source: Source) -> None:
    """Fetch the community's people from `source`, from now on.

    Without a key the one that is kept for the same address stays.

    Raises:
        WrongUsage: that is too often, or too seldom.
    """
    if not LEAST <= source.minutes <= MOST:
        raise WrongUsage(
            N_("Fetching every {least} to {most} minutes is possible."), least=LEAST, most=MOST
        )
    known = session.execute(select(PULL).where(PULL.c.community == community)).one_or_none()
    kept = known.key if known is not None and known.url == source.url else None
    sealed = seal(keyring, PULL.c.key, community, source.key) if source.key else kept
    forget_pull(session, community)
    counts = ("pages", "new", "changed", "unchanged", "refused", "failures")
    row = {
        "community": community,
        "url": source.url,
        "key": sealed,
        "minutes": source.minutes,
        "due_at": now(),
        "run": 0 if known is None else known.run + 1,
        **dict.fromkeys(counts, 0),
    }
    session.execute(insert(PULL), row)


def forget_pull(session: Session, community: str) -> bool:
    """Fetch nothing any more; whether anything was."""
    gone = delete(PULL).where(PULL.c.community == community).returning(PULL.c.community)
    return session.execute(gone).first() is not None


def pull_of(session: Session, community: str) -> Pull | None:
    """What is set for a community; None where nothing is fetched."""
    row = session.execute(select(PULL).where(PULL.c.community == community)).one_or_none()
    if row is None:
        return None
    return Pull(
        row.community,
        row.url,
        row.minutes,
        row.key is not None,
        row.due_at,
        row.began_at,
        row.ended_at,
        Outcome(row.outcome) if row.outcome else None,
        row.problem,
        row.failures,
        row.pages,
        row.new,
        row.changed,
        row.unchanged,
        row.refused,
    )


def hurry(session: Session, community: str) -> bool:
    """Let the next run begin at once; False where nothing is fetched."""
    soon = update(PULL).where(PULL.c.community == community).values(due_at=now())
    return session.execute(soon.returning(PULL.c.community)).first() is not None


def claim(session: Session, keyring: Keyring, at: datetime) -> Run | None:
    """A run that is due at `at`, begun or gone on with; None where none is."""
    query = (
        select(PULL)
        .where(PULL.c.due_at <= at)
        .order_by(PULL.c.due_at)
        .limit(1)
        .with_for_update(skip_locked=True)  # says nothing on SQLite, which has one writer
    )
    row = session.execute(query).one_or_none()
    if row is None:
        return None
    begun: dict[str, Any] = {"due_at": at + LEASE, "run": row.run + 1}
    if row.page is None:
        counts = ("pages", "new", "changed", "unchanged", "refused")
        begun |= {"began_at": at, "seen": None, **dict.fromkeys(counts, 0)}
    session.execute(update(PULL).where(PULL.c.community == row.community).values(begun))
    key = unseal(keyring, PULL.c.key, row.community, row.key) if row.key else None
    return Run(row.community, row.run + 1, row.url, row.page, row.etag, key)


def turn(session: Session, run: Run, page: Page, etag: str | None, following: str | None) -> bool:
    """Count a page that is stored; `following` is the next one, None after the last.

    `etag` is the first page's. False when another worker has the run meanwhile.
    """
    moment = now()
    said: dict[str, Any] = {
        "pages": PULL.c.pages + 1,
        "new": PULL.c.new + page.new,
        "changed": PULL.c.changed + page.changed,
        "unchanged": PULL.c.unchanged + page.unchanged,
        "refused": PULL.c.refused + page.refused,
        "page": following,
        "due_at": moment + LEASE,
        "failures": 0,
    }
    if etag is not None and len(etag) <= LONGEST_ETAG:
        said["seen"] = etag
    held = _note(session, run, said)
    if held and following is None:
        _end(session, run, Outcome.FETCHED, moment)
        session.execute(_own(run).values(etag=PULL.c.seen))
    return held


def unchanged(session: Session, run: Run) -> bool:
    """Nothing is new since the last run; False as above."""
    return _end(session, run, Outcome.UNCHANGED, now())


def failed(session: Session, run: Run, problem: str, *, anew: bool) -> bool:
    """The page could not be had: later again, from the beginning where `anew`; False as above."""
    moment = now()
    kept = session.execute(select(PULL).where(PULL.c.community == run.community)).one_or_none()
    if kept is None:
        return False
    pause = min(FIRST_PAUSE * 2 ** min(kept.failures, 12), timedelta(minutes=kept.minutes))
    said: dict[str, Any] = {
        "due_at": moment + pause,
        "ended_at": moment,
        "outcome": Outcome.FAILED.value,
        "problem": problem[:80],
        "failures": kept.failures + 1,
    }
    return _note(session, run, said | ({"page": None} if anew else {}))


def _end(session: Session, run: Run, outcome: Outcome, moment: datetime) -> bool:
    minutes = session.scalar(select(PULL.c.minutes).where(PULL.c.community == run.community))
    said: dict[str, Any] = {
        "due_at": moment + timedelta(minutes=minutes or LEAST),
        "ended_at": moment,
        "outcome": outcome.value,
        "problem": None,
        "page": None,
        "failures": 0,
    }
    return _note(session, run, said)


def _note(session: Session, run: Run, said: dict[str, Any]) -> bool:
    done = session.execute(_own(run).values(said))
    return isinstance(done, CursorResult) and done.rowcount == 1


def _own(run: Run) -> Any:  # noqa: ANN401 - an update, whose type says nothing more
    return update(PULL).where(PULL.c.community == run.community, PULL.c.run == run.number)
