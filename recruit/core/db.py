"""The database: one engine per process, one session per unit of work, migrations.

SQLite runs in WAL mode with foreign keys on; a writing unit of work begins with BEGIN IMMEDIATE,
so that two writers queue instead of failing half-way. On PostgreSQL one look at the database is one
snapshot; what writes sees what others have committed, statement by statement.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sqlalchemy import URL, Connection, Engine, create_engine, inspect
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DatabaseError, DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolExhausted
from sqlalchemy.orm import Session

from recruit.core import drivers
from recruit.core.errors import (
    DatabaseDamaged,
    DatabaseUnreachable,
    Deadlocked,
    OutOfDate,
    RecruitError,
)

if TYPE_CHECKING:
    from alembic.config import Config
    from alembic.script import ScriptDirectory
    from sqlalchemy import MetaData

MIGRATIONS: Final = Path(__file__).parent / "migrations"
ASKED_OFTEN: Final = 2  # times in one connection, after which a question's plan is kept
PLANS_LAST: Final = 300  # seconds
LONGEST_PAUSE: Final = 600  # seconds; far longer than anything is computed between two questions
# Statement by statement, a ledger that grows while it is verified would look tampered with.
SNAPSHOT: Final = "REPEATABLE READ"
# No such table, no such column: https://www.postgresql.org/docs/current/errcodes-appendix.html
OTHER_SCHEMA: Final = {"42P01", "42703"}
DEADLOCK: Final = "40P01"  # deadlock_detected, in the same list
STOOD_STILL: Final = "25P03"  # idle_in_transaction_session_timeout
OTHER_SCHEMA_SQLITE: Final = ("no such table", "no such column", "has no column")


def connect(url: str, *, longest_pause: int = LONGEST_PAUSE, keeps_plans: bool = False) -> Engine:
    """An engine for `url`; the folder of a SQLite file is made when missing.

    The folder and the file are made for their owner alone. Values never stand in its errors: they
    may be a person's. PostgreSQL undoes a unit of work in which nothing was asked for
    `longest_pause` seconds: whoever held its locks stands still or is gone. `keeps_plans` is for
    those who ask the same few questions all day, each for a row or two.

    Raises:
        DatabaseUnreachable: the folder cannot be made.
    """
    if not url.startswith("sqlite"):
        # A plan that was kept from when a table was small would be followed when it is large: so
        # none is kept or, where planning costs as much as asking, only as long as a connection is.
        # The server itself would go on planning what it takes for a question about many rows.
        settings = {"idle_in_transaction_session_timeout": f"{longest_pause}s"}
        if keeps_plans:
            settings["plan_cache_mode"] = "force_generic_plan"
        options = {
            "prepare_threshold": ASKED_OFTEN if keeps_plans else None,
            "options": " ".join(f"-c {name}={value}" for name, value in settings.items()),
        }
        recycled = PLANS_LAST if keeps_plans else -1
        engine = create_engine(
            url, pool_recycle=recycled, hide_parameters=True, connect_args=options
        )
        drivers.tell_postgresql(engine)
        return engine
    file = sqlite_file(url)
    if file:
        try:
            file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise DatabaseUnreachable from error
    patience = {"timeout": drivers.BUSY_SECONDS}
    engine = create_engine(url, connect_args=patience, hide_parameters=True)
    drivers.tell_sqlite(engine, file)
    return engine


def sqlite_file(url: str) -> Path | None:
    """The file of a SQLite database; None for one in memory and for other kinds."""
    address = make_url(url)
    named = address.drivername.startswith("sqlite") and address.database != ":memory:"
    return Path(address.database) if named and address.database else None


def without_password(url: URL) -> tuple[URL, str]:
    """The address without its password, and that; one among the parameters is the one in use."""
    given = url.query.get("password") or url.password or ""
    password = given if isinstance(given, str) else given[-1]
    return url.set(password=None).difference_update_query(["password"]), password


def prepare(engine: Engine) -> None:
    """Make the tables of a new SQLite database; any other must have the newest schema.

    A server's schema, or one that holds data, is only changed when an operator says so.

    Raises:
        OutOfDate: the database was made by another version, or is an empty one of a server.
    """
    # One look for both questions: between two, another first command could make all the tables.
    with answering(), engine.connect() as connection:
        found = _revision(connection)
        is_bare = not inspect(connection).get_table_names()
    if found == _newest():
        return
    if engine.dialect.name != "sqlite" or not is_bare:
        raise OutOfDate
    upgrade(engine)


@contextmanager
def unit_of_work(engine: Engine) -> Iterator[Session]:
    """One transaction that writes: committed as a whole at the end, or not at all."""
    with _session(engine.execution_options(writes=True)) as session:
        yield session
        session.commit()


@contextmanager
def reading(engine: Engine) -> Iterator[Session]:
    """One consistent look at the database; nothing is kept of what is changed in it."""
    if engine.dialect.name == "postgresql":
        engine = engine.execution_options(isolation_level=SNAPSHOT)
    with _session(engine) as session:
        yield session


@contextmanager
def glancing(engine: Engine) -> Iterator[Session]:
    """A look that is one statement: it needs no transaction, and waits once instead of thrice."""
    if engine.dialect.name == "postgresql":
        engine = engine.execution_options(isolation_level="AUTOCOMMIT")
    with _session(engine) as session:
        yield session


@contextmanager
def _session(engine: Engine) -> Iterator[Session]:
    with answering(), Session(engine, expire_on_commit=False) as session:
        yield session


@contextmanager
def answering() -> Iterator[None]:
    """What a driver raises because of the database itself becomes an error of our tree.

    Raises:
        DatabaseUnreachable: nothing answers, or every connection is in use for too long.
        Deadlocked: two units of work waited for each other; this one was undone.
        DatabaseDamaged: what answers is no database, or a damaged one.
        OutOfDate: the schema is another one.
    """
    try:
        yield
    except PoolExhausted as error:
        raise DatabaseUnreachable from error
    except DatabaseError as error:
        meant = _meant(error)
        if meant is None:  # a mistake of ours
            raise
        raise meant from error


def _meant(error: DBAPIError) -> RecruitError | None:
    said = str(error.orig)
    sqlite = isinstance(error.orig, sqlite3.Error)
    other = sqlite and any(each in said for each in OTHER_SCHEMA_SQLITE)
    if other or getattr(error.orig, "sqlstate", None) in OTHER_SCHEMA:
        return OutOfDate()
    if getattr(error.orig, "sqlstate", None) == DEADLOCK:
        return Deadlocked()
    if getattr(error.orig, "sqlstate", None) == STOOD_STILL:
        return DatabaseUnreachable()
    if isinstance(error, OperationalError):
        return DatabaseUnreachable()
    if sqlite and type(error) is DatabaseError:  # its children mean a mistake of ours
        return DatabaseDamaged()
    return None


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
        DatabaseUnreachable: no database answers.
    """
    from alembic import command  # noqa: PLC0415 - slow to import, and few commands migrate

    with answering():
        command.upgrade(migrations(engine), "head")


def knows(revision: str) -> bool:
    """Whether a schema is this version's or an older one's, by its number."""
    return revision in {each.revision for each in _scripts().walk_revisions()}


def is_current(engine: Engine) -> bool:
    """Whether the database has the newest schema."""
    return revision(engine) == _newest()


def revision(engine: Engine) -> str | None:
    """The number of the database's schema; None where there is none."""
    with answering(), engine.connect() as connection:
        return _revision(connection)


def _newest() -> str | None:
    return _scripts().get_current_head()


@cache
def _scripts() -> "ScriptDirectory":
    """All migrations: reading them takes longer than most commands do."""
    from alembic.script import ScriptDirectory  # noqa: PLC0415 - slow to import, and rarely asked

    return ScriptDirectory(str(MIGRATIONS))


def _revision(connection: Connection) -> str | None:
    from alembic.runtime.migration import MigrationContext  # noqa: PLC0415 - slow to import

    return MigrationContext.configure(connection).get_current_revision()
