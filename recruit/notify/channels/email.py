"""E-mail through an SMTP server (RFC 5321), with TLS always except to this very machine."""

import ssl
from collections.abc import Collection
from dataclasses import dataclass, field
from smtplib import (
    SMTP,
    SMTP_SSL,
    SMTPDataError,
    SMTPException,
    SMTPRecipientsRefused,
)
from typing import Final

from recruit.core.loopback import is_loopback
from recruit.notify.channels.mail import mail, reachable
from recruit.notify.letter import Letter, Outcome

TIMEOUT: Final = 20.0  # seconds, for each answer of the server
PERMANENT: Final = 500  # RFC 5321, 4.2.1: 5yz will fail again, 4yz may not


@dataclass(frozen=True, slots=True)
class Smtp:
    """A server that takes e-mail; `sender` is the address it comes from.

    `tls_first` speaks TLS from the first byte (RFC 8314); otherwise STARTTLS is demanded.
    """

    host: str
    port: int
    sender: str
    user: str = ""
    password: str = field(default="", repr=False)
    tls_first: bool = False
    timeout: float = TIMEOUT

    def send(self, letter: Letter) -> Outcome:
        """Hand one over; NEVER only where this letter itself is refused for good.

        A server that cannot be reached, trusted or signed in to is somebody's to mend.
        """
        try:
            message, to = mail(letter, self.sender), reachable(letter.to)
        except ValueError:
            return Outcome.NEVER
        try:
            with self._connected() as server:
                server.send_message(message, from_addr=self.sender, to_addrs=[to])
        except SMTPRecipientsRefused as refused:
            return _refused([code for code, _ in refused.recipients.values()])
        except SMTPDataError as refused:
            return _refused([refused.smtp_code])
        except (SMTPException, OSError):
            return Outcome.LATER
        return Outcome.SENT

    def _connected(self) -> SMTP:
        context = ssl.create_default_context()
        if self.tls_first:
            server: SMTP = SMTP_SSL(self.host, self.port, timeout=self.timeout, context=context)
        else:
            server = SMTP(self.host, self.port, timeout=self.timeout)
        try:
            if not self.tls_first and not is_loopback(self.host):
                server.starttls(context=context)
            if self.user:
                server.login(self.user, self.password)
        except BaseException:
            server.close()
            raise
        return server


def _refused(codes: Collection[int]) -> Outcome:
    return Outcome.NEVER if all(code >= PERMANENT for code in codes) else Outcome.LATER
