"""The database underneath: what one look sees, what a commit is worth, who may read the file."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from psycopg.pq import TransactionStatus
from sqlalchemy import Engine, Table, event, func, select, text
from sqlalchemy.orm import Session

from recruit.audit import trail
from recruit.audit.tables import AUDIT
from recruit.audit.trail import Tag
from recruit.core import chain
from recruit.core.db import (
    connect,
    glancing,
    is_current,
    prepare,
    reading,
    unit_of_work,
    upgrade,
)


@pytest.fixture
def open_handed() -> Iterator[None]:
    """A process that makes its files readable for everyone, as most systems do."""
    before = os.umask(0o022)
    yield
    os.umask(before)


def write(engine: Engine) -> None:
    with unit_of_work(engine) as session:
        trail.record(session, Tag.SIGNED_IN, actor="a", subject="a")


def test_one_look_sees_nothing_of_what_is_written_meanwhile(engine: Engine) -> None:
    write(engine)
    with reading(engine) as session:
        rows = select(func.count()).select_from(AUDIT)
        before = session.scalar(rows)
        write(engine)
        assert (before, session.scalar(rows)) == (1, 1)


def test_a_ledger_that_grows_while_it_is_verified_holds(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(engine)
    read = chain._rows  # noqa: SLF001 - the moment between the two looks is inside

    def rows(session: Session, table: Table) -> object:
        write(engine)  # after the newest link was looked up
        return read(session, table)

    monkeypatch.setattr(chain, "_rows", rows)
    with reading(engine) as session:
        assert trail.verify(session) is None


def test_a_unit_of_work_sees_what_others_have_committed(postgres_engine: Engine) -> None:
    with unit_of_work(postgres_engine) as session:
        rows = select(func.count()).select_from(AUDIT)
        before = session.scalar(rows)
        write(postgres_engine)
        assert (before, session.scalar(rows)) == (0, 1)


@pytest.mark.parametrize("keeps_plans", [False, True])
def test_nobody_gets_a_connection_that_the_server_has_ended(
    postgres_engine: Engine, *, keeps_plans: bool
) -> None:
    url = postgres_engine.url.render_as_string(hide_password=False)
    pooled = connect(url, keeps_plans=keeps_plans)
    try:
        with reading(pooled) as one, reading(pooled) as other:
            ended = [each.scalar(text("SELECT pg_backend_pid()")) for each in (one, other)]
        with reading(postgres_engine) as session:
            for number in ended:
                session.execute(
                    text("SELECT pg_terminate_backend(:number, 5000)"), {"number": number}
                )
        with reading(pooled) as one, reading(pooled) as other:
            assert [each.scalar(text("SELECT 1")) for each in (one, other)] == [1, 1]
    finally:
        pooled.dispose()


def test_a_glance_is_no_transaction(postgres_engine: Engine) -> None:
    with glancing(postgres_engine) as session:
        session.execute(text("SELECT 1"))
        driver = session.connection().connection.dbapi_connection
        assert driver
        assert driver.info.transaction_status is TransactionStatus.IDLE


def test_a_look_after_a_glance_is_one_snapshot_all_the_same(postgres_engine: Engine) -> None:
    with glancing(postgres_engine) as session:
        session.execute(text("SELECT 1"))
    with reading(postgres_engine) as session:
        assert session.scalar(text("SHOW transaction_isolation")) == "repeatable read"
    with unit_of_work(postgres_engine) as session:
        assert session.scalar(text("SHOW transaction_isolation")) == "read committed"


def test_a_commit_waits_for_the_disk(sqlite_engine: Engine) -> None:
    with sqlite_engine.connect() as connection:
        assert connection.scalar(text("PRAGMA synchronous")) == 2


@pytest.mark.usefixtures("open_handed")
def test_the_file_and_its_folder_are_for_their_owner_alone(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    database = connect(f"sqlite:///{folder / 'recruit.db'}")
    upgrade(database)
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in [folder, *folder.iterdir()]}
    database.dispose()
    assert modes.pop("data") == 0o700
    assert modes
    assert set(modes.values()) == {0o600}


def test_another_first_command_may_make_the_tables_while_this_one_looks(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'recruit.db'}"
    mine, others = connect(url), connect(url)

    looks: list[str] = []

    @event.listens_for(mine, "after_cursor_execute")
    def made_by_another(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if statement != "BEGIN" and not looks:
            looks.append(statement)
            upgrade(others)

    prepare(mine)
    assert looks
    assert is_current(mine)
    mine.dispose()
    others.dispose()
