"""One POST to a provider, asked for leave before its last byte and bounded in time and size.

No redirect is followed and no proxy asked: the text would go to somebody else.
"""

import json
import socket
import ssl
import struct
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from threading import Timer
from typing import Any, Final
from urllib.parse import urlsplit

from recruit.notify.stages import Fate

CONNECT: Final = 10.0  # seconds until the head has been sent
PATIENCE: Final = 20.0  # seconds in all, however slowly the provider drips
LARGEST: Final = 64 * 1024  # bytes of an answer that are read
HTTP: Final = 80
HTTPS: Final = 443


@dataclass(frozen=True, slots=True)
class Limits:
    """How long one POST may take, in seconds: to send its head, and in all."""

    connect: float = CONNECT
    whole: float = PATIENCE


LIMITS: Final = Limits()


@dataclass(frozen=True, slots=True)
class Answer:
    """What a provider answered: its HTTP status, and the JSON object in it; None for all else."""

    status: int
    said: Mapping[str, Any] | None = field(repr=False)


def ask(
    url: str,
    headers: Mapping[str, str],
    body: bytes,
    last: Callable[[], bool],
    limits: Limits,
) -> Answer | Fate:
    """POST `body`, of at least one byte; the answer, or the fate of what got none.

    LATER while the last byte had not left, HELD where `last` forbade it, UNSURE after it.
    """
    began = time.monotonic()
    try:
        connection, twin = _connected(url, limits.connect)
    except (OSError, ValueError):
        return Fate.LATER
    with twin, _closed(connection):
        try:
            with _cut_after(twin, limits.connect):
                _begin(connection, url, {**headers, "Content-Length": str(len(body))}, body[:-1])
        except (OSError, HTTPException):
            return Fate.LATER
        spent = time.monotonic() - began
        if not last():
            return Fate.HELD
        try:
            with _cut_after(twin, limits.whole - spent):
                connection.send(body[-1:])
                answer = _answer(connection)
                _linger(twin, reset=False)
                return answer
        except (OSError, HTTPException):
            return Fate.UNSURE


def _connected(url: str, seconds: float) -> tuple[HTTPConnection, socket.socket]:
    """A connection, TLS and all, and a second handle by which another thread can cut it."""
    parts = urlsplit(url)
    host, tls = parts.hostname or "", parts.scheme == "https"
    port = parts.port or (HTTPS if tls else HTTP)
    door = socket.create_connection((host, port), timeout=seconds)
    twin = door.dup()
    _linger(twin, reset=True)
    try:
        # A timeout bounds each wait for a byte; dripping is cut short by the clock.
        with _cut_after(twin, seconds):
            safe = (
                ssl.create_default_context().wrap_socket(door, server_hostname=host)
                if tls
                else door
            )
    except BaseException:
        door.close()
        twin.close()
        raise
    connection = HTTPConnection(host, port)
    connection.sock = safe
    return connection, twin


def _linger(twin: socket.socket, *, reset: bool) -> None:
    """Whether closing takes back what has not left this machine yet.

    A closed connection goes on sending what waits in it: a provider that only comes to read it when
    we have long given up would take a message that nobody counts as sent. `twin` is closed last.
    """
    twin.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", reset, 0))


@contextmanager
def _closed(connection: HTTPConnection) -> Iterator[None]:
    """Close a connection at the end, whatever happens."""
    try:
        yield
    finally:
        connection.close()


@contextmanager
def _cut_after(twin: socket.socket, seconds: float) -> Iterator[None]:
    """Cut the connection when this takes longer: whoever waits on it goes on at once."""

    def cut() -> None:
        with suppress(OSError):  # it is over already
            twin.shutdown(socket.SHUT_RDWR)

    end = Timer(max(seconds, 0), cut)
    end.daemon = True
    end.start()
    try:
        yield
    finally:
        end.cancel()


def _begin(connection: HTTPConnection, url: str, headers: Mapping[str, str], most: bytes) -> None:
    parts = urlsplit(url)
    connection.putrequest("POST", f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}")
    for name, value in headers.items():
        connection.putheader(name, value)
    connection.endheaders(most)


def _answer(connection: HTTPConnection) -> Answer:
    response = connection.getresponse()
    whole = response.read(LARGEST + 1)
    said = None
    if "json" in (response.getheader("Content-Type") or "").lower() and len(whole) <= LARGEST:
        with suppress(ValueError, RecursionError):
            said = json.loads(whole)
    return Answer(response.status, said if isinstance(said, dict) else None)
