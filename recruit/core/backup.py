"""Copies of the database that can be brought back, and whether what it holds is whole.

SQLite copies itself while it is in use. PostgreSQL is copied and restored by its own tools, which
have to be installed.
"""

import os
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final, TypeVar

from sqlalchemy import Engine, inspect, literal, select, table

from recruit.core.append_only import revoke_again
from recruit.core.db import answering, knows, sqlite_file, without_password
from recruit.core.errors import DatabaseDamaged, RecruitError, Unreachable, WrongUsage
from recruit.core.i18n import N_
from recruit.core.scratch import sqlite_aside

SQLITE_MAGIC: Final = b"SQLite format 3\0"
POSTGRESQL_MAGIC: Final = b"PGDMP"  # pg_dump's custom format
BOOKKEEPING: Final = {"alembic_version"}

Result = TypeVar("Result")


class ToolFailed(Unreachable):
    """One of PostgreSQL's own tools ended with an error."""

    sentence = N_("PostgreSQL’s {tool} failed ({said}); nothing was changed.")


class NoBackup(RecruitError):
    """The file is no copy of such a database, or a damaged one."""

    sentence = N_("“{file}” is damaged or is no backup of this kind of database.")
    exit_status = 2


def back_up(engine: Engine, target: Path) -> None:
    """Write a consistent copy of the database to `target`, readable by its owner alone.

    Raises:
        WrongUsage: there is a file already, its folder cannot be written, or pg_dump is missing.
        DatabaseUnreachable, ToolFailed: no copy could be made; no file is left.
    """
    with _new_file(target) as copy:
        if engine.dialect.name == "sqlite":
            with answering(), engine.connect() as connection, closing(sqlite3.connect(copy)) as to:
                _raw(connection.connection.driver_connection).backup(to)
                to.execute("PRAGMA journal_mode=DELETE")  # one file, without companions
        else:
            _run(engine, "pg_dump", "--format=custom", "--no-owner", f"--file={copy}")


def restore(
    engine: Engine, source: Path, *, replace: bool, make_good: Callable[[Engine], Result]
) -> Result:
    """Put the copy in `source` in the place of the database: as a whole, or not at all.

    `make_good` brings the copy up to date: a SQLite copy before it comes into its place, so that
    nothing has changed when it fails, a PostgreSQL one right afterwards. What it gives is returned.

    Raises:
        WrongUsage: the database holds something and `replace` does not say that it may go, the
            file cannot be read or is of a newer version, or PostgreSQL's tools are missing.
        NoBackup: the file is not a copy of this kind of database.
        ToolFailed: nothing was changed.
    """
    sqlite = engine.dialect.name == "sqlite"
    _check_kind(source, SQLITE_MAGIC if sqlite else POSTGRESQL_MAGIC)
    if not replace and not is_empty(engine):
        raise WrongUsage(N_("The database holds data; “--replace” puts the backup in its place."))
    if sqlite:
        return _restore_sqlite(engine, source, make_good)
    _restore_postgresql(engine, source)
    return make_good(engine)


def is_empty(engine: Engine) -> bool:
    """Whether no table has a row, or there is none."""
    with answering(), engine.connect() as connection:
        names = set(inspect(connection).get_table_names()) - BOOKKEEPING
        return not any(
            connection.execute(select(literal(1)).select_from(table(name)).limit(1)).first()
            for name in names
        )


def damages(engine: Engine) -> list[str]:
    """What SQLite finds wrong with its file and its references, in its words; empty when whole.

    PostgreSQL holds its references by itself and has no such check of its files.
    """
    if engine.dialect.name != "sqlite":
        return []
    with answering(), engine.connect() as connection:
        found = connection.exec_driver_sql("PRAGMA integrity_check").scalars().all()
        orphans = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    return [
        *(said for said in found if said != "ok"),
        *(f"{orphan[0]} row {orphan[1]}: no such {orphan[2]}" for orphan in orphans),
    ]


@contextmanager
def _new_file(target: Path) -> Iterator[Path]:
    """A file of its owner's alone that gets its name when it is whole, and is gone otherwise."""
    if target.exists():
        raise WrongUsage(N_("There is a file “{file}” already."), file=target.name)
    try:
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    except OSError as error:
        raise WrongUsage(
            N_("The folder of “{file}” cannot be written."), file=target.name
        ) from error
    os.close(handle)
    copy = Path(name)
    try:
        yield copy
        copy.replace(target)
    finally:
        copy.unlink(missing_ok=True)


def _check_kind(source: Path, magic: bytes) -> None:
    try:
        with source.open("rb") as file:
            head = file.read(len(magic))
    except OSError as error:
        raise WrongUsage(N_("The file {file} cannot be opened."), file=source.name) from error
    if head != magic:
        raise NoBackup(file=source.name)


