"""What is current, as it is kept beside the ledger: written with it, rebuilt from it, compared."""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, ScalarSelect, Select, delete, select, true
from sqlalchemy.orm import Session

from recruit.consent.choices import Choice
from recruit.consent.state import (
    PAUSE_SCOPE,
    Event,
    EventType,
    Standing,
    Standings,
    choice_of,
    columns_of,
    fold,
)
from recruit.consent.tables import CONSENT, STATE
from recruit.core.bulk import among, insert_all
from recruit.core.listed import Listed, listed, moment

AT_ONCE = 5000  # people asked about in one query; SQLite takes some 32,000 values
_STANDING = (
    STATE.c.purpose,
    STATE.c.channel,
    STATE.c.scope,
    STATE.c.type,
    STATE.c.sequence,
    STATE.c.occurred_at,
    STATE.c.valid_until,
)


def standings(session: Session, people: Collection[str]) -> dict[str, Standings]:
    """How the choices of `people` stand; who made none is missing."""
    listed = sorted(people)
    found: dict[str, Standings] = {}
    for start in range(0, len(listed), AT_ONCE):
        found.update(_kept(session, among(STATE.c.person, listed[start : start + AT_ONCE])))
    return found


def own(session: Session, person: str) -> Standings:
    """The same for one person."""
    return _stand(session.execute(select(*_STANDING).where(STATE.c.person == person)))


def standings_of(person: ColumnElement[str]) -> ScalarSelect[Any]:
    """The same as a column of a query, about the person of its row; `read_standings` reads it."""
    return listed(select(*_STANDING).where(STATE.c.person == person))


def read_standings(rows: Listed) -> Standings:
    """How the choices stand of which `standings_of` has said so."""
    return _stand(
        (*choice, type_, sequence, moment(occurred_at), valid_until and moment(valid_until))
        for *choice, type_, sequence, occurred_at, valid_until in rows
    )


def project(session: Session, before: Mapping[str, Standings], events: Sequence[Event]) -> None:
    """Bring the projection up to date with new events, given how things stood before them."""
    of_each: defaultdict[str, list[Event]] = defaultdict(list)
    for event in events:
        of_each[event.person].append(event)
    known = [person for person in of_each if person in before]
    for start in range(0, len(known), AT_ONCE):
        some = known[start : start + AT_ONCE]
        session.execute(delete(STATE).where(among(STATE.c.person, some)))
    rows = [
        row
        for person, own in of_each.items()
        for row in _rows(person, fold(before.get(person, Standings()), own))
    ]
    insert_all(session, STATE, rows)


def kept(session: Session) -> Iterator[bytes]:
    """The projection as it is kept, a line of JSON for each person, in their order."""
    return (_written(person, standings) for person, standings in _kept(session, true()))


def rebuilt(session: Session) -> Iterator[tuple[int, bytes]]:
    """The same as it follows from the ledger, with the number of each person's last event."""
    query = select(CONSENT).order_by(CONSENT.c.person, CONSENT.c.sequence)
    events = (_event(row) for row in _stream(session, query))
    for person, group in groupby(events, key=lambda event: event.person):
        own = list(group)
        standings = fold(Standings(), own)
        if standings or standings.pause:
            yield own[-1].sequence, _written(person, standings)


def first_stale(session: Session) -> int | None:
    """The last event of the first person whose standings do not follow from the ledger, or None.

    1 where the projection knows somebody of whom the ledger does not.
    """
    stand = kept(session)
    for last, line in rebuilt(session):
        if next(stand, None) != line:
            return last
    return 1 if next(stand, None) else None


def _kept(session: Session, which: ColumnElement[bool]) -> Iterator[tuple[str, Standings]]:
    """The standings as the projection holds them, person by person, in order."""
    query = select(STATE.c.person, *_STANDING).where(which).order_by(STATE.c.person)
    with session.execute(query.execution_options(yield_per=1000)) as found:
        for person, rows in groupby(found, key=lambda row: str(row.person)):
            yield person, _stand(row[1:] for row in rows)


def _stand(rows: Iterable[Sequence[Any]]) -> Standings:
    standings = Standings()
    for purpose, channel, scope, type_, sequence, occurred_at, valid_until in rows:
        standing = Standing(EventType(type_), sequence, occurred_at, valid_until)
        if scope == PAUSE_SCOPE:
            standings.pause = standing
        else:
            standings[choice_of(purpose, channel, scope)] = standing
    return standings


def _rows(person: str, standings: Standings) -> Iterator[dict[str, Any]]:
    for choice, standing in standings.items():
        yield {"person": person, **columns_of(choice), **_columns(standing)}
    if standings.pause:
        pause = {"purpose": "", "channel": "", "scope": PAUSE_SCOPE}
        yield {"person": person, **pause, **_columns(standings.pause)}


def _columns(standing: Standing) -> dict[str, Any]:
    return {
        "type": standing.type.value,
        "sequence": standing.sequence,
        "occurred_at": standing.occurred_at,
        "valid_until": standing.valid_until,
    }


def _written(person: str, standings: Standings) -> bytes:
    """The same bytes whatever the order of the choices."""
    rows = sorted(_rows(person, standings), key=_place)
    return json.dumps(rows, sort_keys=True, default=_moment).encode("utf-8", "surrogatepass")


def _place(row: Mapping[str, Any]) -> tuple[str, str, str]:
    return row["purpose"], row["channel"], row["scope"]


def _moment(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat(timespec="microseconds")
    raise TypeError(type(value).__name__)


def _event(row: RowMapping) -> Event:
    choice: Choice | None = choice_of(row["purpose"], row["channel"], row["scope"])
    return Event(
        row["sequence"],
        row["person"],
        EventType(row["type"]),
        choice,
        row["occurred_at"],
        row["valid_until"],
    )


def _stream(session: Session, query: Select[Any]) -> Iterator[RowMapping]:
    """The rows without holding all of them in memory."""
    with session.execute(query.execution_options(yield_per=1000)) as result:
        yield from result.mappings()
