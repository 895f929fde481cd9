"""A private PostgreSQL cluster on a free loopback port, gone when the tests are."""

import os
import shutil
import socket
import subprocess
from functools import cached_property
from itertools import count
from pathlib import Path

from sqlalchemy import Engine, create_engine, text

UNPRIVILEGED = "postgres"


class Cluster:
    """initdb, start, one database per test. The server refuses to run as root, so it does not."""

    def __init__(self, folder: Path, *, durable: bool = False) -> None:
        self.folder = folder
        self.durable = durable
        self.port = _free_port()
        self._numbers = count(1)

    def start(self) -> None:
        """Make and start the cluster; unless it is durable, nobody will miss the data."""
        if os.geteuid() == 0:
            shutil.chown(self.folder, UNPRIVILEGED)
        data = str(self.folder / "data")
        self._run("initdb", "-D", data, "-U", "recruit", "-A", "trust", "-E", "UTF8")
        self.start_again()

    def start_again(self) -> None:
        """Start what was stopped, with the data it had."""
        careless = (
            " -c fsync=off -c full_page_writes=off -c synchronous_commit=off -c autovacuum=off"
        )
        options = (
            f"-p {self.port} -k {self.folder} -c listen_addresses=127.0.0.1 -c max_connections=50"
            f"{'' if self.durable else careless}"
        )
        data, log = str(self.folder / "data"), f"{self.folder}/log"
        self._run("pg_ctl", "-D", data, "-w", "-l", log, "-o", options, "start")

    def stop(self) -> None:
        """Stop it at once, as a power cut would."""
        self._server.dispose()
        self._run("pg_ctl", "-D", str(self.folder / "data"), "-m", "immediate", "stop")

    def new_database(self, like: str = "template1") -> str:
        """The address of a new database, a copy of `like`, to which nobody may be connected.

        Copying files takes half of what writing each page to the log does.
        """
        name = f"test_{next(self._numbers)}"
        self._say(f"CREATE DATABASE {name} TEMPLATE {like} STRATEGY FILE_COPY")
        return self._url(name)

    def drop(self, url: str) -> None:
        """Forget a database: hundreds of them fill a disk."""
        self._say(f"DROP DATABASE {url.rsplit('/', 1)[1]} WITH (FORCE)")

    @cached_property
    def _server(self) -> Engine:
        """One connection for all: each costs the server a process."""
        url = self._url("postgres")
        return create_engine(url, isolation_level="AUTOCOMMIT", pool_pre_ping=True)

    def _say(self, statement: str) -> None:
        with self._server.connect() as connection:
            connection.execute(text(statement))

    def _url(self, database: str) -> str:
        return f"postgresql+psycopg://recruit@127.0.0.1:{self.port}/{database}"

    def _run(self, tool: str, *arguments: str) -> None:
        command = [str(_binary(tool)), *arguments]
        user = UNPRIVILEGED if os.geteuid() == 0 else None
        subprocess.run(  # noqa: S603 - PostgreSQL's own tools, no outside input
            command, check=True, user=user, cwd=self.folder, stdout=subprocess.DEVNULL
        )


def _binary(tool: str) -> Path:
    """The newest PostgreSQL's `tool`: Debian keeps the server's tools out of the PATH."""
    places = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{tool}"), reverse=True)
    if places:
        return places[0]
    found = shutil.which(tool)
    if found is None:
        message = f"PostgreSQL's {tool} is missing; .ci/run shows how to install the server"
        raise RuntimeError(message)
    return Path(found)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
