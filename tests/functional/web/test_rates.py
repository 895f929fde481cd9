"""A flood of forms from one network has to wait; nobody else does."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from recruit.core.config import Settings
from recruit.core.rates import Limit
from recruit.web.service import EXTENSION, STRICT, Strictness
from tests.functional.web.conftest import Stock
from tests.web_world import BASE_URL, CHEAP, COORDINATOR, World, csrf, pages

MOST = 5
HERE = {"REMOTE_ADDR": "203.0.113.7"}
NEIGHBOUR = {"REMOTE_ADDR": "203.0.113.8"}


@pytest.fixture
def limited(stock: Stock, tmp_path: Path) -> Iterator[World]:
    """A service that takes few forms a minute."""
    own = stock.world(tmp_path)
    settings = Settings(data_folder=tmp_path, base_url=BASE_URL)
    strictness = Strictness(password=CHEAP, posts=Limit(MOST, timedelta(minutes=1)))
    yield World(pages(settings, own.engine, strictness), own.engine, own.matches)
    own.engine.dispose()


def post(client: FlaskClient, where: dict[str, str] = HERE, path: str = "/login") -> int:
    sent = {"email": "", "csrf_token": csrf(client)}
    return client.post(path, data=sent, environ_overrides=where).status_code


def test_so_many_forms_and_no_more(limited: World) -> None:
    client = limited.app.test_client()
    assert [post(client) for _ in range(MOST + 1)] == [422] * MOST + [429]


def test_all_public_forms_count_together(limited: World) -> None:
    client = limited.app.test_client()
    for _ in range(MOST):
        post(client, path="/login/passkey")
    assert post(client) == 429


def test_every_process_counts_for_all(limited: World, tmp_path: Path) -> None:
    settings = Settings(data_folder=tmp_path, base_url=BASE_URL)
    strictness = limited.app.extensions[EXTENSION].strictness
    other = pages(settings, limited.engine, strictness).test_client()
    for _ in range(MOST):
        post(limited.app.test_client())
    assert post(other) == 429


def test_another_network_does_not_wait(limited: World) -> None:
    client = limited.app.test_client()
    for _ in range(MOST + 1):
        post(client)
    assert post(client, NEIGHBOUR) == 422


def test_a_network_of_ipv6_counts_as_one(limited: World) -> None:
    client = limited.app.test_client()
    for number in range(MOST):
        post(client, {"REMOTE_ADDR": f"2001:db8::{number}"})
    assert post(client, {"REMOTE_ADDR": "2001:db8::ffff"}) == 429


def test_reading_does_not_count(limited: World) -> None:
    client = limited.app.test_client()
    for _ in range(MOST * 3):
        assert client.get("/login", environ_overrides=HERE).status_code == 200


def test_staff_at_work_do_not_count(limited: World) -> None:
    client = limited.enter(COORDINATOR)
    token = csrf(client, "/account/password")
    for number in range(MOST * 2):
        where = {"REMOTE_ADDR": "127.0.0.1"}
        sent = {"csrf_token": token, "present": f"wrong {number}"}
        last = client.post("/account/recovery-codes", data=sent, environ_overrides=where)
        assert last.status_code == 200


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "You can try again in 1 minute."), ("fr", "Vous pourrez réessayer dans 1 minute.")],
)
def test_who_has_to_wait_is_told_how_long(limited: World, language: str, said: str) -> None:
    client = limited.app.test_client()
    client.get(f"/?lang={language}")
    for _ in range(MOST):
        post(client)
    answer = client.post("/login", data={"csrf_token": csrf(client)}, environ_overrides=HERE)
    assert answer.status_code == 429
    assert said in answer.text
    assert 0 < int(answer.headers["Retry-After"]) <= 60


def test_a_clinic_behind_one_address_is_not_kept_out() -> None:
    assert STRICT.posts.times >= 60
    assert STRICT.posts.window == timedelta(minutes=1)
