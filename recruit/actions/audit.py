"""What can be done with the audit trail and the chains: read, export, verify, sign their heads."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Column, Engine, RowMapping, Select, Table, select
from sqlalchemy.orm import Session

from recruit.actions.outreach import cancelling, own_answers
from recruit.actions.visits import ending
from recruit.actions.visits.ending import Voice
from recruit.audit import trail
from recruit.audit.tables import AUDIT
from recruit.audit.trail import Tag
from recruit.consent import ledger
from recruit.consent.tables import CONSENT
from recruit.core import chain_heads
from recruit.core.chain import Break
from recruit.core.chain_heads import Heads
from recruit.core.clock import now
from recruit.core.db import reading, unit_of_work
from recruit.notify.stages import Reason
from recruit.people import accounts
from recruit.referrals import paths

SIZE: Final = 50
AT_ONCE: Final = 1000
CHAINS: Final = (CONSENT, AUDIT)
HEADS: Final = "heads"  # the folder, in the data folder
TRAIL: Final = "audit trail"
OTHER: Final = "somebody else"
COLUMNS: Final = ("sequence", "at", "tag", "actor", "subject", "origin", "old", "new", "reason")


@dataclass(frozen=True, slots=True)
class Question:
    """Which rows of the trail are wanted; what is empty does not narrow it.

    `actor` may be the e-mail address of somebody of the staff. `tag` is a whole tag or its
    beginning up to a colon ("consent", "consent:person"); days are those of UTC, both included.
    """

    tag: str = ""
    actor: str = ""
    subject: str = ""
    first: date | None = None
    last: date | None = None

    def narrowed(self, session: Session) -> "Question":
        """The same with an e-mail address as the account that it belongs to, if to any."""
        account = accounts.numbered(session, self.actor) if "@" in self.actor else None
        return replace(self, actor=f"account {account}") if account else self

    def __str__(self) -> str:
        """What was asked, without the subject: that stands in a column of its own."""
        asked = {"tag": self.tag, "actor": self.actor, "from": self.first, "to": self.last}
        return ", ".join(f"{name} {value}" for name, value in asked.items() if value)


@dataclass(frozen=True, slots=True)
class Leaf:
    """One page of the trail, newest first; numbers to ask for the pages beside it, or None."""

    rows: tuple[RowMapping, ...]
    newer: int | None
    older: int | None


def read_trail(
    engine: Engine, question: Question, *, before: int | None, after: int | None, actor: str
) -> Leaf:
    """One page: the rows below the number `before`, or those above `after`, else the newest.

    That somebody read the trail is itself recorded.
    """
    with unit_of_work(engine) as session:
        question = question.narrowed(session)
        leaf = _leaf(session, question, before, after)
        _record(session, Tag.TRAIL_READ, question, actor)
        return leaf


def export_trail(engine: Engine, question: Question, *, actor: str) -> Iterator[dict[str, Any]]:
    """Every row that is wanted, oldest first, as plain values; recorded before any is told."""
    with unit_of_work(engine) as session:
        question = question.narrowed(session)
        _record(session, Tag.TRAIL_EXPORTED, question, actor)
    return _all(engine, question)


def note_shown(engine: Engine, people: Iterable[tuple[str, str]], *, actor: str) -> None:
    """Record that a list of matches was shown: (pseudonym, study) of each."""
    with unit_of_work(engine) as session:
        trail.record_each(session, Tag.MATCH_SHOWN, actor=actor, of=people, reason="list")


def verify_ledger(engine: Engine, heads: Sequence[Heads] = ()) -> Break | None:
    """The first event that was tampered with or is not what was signed, or a stale projection."""
    with reading(engine) as session:
        return ledger.verify(session) or _contradiction(session, CONSENT, heads)


def verify_trail(engine: Engine, heads: Sequence[Heads] = ()) -> Break | None:
    """The first row of the trail that was tampered with, or that is not what was signed."""
    with reading(engine) as session:
        return trail.verify(session) or _contradiction(session, AUDIT, heads)


def signed_heads(engine: Engine, folder: Path) -> dict[str, Any]:
    """The heads of both chains at this moment, signed by the key in the data folder."""
    with reading(engine) as session:
        return chain_heads.sign(Heads.of(session, CHAINS, now()), folder)


def keep_heads(engine: Engine, folder: Path) -> Path | None:
    """Write the signed heads of this day, once; None where it has been done.

    Raises:
        OSError: the data folder cannot be written.
    """
    return chain_heads.write(signed_heads(engine, folder), folder / HEADS)


def expire_consents(engine: Engine, voice: Voice, *, actor: str) -> int:
    """Write down what has run out, and end what rested on it; how many consents those were."""
    with unit_of_work(engine) as session:
        count = ledger.expire(session, now())
        if count:
            waiting = cancelling.waited_for(session) | own_answers.waited_for(session)
            cancelling.unpermitted(session, waiting, Reason.CONSENT)
            ending.follow_each(session, voice, paths.people(session), actor)
            trail.record(
                session, Tag.CONSENTS_EXPIRED, actor=actor, subject="consents", new=str(count)
            )
        return count


def _contradiction(session: Session, table: Table, heads: Sequence[Heads]) -> Break | None:
    found = (chain_heads.contradiction(session, table, each) for each in heads)
    return min(filter(None, found), key=lambda each: each.sequence, default=None)


def _record(session: Session, tag: Tag, question: Question, actor: str) -> None:
    """Who asked for what; a word that the trail does not know may be a name, and is not kept."""
    known = replace(
        question,
        actor=_known(session, AUDIT.c.actor, question.actor),
        subject=_known(session, AUDIT.c.subject, question.subject),
    )
    subject = known.subject or TRAIL
    trail.record(session, tag, actor=actor, subject=subject, reason=str(known))


def _known(session: Session, column: Column[Any], word: str) -> str:
    """The word where it stands in the trail already, OTHER for any that does not, "" for none."""
    stands = word and session.scalar(select(column).where(column == word).limit(1)) is not None
    return word if stands or not word else OTHER


def _leaf(session: Session, question: Question, before: int | None, after: int | None) -> Leaf:
    """By the number of the row, not by an offset: the last page is as quick as the first."""
    number = AUDIT.c.sequence
    query = _wanted(question)
    if after is not None:
        query = query.where(number > after).order_by(number)
    else:
        query = query.order_by(number.desc())
        query = query.where(number < before) if before is not None else query
    rows = session.execute(query.limit(SIZE + 1)).mappings().all()
    more, rows = len(rows) > SIZE, rows[:SIZE]
    if after is not None:
        return _turned(tuple(reversed(rows)), newer=more, older=True)
    return _turned(tuple(rows), newer=before is not None, older=more)


def _turned(rows: tuple[RowMapping, ...], *, newer: bool, older: bool) -> Leaf:
    first, last = (rows[0]["sequence"], rows[-1]["sequence"]) if rows else (None, None)
    return Leaf(rows, first if newer else None, last if older else None)


def _wanted(question: Question) -> Select[Any]:
    query = select(*(AUDIT.c[name] for name in COLUMNS))
    if question.tag:
        # A range, not a pattern: an index serves it. ";" follows ":" in ASCII.
        after = f"{question.tag};" if question.tag.count(":") < 2 else None  # noqa: PLR2004 - a tag has three parts
        tag = AUDIT.c.tag
        whole = tag == question.tag
        query = query.where((tag > f"{question.tag}:") & (tag < after) if after else whole)
    if question.actor:
        query = query.where(AUDIT.c.actor == question.actor)
    if question.subject:
        query = query.where(AUDIT.c.subject == question.subject)
    if question.first:
        query = query.where(AUDIT.c.at >= _midnight(question.first))
    if question.last:
        query = query.where(AUDIT.c.at < _midnight(question.last) + timedelta(days=1))
    return query


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _all(engine: Engine, question: Question) -> Iterator[dict[str, Any]]:
    """A thousand at a time, each in a look of its own: a slow reader keeps no transaction open."""
    after = 0
    while True:
        query = _wanted(question).where(AUDIT.c.sequence > after)
        with reading(engine) as session:
            rows = session.execute(query.order_by(AUDIT.c.sequence).limit(AT_ONCE)).mappings().all()
        for row in rows:
            yield {**row, "at": row["at"].isoformat()}
        if len(rows) < AT_ONCE:
            return
        after = rows[-1]["sequence"]
