"""What all tests share: throw-away databases of both kinds, never a skipped one."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from recruit.core.db import connect, upgrade
from recruit.core.paths import default_data_folder
from recruit.terminology.build import build, open_lexicon
from recruit.terminology.lexicon import Lexicon
from tests.postgres import Cluster


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    """A private PostgreSQL for this run; a missing server fails the tests that need it."""
    with tempfile.TemporaryDirectory(prefix="recruit-pg-") as folder:
        running = Cluster(Path(folder))
        running.start()
        try:
            yield running
        finally:
            running.stop()


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """An empty, migrated database; each test that takes it runs on both kinds."""
    if request.param == "sqlite":
        database = connect(f"sqlite:///{tmp_path / 'recruit.db'}")
    else:
        cluster: Cluster = request.getfixturevalue("cluster")
        database = connect(cluster.new_database())
    upgrade(database)
    yield database
    database.dispose()


@pytest.fixture
def sqlite_engine(tmp_path: Path) -> Iterator[Engine]:
    """An empty, migrated SQLite database, for what does not depend on the kind."""
    database = connect(f"sqlite:///{tmp_path / 'recruit.db'}")
    upgrade(database)
    yield database
    database.dispose()


@pytest.fixture
def postgres_engine(cluster: Cluster) -> Iterator[Engine]:
    """An empty, migrated PostgreSQL database."""
    database = connect(cluster.new_database())
    upgrade(database)
    with database.connect() as connection:
        assert connection.execute(text("select 1")).scalar() == 1
    yield database
    database.dispose()


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
