"""PostgreSQL databases that go from test to test: emptying one takes a tenth of making one.

A database that a test has changed otherwise than by writing rows, or to which somebody is still
connected, goes to nobody else.
"""

import time
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Engine

from recruit.core.db import connect
from tests.postgres import Cluster

TURNS: Final = 50
"""Tests that use one database: rows that were deleted stay in its files, as nothing vacuums it."""
PATIENCE: Final = 0.1  # seconds in which those who have left are gone

# Every change of the schema, of a trigger's state or of a table's file writes one of these rows.
FIRST: Final = 16_384  # the smallest number that PostgreSQL gives to what is not its own
SCHEMA: Final = " UNION ALL ".join(
    f"SELECT count(*), sum(xmin::text::bigint) FROM {catalogue} WHERE {number} >= {FIRST}"  # noqa: S608 - our own
    for catalogue, number in (
        ("pg_class", "oid"),
        ("pg_attribute", "attrelid"),
        ("pg_constraint", "oid"),
        ("pg_trigger", "oid"),
        ("pg_proc", "oid"),
    )
)
OTHERS: Final = (
    "SELECT count(*) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
)
# As rows of a replica: no trigger refuses it, and no table has to be emptied before another.
EMPTY: Final = """
DO $$
DECLARE each record;
BEGIN
  SET LOCAL session_replication_role = replica;
  FOR each IN SELECT oid::regclass AS name, relkind FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relname <> 'alembic_version'
      AND (relkind = 'S' OR relkind = 'r' AND pg_relation_size(oid) > 0)
  LOOP
    IF each.relkind = 'S' THEN
      PERFORM setval(each.name, 1, false);
    ELSE
      EXECUTE 'DELETE FROM ' || each.name;
    END IF;
  END LOOP;
END $$
"""


@dataclass
class Lent:
    """A database, its connections, and its schema as it was made."""

    engine: Engine
    schema: list[tuple[Any, ...]]
    turns: int = 0

    def fresh(self) -> Engine:
        """An engine on which nobody listens yet, over the connections of the one before."""
        known = self.engine
        made = Engine(known.pool, known.dialect, known.url, hide_parameters=True)
        type(known.dialect).engine_created(made)
        return made


class Lending:
    """Databases like one that is migrated."""

    def __init__(self, cluster: Cluster, like: str) -> None:
        self._cluster = cluster
        self._like = like
        self._free: list[Lent] = []

    def take(self) -> Lent:
        """An empty one."""
        if self._free:
            return self._free.pop()
        engine = connect(self._cluster.new_database(like=self._like))
        with engine.connect() as connection:
            schema = connection.exec_driver_sql(SCHEMA).all()
        return Lent(engine, [tuple(row) for row in schema])

    def give_back(self, lent: Lent) -> None:
        """After a test: for the next one, or for nobody."""
        lent.turns += 1
        if lent.turns < TURNS and _emptied(lent):
            self._free.append(lent)
            return
        lent.engine.dispose()
        self._cluster.drop(lent.engine.url.render_as_string())

    def close(self) -> None:
        """Leave the databases that are free."""
        for lent in self._free:
            lent.engine.dispose()


def _emptied(lent: Lent) -> bool:
    pool: Any = lent.engine.pool
    if pool.checkedout():
        return False
    kept, *others = [lent.engine.raw_connection() for _ in range(max(pool.checkedin(), 1))]
    for each in others:
        each.invalidate()
    try:
        connection: Any = kept.driver_connection
        connection.autocommit = True
        connection.execute("DISCARD ALL")
        if not _is_alone(connection) or connection.execute(SCHEMA).fetchall() != lent.schema:
            return False
        connection.execute(EMPTY)
        connection.autocommit = False
        return True
    finally:
        kept.close()


def _is_alone(connection: Any) -> bool:  # noqa: ANN401 - the driver's
    until = time.monotonic() + PATIENCE
    while connection.execute(OTHERS).fetchone() != (0,):
        if time.monotonic() > until:
            return False
        time.sleep(0.002)
    return True
