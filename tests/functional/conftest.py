"""The command line over a data folder of its own, on either kind of database."""

from pathlib import Path

import pytest

from tests.functional.shell import Shell
from tests.postgres import Cluster


@pytest.fixture
def shell(data_folder: Path) -> Shell:
    """The embedded default: SQLite in the data folder, nothing set up."""
    return Shell(data_folder)


@pytest.fixture(params=["sqlite", "postgresql"])
def either(request: pytest.FixtureRequest, shell: Shell, monkeypatch: pytest.MonkeyPatch) -> Shell:
    """The same with an upgraded database of each kind in turn."""
    if request.param == "postgresql":
        cluster: Cluster = request.getfixturevalue("cluster")
        monkeypatch.setenv("RECRUIT_DATABASE_URL", cluster.new_database())
    assert shell.run("db", "upgrade").status == 0
    return shell
