"""What took long to count is counted once a minute: many look at one page."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock
from time import perf_counter
from typing import Any, Final, TypeVar

KEPT: Final = timedelta(minutes=1)
LONG: Final = 0.25
"""Seconds; what was quicker is counted anew each time, and so always up to date."""
MOST: Final = 200
Counted = TypeVar("Counted")


@dataclass(frozen=True, slots=True)
class Made:
    """What was counted, and when."""

    what: Any
    at: datetime


@dataclass(slots=True)
class Lately:
    """The newest counts of one process. Whoever asks for one that is being made waits for it."""

    _made: dict[Hashable, Made] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def get(
        self,
        key: Hashable,
        count: Callable[[], Counted],
        at: datetime,
        kept: timedelta = KEPT,
    ) -> tuple[Counted, datetime]:
        """What `count` gives, or gave within `kept` if that took long; and when that was."""
        known = self._fresh(key, at, kept)
        if known is None:
            with self._lock:
                known = self._fresh(key, at, kept) or self._count(key, count, at)
        return known.what, known.at

    def _fresh(self, key: Hashable, at: datetime, kept: timedelta) -> Made | None:
        known = self._made.get(key)
        return known if known and timedelta(0) <= at - known.at < kept else None

    def _count(self, key: Hashable, count: Callable[[], Any], at: datetime) -> Made:
        began = perf_counter()
        made = Made(count(), at)
        if perf_counter() - began < LONG:
            self._made.pop(key, None)
            return made
        if len(self._made) >= MOST:
            self._made.clear()
        self._made[key] = made
        return made
