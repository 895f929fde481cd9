"""Passkeys: made by those who are signed in, and enough to sign in with by themselves."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine

from recruit.core.clock import now
from recruit.core.config import Settings
from recruit.core.db import reading, unit_of_work
from recruit.people import accounts, second_factors
from recruit.people.accounts import Role
from recruit.web import sessions
from recruit.web.access import anyone
from tests.functional.web.conftest import Stock
from tests.functional.web.device import Device, question
from tests.functional.web.staff import is_in, password, tags
from tests.web_world import COORDINATOR, PASSWORD, World, csrf, pages

SITE = "recruit.example"
ORIGIN = f"https://{SITE}"


@pytest.fixture
def named(stock: Stock, tmp_path: Path) -> Iterator[World]:
    """A service that people reach under a name, in which staff need a second factor."""
    own = stock.world(tmp_path)
    settings = Settings(data_folder=tmp_path, base_url=ORIGIN, second_factor="required")
    app = pages(settings, own.engine)
    _add_door(app, own.engine)
    yield World(app, own.engine, own.matches)
    own.engine.dispose()


def _add_door(app: Flask, engine: Engine) -> None:
    """Lets a participant in; link and code are tested where they live."""

    @app.get("/test/in")
    @anyone
    def let_in() -> str:
        with unit_of_work(engine) as session:
            account = accounts.of_holder(session, "P-TESTTEST", Role.PARTICIPANT)
        sessions.begin(account)
        return "in"


def browser(world: World) -> FlaskClient:
    client = world.app.test_client()
    client.environ_base["wsgi.url_scheme"] = "https"
    client.environ_base["HTTP_HOST"] = SITE
    client.environ_base["HTTP_REFERER"] = f"{ORIGIN}/"
    return client


def add_key(client: FlaskClient, path: str, device: Device, **other: str) -> int:
    page = client.get(path)
    sent = {"csrf_token": csrf(client, path), "name": "telephone", **other}
    asked = question(client.get(path).text, "create")
    action = "/login/passkey/new" if path == "/login/authenticator" else path
    assert page.status_code == 200
    return client.post(action, data={**sent, "credential": device.create(asked)}).status_code


def enter(client: FlaskClient, device: Device, page: str = "/login") -> tuple[int, str]:
    token = csrf(client, page)
    asked = question(client.get(page).text, "get")
    answer = client.post(
        "/login/passkey", data={"csrf_token": token, "credential": device.get(asked)}
    )
    return answer.status_code, answer.headers.get("Location", "")


@pytest.fixture
def device() -> Device:
    return Device(ORIGIN, SITE)


@pytest.fixture
def keyed(named: World, device: Device) -> World:
    """The coordinator has set up a passkey at the first sign-in."""
    client = browser(named)
    password(client)
    assert add_key(client, "/login/authenticator", device) == 200
    assert is_in(client)
    return named


def test_a_passkey_is_a_second_factor(keyed: World, device: Device) -> None:
    client = browser(keyed)
    assert password(client) == "/login/code"
    assert enter(client, device, "/login/code") == (302, "/review")
    assert is_in(client)


def test_a_passkey_lets_in_without_a_password(keyed: World, device: Device) -> None:
    client = browser(keyed)
    client.get("/review?verdict=eligible")
    assert enter(client, device) == (302, "/review?verdict=eligible")


def test_a_password_without_it_does_not_let_in(keyed: World) -> None:
    client = browser(keyed)
    password(client)
    assert not is_in(client)


@pytest.mark.parametrize(
    "bent",
    [
        Device("https://elsewhere.example", SITE),
        Device(ORIGIN, "elsewhere.example"),
        Device(ORIGIN, SITE, verified=False),
    ],
    ids=["origin", "site", "verification"],
)
def test_an_answer_that_was_not_meant_for_us_is_refused(
    keyed: World, device: Device, bent: Device
) -> None:
    bent.key, bent.number = device.key, device.number
    client = browser(keyed)
    assert enter(client, bent)[0] == 422
    assert not is_in(client)


def test_another_key_under_the_same_number_is_refused(keyed: World, device: Device) -> None:
    forged = Device(ORIGIN, SITE, number=device.number)
    assert enter(browser(keyed), forged)[0] == 422


def test_an_unknown_key_is_refused(keyed: World) -> None:
    assert enter(browser(keyed), Device(ORIGIN, SITE))[0] == 422


def test_an_answer_is_good_once(keyed: World, device: Device) -> None:
    client = browser(keyed)
    token = csrf(client)
    answer = device.get(question(client.get("/login").text, "get"))
    sent = {"csrf_token": token, "credential": answer}
    assert client.post("/login/passkey", data=sent).status_code == 302
    again = {**sent, "csrf_token": csrf(client, "/review")}
    assert client.post("/login/passkey", data=again).status_code == 422


def test_a_question_is_asked_once_even_where_the_answer_was_wrong(
    keyed: World, device: Device
) -> None:
    client = browser(keyed)
    token = csrf(client)
    asked = question(client.get("/login").text, "get")
    wrong = Device(ORIGIN, SITE, number=device.number).get(asked)
    for answer in (wrong, device.get(asked)):
        sent = {"csrf_token": token, "credential": answer}
        assert client.post("/login/passkey", data=sent).status_code == 422


def test_an_answer_to_another_browsers_question_is_refused(keyed: World, device: Device) -> None:
    client, other = browser(keyed), browser(keyed)
    answer = device.get(question(other.get("/login").text, "get"))
    sent = {"csrf_token": csrf(client), "credential": answer}
    assert client.post("/login/passkey", data=sent).status_code == 422


def test_a_question_is_good_for_five_minutes(keyed: World, device: Device) -> None:
    with time_machine.travel(now(), tick=False) as time:
        client = browser(keyed)
        token = csrf(client)
        answer = device.get(question(client.get("/login").text, "get"))
        time.shift(timedelta(minutes=5, seconds=1))
        sent = {"csrf_token": token, "credential": answer}
        assert client.post("/login/passkey", data=sent).status_code == 422


def test_a_copied_key_is_noticed_by_its_count(keyed: World, device: Device) -> None:
    device.count = 10
    assert enter(browser(keyed), device)[0] == 302
    device.count = 3
    assert enter(browser(keyed), device)[0] == 422


@pytest.mark.parametrize("odd", ["", "{}", "[]", "null", "\0", '{"rawId": 1}', "[" * 5000])
def test_what_is_no_answer_is_refused(keyed: World, odd: str) -> None:
    client = browser(keyed)
    sent = {"csrf_token": csrf(client), "credential": odd}
    assert client.post("/login/passkey", data=sent).status_code == 422


def test_a_disabled_account_stays_out(keyed: World, device: Device) -> None:
    with unit_of_work(keyed.engine) as session:
        accounts.disable(session, accounts.find(session, COORDINATOR))
    assert enter(browser(keyed), device)[0] == 422


def test_a_key_is_added_and_removed_and_each_ends_other_sessions(
    keyed: World, device: Device
) -> None:
    client, other, second = browser(keyed), browser(keyed), Device(ORIGIN, SITE)
    enter(client, device)
    enter(other, device)
    assert add_key(client, "/account/passkeys", second) == 302
    assert not is_in(other)
    assert enter(other, second) == (302, "/review")
    with reading(keyed.engine) as session:
        account = accounts.find(session, COORDINATOR)
        keys = second_factors.passkeys(session, account)
    token = csrf(client, "/account/passkeys")
    path = f"/account/passkeys/{keys[1].id}/remove"
    assert client.post(path, data={"csrf_token": token}).status_code == 302
    assert not is_in(other)
    assert enter(browser(keyed), second)[0] == 422


@pytest.mark.parametrize("name", ["x" * 65, "a\0b", "a\u202eb"])
def test_a_name_that_will_not_do_is_refused(keyed: World, device: Device, name: str) -> None:
    client = browser(keyed)
    enter(client, device)
    assert add_key(client, "/account/passkeys", Device(ORIGIN, SITE), name=name) == 422


def test_half_a_key_is_refused(keyed: World, device: Device) -> None:
    client = browser(keyed)
    enter(client, device)
    assert add_key(client, "/account/passkeys", Device(ORIGIN, SITE, whole=False)) == 422


@pytest.mark.parametrize(
    "bent",
    [
        Device("https://elsewhere.example", SITE),
        Device(ORIGIN, "elsewhere.example"),
        Device(ORIGIN, SITE, verified=False),
    ],
    ids=["origin", "site", "verification"],
)
def test_a_key_that_was_not_made_for_us_is_not_kept(
    keyed: World, device: Device, bent: Device
) -> None:
    client = browser(keyed)
    enter(client, device)
    assert add_key(client, "/account/passkeys", bent) == 422


def test_a_key_is_known_once(keyed: World, device: Device) -> None:
    client = browser(keyed)
    enter(client, device)
    assert add_key(client, "/account/passkeys", device) == 422


def test_somebody_elses_key_and_none_are_the_same_page(keyed: World) -> None:
    client = browser(keyed)
    client.get("/test/in")
    token = csrf(client, "/me/passkeys")
    with reading(keyed.engine) as session:
        account = accounts.find(session, COORDINATOR)
        theirs = second_factors.passkeys(session, account)[0].id
    with time_machine.travel(now(), tick=False):  # a form's token holds the second
        answers = [
            client.post(f"/me/passkeys/{each}/remove", data={"csrf_token": token})
            for each in (theirs, 999_999)
        ]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].data == answers[1].data


def test_a_participant_adds_a_key_and_comes_in_with_it(named: World, device: Device) -> None:
    client = browser(named)
    client.get("/test/in")
    assert add_key(client, "/me/passkeys", device) == 302
    other = browser(named)
    assert enter(other, device) == (302, "/me")
    assert other.get("/me/passkeys").status_code == 200
    assert other.get("/review").status_code == 403


def test_who_signed_in_long_ago_signs_in_again_before_adding_a_key(
    keyed: World, device: Device
) -> None:
    with time_machine.travel(now(), tick=False) as time:
        client = browser(keyed)
        enter(client, device)
        time.shift(timedelta(minutes=16))
        assert client.get("/account/passkeys").headers["Location"] == "/login"
        assert "more than 15 minutes ago" in client.get("/login").text
        assert enter(client, device) == (302, "/account")


def test_no_passkeys_are_offered_under_a_bare_network_address(fresh: World) -> None:
    assert "data-passkey" not in fresh.app.test_client().get("/login").text


def test_passkeys_are_on_the_trail(keyed: World, device: Device) -> None:
    enter(browser(keyed), device)
    assert "accounts:account:passkey-added" in tags(keyed.engine)
    assert tags(keyed.engine)[-2:] == [
        "accounts:account:second-factor-proved",
        "accounts:account:signed-in",
    ]


def test_nothing_of_a_wrong_password_is_learned_from_a_passkey_account(keyed: World) -> None:
    client = browser(keyed)
    sent = {"email": COORDINATOR, "password": PASSWORD + "x", "csrf_token": csrf(client)}
    assert client.post("/login", data=sent).status_code == 422
