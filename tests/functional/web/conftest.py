"""The pages over a small, real SQLite database."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from recruit.core.db import connect
from tests.web_world import DATABASE, World, empty_database, fill, world

SignIn = Callable[[str], FlaskClient]


@dataclass(frozen=True)
class Stock:
    """A filled database to copy: filling takes a second."""

    folder: Path
    matches: dict[str, int]

    def world(self, folder: Path) -> World:
        """A service of its own over a copy."""
        shutil.copy(self.folder / DATABASE, folder / DATABASE)
        return world(folder, connect(f"sqlite:///{folder / DATABASE}"), self.matches)


@pytest.fixture(scope="session")
def stock(tmp_path_factory: pytest.TempPathFactory) -> Stock:
    """The database that every test of these starts from."""
    folder = tmp_path_factory.mktemp("stock")
    engine = empty_database(folder)
    matches = fill(engine)
    engine.dispose()
    return Stock(folder, matches)


@pytest.fixture(scope="session")
def filled(stock: Stock, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """One service for all tests that only look."""
    shared = stock.world(tmp_path_factory.mktemp("web"))
    yield shared
    shared.engine.dispose()


@pytest.fixture
def fresh(stock: Stock, tmp_path: Path) -> Iterator[World]:
    """A service of its own, for a test that changes something."""
    own = stock.world(tmp_path)
    yield own
    own.engine.dispose()


@pytest.fixture
def visitor(filled: World) -> FlaskClient:
    """Somebody who only reads."""
    return filled.app.test_client()


@pytest.fixture
def signed_in(filled: World) -> SignIn:
    """Gives a browser in which the account with an address is signed in."""
    return filled.enter
