"""A database of the same kind as another and beside it, empty, and gone afterwards.

Whoever made it holds a lock as long as they are at work, which the system lets go when they die:
by that one that is in use is told from one that was left behind.
"""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex
from shlex import quote
from typing import Final

from sqlalchemy import Engine, create_engine, func, select, text
from sqlalchemy.exc import ProgrammingError

from recruit.core.db import answering, connect, sqlite_file
from recruit.core.errors import RecruitError
from recruit.core.i18n import N_

PREFIX: Final = "recruit_aside_"
FOLDER: Final = ".aside-"
IN_USE: Final = 0x5EC0_1A  # next to core/locks.py's


class NoScratch(RecruitError):
    """The service's role on the server may make no database."""

    sentence = N_(
        "A database beside this one cannot be made: the role needs the right to (CREATEDB)."
    )
    exit_status = 2


@dataclass(frozen=True, slots=True)
class LeftOver:
    """A database that was to be gone, and the command or statement that takes it away."""

    name: str
    removal: str


@contextmanager
def scratch(engine: Engine) -> Iterator[Engine]:
    """A SQLite file in the same folder, its owner's alone, or a database on the same server.

    Raises:
        NoScratch: the server does not let us.
    """
    if engine.dialect.name == "sqlite":
        with sqlite_aside(engine) as aside:
            yield aside
        return
    name = f"{PREFIX}{token_hex(8)}"
    server = create_engine(engine.url, isolation_level="AUTOCOMMIT", hide_parameters=True)
    try:
        with _in_use(server, name):
            _make(server, name)
            beside = connect(engine.url.set(database=name).render_as_string(hide_password=False))
            try:
                yield beside
            finally:
                beside.dispose()
                with answering(), server.connect() as connection:
                    connection.execute(text(_drop(name)))
    finally:
        server.dispose()


@contextmanager
def sqlite_aside(engine: Engine) -> Iterator[Engine]:
    """The same for SQLite alone."""
    file = sqlite_file(str(engine.url))
    folder = tempfile.mkdtemp(dir=file.parent if file else None, prefix=FOLDER)
    held = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(held, fcntl.LOCK_EX)
        aside = connect(f"sqlite:///{folder}/recruit.db")
        try:
            yield aside
        finally:
            aside.dispose()
    finally:
        shutil.rmtree(folder)
        os.close(held)


def left_over(engine: Engine) -> list[LeftOver]:
    """The databases beside this one whose maker is at work no more."""
    if engine.dialect.name == "sqlite":
        file = sqlite_file(str(engine.url))
        folders = sorted(file.parent.resolve().glob(f"{FOLDER}*")) if file else []
        left = [each for each in folders if not _is_held(each)]
        return [LeftOver(each.name, f"rm -r -- {quote(str(each))}") for each in left]
    ours = text(
        "SELECT datname FROM pg_database WHERE starts_with(datname, :prefix)"
        " AND pg_get_userbyid(datdba) = current_user AND NOT EXISTS"
        " (SELECT FROM pg_locks WHERE locktype = 'advisory' AND granted AND classid = :room"
        " AND objid::bigint = hashtext(datname)::bigint & 4294967295) ORDER BY datname"
    )
    with answering(), engine.connect() as connection:
        names = connection.execute(ours, {"prefix": PREFIX, "room": IN_USE}).scalars().all()
    return [LeftOver(name, _drop(name)) for name in names]


@contextmanager
def _in_use(server: Engine, name: str) -> Iterator[None]:
    """Hold the lock of a database; it goes with the connection."""
    with answering():
        connection = server.connect()
        connection.execute(select(func.pg_advisory_lock(IN_USE, func.hashtext(name))))
    with connection:
        yield


def _is_held(folder: Path) -> bool:
    """Whether somebody is at work in a folder, or has just taken it away."""
    try:
        mine = os.open(folder, os.O_RDONLY)
    except FileNotFoundError:
        return True
    try:
        fcntl.flock(mine, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(mine)
    return False


def _drop(name: str) -> str:
    return f"DROP DATABASE {name} WITH (FORCE)"


def _make(server: Engine, name: str) -> None:
    with answering(), server.connect() as connection:
        try:
            connection.execute(text(f"CREATE DATABASE {name}"))
        except ProgrammingError as error:
            raise NoScratch from error
