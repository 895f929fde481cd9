"""The database: one engine per process, one session per unit of work, migrations.

SQLite runs in WAL mode with foreign keys on; a writing unit of work begins with BEGIN IMMEDIATE,
so that two writers queue instead of failing half-way. PostgreSQL is used as it is.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from recruit.core.errors import OutOfDate, Unreachable

if TYPE_CHECKING:
    from alembic.config import Config
    from sqlalchemy import MetaData

MIGRATIONS: Final = Path(__file__).parent / "migrations"
BUSY_SECONDS: Final = 30


def connect(url: str) -> Engine:
    """An engine for `url`; the folder of a SQLite file is made when missing."""
    if not url.startswith("sqlite"):
        return create_engine(url, pool_pre_ping=True)
    file = make_url(url).database
    if file and file != ":memory:":
        Path(file).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url, connect_args={"timeout": BUSY_SECONDS})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    # The driver's own transaction handling would begin late and never immediately.
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "foreign_keys=ON", "synchronous=NORMAL"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def unit_of_work(engine: Engine) -> Iterator[Session]:
    """One transaction that writes: committed as a whole at the end, or not at all."""
    with _session(engine.execution_options(writes=True)) as session:
        yield session
        session.commit()


@contextmanager
def reading(engine: Engine) -> Iterator[Session]:
    """One consistent look at the database; nothing is kept of what is changed in it."""
    with _session(engine) as session:
        yield session


@contextmanager
def _session(engine: Engine) -> Iterator[Session]:
    try:
        with Session(engine, expire_on_commit=False) as session:
            yield session
    except OperationalError as error:
        if "no such table" in str(error.orig) or "no such column" in str(error.orig):
            raise OutOfDate from error
        raise Unreachable(service="The database") from error


def migrations(engine: Engine, metadata: "MetaData | None" = None) -> "Config":
    """Alembic's configuration for `engine`; `metadata` lets it compare tables with code."""
    from alembic.config import Config  # noqa: PLC0415 - slow to import, and few commands migrate

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["engine"] = engine
    config.attributes["metadata"] = metadata
    return config


def upgrade(engine: Engine) -> None:
    """Bring the database to the newest schema; nothing happens when it is there.

    Raises:
        Unreachable: no database answers.
    """
    from alembic import command  # noqa: PLC0415 - slow to import, and few commands migrate

    try:
        command.upgrade(migrations(engine), "head")
    except OperationalError as error:
        raise Unreachable(service="The database") from error


def is_current(engine: Engine) -> bool:
    """Whether the database has the newest schema."""
    from alembic.runtime.migration import MigrationContext  # noqa: PLC0415 - as above
    from alembic.script import ScriptDirectory  # noqa: PLC0415 - as above

    head = ScriptDirectory.from_config(migrations(engine)).get_current_head()
    try:
        with engine.connect() as connection:
            return MigrationContext.configure(connection).get_current_revision() == head
    except OperationalError as error:
        raise Unreachable(service="The database") from error
