"""E-mail through an SMTP server (RFC 5321) in two steps: all but the end, and then the end.

A server takes a message over when it has read the dot on a line of its own that ends it (4.1.1.4).
So that dot is what waits for leave; a connection that is cut before it leaves nothing behind.
"""

import time
from collections.abc import Callable, Container
from contextlib import suppress
from dataclasses import dataclass, field
from smtplib import SMTPException
from threading import local
from typing import Final

from recruit.notify.channels.mail import Mail, Sender, mail
from recruit.notify.channels.smtp_line import PATIENCE, Line, Patience, Server
from recruit.notify.letter import Letter, Outcome
from recruit.notify.stages import Fate

IDLE: Final = 15.0
"""Seconds after which a connection is not used again: some servers hang up soon after."""
OK: Final = range(200, 300)
GO_ON: Final = 354
DELAYS: Final = range(400, 500)
REFUSALS: Final = range(500, 600)
CLOSING: Final = 421
CLOSINGS: Final = frozenset({CLOSING, *range(300, 400)})  # the second kind is no answer to an end
NO_SUCH_LETTERS: Final = 553  # RFC 6531, 3.7.4.1: for an address that needs more than ASCII
# Said of us, not of the message: no sign-in, no TLS, a command unknown (RFC 5321, 4.2; 4954, 6).
ABOUT_US: Final = frozenset({500, 502, 503, 530, 534, 535, 538})
END: Final = b".\r\n"


@dataclass(frozen=True, slots=True)
class Smtp:
    """A transport of studies' messages, and a carrier of codes: one server, and whom mail is from.

    Each thread has a connection of its own, which it keeps for the next letter.
    """

    name: str
    server: Server
    sender: Sender
    patience: Patience = PATIENCE
    _kept: local = field(default_factory=local, repr=False, compare=False)

    def hand_over(self, letter: Letter, last: Callable[[], bool]) -> Fate:
        """As notify/worker.Transport says.

        NEVER only where this letter itself is refused for good: a server that cannot be reached,
        trusted or signed in to is somebody's to mend.
        """
        try:
            content = mail(letter, self.sender)
        except ValueError:
            return Fate.NEVER
        try:
            line = self._opened(content)
        except _Refused as refused:
            return refused.fate
        except (SMTPException, OSError):
            return Fate.LATER
        return self._completed(line, content, last)

    def send(self, letter: Letter) -> Outcome:
        """As notify/post.Carrier says: somebody waits for it, and twice is better than never."""
        fate = self.hand_over(letter, lambda: True)
        self.hang_up()  # the next code may be hours away
        return Outcome.of(fate)

    def hang_up(self) -> None:
        """End the connection that this thread has kept, if any, as RFC 5321, 4.1.1.10 wants."""
        line = self._take()
        if line:
            with suppress(SMTPException):
                line.quit()

    def _opened(self, content: Mail) -> Line:
        """A connection that waits for the content.

        Raises:
            _Refused, SMTPException, OSError: there is none.
        """
        kept = self._take()
        if kept:
            try:
                return self._offered(kept, content)
            except _Refused as refused:
                if refused.code != CLOSING:
                    raise
            except SMTPException:
                kept.close()
            # It has been hung up since the last letter, which says nothing of this one.
        return self._offered(self.server.call(self.sender.domain, self.patience), content)

    def _offered(self, line: Line, content: Mail) -> Line:
        try:
            _offer(line, content)
        except _Refused as refused:
            self._clear(line, refused.code)
            raise
        except BaseException:
            line.close()
            raise
        return line

    def _completed(self, line: Line, content: Mail, last: Callable[[], bool]) -> Fate:
        """Send the content, and its end where there is leave for it."""
        try:
            line.send(_stuffed(content.content))
        except SMTPException:
            return Fate.LATER
        # A server that speaks before the end has given up, or is gone: it has taken nothing.
        if line.has_spoken():
            line.cut()
            return Fate.LATER
        try:
            may_end = last()
        except BaseException:
            line.cut()
            raise
        if not may_end or line.has_spoken():
            # No QUIT, nothing: what was sent so far is half a message, and has to stay that.
            line.cut()
            return Fate.LATER if may_end else Fate.HELD
        try:
            line.send(END)
            code, _ = line.answer(self.patience.last_answer)
        except SMTPException:
            return Fate.UNSURE
        if code in CLOSINGS:
            line.close()
        else:
            self._keep(line)
        return _fate_of_all(code)

    def _clear(self, line: Line, code: int) -> None:
        """Make a connection ready for another letter after this one was refused, or end it."""
        with suppress(SMTPException):
            if line.sock and code != CLOSING and line.rset()[0] in OK:
                self._keep(line)
                return
        line.close()

    def _keep(self, line: Line) -> None:
        self._kept.line, self._kept.since = line, time.monotonic()

    def _take(self) -> Line | None:
        """The connection of this thread, unless it has rested for long or was hung up."""
        line: Line | None = getattr(self._kept, "line", None)
        if line is None:
            return None
        self._kept.line = None
        if time.monotonic() - self._kept.since > IDLE or line.has_spoken():
            line.close()
            return None
        return line


class _Refused(Exception):
    """What a server said instead of waiting for the content."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code

    @property
    def fate(self) -> Fate:
        """What it means for the letter."""
        is_final = self.code in REFUSALS and self.code not in ABOUT_US
        return Fate.NEVER if is_final else Fate.LATER


def _offer(line: Line, content: Mail) -> None:
    """Say whom a mail is from and to, and wait for leave to send it.

    Everything at once where the server can read so (RFC 2920); it answers each in its turn.

    Raises:
        _Refused: what was answered first of all that was not wanted.
        SMTPException: the line is closed.
    """
    commands = _commands(line, content)
    at_once = line.has_extn("pipelining")
    if at_once:
        line.send(b"".join(command for command, _ in commands))
    refused: _Refused | None = None
    code = 0
    for command, wanted in commands:
        if not at_once:
            line.send(command)
        try:
            code, _ = line.getreply()
        except SMTPException:
            if refused:
                raise refused from None
            raise
        if code not in wanted and refused is None:
            refused = _Refused(code)
            if not at_once:
                raise refused
    if refused:
        if code == GO_ON:  # it waits for the content all the same: it must not get any
            line.close()
        raise refused


def _commands(line: Line, content: Mail) -> tuple[tuple[bytes, Container[int]], ...]:
    """What to say, each with the answers that are wanted."""
    letters = ""
    if not content.to.isascii():
        if not line.has_extn("smtputf8"):
            raise _Refused(NO_SUCH_LETTERS)
        letters = " SMTPUTF8 BODY=8BITMIME"
    return (
        (f"MAIL FROM:<{content.return_path}>{letters}\r\n".encode(), OK),
        (f"RCPT TO:<{content.to}>\r\n".encode(), OK),
        (b"DATA\r\n", (GO_ON,)),
    )


def _stuffed(content: bytes) -> bytes:
    """A dot more at each line that begins with one (RFC 5321, 4.5.2); the first never does."""
    return content.replace(b"\r\n.", b"\r\n..")


def _fate_of_all(code: int) -> Fate:
    """What the answer to the whole message means."""
    if code in OK:
        return Fate.SENT
    if code in REFUSALS:
        return Fate.NEVER
    return Fate.LATER if code in DELAYS else Fate.UNSURE
