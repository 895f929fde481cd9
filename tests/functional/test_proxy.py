"""Behind a proxy: who is believed about who asks, and how much is taken in."""

import socket
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest

from recruit.cli.service import server_of
from recruit.core.config import read_settings
from recruit.core.errors import WrongUsage

LARGEST = 1000
Asked = Callable[..., str]


def echo(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """An application that says who asks, and how."""
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [f"{environ['REMOTE_ADDR']} {environ['wsgi.url_scheme']}".encode()]


@pytest.fixture
def asked() -> Iterator[Asked]:
    """Ask a server with this proxy trusted."""
    servers = []

    def ask(proxy: str, body: bytes | None = None) -> str:
        door = socket.create_server(("127.0.0.1", 0))
        settings = read_settings({"RECRUIT_TRUSTED_PROXY": proxy})
        server = server_of(echo, door, settings, largest=LARGEST)
        running = threading.Thread(target=server.run)
        running.start()
        servers.append((server, running, door))
        forwarded = {"X-Forwarded-For": "203.0.113.7", "X-Forwarded-Proto": "https"}
        address = f"http://127.0.0.1:{door.getsockname()[1]}/"
        request = urllib.request.Request(address, body, forwarded)
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 - our own address
            said: str = answer.read().decode()
            return said

    yield ask
    for server, running, door in servers:
        server.trigger.pull_trigger(server.close)
        running.join(30)
        server.task_dispatcher.shutdown()
        door.close()


def test_the_proxy_of_the_settings_says_who_asks(asked: Asked) -> None:
    assert asked("127.0.0.1") == "203.0.113.7 https"


@pytest.mark.parametrize("proxy", ["", "192.0.2.1", "::1"])
def test_nobody_else_is_believed(asked: Asked, proxy: str) -> None:
    assert asked(proxy) == "127.0.0.1 http"


def test_a_body_that_no_form_has_is_not_taken_in(asked: Asked) -> None:
    assert asked("", b"x" * LARGEST) == "127.0.0.1 http"
    with pytest.raises(urllib.error.HTTPError, match="413"):
        asked("", b"x" * (LARGEST + 1))


def test_a_proxy_that_is_no_address_is_refused() -> None:
    with pytest.raises(WrongUsage, match="RECRUIT_TRUSTED_PROXY"):
        read_settings({"RECRUIT_TRUSTED_PROXY": "*"})
