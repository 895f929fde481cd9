"""A registry that misbehaves, on a real socket: where it sends us nobody goes."""

import gzip
import re
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
import urllib3
from urllib3.util import Retry

from recruit.core.errors import Refusal, Unreachable
from recruit.trials import registry
from recruit.trials.registry import Patience, Registry

NUMBER = "NCT90000001"
ONCE = Patience(Retry(total=0, redirect=0), (2, 2), 10)
Answer = Callable[[BaseHTTPRequestHandler], None]


@contextmanager
def serving(answer: Answer) -> Iterator[tuple[int, list[str]]]:
    """A server on loopback: its port and the paths it was asked for."""
    seen: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            seen.append(self.path)
            answer(self)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its signature
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server.server_port, seen
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Callable[[Answer], object]:
    """Fetches the number from a registry that answers so."""

    def fetch(answer: Answer) -> object:
        with serving(answer) as (port, _):
            ours = Registry("Loopback", re.compile(NUMBER), f"http://127.0.0.1:{port}/{{number}}")
            monkeypatch.setattr(registry, "REGISTRIES", (ours,))
            return registry.fetch(NUMBER, ONCE).value

    return fetch


def moved(to: str) -> Answer:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(302)
        handler.send_header("Location", to)
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    return answer


def body(data: bytes, *, promised: int | None = None, **headers: str) -> Answer:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.send_header("Content-Length", str(len(data) if promised is None else promised))
        handler.end_headers()
        handler.wfile.write(data)

    return answer


def test_what_the_registry_answers_is_read(asked: Callable[[Answer], object]) -> None:
    assert asked(body(b'{"a": 1}')) == {"a": 1}


def test_another_host_that_the_registry_names_sees_no_connection(
    asked: Callable[[Answer], object],
) -> None:
    with serving(body(b'{"stolen": true}')) as (port, seen):
        for to in (f"http://127.0.0.1:{port}/x", f"//127.0.0.1:{port}/x"):
            with pytest.raises(Refusal, match="sends us to another address"):
                asked(moved(to))
        assert seen == []


@pytest.mark.parametrize(
    "to",
    [
        "http://169.254.169.254/latest/meta-data/",
        "http://10.0.0.1/",
        "http://192.168.1.1/admin",
        "http://[fe80::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://0/",
        "http://2130706433/",
        "https://elsewhere.example/",
        "ftp://elsewhere.example/",
        "gopher://127.0.0.1:70/",
    ],
)
def test_an_address_of_a_network_of_ours_is_refused_without_connecting(
    to: str, asked: Callable[[Answer], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[str] = []
    connect = urllib3.util.connection.create_connection

    def recorded(address: tuple[str, int], *more: object, **named: object) -> socket.socket:
        tried.append(address[0])
        if address[0] != "127.0.0.1":
            raise OSError
        return connect(address, *more, **named)  # type: ignore[arg-type]  # as it came

    monkeypatch.setattr(urllib3.util.connection, "create_connection", recorded)
    with pytest.raises(Refusal, match="sends us to another address"):
        asked(moved(to))
    assert tried == ["127.0.0.1"]


def test_half_a_page_is_unreachable_or_refused_and_never_half_read(
    asked: Callable[[Answer], object],
) -> None:
    with pytest.raises(Unreachable):
        asked(body(b'{"protocolSection": {', promised=5000))
    with pytest.raises(Refusal, match="this is not JSON, or it ends too early"):
        asked(body(b'{"protocolSection": {'))


def test_a_page_instead_of_a_study_is_refused(asked: Callable[[Answer], object]) -> None:
    with pytest.raises(Refusal, match="this is a web page or XML, not JSON"):
        asked(body(b"<!doctype html><title>Not here</title>", Content_Type="text/html"))


def test_an_answer_that_swells_is_refused_once_it_is_too_large(
    asked: Callable[[Answer], object],
) -> None:
    packed = gzip.compress(b" " * (40 << 20))
    assert len(packed) < 1 << 20
    with pytest.raises(Refusal, match="the document is larger than 32 MB"):
        asked(body(packed, Content_Encoding="gzip"))
