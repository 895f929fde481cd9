"""On PostgreSQL the service’s own user may not rewrite ledger and trail, nor those of a copy."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.exc import DBAPIError

from recruit.audit import trail
from recruit.audit.trail import Tag
from recruit.core import backup
from recruit.core.db import connect, reading, unit_of_work, upgrade
from recruit.core.scratch import NoScratch, scratch
from tests.postgres import Cluster

TABLES = ("consent_event", "audit_event")
RIGHTS = ("UPDATE", "DELETE", "TRUNCATE")


def owned(cluster: Cluster, role: str) -> Engine:
    """A new, migrated database whose owner is a role without superpowers, signed in as that."""
    url = cluster.new_database()
    name = url.rpartition("/")[2]
    server = create_engine(url, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        query = text("SELECT 1 FROM pg_roles WHERE rolname = :role")
        known = connection.execute(query, {"role": role})
        if known.first() is None:
            connection.execute(text(f"CREATE ROLE {role} LOGIN"))
        connection.execute(text(f"ALTER DATABASE {name} OWNER TO {role}"))
        connection.execute(text(f"ALTER SCHEMA public OWNER TO {role}"))
    server.dispose()
    return connect(url.replace("recruit@", f"{role}@"))


@pytest.fixture
def engine(cluster: Cluster) -> Iterator[Engine]:
    database = owned(cluster, "service")
    upgrade(database)
    with unit_of_work(database) as session:
        trail.record(session, Tag.MATCHED, actor="test", subject="run")
    yield database
    database.dispose()


def rights(engine: Engine) -> set[tuple[str, str]]:
    with engine.connect() as connection:
        return {
            (table, right)
            for table in TABLES
            for right in RIGHTS
            if connection.execute(
                text(f"SELECT has_table_privilege('{table}', '{right}')")
            ).scalar_one()
        }


def test_the_owner_has_no_right_to_rewrite(engine: Engine) -> None:
    assert rights(engine) == set()


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("statement", ["UPDATE {} SET actor = ''", "DELETE FROM {}", "TRUNCATE {}"])
def test_what_the_owner_tries_is_refused_before_any_trigger(
    engine: Engine, table: str, statement: str
) -> None:
    with pytest.raises(DBAPIError, match="permission denied"), engine.begin() as connection:
        connection.execute(text(statement.format(table)))


def test_a_copy_comes_back_under_another_role_and_is_as_closed(
    engine: Engine, cluster: Cluster, tmp_path: Path
) -> None:
    copy = tmp_path / "copy"
    backup.back_up(engine, copy)
    other = owned(cluster, "another")
    backup.restore(other, copy, replace=False, make_good=lambda _: None)
    with reading(other) as session:
        assert trail.verify(session) is None
    assert rights(other) == set()
    other.dispose()


def test_who_may_make_no_database_is_told_so_before_a_rehearsal(engine: Engine) -> None:
    with pytest.raises(NoScratch), scratch(engine):
        pass
