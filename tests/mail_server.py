"""A mail server on this machine that does as a script says, and keeps what it has taken."""

import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final


class Stage(StrEnum):
    """Where the server has something to say."""

    GREETING = "greeting"
    EHLO = "ehlo"
    MAIL = "mail"
    RCPT = "rcpt"
    DATA = "data"
    CONTENT = "content"
    """When the first of the content has come; a good server is silent here."""
    END = "end"
    RSET = "rset"
    QUIT = "quit"


STALL: Final = "stall"
RESET: Final = "reset"
HANG_UP: Final = "hang up"
DRIP: Final = "drip"
PAUSE: Final = "pause"
"""Look away for a second, then go on as a good server."""
TAKE_AND_STALL: Final = "take and stall"
TAKE_AND_RESET: Final = "take and reset"
ENDINGS: Final = frozenset({STALL, RESET, HANG_UP, DRIP, TAKE_AND_STALL, TAKE_AND_RESET})
TAKES: Final = frozenset({TAKE_AND_STALL, TAKE_AND_RESET})
GOOD: Final = {
    Stage.GREETING: "220 here",
    Stage.EHLO: "250 here",
    Stage.MAIL: "250 OK",
    Stage.RCPT: "250 OK",
    Stage.DATA: "354 go on",
    Stage.CONTENT: "",
    Stage.END: "250 taken",
    Stage.RSET: "250 OK",
    Stage.QUIT: "221 bye",
}


class _OverError(Exception):
    """This visit is over."""


@dataclass
class MailServer:
    """`script` says what to do at a stage, the first time and the next; else it is a good one.

    An act is an answer ("451 busy"; several lines or none as they are), or one of the words above.
    """

    script: dict[Stage, list[str]] = field(default_factory=dict)
    extensions: tuple[str, ...] = ()
    reads_at_once: int = 0
    """Bytes that wait on its side at most; 0 leaves that to the system."""
    taken: list[bytes] = field(default_factory=list)
    halves: list[bytes] = field(default_factory=list)
    """What came of a message whose end never did."""
    heard: list[str] = field(default_factory=list)
    visits: int = 0
    port: int = 0
    _over: threading.Event = field(default_factory=threading.Event)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @contextmanager
    def open(self) -> Iterator["MailServer"]:
        """Take visitors until the end of the block."""
        threads = []
        with socket.create_server(("127.0.0.1", 0)) as door:
            self.port = door.getsockname()[1]
            if self.reads_at_once:
                door.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, self.reads_at_once)

            def receive() -> None:
                with suppress(OSError):
                    while not self._over.is_set():
                        visitor, _ = door.accept()
                        self.visits += 1
                        each = threading.Thread(target=self._serve, args=(visitor,))
                        threads.append(each)
                        each.start()

            receiver = threading.Thread(target=receive)
            receiver.start()
            try:
                yield self
            finally:
                self._over.set()
                door.shutdown(socket.SHUT_RDWR)
                receiver.join()
                for each in threads:
                    each.join()

    def _serve(self, visitor: socket.socket) -> None:
        with visitor, suppress(OSError, _OverError):
            visitor.settimeout(5)
            _Visit(self, visitor).go_through()

    def _act(self, stage: Stage) -> str:
        with self._lock:
            acts = self.script.get(stage)
            return acts.pop(0) if acts else GOOD[stage]


class _Visit:
    def __init__(self, server: MailServer, visitor: socket.socket) -> None:
        self.server = server
        self.visitor = visitor
        self.unread = b""

    def go_through(self) -> None:
        self.do(Stage.GREETING)
        while True:
            line = self.until(b"\r\n").decode()
            self.server.heard.append(line)
            stage = _stage(line)
            self.do(stage)
            if stage is Stage.QUIT:
                return

    def do(self, stage: Stage) -> None:
        act = self.server._act(stage)  # noqa: SLF001 - its own
        if act == PAUSE:
            self.server._over.wait(1)  # noqa: SLF001 - its own
            act = GOOD[stage]
        if act in ENDINGS:
            self.leave(act)
        if stage is Stage.EHLO and act == GOOD[stage]:
            *firsts, final = ["here", *self.server.extensions]
            act = "\r\n".join([*(f"250-{line}" for line in firsts), f"250 {final}"])
        if act:
            self.visitor.sendall(act.encode() + b"\r\n")
        if act.startswith("421"):
            raise _OverError
        if stage is Stage.DATA and act.startswith("354"):
            self.content()

    def leave(self, how: str) -> None:
        over = self.server._over  # noqa: SLF001 - its own
        if how in {RESET, TAKE_AND_RESET}:
            # Close with RST: what the visitor has not read is lost to them.
            self.visitor.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        elif how in {STALL, TAKE_AND_STALL}:
            over.wait(5)
        elif how == DRIP:
            while not over.wait(0.05):
                self.visitor.sendall(b"250-still thinking\r\n")
        raise _OverError

    def content(self) -> None:
        content = b""
        try:
            if not self.unread:
                self.more()
            self.do(Stage.CONTENT)
            while not content.endswith(b"\r\n.\r\n"):
                content += self.until(b"\r\n") + b"\r\n"
        except (OSError, _OverError):
            self.server.halves.append(content + self.unread)
            raise
        self.ended(content.removesuffix(b".\r\n").replace(b"\r\n..", b"\r\n."))

    def ended(self, content: bytes) -> None:
        acts = self.server.script.get(Stage.END)
        act = acts[0] if acts else GOOD[Stage.END]
        if act.startswith("2") or act in TAKES:
            self.server.taken.append(content)
        self.do(Stage.END)

    def until(self, end: bytes) -> bytes:
        while end not in self.unread:
            self.more()
        line, _, self.unread = self.unread.partition(end)
        return line

    def more(self) -> None:
        came = self.visitor.recv(65536)
        if not came:
            raise _OverError
        self.unread += came


def _stage(line: str) -> Stage:
    verb = line[:4].lower()
    return Stage.EHLO if verb == "helo" else Stage(verb)
