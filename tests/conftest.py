"""What all tests share: throw-away databases of both kinds, never a skipped one."""

import gc
import os
import shutil
import signal
import tempfile
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from recruit.core.db import connect, upgrade
from recruit.core.origin import come_from
from recruit.core.paths import default_data_folder
from recruit.terminology.build import build, open_lexicon
from recruit.terminology.lexicon import Lexicon
from tests.beginnings import migrated_file
from tests.compiled import compile_once
from tests.inventing import invent
from tests.lending import Lending
from tests.loopback_alone import loopback_alone
from tests.postgres import Cluster
from tests.shuffled import add_option as pytest_addoption
from tests.shuffled import shuffle as pytest_collection_modifyitems

__all__ = ["loopback_alone", "pytest_addoption", "pytest_collection_modifyitems"]

ROOM = 4 << 30
"""Bytes that a run may take."""
SELDOM = (10_000, 10, 10)
"""When the collector looks: a test leaves some 13,000 objects."""
OLDEST = 2
"""The generation that a whole look is for."""


def pytest_configure() -> None:
    """Let `tmp_path` be in memory: a database asks the disk at every commit."""
    memory = in_memory()
    if memory is not None:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(memory))
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        # As a shell leaves it in the background: then no command would hear of Ctrl-C either.
        signal.signal(signal.SIGINT, signal.default_int_handler)
    compile_once()
    invent()


def pytest_runtest_setup() -> None:
    """Let every test begin as nobody: a command that a test gives in this process stays one."""
    come_from("")


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """What was imported and collected stays: the collector need not look at it again and again."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.collect()
        gc.freeze()
        gc.callbacks.append(keep_what_stays)
        gc.set_threshold(*SELDOM)
        gc.enable()


def keep_what_stays(phase: str, found: dict[str, int]) -> None:
    """What a whole look at everything leaves is a lexicon, a world or compiled, and stays too."""
    if phase == "stop" and found["generation"] == OLDEST:
        gc.freeze()


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """A private PostgreSQL for this run; a missing server fails the tests that need it."""
    with tempfile.TemporaryDirectory(prefix="recruit-pg-", dir=in_memory()) as folder:
        running = Cluster(Path(folder))
        running.start()
        try:
            yield running
        finally:
            running.stop()


@pytest.fixture(scope="session")
def blank_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite database to copy."""
    file = tmp_path_factory.mktemp("blank") / "recruit.db"
    file.write_bytes(migrated_file())
    return file


@pytest.fixture(scope="session")
def lending(cluster: Cluster) -> Iterator[Lending]:
    """Migrated PostgreSQL databases, each for one test after the other."""
    url = cluster.new_database()
    database = connect(url)
    upgrade(database)
    database.dispose()
    databases = Lending(cluster, like=url.rsplit("/", 1)[1])
    yield databases
    databases.close()


def in_memory() -> Path | None:
    """A folder that needs no disk, where the machine has one with room; else where files go."""
    memory = Path("/dev/shm")  # noqa: S108 - the folder in it has a name nobody can guess
    is_roomy = memory.is_dir() and shutil.disk_usage(memory).free > ROOM
    return memory if is_roomy else None


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest) -> Engine:
    """An empty, migrated database; each test that takes it runs on both kinds."""
    name = "sqlite_engine" if request.param == "sqlite" else "postgres_engine"
    database: Engine = request.getfixturevalue(name)
    return database


@pytest.fixture
def sqlite_engine(blank_file: Path, tmp_path: Path) -> Iterator[Engine]:
    """An empty, migrated SQLite database, for what does not depend on the kind."""
    shutil.copy(blank_file, tmp_path / "recruit.db")
    database = connect(f"sqlite:///{tmp_path / 'recruit.db'}")
    yield database
    database.dispose()


@pytest.fixture
def postgres_engine(lending: Lending) -> Iterator[Engine]:
    """An empty, migrated PostgreSQL database."""
    lent = lending.take()
    database = lent.fresh()
    yield database
    if database.pool is not lent.engine.pool:  # the test left its connections and began others
        database.dispose()
    lending.give_back(lent)


@pytest.fixture(scope="session")
def lexicon() -> Lexicon:
    """The lexicon of this checkout, compiled by `make setup` or now."""
    return open_lexicon(default_data_folder())


@pytest.fixture
def data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder of its own for the command line, with nothing in it but the lexicon."""
    folder = tmp_path / "data"
    folder.mkdir()
    compiled = build(default_data_folder())
    (folder / compiled.name).symlink_to(compiled)
    monkeypatch.setenv("RECRUIT_DATA_FOLDER", str(folder))
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    return folder
