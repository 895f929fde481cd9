"""A real HTTP server on this machine that stands for a gateway, and answers as it is told to."""

import socket
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field

JSON = "application/json"


@dataclass(frozen=True)
class Said:
    """What a gateway answers: status, media type, body; each `drip` seconds a byte of it."""

    status: int = 200
    body: bytes = b"{}"
    kind: str = JSON
    more: str = ""
    drip: float = 0.0

    @property
    def head(self) -> bytes:
        lines = f"HTTP/1.1 {self.status} Said\r\nContent-Type: {self.kind}\r\n{self.more}"
        return f"{lines}Content-Length: {len(self.body)}\r\nConnection: close\r\n\r\n".encode()


@dataclass
class Gateway:
    """Takes one request after the other; what came stands in `requests`, as bytes."""

    url: str
    says: Said | str = field(default_factory=Said)
    """What it answers; "reset", "hang up" or "silence" for what it does instead."""
    requests: list[bytes] = field(default_factory=list)
    ended: int = 0
    """How many connections were ended before a whole request had come."""

    @property
    def bodies(self) -> list[bytes]:
        return [request.partition(b"\r\n\r\n")[2] for request in self.requests]

    @property
    def heads(self) -> list[str]:
        return [request.partition(b"\r\n\r\n")[0].decode() for request in self.requests]

    def serve(self, door: socket.socket) -> None:
        while True:
            try:
                visitor, _ = door.accept()
            except OSError:
                return
            with suppress(OSError), closing(visitor):
                self.answer(visitor)

    def answer(self, visitor: socket.socket) -> None:
        visitor.settimeout(10)
        try:
            request = whole_request(visitor)
        except ConnectionResetError:
            request = None
        if request is None:
            self.ended += 1
            return
        self.requests.append(request)
        match self.says:
            case Said() as said:
                visitor.sendall(said.head)
                step = 1 if said.drip else max(1, len(said.body))
                for start in range(0, len(said.body), step):
                    visitor.sendall(said.body[start : start + step])
                    time.sleep(said.drip)
            case "reset":
                visitor.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            case "silence":
                visitor.recv(1)  # until the other side gives up


def whole_request(visitor: socket.socket) -> bytes | None:
    """A request to its last byte; None where the other side ended before."""
    came = b""
    while True:
        head, end, body = came.partition(b"\r\n\r\n")
        lengths = [line for line in head.lower().split(b"\r\n") if b"content-length:" in line]
        if end and len(body) >= int(lengths[0].partition(b":")[2]):
            return came
        part = visitor.recv(65536)
        if not part:
            return None
        came += part


@contextmanager
def gateway() -> Iterator[Gateway]:
    """A gateway that runs until the end of the block."""
    with closing(socket.create_server(("127.0.0.1", 0))) as door:
        running = Gateway(f"http://127.0.0.1:{door.getsockname()[1]}/messages")
        threading.Thread(target=running.serve, args=(door,), daemon=True).start()
        yield running


def free_port() -> int:
    """A port of this machine that nobody listens at."""
    with closing(socket.socket()) as door:
        door.bind(("127.0.0.1", 0))
        port: int = door.getsockname()[1]
        return port
