"""No test opens a connection beyond this machine: tests/loopback_alone.py refuses it."""

import socket

import pytest

BEYOND = ["192.0.2.1", "2001:db8::1", "example.org"]  # RFC 5737, RFC 3849, RFC 2606


@pytest.mark.parametrize("host", BEYOND)
@pytest.mark.parametrize("way", ["connect", "connect_ex"])
def test_a_connection_beyond_loopback_is_refused(host: str, way: str) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as door:
        door.settimeout(0.05)
        with pytest.raises(AssertionError, match="beyond loopback"):
            getattr(door, way)((host, 443))


def test_a_connection_to_oneself_is_not() -> None:
    with socket.create_server(("127.0.0.1", 0)) as here:
        socket.create_connection(here.getsockname()).close()
