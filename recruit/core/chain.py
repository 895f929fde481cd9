"""Hash-chained tables: each row carries the SHA-256 of the row before it and of itself.

A row that was edited, added from outside, moved or taken away breaks the chain at a sequence number
that can be named. The newest link is also kept in `chain_head`, so that rows missing at the end
are found too. Whoever may rewrite the whole database can forge a whole chain; against that only a
copy of the head kept elsewhere helps.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import (
    Column,
    RowMapping,
    Select,
    String,
    Table,
    bindparam,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session, SessionTransaction
from sqlalchemy.schema import SchemaItem
from sqlmodel import SQLModel

from recruit.core.append_only import keep_append_only
from recruit.core.bulk import insert_all
from recruit.core.columns import NUMBER
from recruit.core.i18n import N_

GENESIS: Final = "0" * 64  # what the first row of a chain follows
LOCK: Final = 0x5EC0_17  # one lock for all chains: two would deadlock when taken in turn
HELD: Final = "the transaction that holds the chains"
PAGE: Final = 1000

CHANGED: Final = N_("this row was changed or added from outside")
MISSING: Final = N_("rows are missing from here on")
UNREADABLE: Final = N_("this row cannot be read")


HEADS: Final = Table(
    "chain_head",
    SQLModel.metadata,
    Column("chain", String(64), primary_key=True),
    Column("sequence", NUMBER, nullable=False),
    Column("digest", String(64), nullable=False),
)
# Every deed is recorded: these are asked so often that to write them anew each time would count.
_HEAD: Final = select(HEADS.c.sequence, HEADS.c.digest).where(HEADS.c.chain == bindparam("of"))
_MOVED: Final = (
    update(HEADS)
    .where(HEADS.c.chain == bindparam("of"))
    .values(sequence=bindparam("last"), digest=bindparam("by"))
)
_ALONE: Final = select(func.pg_advisory_xact_lock(LOCK))


@dataclass(frozen=True, slots=True)
class Break:
    """The first place where a chain does not hold; `problem` is a message of the catalogue."""

    sequence: int
    problem: str


# A column that came later says so in its `info`: where it holds nothing, it does not count, and the
# digests of the rows that were written before it stand.
LATER: Final[dict[Any, Any]] = {"later": True}


def chained_table(name: str, *columns: SchemaItem) -> Table:
    """A table of `columns` that is append-only and whose rows are chained."""
    return keep_append_only(
        Table(
            name,
            SQLModel.metadata,
            Column("sequence", NUMBER, primary_key=True, autoincrement=False),
            *columns,
            Column("previous", String(64), nullable=False),
            Column("digest", String(64), nullable=False),
        )
    )


def hold(session: Session) -> None:
    """Be the only writer of chains until this unit of work ends.

    SQLite needs nothing: a writing unit of work begins with BEGIN IMMEDIATE.
    """
    if session.get_bind().dialect.name != "postgresql":
        return
    if session.info.get(HELD) is None or session.info[HELD] is not _now_in(session):
        session.execute(_ALONE)
        session.info[HELD] = _now_in(session)


def append(session: Session, table: Table, rows: Sequence[Mapping[str, object]]) -> list[int]:
    """Add `rows` (all columns of the caller, None included) to the end; their sequence numbers."""
    if not rows:
        return []
    hold(session)
    sequence, digest = head(session, table)
    linked = []
    for row in rows:
        sequence += 1
        whole = {**row, "sequence": sequence, "previous": digest}
        digest = _digest(table, whole)
        linked.append({**whole, "digest": digest})
    insert_all(session, table, linked)
    _move_head(session, table, sequence, digest)
    return list(range(sequence - len(rows) + 1, sequence + 1))


def verify(session: Session, table: Table) -> Break | None:
    """The first edited, added or missing row of the chain; None when it holds as a whole."""
    last, expected = head(session, table)
    sequence, digest = 0, GENESIS
    for row in _rows(session, table):
        if isinstance(row, Break):
            return row
        if row["sequence"] < 1:  # no row of ours: it would stand before the first
            return Break(row["sequence"], CHANGED)
        if row["sequence"] != sequence + 1:
            return Break(sequence + 1, MISSING)
        if row["previous"] != digest or _hashed(table, row) != row["digest"]:
            return Break(sequence + 1, CHANGED)
        sequence, digest = sequence + 1, row["digest"]
    if (last, expected) == (sequence, digest):
        return None
    return Break(sequence + 1, MISSING) if last > sequence else Break(last + 1, CHANGED)


def digest_at(session: Session, table: Table, sequence: int) -> str | None:
    """The digest that the row with this number carries; GENESIS for 0, None where there is none."""
    if sequence == 0:
        return GENESIS
    query = select(table.c.digest).where(table.c.sequence == sequence)
    return session.scalar(query)


def head(session: Session, table: Table) -> tuple[int, str]:
    """Number and digest of the newest row; (0, GENESIS) of a chain without one."""
    found = session.execute(_HEAD, {"of": table.name}).one_or_none()
    return (found.sequence, found.digest) if found else (0, GENESIS)


def _now_in(session: Session) -> SessionTransaction | None:
    """The transaction, or the savepoint: a lock is let go with the one that it was taken in."""
    return session.get_nested_transaction() or session.get_transaction()


def _move_head(session: Session, table: Table, sequence: int, digest: str) -> None:
    moved = session.connection().execute(_MOVED, {"of": table.name, "last": sequence, "by": digest})
    if not moved.rowcount:  # the chain's first rows
        values = {"chain": table.name, "sequence": sequence, "digest": digest}
        session.execute(insert(HEADS), values)


def _rows(session: Session, table: Table) -> Iterator[RowMapping | Break]:
    """All rows in order. A page with an unreadable row is read again one by one to name it."""
    after: int | None = None
    size = PAGE
    while True:
        query = select(table).order_by(table.c.sequence).limit(size)
        page = _page(session, query if after is None else query.where(table.c.sequence > after))
        if page is None and size == 1:
            yield Break((after or 0) + 1, UNREADABLE)
            return
        if page is None:
            size = 1
            continue
        yield from page
        if len(page) < size:
            return
        after = page[-1]["sequence"]


def _page(session: Session, query: Select[Any]) -> Sequence[RowMapping] | None:
    """The rows, or None when one of them holds what no column of the table can mean."""
    try:
        return session.execute(query).mappings().all()
    except (ValueError, TypeError):
        return None
    except OperationalError as error:
        if "decode" in str(error.orig):
            return None
        raise


def _hashed(table: Table, row: RowMapping) -> str | None:
    try:
        return _digest(table, {name: value for name, value in row.items() if name != "digest"})
    except TypeError:  # a value of a type that was never written
        return None


def _digest(table: Table, row: Mapping[str, object]) -> str:
    """SHA-256 over the row with its `previous`, as JSON with sorted names and times in UTC."""
    counted = {
        name: value
        for name, value in row.items()
        if value is not None or "later" not in table.c[name].info
    }
    written = _WRITER.encode(counted)
    return hashlib.sha256(written.encode("utf-8", "surrogatepass")).hexdigest()


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return _moment(value)
    raise TypeError(type(value).__name__)


@lru_cache(maxsize=1024)  # the rows of one batch were recorded at one moment
def _moment(value: datetime) -> str:
    return value.astimezone(UTC).isoformat(timespec="microseconds")


_WRITER: Final = json.JSONEncoder(
    sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=_plain
)