def _check_revision(source: Path, revision: str) -> None:
    if not knows(revision):
        raise WrongUsage(
            N_("“{file}” was made by a newer version of Recruit; nothing was changed."),
            file=source.name,
        )


# ---------------------------------------------------------------- SQLite
def _restore_sqlite(engine: Engine, source: Path, make_good: Callable[[Engine], Result]) -> Result:
    with sqlite_aside(engine) as aside:
        address = f"{source.resolve().as_uri()}?mode=ro"
        with closing(sqlite3.connect(address, uri=True)) as copy:
            _check_whole(copy, source)
            _overwrite(aside, copy)
        result = make_good(aside)
        with answering(), aside.connect() as connection:
            copy = _raw(connection.connection.driver_connection)
            try:
                _overwrite(engine, copy)
            except DatabaseDamaged:
                # It was to be replaced anyway, and cannot be written into.
                _remove_files(engine)
                _overwrite(engine, copy)
    return result


def _overwrite(engine: Engine, copy: sqlite3.Connection) -> None:
    with answering(), engine.connect() as connection:
        copy.backup(_raw(connection.connection.driver_connection))


def _check_whole(copy: sqlite3.Connection, source: Path) -> None:
    try:
        found = copy.execute("PRAGMA integrity_check").fetchall()
        ((revision,),) = copy.execute("SELECT version_num FROM alembic_version").fetchall()
    except (sqlite3.DatabaseError, ValueError) as error:
        raise NoBackup(file=source.name) from error
    if found != [("ok",)]:
        raise NoBackup(file=source.name)
    _check_revision(source, revision)


def _remove_files(engine: Engine) -> None:
    file = sqlite_file(str(engine.url))
    engine.dispose()
    for companion in ("", "-wal", "-shm"):
        if file:
            Path(f"{file}{companion}").unlink(missing_ok=True)


def _raw(connection: object) -> sqlite3.Connection:
    if not isinstance(connection, sqlite3.Connection):
        raise TypeError
    return connection


# ---------------------------------------------------------------- PostgreSQL
def _restore_postgresql(engine: Engine, source: Path) -> None:
    """The archive becomes a script, which tells a damaged one; it runs in one transaction.

    Tables go first, those that the backup does not know included.
    """
    _check_revision(source, _revision(source))
    with answering(), engine.connect() as connection:
        quote = connection.dialect.identifier_preparer.quote
        tables = [quote(name) for name in inspect(connection).get_table_names()]
    drop = f"DROP TABLE IF EXISTS {', '.join(tables)} CASCADE" if tables else "SELECT"
    with tempfile.TemporaryDirectory(prefix="recruit-") as folder:
        script = f"{folder}/restore.sql"
        try:
            # Nor the rights of another server's roles, which may not exist here.
            plain = ("--clean", "--if-exists", "--no-owner", "--no-privileges")
            _tool("pg_restore", *plain, f"--file={script}", source)
        except ToolFailed as error:
            raise NoBackup(file=source.name) from error
        # The state of an error is enough: its text could quote a row.
        settings = ("--set=ON_ERROR_STOP=1", "--set=VERBOSITY=sqlstate", "--no-psqlrc", "--quiet")
        _run(engine, "psql", "--single-transaction", *settings, "-c", drop, "-f", script)
    with answering(), engine.begin() as connection:
        revoke_again(connection)


def _revision(source: Path) -> str:
    """The number of the archive's schema."""
    try:
        said = _tool("pg_restore", "--data-only", "--table=alembic_version", "--file=-", source)
    except ToolFailed as error:
        raise NoBackup(file=source.name) from error
    lines = iter(said.splitlines())
    if not any(line.startswith("COPY ") for line in lines):
        raise NoBackup(file=source.name)
    return next(lines, "")


def _run(engine: Engine, tool: str, *arguments: str) -> None:
    """Run a tool against the database; the password is not seen in the list of processes."""
    url, password = without_password(engine.url.set(drivername="postgresql"))
    address = url.render_as_string(hide_password=False)
    _tool(tool, *arguments, f"--dbname={address}", password=password)


def _tool(tool: str, *arguments: str | Path, password: str = "") -> str:
    """What the tool says on standard output.

    Raises:
        WrongUsage: it is not installed.
        ToolFailed: it ended with an error.
    """
    program = shutil.which(tool)
    if program is None:
        raise WrongUsage(
            N_("PostgreSQL’s {tool} is needed for this and is not installed here."), tool=tool
        )
    environment = {**os.environ, **({"PGPASSWORD": password} if password else {})}
    done = subprocess.run(  # noqa: S603 - PostgreSQL's own tools; arguments are no shell's
        [program, *arguments], env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        said = next(iter(done.stderr.strip().splitlines()), str(done.returncode))
        raise ToolFailed(tool=tool, said=said[:200])
    return done.stdout
