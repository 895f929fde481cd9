"""Nobody learns from the time of an answer who has an account."""

import time
from itertools import count
from secrets import randbelow

import pytest

from recruit.people import passwords
from recruit.people.passwords import Cost
from tests.functional.web.timing import Ask, told_apart
from tests.web_world import COORDINATOR, World, csrf

DEAR = Cost(passes=1, memory=4_096, lanes=1)  # some 3 ms, a twentieth of what operators pay


def asker(world: World, email: str) -> Ask:
    """Tries a wrong password, each time from another network so that nothing has to wait."""
    client = world.app.test_client()
    token, networks = csrf(client), count(randbelow(2**20) * 4096)

    def ask() -> None:
        number = next(networks) % 2**32
        where = ".".join(str(number >> shift & 255) for shift in (24, 16, 8, 0))
        sent = {"email": email, "password": "a wrong password", "csrf_token": token}
        answer = client.post("/login", data=sent, environ_overrides={"REMOTE_ADDR": where})
        assert answer.status_code == 422

    return ask


def test_a_known_and_an_unknown_address_take_as_long(fresh: World) -> None:
    known, unknown = asker(fresh, COORDINATOR), asker(fresh, "nobody-at-all@example.org")
    apart, rounds = told_apart(known, unknown)
    assert not apart, rounds


def test_the_measurement_sees_a_password_that_is_not_checked(
    fresh: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the guard, at a twentieth of the cost that passwords have, it shows.

    A machine that is busy just then may hide it once, not three times.
    """

    def hasty(known: str | None, password: str, cost: Cost) -> bool:
        return known is not None and careful(DEAR.hasher().hash(password), password, cost) is None

    careful = passwords.fits
    monkeypatch.setattr(passwords, "fits", hasty)
    known, unknown = asker(fresh, COORDINATOR), asker(fresh, "nobody-at-all@example.org")
    assert any(told_apart(known, unknown, tries=300)[0] for _ in range(3))


def test_the_measurement_finds_no_difference_where_there_is_none() -> None:
    def ask() -> None:
        time.sleep(0.0001)

    assert not told_apart(ask, ask)[0]
