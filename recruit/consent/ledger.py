"""The consent ledger: events are appended, never changed; what is current follows from them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from itertools import groupby
from typing import Any, Final
from uuid import uuid4

from sqlalchemy import ColumnElement, RowMapping, Select, delete, func, insert, select, true
from sqlalchemy.orm import Session

from recruit.consent.choices import Choice
from recruit.consent.evidence import Evidence
from recruit.consent.state import (
    YES,
    Event,
    EventType,
    Standing,
    Standings,
    choice_of,
    columns_of,
    fold,
    is_news,
)
from recruit.consent.tables import CONSENT, STATE
from recruit.core import chain
from recruit.core.clock import now
from recruit.core.i18n import N_

# Explicit consent to processing and to processing of health data.
LEGAL_BASIS: Final = "GDPR 6(1)(a), 9(2)(a)"
STALE: Final = N_("what is current does not follow from the ledger for one person at least")


class Role(StrEnum):
    """In what capacity someone acts on a person's consent."""

    SELF = "self"
    GUARDIAN = "guardian"
    STAFF = "staff"  # on the person's request
    COMMUNITY = "community"  # hands on what the person told it, with the evidence
    SYSTEM = "system"  # expiry and the like


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, in which role, and what shows that they may (a request's or link's number)."""

    name: str
    role: Role
    authority: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One event to be written. No choice means every choice the person has made."""

    person: str
    type: EventType
    choice: Choice | None
    actor: Actor
    occurred_at: datetime
    valid_until: datetime | None = None
    shown: Mapping[str, str] = field(default_factory=dict)
    how: Mapping[str, str] = field(default_factory=dict)


def enter(session: Session, entries: Sequence[Entry]) -> None:
    """Append `entries` in their order and bring what is current up to date.

    The entries of one person make one act with one receipt.
    """
    if not entries:
        return
    chain.hold(session)
    people = {entry.person for entry in entries}
    numbers = _numbers(session, people)
    receipts = {person: str(uuid4()) for person in people}
    recorded = now()
    rows = []
    for entry in entries:
        numbers[entry.person] = numbers.get(entry.person, 0) + 1
        rows.append(_row(entry, numbers[entry.person], receipts[entry.person], recorded))
    before = standings(session, people)
    sequences = chain.append(session, CONSENT, rows)
    events = [
        Event(number, e.person, e.type, e.choice, e.occurred_at, e.valid_until)
        for number, e in zip(sequences, entries, strict=True)
    ]
    _project(session, before, events)


def grant(
    session: Session, given: Iterable[tuple[str, Evidence]], actor: Actor
) -> list[tuple[str, Choice]]:
    """Record what people agreed to, and return what is new by it.

    What already stands as granted is not written again, and neither is a yes that is older than a
    no on record.
    """
    proofs = list(given)
    chain.hold(session)
    before = standings(session, {person for person, _ in proofs})
    entries = [
        Entry(
            person,
            EventType.GRANTED,
            choice,
            actor,
            proof.at,
            proof.valid_until,
            shown={
                "notice": proof.notice,
                "notice_version": proof.notice_version,
                "language": proof.language,
            },
            how={"method": proof.method, "source": proof.source},
        )
        for person, proof in proofs
        for choice in proof.purposes
        if _adds(before.get(person, {}), choice, proof)
    ]
    enter(session, entries)
    return [(entry.person, entry.choice) for entry in entries if entry.choice]


def withdraw(
    session: Session, person: str, choice: Choice | None, actor: Actor, method: str
) -> None:
    """Take back one choice, or all of them; it holds from the moment the caller commits."""
    entry = Entry(
        person, EventType.WITHDRAWN, choice, actor, occurred_at=now(), how={"method": method}
    )
    enter(session, [entry])


def erase(session: Session, person: str, actor: Actor) -> None:
    """Note that the person's data was erased; nothing is permitted about them any more."""
    enter(session, [Entry(person, EventType.ERASED, None, actor, occurred_at=now())])


def history(session: Session, person: str) -> list[RowMapping]:
    """All events of one person, oldest first, with every column of the ledger."""
    query = select(CONSENT).where(CONSENT.c.person == person).order_by(CONSENT.c.sequence)
    return list(session.execute(query).mappings())


