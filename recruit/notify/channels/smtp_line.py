"""A connection to a mail server (RFC 5321) on which nothing is waited for longer than it was told.

The standard library bounds the wait for each byte; a server that sends one now and then would hold
a worker for ever. Here a whole answer has its time.
"""

import re
import socket
import ssl
import struct
import time
from dataclasses import dataclass, field
from smtplib import SMTP, SMTP_SSL, SMTPException, SMTPServerDisconnected
from typing import Final
from urllib.parse import unquote, urlsplit

from recruit.core.loopback import is_loopback

SUBMISSION: Final = 587  # RFC 6409
SUBMISSIONS: Final = 465  # RFC 8314
COMMAND: Final = 10.0  # seconds to connect, and for the answer to each command
LAST_ANSWER: Final = 20.0  # seconds for the answer to a whole message: servers look through it
LONGEST_ANSWER: Final = 64 * 1024  # bytes
ANSWER: Final = re.compile(rb"([2-5][0-9]{2})(?:([- ])[^\r\n]*)?\r?\n")


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a server is waited for, in seconds: for any command, and for the last answer."""

    command: float = COMMAND
    last_answer: float = LAST_ANSWER


PATIENCE: Final = Patience()


class Line(SMTP):
    """A connection that reads whole answers within a time, and nothing that is none."""

    _unread = b""

    def getreply(self) -> tuple[int, bytes]:
        """The code and the words of the next answer.

        Raises:
            SMTPServerDisconnected: none came in time, or what came is none; the line is closed.
        """
        return self.answer(self.timeout)

    def answer(self, seconds: float) -> tuple[int, bytes]:
        """As `getreply`, with a time of its own."""
        until = time.monotonic() + seconds
        words: list[bytes] = []
        try:
            while True:
                line = ANSWER.fullmatch(self._line(until))
                if line is None:
                    raise SMTPServerDisconnected
                words.append(line[0][4:].strip())
                if line[2] != b"-":
                    return int(line[1]), b"\n".join(words)
        except (OSError, SMTPException) as error:
            self.cut()
            raise SMTPServerDisconnected from error
        finally:
            if self.sock:
                self.sock.settimeout(self.timeout)

    def has_spoken(self) -> bool:
        """Whether the server says something though nothing was asked, or has hung up."""
        if self._unread or not self.sock:
            return True
        self.sock.settimeout(0)
        try:
            self._unread = self.sock.recv(1)
        except (BlockingIOError, ssl.SSLWantReadError):
            return False
        except OSError:
            return True
        finally:
            self.sock.settimeout(self.timeout)
        return True

    def cut(self) -> None:
        """End it at once, and take back what has not left this machine yet.

        A closed connection goes on sending what waits in it: a server that only comes to read it
        when we have long given up would take a message that nobody counts as sent.
        """
        if self.sock:
            self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close()

    def starttls(self, *, context: ssl.SSLContext | None = None) -> tuple[int, bytes]:  # type: ignore[override]  # without the files of keys that Python has given up
        """Speak TLS from here on; what was said before in the clear is forgotten."""
        said = super().starttls(context=context)
        self._unread = b""
        return said

    def _line(self, until: float) -> bytes:
        while b"\n" not in self._unread:
            left = until - time.monotonic()
            if left <= 0 or len(self._unread) > LONGEST_ANSWER or not self.sock:
                raise SMTPServerDisconnected
            self.sock.settimeout(left)
            came = self.sock.recv(8192)
            if not came:
                raise SMTPServerDisconnected
            self._unread += came
        line, end, self._unread = self._unread.partition(b"\n")
        return line + end

    def __del__(self) -> None:
        """A worker's thread that ends takes its connection with it."""
        self.close()


class _TlsLine(Line, SMTP_SSL):
    """One that speaks TLS from the first byte (RFC 8314)."""


@dataclass(frozen=True, slots=True)
class Server:
    """A server that takes e-mail, and who we are there.

    With `tls_first` TLS is spoken from the first byte; otherwise STARTTLS is demanded, except of
    this very machine.
    """

    host: str
    port: int
    user: str = ""
    password: str = field(default="", repr=False)
    tls_first: bool = False

    @classmethod
    def of(cls, url: str) -> "Server":
        """The one at smtp://user:password@host:port, or smtps://."""
        parts = urlsplit(url)
        tls_first = parts.scheme == "smtps"
        return cls(
            host=parts.hostname or "",
            port=parts.port or (SUBMISSIONS if tls_first else SUBMISSION),
            user=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
            tls_first=tls_first,
        )

    def call(self, own_name: str, patience: Patience) -> Line:
        """A connection, greeted and signed in; `own_name` is who we say we are (RFC 5321, 4.1.4).

        Raises:
            SMTPException, OSError: it cannot be reached, trusted or signed in to.
        """
        context = ssl.create_default_context()
        # Without a name, the standard library would ask the DNS for one at each connection.
        if self.tls_first:
            line: Line = _TlsLine(
                self.host, self.port, own_name, timeout=patience.command, context=context
            )
        else:
            line = Line(self.host, self.port, own_name, timeout=patience.command)
        try:
            if line.sock:  # the end of a message is three bytes, which must not wait for more
                line.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if not self.tls_first and not is_loopback(self.host):
                line.starttls(context=context)
            if self.user:
                line.login(self.user, self.password)
            line.ehlo_or_helo_if_needed()
        except BaseException:
            line.close()
            raise
        return line
