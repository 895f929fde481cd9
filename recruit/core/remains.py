"""What deleted rows leave behind in a database's files, and how it is got rid of.

SQLite overwrites what is deleted (`secure_delete`, db.py), but its journal holds older pages until
it is emptied, and a page whose rows were moved to another may keep a copy that no row owns: only a
file that is written anew holds nothing but its rows (https://sqlite.org/pragma.html#pragma_secure_delete).
PostgreSQL keeps deleted rows for those who still look at an older state; VACUUM takes them out of
reach for every statement. Their bytes may stay in the files until the space is used again.
"""

import sqlite3
from collections.abc import Collection
from contextlib import closing
from typing import Final

from sqlalchemy import Engine, text

from recruit.core.db import answering, sqlite_file
from recruit.core.drivers import BUSY_SECONDS

PATIENCE: Final = 2  # seconds for readers in the way, while nobody else can write
QUICK: Final = 64 * 2**20  # bytes that are written anew in about a second


def clear(engine: Engine, tables: Collection[str], *, at_once: bool) -> bool:
    """Leave nothing behind of the rows deleted so far from `tables`; whether that was possible.

    It is not while somebody reads an older state. `at_once` leaves a large SQLite file as it is,
    its journal aside, and answers False.
    """
    if engine.dialect.name == "sqlite":
        return _clear_sqlite(engine, at_once=at_once)
    return _clear_postgresql(engine, tables)


def _clear_sqlite(engine: Engine, *, at_once: bool) -> bool:
    file = sqlite_file(str(engine.url))
    whole = not at_once or file is None or file.stat().st_size <= QUICK
    with answering(), closing(engine.raw_connection()) as pooled:
        connection = pooled.driver_connection
        if not isinstance(connection, sqlite3.Connection):
            raise TypeError
        try:
            connection.execute(f"PRAGMA busy_timeout = {PATIENCE * 1000}")
            if whole:
                connection.execute("VACUUM")
            (busy, *_) = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        except sqlite3.OperationalError:
            return False  # somebody writes, or the disk has no room for a second file
        finally:
            connection.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}")
    return whole and not busy


def _clear_postgresql(engine: Engine, tables: Collection[str]) -> bool:
    names = sorted(tables)
    quote = engine.dialect.identifier_preparer.quote
    alone = engine.execution_options(isolation_level="AUTOCOMMIT")
    dead = text("SELECT sum(n_dead_tup) FROM pg_stat_user_tables WHERE relname = ANY(:names)")
    with answering(), alone.connect() as connection:
        listed = ", ".join(map(quote, names))
        connection.exec_driver_sql(f"VACUUM (INDEX_CLEANUP ON) {listed}")
        return not connection.execute(dead, {"names": names}).scalar_one()
