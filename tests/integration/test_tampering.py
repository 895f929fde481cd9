"""Whoever has the file or the right to the schema leaves a trace that is found and named."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from recruit.actions.audit import keep_heads, signed_heads, verify_ledger, verify_trail
from recruit.audit import trail
from recruit.audit.trail import Tag
from recruit.consent import ledger
from recruit.consent.choices import Choice, Purpose
from recruit.consent.evidence import Evidence
from recruit.consent.ledger import Actor, Role
from recruit.consent.tables import CONSENT
from recruit.core import chain, chain_heads
from recruit.core.chain import CHANGED, MISSING, Break
from recruit.core.chain_heads import OTHER
from recruit.core.db import connect, reading, sqlite_file, unit_of_work
from recruit.core.errors import WrongUsage

GIVEN = datetime(2026, 10, 1, 10, tzinfo=UTC)
TABLES = ("consent_event", "audit_event")


def fill(engine: Engine, count: int = 5, method: str = "box") -> None:
    for number in range(1, count + 1):
        proof = Evidence(
            (Choice(Purpose.MATCHING),), "ab" * 32, "1", "fr", GIVEN, f"{method}-{number}", "test"
        )
        with unit_of_work(engine) as session:
            ledger.grant(session, [(f"P-{number}", proof)], Actor(f"actor-{number}", Role.SELF))
            trail.record(session, Tag.CONSENT_GRANTED, actor=f"who-{number}", subject="x")


def unguard(engine: Engine, table: str) -> None:
    """What someone could do who may change the schema, or has the database file in hands."""
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text(f"DROP TRIGGER {table}_append_only ON {table}"))
            return
        for guard in ("update", "delete", "replace"):
            connection.execute(text(f"DROP TRIGGER {table}_no_{guard}"))


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("statement", ["UPDATE {} SET actor = 'x'", "DELETE FROM {}"])
def test_no_row_is_changed_or_deleted(engine: Engine, table: str, statement: str) -> None:
    fill(engine, 1)
    with pytest.raises(DBAPIError, match="never changed"), engine.begin() as connection:
        connection.execute(text(statement.format(table)))


@pytest.mark.parametrize("table", TABLES)
def test_no_row_is_replaced_on_sqlite(sqlite_engine: Engine, table: str) -> None:
    fill(sqlite_engine, 2)
    again = f"INSERT OR REPLACE INTO {table} SELECT * FROM {table} WHERE sequence = 1"  # noqa: S608
    with pytest.raises(DBAPIError, match="never changed"), sqlite_engine.begin() as connection:
        connection.execute(text(again))


@pytest.mark.parametrize("table", TABLES)
def test_no_row_is_replaced_on_postgresql(postgres_engine: Engine, table: str) -> None:
    fill(postgres_engine, 2)
    again = f"""INSERT INTO {table} SELECT * FROM {table} WHERE sequence = 1
    ON CONFLICT (sequence) DO UPDATE SET actor = 'x'"""  # noqa: S608
    with pytest.raises(DBAPIError, match="never changed"), postgres_engine.begin() as connection:
        connection.execute(text(again))


@pytest.mark.parametrize("table", TABLES)
def test_no_table_is_emptied_on_postgresql(postgres_engine: Engine, table: str) -> None:
    with pytest.raises(DBAPIError, match="never changed"), postgres_engine.begin() as connection:
        connection.execute(text(f"TRUNCATE {table}"))


@pytest.mark.parametrize(
    ("needle", "verify"),
    [
        (b"actor-3", verify_ledger),
        (b"box-3", verify_ledger),
        (b"who-3", verify_trail),
    ],
)
@pytest.mark.parametrize("place", [0, 2, -1])
def test_one_byte_changed_in_the_file_is_found_and_named(
    sqlite_engine: Engine,
    needle: bytes,
    verify: Callable[[Engine], Break | None],
    place: int,
) -> None:
    fill(sqlite_engine)
    file = sqlite_file(str(sqlite_engine.url))
    assert file
    with sqlite_engine.connect() as connection:
        connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
    sqlite_engine.dispose()
    content = bytearray(file.read_bytes())
    assert content.count(needle) == 1
    at = content.index(needle) + (place % len(needle))
    content[at] ^= 0x01
    file.write_bytes(content)
    reopened = connect(f"sqlite:///{file}")
    found = verify(reopened)
    reopened.dispose()
    assert found is not None
    assert found.sequence == 3


@pytest.mark.parametrize("table", TABLES)
def test_a_row_edited_with_the_triggers_off_is_named_on_postgresql(
    postgres_engine: Engine, table: str
) -> None:
    fill(postgres_engine)
    with postgres_engine.begin() as connection:
        connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER ALL"))
        connection.execute(text(f"UPDATE {table} SET actor = 'nobody' WHERE sequence = 4"))  # noqa: S608
        connection.execute(text(f"ALTER TABLE {table} ENABLE TRIGGER ALL"))
    verify = verify_ledger if table == "consent_event" else verify_trail
    assert verify(postgres_engine) == Break(4, chain.CHANGED)


@pytest.mark.parametrize("number", [0, -7])
def test_a_row_that_was_slipped_in_before_the_first_is_named(engine: Engine, number: int) -> None:
    """Not one number of the chain is missing, and what is current follows from all the rows."""
    fill(engine)
    forged = {"sequence": str(number), "person": "'P-9'"}
    names = list(CONSENT.c.keys())
    values = ", ".join(forged.get(name, name) for name in names)
    state = "purpose, channel, scope, type, occurred_at, valid_until"
    unguard(engine, "consent_event")
    event = f"INSERT INTO consent_event ({', '.join(names)}) SELECT {values} FROM consent_event"  # noqa: S608 - names of columns
    stands = (
        f"INSERT INTO consent_state (person, sequence, {state}) SELECT 'P-9', {number}, {state}"
    )
    with engine.begin() as connection:
        connection.execute(text(f"{event} WHERE sequence = 1"))
        connection.execute(text(f"{stands} FROM consent_state WHERE person = 'P-1'"))
    assert verify_ledger(engine) == Break(number, CHANGED)


def test_what_is_added_later_to_an_old_row_is_found(engine: Engine) -> None:
    """A row from before the column has nothing in it; something in it is a change."""
    fill(engine, 3)
    unguard(engine, "audit_event")
    with engine.begin() as connection:
        connection.execute(text("UPDATE audit_event SET origin = 'cli' WHERE sequence = 2"))
    assert verify_trail(engine) == Break(2, chain.CHANGED)


def test_rows_from_before_a_column_keep_their_digest(engine: Engine) -> None:
    """Such a row, written by the version before: no `jurisdiction`, and none in its digest."""
    with unit_of_work(engine) as session:
        ledger.withdraw(session, "P-1", None, Actor("cli", Role.STAFF), "letter")
        row = dict(ledger.history(session, "P-1")[0])
    old = {k: v for k, v in row.items() if k not in {"sequence", "previous", "digest"}}
    with unit_of_work(engine) as session:
        old["jurisdiction"] = None
        chain.append(session, CONSENT, [{**old, "number": 2}])
        del old["jurisdiction"]
        chain.append(session, CONSENT, [{**old, "number": 3}])
    with reading(engine) as session:
        assert chain.verify(session, CONSENT) is None


def heads_of(engine: Engine, folder: Path) -> chain_heads.Heads:
    keep_heads(engine, folder)
    (file,) = (folder / "heads").glob("*.json")
    return chain_heads.read(file)


def test_a_chain_that_only_grew_contains_its_old_head(engine: Engine, tmp_path: Path) -> None:
    heads = heads_of(engine, tmp_path)
    fill(engine, 2)
    assert (verify_ledger(engine, [heads]), verify_trail(engine, [heads])) == (None, None)


def test_a_chain_that_was_cut_and_built_anew_is_found(engine: Engine, tmp_path: Path) -> None:
    fill(engine, 3)
    heads = heads_of(engine, tmp_path)
    for table in TABLES:
        unguard(engine, table)
    with engine.begin() as connection:
        for table in (*TABLES, "consent_state", "chain_head"):
            connection.execute(text(f"DELETE FROM {table}"))  # noqa: S608
    fill(engine, 4, method="forged")
    assert (verify_ledger(engine), verify_trail(engine)) == (None, None)
    assert verify_ledger(engine, [heads]) == Break(3, OTHER)
    assert verify_trail(engine, [heads]) == Break(3, OTHER)


def test_a_chain_that_lost_its_end_is_found(engine: Engine, tmp_path: Path) -> None:
    fill(engine, 3)
    heads = heads_of(engine, tmp_path)
    unguard(engine, "audit_event")
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM audit_event WHERE sequence > 1"))
        connection.execute(
            text(
                "UPDATE chain_head SET sequence = 1, digest ="
                " (SELECT digest FROM audit_event) WHERE chain = 'audit_event'"
            )
        )
    assert verify_trail(engine) is None
    assert verify_trail(engine, [heads]) == Break(3, MISSING)


def test_the_heads_of_a_day_are_written_once(sqlite_engine: Engine, tmp_path: Path) -> None:
    first = keep_heads(sqlite_engine, tmp_path)
    assert first
    before = first.read_bytes()
    fill(sqlite_engine, 1)
    assert keep_heads(sqlite_engine, tmp_path) is None
    assert first.read_bytes() == before


@pytest.mark.parametrize(
    ("old", "new"),
    [('"sequence": 1', '"sequence": 2'), ("T", " "), ('"digest": "', '"digest": "0'), ("{", "[")],
)
def test_a_file_that_was_changed_proves_nothing(
    sqlite_engine: Engine, tmp_path: Path, old: str, new: str
) -> None:
    fill(sqlite_engine, 1)
    file = keep_heads(sqlite_engine, tmp_path)
    assert file
    file.write_text(file.read_text().replace(old, new, 1))
    with pytest.raises(WrongUsage):
        chain_heads.read(file)


@pytest.mark.parametrize("content", [b"", b"null", b"{}", b"\xff", b"9" * 5000])
def test_what_holds_no_heads_is_refused(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "x.json"
    file.write_bytes(content)
    with pytest.raises(WrongUsage):
        chain_heads.read(file)


def test_the_same_key_signs_each_day(sqlite_engine: Engine, tmp_path: Path) -> None:
    keys = {signed_heads(sqlite_engine, tmp_path)["public_key"] for _ in range(2)}
    assert len(keys) == 1
    assert (tmp_path / "head.key").stat().st_mode & 0o077 == 0
