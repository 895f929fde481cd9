"""A database of the same kind as another and beside it, empty, and gone afterwards."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from secrets import token_hex

from sqlalchemy import Engine, create_engine, text
from sqlalchemy.exc import ProgrammingError

from recruit.core.db import answering, connect, sqlite_file
from recruit.core.errors import RecruitError
from recruit.core.i18n import N_


class NoScratch(RecruitError):
    """The service's role on the server may make no database."""

    sentence = N_(
        "A database beside this one cannot be made: the role needs the right to (CREATEDB)."
    )
    exit_status = 2


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
    name = f"recruit_aside_{token_hex(8)}"
    server = create_engine(engine.url, isolation_level="AUTOCOMMIT", hide_parameters=True)
    try:
        _make(server, name)
        beside = connect(engine.url.set(database=name).render_as_string(hide_password=False))
        try:
            yield beside
        finally:
            beside.dispose()
            with answering(), server.connect() as connection:
                connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    finally:
        server.dispose()


@contextmanager
def sqlite_aside(engine: Engine) -> Iterator[Engine]:
    """The same for SQLite alone."""
    file = sqlite_file(str(engine.url))
    with tempfile.TemporaryDirectory(dir=file.parent if file else None, prefix=".aside-") as folder:
        aside = connect(f"sqlite:///{folder}/recruit.db")
        try:
            yield aside
        finally:
            aside.dispose()


def _make(server: Engine, name: str) -> None:
    with answering(), server.connect() as connection:
        try:
            connection.execute(text(f"CREATE DATABASE {name}"))
        except ProgrammingError as error:
            raise NoScratch from error
