"""What many tests begin with is made once in a process, and then copied into their databases."""

import sqlite3
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final, Protocol, TypeVar

import time_machine
from sqlalchemy import Engine, TextClause, inspect, text

from recruit.core.clock import now
from recruit.core.db import connect, upgrade

Given = TypeVar("Given")

REVISION: Final = "alembic_version"  # the only table with a row in an empty database


@cache
def migrated_file() -> bytes:
    """A SQLite database in which nothing is yet: migrating takes half a second."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "recruit.db"
        database = connect(f"sqlite:///{file}")
        upgrade(database)
        database.dispose()  # which brings everything into the one file
        return file.read_bytes()


class Content(Protocol):
    """All rows of a database."""

    def put(self, engine: Engine) -> None:
        """Let an empty database have them too."""


def begin_with(engine: Engine, what: Hashable, make: Callable[[], Given]) -> Given:
    """What `make` does to an empty database, and gives; of `what` equals it does the same.

    It is made as if at the last full hour of the test's clock: nothing in a copy is later than what
    the test goes on to do. A database that holds something already gets it from `make` itself.
    """
    if not _is_bare(engine):
        return make()
    at = now().replace(minute=0, second=0, microsecond=0)
    known = _KNOWN.get((engine.dialect.name, at, what))
    if known is None:
        with time_machine.travel(at, tick=False):
            given = make()
        taken = Rows.of(engine) if engine.dialect.name == "postgresql" else Pages.of(engine)
        _KNOWN[engine.dialect.name, at, what] = given, taken
        return given
    given, content = known
    content.put(engine)
    return given


def _is_bare(engine: Engine) -> bool:
    kind = engine.dialect.name
    with engine.connect() as connection:
        if kind not in _BARE:
            names = set(inspect(connection).get_table_names()) - {REVISION}
            empty = (f'NOT EXISTS (SELECT 1 FROM "{name}")' for name in sorted(names))  # noqa: S608 - our own
            _BARE[kind] = text("SELECT " + " AND ".join(empty))
        return bool(connection.execute(_BARE[kind]).scalar())


_BARE: Final[dict[str, TextClause]] = {}
_KNOWN: Final[dict[tuple[str, datetime, Hashable], tuple[Any, Content]]] = {}


@dataclass(frozen=True)
class Pages:
    """A SQLite database, in memory."""

    kept: sqlite3.Connection

    @classmethod
    def of(cls, engine: Engine) -> "Pages":
        """A copy of a database."""
        kept = sqlite3.connect(":memory:", check_same_thread=False)
        with _driver(engine) as connection:
            connection.backup(kept)
        return cls(kept)

    def put(self, engine: Engine) -> None:
        """Page by page."""
        with _driver(engine) as connection:
            self.kept.backup(connection)


@dataclass(frozen=True)
class Rows:
    """The rows of a PostgreSQL database as COPY writes them, and how far its sequences are."""

    of_tables: dict[str, bytes]
    sequences: dict[str, int]

    @classmethod
    def of(cls, engine: Engine) -> "Rows":
        """A copy of all but what the migrations wrote."""
        with _driver(engine) as connection, connection.cursor() as cursor:
            cursor.execute("SELECT relname FROM pg_stat_user_tables")
            names = [name for (name,) in cursor.fetchall() if name != REVISION]
            tables = {}
            for name in names:
                with cursor.copy(f'COPY "{name}" TO STDOUT') as copy:
                    tables[name] = b"".join(copy)
            cursor.execute(
                "SELECT sequencename, last_value FROM pg_sequences WHERE last_value IS NOT NULL"
            )
            sequences = dict(cursor.fetchall())
        return cls({name: rows for name, rows in tables.items() if rows}, sequences)

    def put(self, engine: Engine) -> None:
        """In any order, and without what triggers would add: that is among the rows."""
        with _driver(engine) as connection, connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
            for name, rows in self.of_tables.items():
                with cursor.copy(f'COPY "{name}" FROM STDIN') as copy:
                    copy.write(rows)
            for name, value in self.sequences.items():
                cursor.execute("SELECT setval(%s, %s)", (name, value))
            connection.commit()


@contextmanager
def _driver(engine: Engine) -> Iterator[Any]:
    """A connection as the driver has it."""
    pooled = engine.raw_connection()
    try:
        yield pooled.driver_connection
    finally:
        pooled.close()
