"""The command line over a data folder of its own, on either kind of database."""

import shutil
from pathlib import Path

import pytest
from sqlalchemy import Engine

from tests.functional.shell import Shell


@pytest.fixture
def shell(data_folder: Path) -> Shell:
    """The embedded default: SQLite in the data folder, nothing set up."""
    return Shell(data_folder)


@pytest.fixture(params=["sqlite", "postgresql"])
def either(
    request: pytest.FixtureRequest, shell: Shell, blank_file: Path, monkeypatch: pytest.MonkeyPatch
) -> Shell:
    """The same with an upgraded database of each kind in turn."""
    if request.param == "postgresql":
        database: Engine = request.getfixturevalue("postgres_engine")
        monkeypatch.setenv("RECRUIT_DATABASE_URL", str(database.url))
    else:
        shutil.copy(blank_file, shell.folder / "recruit.db")
    return shell
