"""What the drivers of SQLite and of PostgreSQL are told to do otherwise than by themselves."""

import select
import sqlite3
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import InvalidatePoolError

if TYPE_CHECKING:
    from psycopg import Connection as PooledConnection

BUSY_SECONDS: Final = 30
BUSY_PAUSE: Final = 0.01  # seconds between two tries
# On a commit SQLite waits for the disk: a withdrawal that was confirmed survives a power cut.
# What is deleted is overwritten with zeros; remains.py does the rest. Without recursive triggers
# a REPLACE deletes rows that a second unique key finds, and no trigger that refuses it is asked.
PRAGMAS: Final = (
    "foreign_keys=ON",
    "synchronous=FULL",
    "secure_delete=ON",
    "recursive_triggers=ON",
)


def tell_postgresql(engine: Engine) -> None:
    """Hand out no connection that has ended."""
    event.listen(engine, "checkout", _look_whether_open)


def tell_sqlite(engine: Engine, file: Path | None) -> None:
    """Keep the file to its owner, and let writers queue; `file` is None in memory."""
    if file:
        event.listen(engine, "do_connect", lambda *_: _make_private(file))
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)


def _look_whether_open(
    connection: "PooledConnection[Any]", _record: object, _proxy: object
) -> None:
    """Let nobody have a connection that the server has ended: it is made anew, as all others are.

    A server that ends one says so on it before it is asked anything. To ask whether it answers, as
    SQLAlchemy would, costs each look at the database one message there and back more.
    """
    if connection.closed:
        raise InvalidatePoolError
    looking = select.poll()
    looking.register(connection.fileno(), select.POLLIN)
    if looking.poll(0):
        raise InvalidatePoolError


def _make_private(file: Path) -> None:
    """SQLite itself makes a file as open as the process's umask; its companions follow the file."""
    if not file.exists():
        with suppress(OSError):  # connecting, which comes next, says so
            file.touch(mode=0o600)


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    # The driver's own transaction handling would begin late and never immediately.
    connection.isolation_level = None
    _write_ahead(connection)
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _write_ahead(connection: sqlite3.Connection) -> None:
    # A new file is changed to WAL under a lock for which SQLite does not wait by itself.
    patience = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            kind = error.sqlite_errorcode & 0xFF  # without what SQLite adds to say more
            if kind != sqlite3.SQLITE_BUSY or time.monotonic() > patience:
                raise
            time.sleep(BUSY_PAUSE)
        else:
            return


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
