"""Master keys rotate: every sealed column opens under the new key alone; on both databases."""

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Engine,
    Enum,
    Float,
    Integer,
    LargeBinary,
    create_engine,
    insert,
    select,
    text,
    update,
)

from recruit.actions.vault import SEALED, locks, rotate_vault
from recruit.core import resealing
from recruit.core.columns import UTCDateTime
from recruit.core.crypto import Keyring
from recruit.core.db import reading
from recruit.core.errors import SealBroken
from recruit.core.resealing import Sealed, locked_by, reseal
from recruit.notify import post

OLD, NEW = (Keyring.of([letter * 32]) for letter in "on")
BOTH = Keyring((*NEW.masters, *OLD.masters))
PLAIN = b"what was sealed"
WAITING = post.SEALED
"""Any column would do to show how one is walked through."""


def fill(engine: Engine, *places: Sealed, rows: int = 1) -> None:
    """Seal under the old key in new rows, without whatever rows these refer to."""
    free = create_engine(engine.url)  # SQLite checks references only where it is asked to
    with free.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("SET session_replication_role = replica"))
        for table in {place.table: None for place in places}:
            made = [
                {column.name: made_up(column, number) for column in table.columns}
                for number in range(1, rows + 1)
            ]
            connection.execute(insert(table), made)
            here = [place for place in places if place.table is table]
            for row in connection.execute(select(table)).all():
                for place in here:
                    sealed = OLD.seal(PLAIN, place.binding(row))
                    this = [column == getattr(row, column.name) for column in place.key]
                    many = isinstance(place.column.type, JSON)
                    value = [sealed, sealed] if many else sealed
                    connection.execute(update(table).where(*this).values({place.column: value}))
    free.dispose()


def made_up(column: Column[Any], number: int) -> object:
    """A value that the column takes."""
    if column.nullable and column.name != "person":  # words of nobody's are opened as such
        return None
    if isinstance(column.type, Enum):
        return column.type.enums[0]
    made: dict[type, object] = {
        UTCDateTime: datetime(2026, 1, 1, tzinfo=UTC),
        Float: 0.0,
        JSON: [],
        Boolean: False,
        Integer: number,
        BigInteger: number,
        LargeBinary: b"",
    }
    return made.get(type(column.type), str(number))


def opened(engine: Engine, place: Sealed, keyring: Keyring) -> set[bytes]:
    """What a column holds."""
    with reading(engine) as session:
        found = set()
        for row in session.execute(select(place.table)):
            texts = getattr(row, place.column.name)
            for each in texts if isinstance(texts, list) else [texts]:
                found.add(keyring.unseal(each, place.binding(row)))
    return found


def test_after_a_rotation_everything_opens_and_the_old_key_is_not_needed(engine: Engine) -> None:
    fill(engine, *SEALED)
    assert set(locks(engine)) == {OLD.newest.name}
    rotate_vault(engine, BOTH, actor="test", progress=lambda *_: None)
    assert set(locks(engine)) == {NEW.newest.name}
    for place in SEALED:
        assert opened(engine, place, NEW) == {PLAIN}, str(place.column)


def test_progress_ends_where_all_is_seen(engine: Engine) -> None:
    fill(engine, *SEALED)
    told: list[tuple[int, int | None]] = []
    rotate_vault(engine, BOTH, actor="test", progress=lambda *at: told.append(at))
    assert told[-1] == (len(SEALED), len(SEALED))
    assert told == sorted(told)


def test_an_interrupted_column_goes_on_where_it_was(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resealing, "AT_ONCE", 2)
    fill(engine, WAITING, rows=5)

    def stop(_: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        reseal(engine, BOTH, WAITING, stop)
    assert locked_by(engine, WAITING) == {NEW.newest.name: 2, OLD.newest.name: 3}
    assert reseal(engine, BOTH, WAITING) == 3
    assert reseal(engine, BOTH, WAITING) == 0


@pytest.mark.parametrize("place", SEALED, ids=lambda place: str(place.column))
def test_a_key_of_several_columns_orders_the_parts(
    sqlite_engine: Engine, monkeypatch: pytest.MonkeyPatch, place: Sealed
) -> None:
    monkeypatch.setattr(resealing, "AT_ONCE", 2)
    rows = 1 if place.table.name == "suppression_key" else 5
    fill(sqlite_engine, place, rows=rows)
    assert reseal(sqlite_engine, BOTH, place) == rows


def test_what_no_key_opens_is_left_as_it_is_and_said(engine: Engine) -> None:
    fill(engine, WAITING)
    stranger = Keyring.of(["s" * 32])
    with pytest.raises(SealBroken):
        reseal(engine, stranger, WAITING)
    assert opened(engine, WAITING, OLD) == {PLAIN}