def standings(session: Session, people: set[str]) -> dict[str, Standings]:
    """How the choices of `people` stand; who made none is missing."""
    return dict(_kept(session, STATE.c.person.in_(people)))


def verify(session: Session) -> chain.Break | None:
    """The first row of the ledger that was tampered with, else a projection that does not follow.

    The projection is rebuilt from the ledger, person by person, and compared field by field.
    """
    broken = chain.verify(session, CONSENT)
    if broken:
        return broken
    try:
        return _first_stale(session)
    except ValueError:  # a word in the projection that no event ever writes
        return chain.Break(1, STALE)


def _first_stale(session: Session) -> chain.Break | None:
    kept = _kept(session, true())
    for last, person, rebuilt in _rebuilt(session):
        if rebuilt and next(kept, None) != (person, rebuilt):
            return chain.Break(last, STALE)
    return chain.Break(1, STALE) if next(kept, None) else None


def _rebuilt(session: Session) -> Iterator[tuple[int, str, Standings]]:
    """For each person, in order: the last event and the standings that follow from all."""
    query = select(CONSENT).order_by(CONSENT.c.person, CONSENT.c.sequence)
    events = (_event(row) for row in _stream(session, query))
    for person, group in groupby(events, key=lambda event: event.person):
        own = list(group)
        yield own[-1].sequence, person, fold({}, own)


def _kept(session: Session, which: ColumnElement[bool]) -> Iterator[tuple[str, Standings]]:
    """The standings as the projection holds them, person by person, in order."""
    query = select(STATE).where(which).order_by(STATE.c.person)
    for person, rows in groupby(_stream(session, query), key=lambda row: str(row["person"])):
        standings: Standings = {}
        for row in rows:
            standings[choice_of(row["purpose"], row["channel"], row["scope"])] = Standing(
                EventType(row["type"]), row["sequence"], row["occurred_at"], row["valid_until"]
            )
        yield person, standings


def _stream(session: Session, query: Select[Any]) -> Iterator[RowMapping]:
    """The rows without holding all of them in memory."""
    with session.execute(query.execution_options(yield_per=1000)) as result:
        yield from result.mappings()


def _adds(standings: Standings, choice: Choice, proof: Evidence) -> bool:
    """Whether the yes changes how the choice stands; a newer one may hold for another time."""
    known = standings.get(choice)
    if known is not None and known.type in YES:
        return proof.at > known.occurred_at and proof.valid_until != known.valid_until
    return is_news(standings, choice, proof.at)


def _numbers(session: Session, people: set[str]) -> dict[str, int]:
    query = (
        select(CONSENT.c.person, func.max(CONSENT.c.number).label("number"))
        .where(CONSENT.c.person.in_(people))
        .group_by(CONSENT.c.person)
    )
    return {row.person: row.number for row in session.execute(query)}


def _row(entry: Entry, number: int, receipt: str, recorded: datetime) -> dict[str, object]:
    return {
        "id": str(uuid4()),
        "receipt": receipt,
        "number": number,
        "person": entry.person,
        "actor": entry.actor.name,
        "role": entry.actor.role.value,
        "authority": entry.actor.authority,
        "type": entry.type.value,
        **columns_of(entry.choice),
        "shown": dict(entry.shown),
        "how": dict(entry.how),
        "occurred_at": entry.occurred_at,
        "recorded_at": recorded,
        "valid_until": entry.valid_until,
        "legal_basis": LEGAL_BASIS,
    }


def _event(row: RowMapping) -> Event:
    return Event(
        row["sequence"],
        row["person"],
        EventType(row["type"]),
        choice_of(row["purpose"], row["channel"], row["scope"]),
        row["occurred_at"],
        row["valid_until"],
    )


def _project(session: Session, before: Mapping[str, Standings], events: Sequence[Event]) -> None:
    people = {event.person for event in events}
    after = {
        person: fold(before.get(person, {}), [e for e in events if e.person == person])
        for person in people
    }
    session.execute(delete(STATE).where(STATE.c.person.in_(people)))
    rows = [
        {
            "person": person,
            **columns_of(choice),
            "type": standing.type.value,
            "sequence": standing.sequence,
            "occurred_at": standing.occurred_at,
            "valid_until": standing.valid_until,
        }
        for person, choices in after.items()
        for choice, standing in choices.items()
    ]
    if rows:
        session.execute(insert(STATE), rows)
