"""No test connects to anything but this machine (shared/promises.md): a guard for every one."""

import socket
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from recruit.core.loopback import is_loopback


@pytest.fixture(scope="session", autouse=True)
def loopback_alone() -> Iterator[None]:
    """Refuse connections beyond loopback, of whatever opens them in this process."""
    with pytest.MonkeyPatch.context() as patch:
        for way in ("connect", "connect_ex"):
            patch.setattr(socket.socket, way, _guarded(getattr(socket.socket, way)))
        yield


def _guarded(way: Callable[..., Any]) -> Callable[..., Any]:
    def connect(door: socket.socket, to: Any) -> Any:  # noqa: ANN401 - of any family
        inside = door.family == socket.AF_UNIX or is_loopback(str(to[0]))
        assert inside, "a connection beyond loopback"
        return way(door, to)

    return connect
