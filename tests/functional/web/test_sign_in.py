"""Staff come in with address and password, and sessions end when they should."""

import re
from datetime import timedelta
from typing import cast

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.exceptions import TooManyRequests

from recruit.actions.accounts import change_password, disable_account
from recruit.core.clock import now
from recruit.core.db import reading
from recruit.core.rates import RATE
from recruit.web.service import EXTENSION
from recruit.web.throttle import ACCOUNT, ADDRESS, PAIR, Throttle
from tests.web_world import (
    ADMINISTRATOR,
    COORDINATOR,
    PASSWORD,
    SPONSOR,
    World,
    csrf,
    pages,
)

HERE = "127.0.0.1"  # where the test client is


def attempt(client: FlaskClient, email: str, password: str, **other: str) -> tuple[int, str]:
    sent = {"email": email, "password": password, "csrf_token": csrf(client), **other}
    answer = client.post("/login", data=sent)
    return answer.status_code, answer.headers.get("Location", "")


def test_a_coordinator_comes_to_the_matches(fresh: World) -> None:
    assert attempt(fresh.app.test_client(), COORDINATOR, PASSWORD) == (302, "/review")


def test_a_sponsor_comes_to_the_counts(fresh: World) -> None:
    assert attempt(fresh.app.test_client(), SPONSOR, PASSWORD) == (302, "/sponsor/trials")


def test_one_comes_to_the_page_one_wanted(fresh: World) -> None:
    client = fresh.app.test_client()
    assert client.get("/review?verdict=eligible").headers["Location"] == "/login"
    assert attempt(client, COORDINATOR, PASSWORD) == (302, "/review?verdict=eligible")


def test_a_form_cannot_say_where_to_go_next(fresh: World) -> None:
    client = fresh.app.test_client()
    found = attempt(client, COORDINATOR, PASSWORD, next="//evil.example", wanted="//evil.example")
    assert found == (302, "/review")


@pytest.mark.parametrize(
    ("email", "password"),
    [(COORDINATOR, "a wrong password"), ("nobody@example.org", PASSWORD)],
)
def test_a_wrong_password_and_an_unknown_address_look_the_same(
    fresh: World, email: str, password: str
) -> None:
    client = fresh.app.test_client()
    sent = {"email": email, "password": password, "csrf_token": csrf(client)}
    answer = client.post("/login", data=sent)
    assert answer.status_code == 422
    problem = re.search(r'id="email-problem">([^<]+)', answer.text)
    assert problem
    assert problem[1] == "This address and this password do not belong together."


def test_a_disabled_account_does_not_come_in(fresh: World) -> None:
    disable_account(fresh.engine, email=COORDINATOR, actor="test")
    assert attempt(fresh.app.test_client(), COORDINATOR, PASSWORD)[0] == 422


def test_empty_fields_are_named(fresh: World) -> None:
    client = fresh.app.test_client()
    page = client.post("/login", data={"csrf_token": csrf(client)}).text
    assert 'href="#email"' in page
    assert 'href="#password"' in page


def test_a_password_is_never_written_back(fresh: World) -> None:
    client = fresh.app.test_client()
    sent = {"email": COORDINATOR, "password": "s3cret-canary", "csrf_token": csrf(client)}
    assert "s3cret-canary" not in client.post("/login", data=sent).text


def test_many_failures_have_to_wait_and_the_owner_may_try_later(fresh: World) -> None:
    client = fresh.app.test_client()
    with time_machine.travel(now(), tick=False) as time:
        for _ in range(PAIR.times):
            assert attempt(client, COORDINATOR, "wrong")[0] == 422
        assert attempt(client, COORDINATOR.upper(), PASSWORD)[0] == 429
        time.shift(PAIR.window)
        assert attempt(client, COORDINATOR, PASSWORD)[0] == 302


def test_who_has_to_wait_is_told_how_long(fresh: World) -> None:
    client = fresh.app.test_client()
    token = csrf(client)
    with time_machine.travel(now(), tick=False) as time:
        for _ in range(PAIR.times):
            fresh.fail(COORDINATOR, HERE)
        time.shift(timedelta(minutes=5))
        sent = {"email": COORDINATOR, "password": PASSWORD, "csrf_token": token}
        assert client.post("/login", data=sent).headers["Retry-After"] == "600"


def test_failures_from_elsewhere_do_not_keep_the_owner_out(fresh: World) -> None:
    for number in range(ACCOUNT.times):
        fresh.fail(COORDINATOR, f"203.0.113.{number}")
    assert attempt(fresh.app.test_client(), COORDINATOR, PASSWORD)[0] == 302


def test_failures_of_others_at_the_same_address_do_not_keep_the_owner_out(fresh: World) -> None:
    for number in range(ADDRESS.times - 1):
        fresh.fail(f"someone{number}@example.org", HERE)
    assert attempt(fresh.app.test_client(), COORDINATOR, PASSWORD)[0] == 302


def test_one_address_can_try_account_after_account_but_slowly(fresh: World) -> None:
    client = fresh.app.test_client()
    with time_machine.travel(now(), tick=False) as time:
        for number in range(ADDRESS.times):
            fresh.fail(f"someone{number}@example.org", HERE)
        assert attempt(client, COORDINATOR, PASSWORD)[0] == 429
        time.shift(timedelta(minutes=1))
        assert attempt(client, COORDINATOR, PASSWORD)[0] == 302


