"""Whether this machine's clock can be trusted: hours, leases and last days are told by it."""

import time
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Engine, func, select

from recruit.core.clock import now
from recruit.core.db import reading
from recruit.core.errors import ClockAstray

# Seconds since the machine began, sleep included where the system counts it (Linux).
UPTIME: Final = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
TOLERANCE: Final = timedelta(seconds=5)
"""Far less than what a lease lasts longer than any sender waits."""


class Timekeeper:
    """Compares the wall clock with the database server's, and with how much time has passed."""

    def __init__(self) -> None:
        self._began = _began()

    def check(self, engine: Engine) -> None:
        """Let nobody act by a clock that is off.

        A clock that was set is noticed once: what it says from then on may be right.

        Raises:
            ClockAstray: it is off by more than `TOLERANCE`.
        """
        began, self._began = self._began, _began()
        jump = self._began - began
        if abs(jump) > TOLERANCE:
            raise ClockAstray(seconds=round(jump.total_seconds()))
        if engine.dialect.name == "postgresql":
            with reading(engine) as session:
                theirs = session.execute(select(func.clock_timestamp())).scalar_one()
            _compare(now(), theirs)


def _compare(ours: datetime, theirs: datetime) -> None:
    apart = ours - theirs
    if abs(apart) > TOLERANCE:
        raise ClockAstray(seconds=round(apart.total_seconds()))


def _began() -> datetime:
    """When, by the wall clock, the machine's own count of seconds was nought."""
    return now() - timedelta(seconds=time.clock_gettime(UPTIME))
