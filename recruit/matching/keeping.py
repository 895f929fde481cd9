"""What was computed once and may be asked for again, up to an amount of memory."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Protocol, TypeVar, cast


class Sized(Protocol):
    """What knows how much memory it takes."""

    @property
    def nbytes(self) -> int:
        """Bytes."""
        ...


Value = TypeVar("Value", bound=Sized)


class Kept:
    """Values by key, those last asked for longest, up to `room` bytes; threads may share it.

    A key says by its type and content what its value is.
    """

    def __init__(self, room: int) -> None:
        self._room = room
        self._values: OrderedDict[Hashable, Sized] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable, make: Callable[[], Value]) -> Value:
        """The value of `key`, made where it is not kept; two threads may make it at once."""
        with self._lock:
            known = self._values.get(key)
            if known is not None:
                self._values.move_to_end(key)
                return cast("Value", known)
        made = make()
        with self._lock:
            if key not in self._values:
                self._values[key] = made
                self._room -= made.nbytes
            while self._room < 0 and len(self._values) > 1:
                self._room += self._values.popitem(last=False)[1].nbytes
        return made