def test_many_addresses_can_try_one_account_but_slowly(fresh: World) -> None:
    client = fresh.app.test_client()
    with time_machine.travel(now(), tick=False) as time:
        for number in range(ACCOUNT.times):
            fresh.fail(COORDINATOR, f"203.0.113.{number}")
        assert attempt(client, COORDINATOR, "wrong")[0] == 422
        assert attempt(client, COORDINATOR, PASSWORD)[0] == 429
        time.shift(timedelta(minutes=1))
        assert attempt(client, COORDINATOR, PASSWORD)[0] == 302


def test_an_owner_who_came_in_has_all_attempts_again(fresh: World) -> None:
    client = fresh.app.test_client()
    for _ in range(PAIR.times - 1):
        fresh.fail(COORDINATOR, HERE)
    assert attempt(client, COORDINATOR, PASSWORD)[0] == 302
    fresh.fail(COORDINATOR, HERE)
    assert attempt(fresh.app.test_client(), COORDINATOR, PASSWORD)[0] == 302


@pytest.mark.parametrize(
    ("tried", "here"),
    [
        ("2001:db8::{}", "2001:db8::ffff"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("203.0.113.7", "203.0.113.7"),
        ("no address", "no address"),
    ],
)
def test_addresses_of_one_network_count_together(fresh: World, tried: str, here: str) -> None:
    for number in range(PAIR.times):
        fresh.fail(COORDINATOR, tried.format(number))
    with pytest.raises(TooManyRequests):
        throttle(fresh).hold(COORDINATOR, here)


@pytest.mark.parametrize("here", ["2001:db8:0:1::1", "203.0.113.8", ""])
def test_another_network_does_not_wait(fresh: World, here: str) -> None:
    for _ in range(PAIR.times):
        fresh.fail(COORDINATOR, "2001:db8::1")
        fresh.fail(COORDINATOR, "203.0.113.7")
    throttle(fresh).hold(COORDINATOR, here)


def test_failures_in_one_process_count_in_all(fresh: World) -> None:
    for _ in range(PAIR.times):
        fresh.fail(COORDINATOR, HERE)
    other = pages(fresh.app.extensions[EXTENSION].settings, fresh.engine)
    assert attempt(other.test_client(), COORDINATOR, PASSWORD)[0] == 429


def test_what_was_typed_as_an_address_stands_nowhere(fresh: World) -> None:
    fresh.fail("my password", HERE)
    with reading(fresh.engine) as session:
        kept = str(session.execute(select(RATE)).all())
    assert "my password" not in kept
    assert HERE not in kept


def throttle(world: World) -> Throttle:
    return cast("Throttle", world.app.extensions[EXTENSION].throttle)


def enter(world: World, email: str = COORDINATOR) -> FlaskClient:
    client = world.app.test_client()
    assert attempt(client, email, PASSWORD)[0] == 302
    return client


def is_in(client: FlaskClient) -> bool:
    return client.get("/review").status_code == 200


def test_signing_out_ends_the_session(fresh: World) -> None:
    client = enter(fresh)
    assert is_in(client)
    client.post("/logout", data={"csrf_token": csrf(client, "/review")})
    assert not is_in(client)


def test_signing_out_ends_copies_of_the_session(fresh: World) -> None:
    client, thief = enter(fresh), fresh.app.test_client()
    stolen = client.get_cookie("session")
    assert stolen
    thief.set_cookie("session", stolen.value)
    assert is_in(thief)
    client.post("/logout", data={"csrf_token": csrf(client, "/review")})
    assert not is_in(thief)


def test_a_new_password_ends_sessions(fresh: World) -> None:
    client = enter(fresh)
    change_password(fresh.engine, email=COORDINATOR, password="another long one", actor="test")
    assert not is_in(client)


def test_disabling_an_account_ends_its_sessions(fresh: World) -> None:
    client = enter(fresh)
    disable_account(fresh.engine, email=COORDINATOR, actor="test")
    assert not is_in(client)


def test_a_session_ends_after_an_hour_of_absence(fresh: World) -> None:
    with time_machine.travel(now(), tick=False) as time:
        client = enter(fresh)
        time.shift(timedelta(minutes=59))
        assert is_in(client)
        time.shift(timedelta(minutes=61))
        assert not is_in(client)


def test_a_session_ends_after_a_working_day_in_any_case(fresh: World) -> None:
    with time_machine.travel(now(), tick=False) as time:
        client = enter(fresh)
        for _ in range(12):
            assert is_in(client)
            time.shift(timedelta(minutes=59))
        assert is_in(client)
        time.shift(timedelta(minutes=13))
        assert not is_in(client)


def test_an_altered_session_is_none(fresh: World) -> None:
    client = enter(fresh)
    cookie = client.get_cookie("session")
    assert cookie
    client.set_cookie("session", cookie.value[:-3] + "AAA")
    assert not is_in(client)


def test_a_new_session_keeps_nothing_of_the_old_one(fresh: World) -> None:
    client = enter(fresh)
    with client.session_transaction() as session:
        session["leftover"] = "x"
    client.post("/logout", data={"csrf_token": csrf(client, "/review")})
    attempt(client, ADMINISTRATOR, PASSWORD)
    with client.session_transaction() as session:
        assert "leftover" not in session


@pytest.mark.parametrize("path", ["/review", "/review/1", "/review/9999"])
def test_matches_are_for_those_who_judge_them(fresh: World, path: str) -> None:
    assert fresh.app.test_client().get(path).status_code == 302
    assert enter(fresh, SPONSOR).get(path).status_code == 403
