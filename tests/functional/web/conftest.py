"""The pages over a small, real SQLite database."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine

from tests.web_world import World, empty_database, world

SignIn = Callable[[str], FlaskClient]


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """One service for all tests that only look."""
    folder = tmp_path_factory.mktemp("web")
    engine = empty_database(folder)
    yield world(folder, engine)
    engine.dispose()


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[World]:
    """A service of its own, for a test that changes something."""
    engine = empty_database(tmp_path)
    yield world(tmp_path, engine)
    engine.dispose()


@pytest.fixture
def empty_engine(tmp_path: Path) -> Iterator[Engine]:
    """A database without any study, person or account."""
    engine = empty_database(tmp_path)
    yield engine
    engine.dispose()


@pytest.fixture
def visitor(filled: World) -> FlaskClient:
    """Somebody who only reads."""
    return filled.app.test_client()


@pytest.fixture
def signed_in(filled: World) -> SignIn:
    """Gives a browser in which the account with an address is signed in."""
    return filled.enter
