"""One service for what only looks, and a copy of it for what changes something."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import delete

from recruit.core.config import Settings
from recruit.core.db import connect, unit_of_work
from recruit.core.rates import RATE
from tests.api_world import ApiWorld, Caller, api_world
from tests.asking import KEY
from tests.web_world import BASE_URL, DATABASE, empty_database, pages


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ApiWorld]:
    """One service for all tests that only look."""
    folder = tmp_path_factory.mktemp("api")
    engine = empty_database(folder)
    yield api_world(folder, engine)
    engine.dispose()


@pytest.fixture
def own(shared: ApiWorld, tmp_path: Path) -> Iterator[ApiWorld]:
    """A service of its own, for a test that changes something."""
    copied = copy(shared, tmp_path)
    yield copied
    copied.engine.dispose()


def copy(world: ApiWorld, folder: Path) -> ApiWorld:
    """The same service over a copy of its database."""
    source = Path(str(world.engine.url.database))
    with world.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copy(source, folder / DATABASE)
    engine = connect(f"sqlite:///{folder / DATABASE}")
    with unit_of_work(engine) as session:
        session.execute(delete(RATE))  # nobody has called it yet
    settings = Settings(data_folder=folder, base_url=BASE_URL, vault_keys=(KEY,))
    app = pages(settings, engine)
    callers = {who: Caller(app, each.key) for who, each in world.callers.items()}
    return replace(world, app=app, engine=engine, callers=callers)
