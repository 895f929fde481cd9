"""What watches the service is told: alive, ready or what is missing, and the figures."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from pydantic import SecretStr
from sqlalchemy import Engine

from recruit.core.config import Settings
from recruit.core.db import connect
from recruit.core.keys import Secrets, read_secrets
from recruit.people.key_proofs import prove
from tests.web_world import empty_database, pages

KEY = "figures-for-the-one-who-watches-1"
OTHER = SecretStr("another-secret-that-nobody-knows-1")
PROBLEM = "problem+json"


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Engine]:
    engine = empty_database(tmp_path)
    yield engine
    engine.dispose()


def settings(folder: Path, **given: object) -> Settings:
    return Settings(data_folder=folder, **given)  # type: ignore[arg-type]  # pydantic checks


def watcher(folder: Path, engine: Engine, **given: object) -> FlaskClient:
    return pages(settings(folder, **given), engine).test_client()


def secrets(folder: Path) -> Secrets:
    return read_secrets(settings(folder))


def said(client: FlaskClient) -> tuple[int, str]:
    answer = client.get("/readyz")
    return answer.status_code, answer.text


def test_a_service_with_all_its_parts_is_ready(tmp_path: Path, database: Engine) -> None:
    prove(database, secrets(tmp_path))
    client = watcher(tmp_path, database)
    assert said(client) == (200, "ready\n")
    assert client.get("/healthz").text == "alive\n"


def test_without_a_database_the_word_is_database(tmp_path: Path) -> None:
    nowhere = connect("postgresql+psycopg://nobody:hidden@127.0.0.1:9/none")
    client = watcher(tmp_path, nowhere)
    assert said(client) == (503, "database\n")
    assert client.get("/healthz").status_code == 200
    nowhere.dispose()


def test_with_another_schema_the_word_is_migrations(tmp_path: Path) -> None:
    bare = connect(f"sqlite:///{tmp_path / 'bare.db'}")
    assert said(watcher(tmp_path, bare)) == (503, "migrations\n")
    bare.dispose()


@pytest.mark.parametrize("kind", ["vault_keys", "secret_keys"])
def test_with_other_keys_the_word_is_keys(tmp_path: Path, database: Engine, kind: str) -> None:
    prove(database, secrets(tmp_path))
    assert said(watcher(tmp_path, database, **{kind: (OTHER,)})) == (503, "keys\n")


def test_the_figures_are_for_who_has_a_key(tmp_path: Path, database: Engine) -> None:
    client = watcher(tmp_path, database, metrics_keys=(SecretStr(KEY),))
    answer = client.get("/metrics", headers={"Authorization": f"Bearer {KEY}"})
    assert answer.status_code == 200
    assert answer.content_type.startswith("text/plain")
    assert 'recruit_ready{part="database"} 1.0' in answer.text


@pytest.mark.parametrize("shown", ["", KEY, "Bearer ", f"Bearer {KEY}x", f"Basic {KEY}"])
def test_to_everybody_else_there_is_no_such_page(
    tmp_path: Path, database: Engine, shown: str
) -> None:
    client = watcher(tmp_path, database, metrics_keys=(SecretStr(KEY),))
    answer = client.get("/metrics", headers={"Authorization": shown})
    assert answer.status_code == 404
    assert "recruit_" not in answer.text


def test_without_keys_nobody_sees_the_figures(tmp_path: Path, database: Engine) -> None:
    client = watcher(tmp_path, database)
    for shown in ("", "Bearer ", "Bearer None"):
        assert client.get("/metrics", headers={"Authorization": shown}).status_code == 404


def test_requests_are_counted_by_route_and_never_by_what_was_asked(
    tmp_path: Path, database: Engine
) -> None:
    client = watcher(tmp_path, database, metrics_keys=(SecretStr(KEY),))
    client.get("/studies/zqxstudy?q=zqxquery")
    client.get("/zqxnowhere")
    client.open("/studies", method="ZQXMETHOD")
    figures = client.get("/metrics", headers={"Authorization": f"Bearer {KEY}"}).text
    route = 'route="/studies/<path:slug>",status="4xx"'
    assert any(route in line for line in figures.splitlines()), figures
    assert 'route="none"' in figures
    assert "zqx" not in figures.lower()
