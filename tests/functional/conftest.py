"""The command line over a data folder of its own, on either kind of database."""

import shutil
from pathlib import Path

import pytest
from sqlalchemy import Engine

from tests.functional.shell import Shell


@pytest.fixture
def bare(data_folder: Path) -> Shell:
    """The embedded default, nothing set up: the first command makes a SQLite database."""
    return Shell(data_folder)


@pytest.fixture
def shell(bare: Shell, blank_file: Path) -> Shell:
    """The same with an upgraded database: making it is half of what most commands take."""
    shutil.copy(blank_file, bare.folder / "recruit.db")
    return bare


@pytest.fixture(params=["sqlite", "postgresql"])
def either(request: pytest.FixtureRequest, bare: Shell, monkeypatch: pytest.MonkeyPatch) -> Shell:
    """The same with an upgraded database of each kind in turn."""
    if request.param == "postgresql":
        database: Engine = request.getfixturevalue("postgres_engine")
        monkeypatch.setenv("RECRUIT_DATABASE_URL", str(database.url))
        return bare
    upgraded: Shell = request.getfixturevalue("shell")
    return upgraded
