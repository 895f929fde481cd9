"""The command line over a data folder of its own, on either kind of database."""

import shutil
from pathlib import Path
from typing import Final

import pytest
from sqlalchemy import Engine

from recruit.people.passwords import Cost
from tests.functional.shell import Shell
from tests.web_world import CHEAP

CHEAP_HASHER: Final = CHEAP.hasher()


@pytest.fixture
def cheap_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a password costs is tested where that lives; here it would be half of many tests."""
    monkeypatch.setattr(Cost, "hasher", lambda _cost: CHEAP_HASHER)


@pytest.fixture
def bare(data_folder: Path, cheap_passwords: None) -> Shell:
    """The embedded default, nothing set up: the first command makes a SQLite database."""
    del cheap_passwords
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
