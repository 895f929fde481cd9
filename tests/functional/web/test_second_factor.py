"""Staff show a second factor, and have nothing open to them before they have one."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import time_machine
from sqlalchemy import text

from recruit.actions import accounts
from recruit.core.clock import now
from recruit.web.throttle import PAIR
from tests.functional.web.conftest import Stock
from tests.functional.web.staff import (
    code,
    is_in,
    later,
    password,
    send,
    set_up,
    strict,
    tags,
)
from tests.web_world import COORDINATOR, World, csrf


@pytest.fixture
def guarded(stock: Stock, tmp_path: Path) -> Iterator[World]:
    """A service of its own in which staff need a second factor."""
    own = stock.world(tmp_path)
    yield strict(tmp_path, own.engine, own.matches)
    own.engine.dispose()


def test_the_first_password_leads_to_setting_one_up(guarded: World) -> None:
    assert password(guarded.app.test_client()) == "/login/authenticator"


@pytest.mark.parametrize("path", ["/review", "/review/1", "/account", "/account/passkeys"])
def test_nothing_else_is_open_before_it_is_set_up(guarded: World, path: str) -> None:
    client = guarded.app.test_client()
    password(client)
    answer = client.get(path)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/login")


def test_the_first_right_code_lets_in_and_shows_recovery_codes_once(guarded: World) -> None:
    client = guarded.app.test_client()
    password(client)
    _, codes = set_up(client)
    assert len(set(codes)) == 8
    assert is_in(client)


def test_a_wrong_first_code_sets_nothing_up(guarded: World) -> None:
    client = guarded.app.test_client()
    password(client)
    assert send(client, "/login/authenticator", code="000000")[0] == 422
    assert not is_in(client)
    assert password(guarded.app.test_client()) == "/login/authenticator"


def test_a_reloaded_page_shows_the_same_secret(guarded: World) -> None:
    client = guarded.app.test_client()
    password(client)
    one, other = (client.get("/login/authenticator").text for _ in range(2))
    assert one[one.index('id="secret"') :][:60] == other[other.index('id="secret"') :][:60]


def test_where_it_is_only_offered_the_password_lets_in(fresh: World) -> None:
    assert password(fresh.app.test_client()) == "/review"


def test_who_has_one_is_asked_for_it_even_where_it_is_only_offered(fresh: World) -> None:
    client = fresh.enter(COORDINATOR)
    secret, _ = set_up(client, "/account/authenticator")
    with later():
        other = fresh.app.test_client()
        assert password(other) == "/login/code"
        assert not is_in(other)
        assert send(other, "/login/code", code=code(secret)) == (302, "/review")


def enrolled(world: World) -> tuple[str, list[str]]:
    client = world.app.test_client()
    password(client)
    return set_up(client)


def test_the_right_code_lets_in_to_the_page_that_was_wanted(guarded: World) -> None:
    secret, _ = enrolled(guarded)
    with later():
        client = guarded.app.test_client()
        client.get("/review?verdict=eligible")
        assert password(client) == "/login/code"
        assert send(client, "/login/code", code=code(secret)) == (302, "/review?verdict=eligible")


def test_a_code_is_taken_once(guarded: World) -> None:
    secret, _ = enrolled(guarded)
    with later():
        for status in (302, 422):
            client = guarded.app.test_client()
            password(client)
            assert send(client, "/login/code", code=code(secret))[0] == status


def test_an_earlier_code_is_not_taken_after_a_later_one(guarded: World) -> None:
    secret, _ = enrolled(guarded)
    with later(1):
        earlier = code(secret)
    with later(1.5):
        client = guarded.app.test_client()
        password(client)
        assert send(client, "/login/code", code=code(secret))[0] == 302
        other = guarded.app.test_client()
        password(other)
        assert send(other, "/login/code", code=earlier)[0] == 422


def test_a_code_of_two_minutes_ago_is_too_old(guarded: World) -> None:
    secret, _ = enrolled(guarded)
    with later(1):
        old = code(secret)
    with later(3):
        client = guarded.app.test_client()
        password(client)
        assert send(client, "/login/code", code=old)[0] == 422


@pytest.mark.parametrize("tried", ["", " ", "abc", "１２３４５６", "\0", "9" * 5000])
def test_what_is_no_code_is_refused(guarded: World, tried: str) -> None:
    enrolled(guarded)
    client = guarded.app.test_client()
    password(client)
    assert send(client, "/login/code", code=tried)[0] == 422


def test_a_recovery_code_lets_in_once(guarded: World) -> None:
    _, codes = enrolled(guarded)
    for status in (302, 422):
        client = guarded.app.test_client()
        password(client)
        assert send(client, "/login/code", code=codes[3].upper())[0] == status


def test_a_recovery_code_of_somebody_else_is_refused(guarded: World) -> None:
    _, codes = enrolled(guarded)
    other = guarded.app.test_client()
    password(other, "administrator@example.org")
    set_up(other)
    client = guarded.app.test_client()
    password(client, "administrator@example.org")
    assert send(client, "/login/code", code=codes[0])[0] == 422


def test_after_eight_wrong_codes_one_has_to_wait_from_anywhere(guarded: World) -> None:
    secret, _ = enrolled(guarded)
    with time_machine.travel(now(), tick=False) as time:
        time.shift(60)
        client = guarded.app.test_client()
        for number in range(PAIR.times):
            password(client)
            token = csrf(client, "/login/code")
            client.post(
                "/login/code",
                data={"code": "000000", "csrf_token": token},
                environ_overrides={"REMOTE_ADDR": f"203.0.113.{number}"},
            )
        password(client)
        assert send(client, "/login/code", code=code(secret))[0] == 429
        time.shift(PAIR.window)
        password(client)
        assert send(client, "/login/code", code=code(secret))[0] == 302


def test_a_password_is_good_for_ten_minutes_without_the_code(guarded: World) -> None:
    enrolled(guarded)
    with time_machine.travel(now(), tick=False) as time:
        client = guarded.app.test_client()
        password(client)
        assert client.get("/login/code").status_code == 200
        time.shift(601)
        assert client.get("/login/code").headers["Location"] == "/login"


def test_a_password_alone_does_not_replace_a_second_factor(guarded: World) -> None:
    enrolled(guarded)
    client = guarded.app.test_client()
    password(client)
    assert client.get("/login/authenticator").status_code == 403
    assert send(client, "/login/authenticator", code="123456")[0] == 403


def test_a_password_alone_does_not_change_a_password(guarded: World) -> None:
    enrolled(guarded)
    client = guarded.app.test_client()
    password(client)
    assert send(client, "/login/new-password", password="another long password")[0] == 403


def test_disabling_an_account_ends_what_its_password_began(guarded: World) -> None:
    enrolled(guarded)
    client = guarded.app.test_client()
    password(client)
    accounts.disable_account(guarded.engine, email=COORDINATOR, actor="test")
    assert client.get("/login/code").headers["Location"] == "/login"


def test_a_new_authenticator_ends_other_sessions(fresh: World) -> None:
    client, other = fresh.enter(COORDINATOR), fresh.enter(COORDINATOR)
    set_up(client, "/account/authenticator")
    assert is_in(client)
    assert not is_in(other)


def test_neither_secret_nor_recovery_codes_stand_in_the_database(guarded: World) -> None:
    secret, codes = enrolled(guarded)
    with guarded.engine.connect() as connection:
        row = str(connection.execute(text("SELECT * FROM account WHERE totp_secret != ''")).one())
    assert secret.replace("-", "") not in row
    assert not any(code in row for code in codes)


def test_each_step_is_on_the_trail(guarded: World) -> None:
    secret, codes = enrolled(guarded)
    client = guarded.app.test_client()
    password(client)
    send(client, "/login/code", code="000000")
    send(client, "/login/code", code=codes[0])
    with later():
        client = guarded.app.test_client()
        password(client)
        send(client, "/login/code", code=code(secret))
    assert [tag.removeprefix("accounts:account:") for tag in tags(guarded.engine)[-10:]] == [
        "password-proved",
        "second-factor-set",
        "signed-in",
        "password-proved",
        "second-factor-refused",
        "second-factor-proved",
        "signed-in",
        "password-proved",
        "second-factor-proved",
        "signed-in",
    ]
