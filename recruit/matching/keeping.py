"""What was computed once and may be asked for again, up to an amount of memory."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from threading import Lock
from typing import Protocol, TypeVar, cast


class Sized(Protocol):
    """What knows how much memory it takes."""

    @property
    def nbytes(self) -> int:
        """Bytes."""
        ...


Value = TypeVar("Value", bound=Sized)


@dataclass(slots=True)
class _Entry:
    """A value, and whether it was asked for since it was looked at for want of room."""

    value: Sized
    asked: bool = False


class Kept:
    """Values by key, up to `room` bytes; threads may share it.

    For want of room the oldest go that were not asked for again (the clock algorithm): a key is
    hashed once for each question, and no lock is taken for what is there. A key says by its type
    and content what its value is.
    """

    def __init__(self, room: int) -> None:
        self._room = room
        self._entries: dict[Hashable, _Entry] = {}
        self._lock = Lock()

    def get(self, key: Hashable, make: Callable[[], Value]) -> Value:
        """The value of `key`, made where it is not kept; two threads may make it at once."""
        known = self._entries.get(key)
        if known is not None:
            known.asked = True
            return cast("Value", known.value)
        made = make()
        with self._lock:
            if key not in self._entries:
                self._entries[key] = _Entry(made)
                self._room -= made.nbytes
            while self._room < 0 and len(self._entries) > 1:
                self._let_go()
        return made

    def _let_go(self) -> None:
        oldest = next(iter(self._entries))
        entry = self._entries.pop(oldest)
        if entry.asked:
            entry.asked = False
            self._entries[oldest] = entry
        else:
            self._room += entry.value.nbytes
