"""The audit trail on a real database: it only grows, and every tampering is named."""

import threading
from collections.abc import Callable

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from recruit.audit import trail
from recruit.audit.trail import Tag
from recruit.core.chain import CHANGED, MISSING, UNREADABLE, Break
from recruit.core.db import reading, unit_of_work


def write(engine: Engine, count: int, actor: str = "cli") -> None:
    for number in range(count):
        with unit_of_work(engine) as session:
            trail.record(session, Tag.PEOPLE_IMPORTED, actor=actor, subject=f"batch {number}")


def tamper(engine: Engine, statement: str) -> None:
    """What someone could do who may change the schema, or has the database file in hands."""
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("DROP TRIGGER audit_event_append_only ON audit_event"))
        else:
            for guard in ("update", "delete", "replace"):
                connection.execute(text(f"DROP TRIGGER audit_event_no_{guard}"))
        connection.execute(text(statement))


def found(engine: Engine) -> Break | None:
    with reading(engine) as session:
        return trail.verify(session)


def test_an_untouched_trail_holds(engine: Engine) -> None:
    write(engine, 5)
    assert found(engine) is None


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_event SET actor = 'nobody'",
        "DELETE FROM audit_event",
        "DELETE FROM audit_event WHERE sequence = 2",
    ],
)
def test_the_database_refuses_to_change_a_row(engine: Engine, statement: str) -> None:
    write(engine, 2)
    with pytest.raises(DBAPIError, match="never changed"), engine.begin() as connection:
        connection.execute(text(statement))


def test_sqlite_refuses_to_replace_a_row(sqlite_engine: Engine) -> None:
    write(sqlite_engine, 2)
    statement = "INSERT OR REPLACE INTO audit_event SELECT * FROM audit_event WHERE sequence = 1"
    with pytest.raises(DBAPIError, match="never changed"), sqlite_engine.begin() as connection:
        connection.execute(text(statement))


def test_postgresql_refuses_to_empty_the_trail(postgres_engine: Engine) -> None:
    write(postgres_engine, 1)
    with pytest.raises(DBAPIError, match="never changed"), postgres_engine.begin() as connection:
        connection.execute(text("TRUNCATE audit_event"))


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("UPDATE audit_event SET reason = 'x' WHERE sequence = 3", Break(3, CHANGED)),
        ("UPDATE audit_event SET old = '' WHERE sequence = 2", Break(2, CHANGED)),
        ("UPDATE audit_event SET at = '2020-01-01 00:00:00' WHERE sequence = 1", Break(1, CHANGED)),
        ("DELETE FROM audit_event WHERE sequence = 1", Break(1, MISSING)),
        ("DELETE FROM audit_event WHERE sequence = 3", Break(3, MISSING)),
        ("DELETE FROM audit_event WHERE sequence >= 4", Break(4, MISSING)),
        ("DELETE FROM audit_event", Break(1, MISSING)),
        ("UPDATE chain_head SET digest = 'x'", Break(6, CHANGED)),
        ("DELETE FROM chain_head", Break(1, CHANGED)),
    ],
)
def test_tampering_is_named(engine: Engine, statement: str, expected: Break) -> None:
    write(engine, 5)
    tamper(engine, statement)
    assert found(engine) == expected


@pytest.mark.parametrize(
    ("statement", "problem"),
    [
        ("UPDATE audit_event SET at = 'yesterday' WHERE sequence = 4", UNREADABLE),
        ("UPDATE audit_event SET reason = x'ff' WHERE sequence = 4", CHANGED),
        ("UPDATE audit_event SET reason = CAST(x'ff' AS TEXT) WHERE sequence = 4", UNREADABLE),
    ],
)
def test_damage_to_the_sqlite_file_is_named(
    sqlite_engine: Engine, statement: str, problem: str
) -> None:
    write(sqlite_engine, 5)
    tamper(sqlite_engine, statement)
    assert found(sqlite_engine) == Break(4, problem)


def test_a_deed_that_is_rolled_back_leaves_no_row(engine: Engine) -> None:
    write(engine, 1)

    def fail() -> None:
        with unit_of_work(engine) as session:
            trail.record(session, Tag.MATCHED, actor="cli", subject="run")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM audit_event")).scalar_one() == 1
    assert found(engine) is None


def in_threads(count: int, work: Callable[[int], None]) -> None:
    threads = [threading.Thread(target=work, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_writers_at_the_same_time_leave_no_gap(engine: Engine) -> None:
    in_threads(4, lambda number: write(engine, 15, actor=f"writer {number}"))
    with engine.connect() as connection:
        sequences = connection.execute(text("SELECT sequence FROM audit_event")).scalars().all()
    assert sorted(sequences) == list(range(1, 61))
    assert found(engine) is None
