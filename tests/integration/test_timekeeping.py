"""A clock that is off: whoever would send by it is told, and does not."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import Engine

from recruit.core.clock import now
from recruit.core.errors import ClockAstray
from recruit.core.timekeeping import Timekeeper


def test_a_clock_that_agrees_is_trusted(engine: Engine) -> None:
    keeper = Timekeeper()
    keeper.check(engine)
    keeper.check(engine)


@pytest.mark.parametrize("jump", [timedelta(hours=1), timedelta(seconds=-30)])
def test_a_clock_that_jumps_is_noticed(sqlite_engine: Engine, jump: timedelta) -> None:
    keeper = Timekeeper()
    with time_machine.travel(now() + jump), pytest.raises(ClockAstray):
        keeper.check(sqlite_engine)


def test_a_clock_that_was_set_is_believed_from_then_on(sqlite_engine: Engine) -> None:
    keeper = Timekeeper()
    with time_machine.travel(now() + timedelta(hours=1)):
        with pytest.raises(ClockAstray):
            keeper.check(sqlite_engine)
        keeper.check(sqlite_engine)


def test_a_clock_that_differs_from_the_servers_is_never_believed(postgres_engine: Engine) -> None:
    with time_machine.travel(now() - timedelta(minutes=1)):
        keeper = Timekeeper()
        for _ in range(2):
            with pytest.raises(ClockAstray):
                keeper.check(postgres_engine)
