"""The database that migrations make is the one that the code expects."""

from importlib import import_module
from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, text
from sqlmodel import SQLModel

import recruit
from recruit.core.db import MIGRATIONS, connect, is_current, migrations, upgrade


def import_all_tables() -> None:
    """A table that nobody has imported is unknown, and nobody would miss it in the migrations."""
    root = Path(recruit.__file__).parent
    for file in root.rglob("*.py"):
        if "SQLModel" in file.read_text("utf-8") and MIGRATIONS not in file.parents:
            name = ".".join(("recruit", *file.relative_to(root).with_suffix("").parts))
            import_module(name)


def test_migrations_make_the_tables_of_the_code(engine: Engine) -> None:
    import_all_tables()
    with engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), SQLModel.metadata)

    assert differences == []


def test_a_migrated_database_is_current_and_stays_so_when_upgraded_again(engine: Engine) -> None:
    upgrade(engine)

    assert is_current(engine)


def test_the_words_of_a_case_are_by_the_way_they_came_from_0030_on(tmp_path: Path) -> None:
    engine = connect(f"sqlite:///{tmp_path / 'older.db'}")  # which lets no row point nowhere
    command.upgrade(migrations(engine), "0027")
    talk = (
        "INSERT INTO conversation (id, key, waits, newest_at)"
        " VALUES (1, 'k', 1, '2026-11-20 12:00')"
    )
    heard = (
        "INSERT INTO heard (id, channel, mark, sealed, heard_at, conversation, how)"
        " VALUES (1, 'email', 'a', '', '2026-11-20 12:00', 1, 'page')"
    )
    case = (
        "INSERT INTO safety_case (id, state, aware_at, alarmed, edit)"
        " VALUES (1, 'open', '2026-11-20 12:00', 0, 1)"
    )
    copies = (
        'INSERT INTO safety_word (id, "case", mark, channel, heard_at)'
        " VALUES (1, 1, 'a', 'email', '2026-11-20 12:00'),"
        " (2, 1, 'b', 'email', '2026-11-20 12:00'), (3, 1, 'c', 'phone', '2026-11-20 12:00')"
    )
    with engine.begin() as connection:
        for rows in (talk, heard, case, copies):
            connection.execute(text(rows))
    upgrade(engine)
    with engine.connect() as connection:
        ways = connection.scalars(text("SELECT how FROM safety_word ORDER BY id")).all()
    engine.dispose()
    assert ways == ["page", "mail", "phone"]


def test_an_older_database_is_not_current(engine: Engine) -> None:
    command.stamp(migrations(engine), "base")

    assert not is_current(engine)
