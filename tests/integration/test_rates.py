"""How often somebody did something: all processes count together; on both kinds of database."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import Engine, select, text

from recruit.core.clock import now
from recruit.core.crypto import Keyring
from recruit.core.db import connect, reading
from recruit.core.rates import RATE, Limit, Rates, sender

AT = now()
MINUTE = timedelta(minutes=1)
TWICE = Limit(2, MINUTE)
RING = Keyring.of(["k" * 32])


@pytest.fixture
def rates(engine: Engine) -> Rates:
    return Rates(engine, RING)


def test_the_third_time_is_one_too_many(rates: Rates) -> None:
    counted = [rates.count("call", "anne", TWICE, AT).is_over(TWICE) for _ in range(3)]
    assert counted == [False, False, True]


def test_what_several_processes_do_at_once_is_counted_once_each(engine: Engine) -> None:
    url = engine.url.render_as_string(hide_password=False)
    processes = [connect(url) for _ in range(4)]

    def count(number: int) -> int:
        return Rates(processes[number % 4], RING).count("call", "anne", TWICE, AT).times

    with ThreadPoolExecutor(4) as pool:
        found = sorted(pool.map(count, range(40)))
    for each in processes:
        each.dispose()
    assert found == list(range(1, 41))


def test_counting_begins_anew_when_the_window_of_the_first_is_over(rates: Rates) -> None:
    rates.count("call", "anne", TWICE, AT)
    late = rates.count("call", "anne", TWICE, AT + MINUTE / 2)
    assert (late.times, late.ends) == (2, AT + MINUTE)
    anew = rates.count("call", "anne", TWICE, AT + MINUTE)
    assert (anew.times, anew.ends) == (1, AT + 2 * MINUTE)


def test_others_and_other_deeds_have_counts_of_their_own(rates: Rates) -> None:
    rates.count("call", "anne", TWICE, AT)
    assert rates.count("call", "paul", TWICE, AT).times == 1
    assert rates.count("form", "anne", TWICE, AT).times == 1


def test_a_look_sees_what_counts_and_changes_nothing(rates: Rates) -> None:
    rates.count("call", "anne", TWICE, AT)
    for _ in range(2):
        found = rates.look([("call", "anne"), ("call", "paul")], AT)
        assert {key: each.times for key, each in found.items()} == {("call", "anne"): 1}
    assert rates.look([("call", "anne")], AT + MINUTE) == {}


def test_what_is_forgotten_begins_anew(rates: Rates) -> None:
    rates.count("call", "anne", TWICE, AT)
    rates.forget("call", "anne")
    assert rates.count("call", "anne", TWICE, AT).times == 1


def test_who_it_was_is_not_readable(engine: Engine, rates: Rates) -> None:
    rates.count("call", "203.0.113.7", TWICE, AT)
    with reading(engine) as session:
        assert "203.0.113.7" not in str(session.execute(select(RATE)).all())


@pytest.mark.parametrize(("left", "said"), [(MINUTE, 60), (timedelta(seconds=0.2), 1)])
def test_how_long_to_wait_is_said_in_whole_seconds(
    rates: Rates, left: timedelta, said: int
) -> None:
    counted = rates.count("call", "anne", TWICE, AT)
    assert counted.seconds_left(AT + MINUTE - left) == said


def test_no_call_waits_for_the_disk(engine: Engine) -> None:
    if engine.dialect.name == "postgresql":
        with reading(engine) as session:
            kind = session.scalar(
                text("SELECT relpersistence FROM pg_class WHERE relname = 'rate'")
            )
        assert kind == "u"


@pytest.mark.parametrize(
    ("address", "counts_as"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("2001:db8::7", "2001:db8::/64"),
        ("no address", "no address"),
        (None, ""),
    ],
)
def test_whose_deeds_count_together(address: str | None, counts_as: str) -> None:
    assert sender(address) == counts_as
