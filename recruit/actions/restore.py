"""Bringing back a copy of the database without bringing back people who have left since.

A copy is older than what it replaces: it still holds whoever was erased after it was made, and the
consents that were taken back. Both are read before the copy comes, and done again after it. Nobody
should use the database meanwhile; what is taken back in these seconds is not seen.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar

from sqlalchemy import Engine, RowMapping, delete, insert, select, update
from sqlalchemy.orm import Session
from sqlmodel import col

from recruit.actions.match_table import MatchRow
from recruit.audit import trail
from recruit.audit.trail import Tag
from recruit.consent import ledger
from recruit.consent.ledger import Actor, Entry, Role
from recruit.consent.state import EventType, choice_of
from recruit.consent.tables import CONSENT
from recruit.core import backup
from recruit.core.db import is_current, reading, unit_of_work, upgrade
from recruit.core.errors import DatabaseDamaged, OutOfDate
from recruit.people import store
from recruit.people.tables import PARTICIPANT

NOES: Final = (
    EventType.WITHDRAWN,
    EventType.ERASED,
    EventType.DENIED,
    EventType.OBJECTED,
)
Item = TypeVar("Item")

AT_ONCE: Final = 1000  # both kinds of database take no more than some 30,000 values at a time


@dataclass(frozen=True, slots=True)
class Restored:
    """What became of what people had taken back since the copy was made.

    Nothing is known of it (`carried` is false) when the database that was replaced was empty or
    could not be read.
    """

    carried: bool
    erasures: int = 0
    noes: int = 0

    def __str__(self) -> str:
        return f"{self.erasures} erasures, {self.noes} other noes" if self.carried else "unknown"


@dataclass(frozen=True, slots=True)
class _Left:
    """Every no on record, oldest first, and the participants who said one by their pseudonym."""

    events: Sequence[RowMapping]
    people: dict[str, RowMapping]


def restore(engine: Engine, source: Path, *, replace: bool, actor: str) -> Restored:
    """Put the copy in `source` in the place of the database, less what was taken back since.

    A copy of an older version is brought to the newest schema where there is something to do
    again, else it is left as it is.

    Raises:
        WrongUsage, NoBackup, ToolFailed, DatabaseUnreachable: as `backup.restore`.
        OutOfDate: something is to be done again, and the copy is of a newer version.
    """
    left = _left(engine)
    backup.restore(engine, source, replace=replace)
    if not is_current(engine):
        if left is None or not left.events:
            return Restored(carried=left is not None)
        upgrade(engine)
    with unit_of_work(engine) as session:
        done = _do_again(session, left) if left else Restored(carried=False)
        trail.record(session, Tag.RESTORED, actor=actor, subject="database", new=str(done))
    return done


def _left(engine: Engine) -> _Left | None:
    """Who has said no so far; None when the database holds nothing or cannot be read."""
    try:
        if backup.is_empty(engine):
            return None
        with reading(engine) as session:
            said = CONSENT.c.type.in_([each.value for each in NOES])
            query = select(CONSENT).where(said).order_by(CONSENT.c.sequence)
            events = session.execute(query).mappings().all()
            people = {
                row["pseudonym"]: row
                for some in _slices(sorted({event["person"] for event in events}))
                for row in session.execute(
                    select(PARTICIPANT).where(PARTICIPANT.c.pseudonym.in_(some))
                ).mappings()
            }
    except (DatabaseDamaged, OutOfDate, ValueError, TypeError):  # the last two: damaged values
        return None
    return _Left(events, people)


def _do_again(session: Session, left: _Left) -> Restored:
    known = {
        identifier
        for some in _slices([event["id"] for event in left.events])
        for identifier in session.scalars(select(CONSENT.c.id).where(CONSENT.c.id.in_(some)))
    }
    events = [event for event in left.events if event["id"] not in known]
    erased = {event["person"] for event in events if event["type"] == EventType.ERASED}
    # Who was erased may have come back under another pseudonym: the erased one makes way first.
    people = sorted({event["person"] for event in events}, key=lambda who: (who not in erased, who))
    names = {}
    for person in people:
        names[person] = _known_as(session, left.people[person])
        if person in erased:
            _erase(session, names[person], left.people[person])
    for some in _slices([_entry(event, names[event["person"]]) for event in events]):
        ledger.enter(session, some)
    erasures = sum(event["type"] == EventType.ERASED for event in events)
    return Restored(carried=True, erasures=erasures, noes=len(events) - erasures)


def _known_as(session: Session, who: RowMapping) -> str:
    """Under which pseudonym the copy has the person; one it does not have gets their row again.

    Without it, the next import of an old list would bring them back with a consent.
    """
    same = (PARTICIPANT.c.community == who["community"]) & (
        PARTICIPANT.c.external_id == who["external_id"]
    )
    for found in (PARTICIPANT.c.pseudonym == who["pseudonym"], same):
        pseudonym = session.scalar(select(PARTICIPANT.c.pseudonym).where(found))
        if pseudonym is not None:
            return str(pseudonym)
    store.know_community(session, who["community"])
    session.execute(insert(PARTICIPANT), dict(who))
    return str(who["pseudonym"])


def _erase(session: Session, person: str, who: RowMapping) -> None:
    """Erase the person as of the day when they were: a consent given since then counts."""
    store.erase(session, person, who["external_id"])
    session.execute(delete(MatchRow).where(col(MatchRow.person) == person))
    session.execute(
        update(PARTICIPANT)
        .where(PARTICIPANT.c.pseudonym == person)
        .values(erased_at=who["erased_at"])
    )


def _entry(event: RowMapping, person: str) -> Entry:
    """The event as it was; the ledger gives it its new place and the moment of recording."""
    return Entry(
        person=person,
        type=EventType(event["type"]),
        choice=choice_of(event["purpose"], event["channel"], event["scope"]),
        actor=Actor(event["actor"], Role(event["role"]), event["authority"]),
        occurred_at=event["occurred_at"],
        valid_until=event["valid_until"],
        shown=event["shown"],
        how=event["how"],
    )


def _slices(values: Sequence[Item]) -> Iterator[Sequence[Item]]:
    return (values[start : start + AT_ONCE] for start in range(0, len(values), AT_ONCE))
