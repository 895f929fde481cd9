"""An e-mail as the internet knows it (RFC 5322): its headers, its parts, and its envelope.

Written out by hand, in ASCII lines that no server on the way has a reason to change: signatures
hold, and it takes a tenth of the time of the standard library's message, which counts when
thousands go out.
"""

import re
import unicodedata
from binascii import b2a_qp
from dataclasses import dataclass, field
from email.header import Header
from email.utils import format_datetime
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Final

from email_validator import validate_email

from recruit.core.clock import now
from recruit.notify.channels.dkim_signature import NAME as SIGNATURE
from recruit.notify.channels.dkim_signature import Signer
from recruit.notify.letter import Letter

if TYPE_CHECKING:
    from css_inline import CSSInliner

NAME: Final = "Recruit"
REFERENCE: Final = re.compile("[0-9a-f]{32}")
LINK: Final = re.compile(r"https?://[!#-;=?-~]{1,900}")
"""What can stand in <> in a header (RFC 2369, 2), in a line that is no longer than may be."""
METHOD: Final = re.compile(r"^METHOD:(PUBLISH|CANCEL)\r$", re.MULTILINE)
WIDTH: Final = 78  # RFC 5322, 2.1.1: letters of a line, better no more than these
UNSEEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Unicode's categories of what breaks lines, turns writing round, or is no letter at all."""


@dataclass(frozen=True, slots=True)
class Sender:
    """Whom e-mail comes from.

    `address` is what its reader sees, `reply_to` where answers go. With `bounces`, each message has
    a return address of its own, which names it whatever a receiving server writes (VERP):
    bounce@example.org becomes bounce+<reference>@example.org.
    """

    address: str
    reply_to: str = ""
    bounces: str = ""
    signer: Signer | None = None

    @property
    def domain(self) -> str:
        """The part of the address after the @."""
        return self.address.rpartition("@")[2]

    def return_path(self, reference: str) -> str:
        """The address that the message with this reference comes back to."""
        if not self.bounces:
            return self.address
        name, _, domain = self.bounces.rpartition("@")
        return f"{name}+{reference}@{domain}"


@dataclass(frozen=True, slots=True)
class Mail:
    """A message and its envelope (RFC 5321, 2.3.1). `content` ends in CR LF."""

    return_path: str
    to: str = field(repr=False)
    content: bytes = field(repr=False)


def mail(letter: Letter, sender: Sender) -> Mail:
    """The letter as a message from `sender`.

    Raises:
        ValueError: no e-mail can go to this address, or something would break out of its header.
    """
    if not REFERENCE.fullmatch(letter.reference):
        raise ValueError
    to = reachable(letter.to)
    kind, body = _body(letter)
    headers = [
        ("From", f"{NAME} <{one_line(sender.address)}>"),
        ("To", to),
        ("Subject", _words("Subject", one_line(letter.subject))),
        ("Date", format_datetime(now())),
        # The same at every try: a receiving server may know a repeat by it.
        ("Message-ID", f"<{letter.reference}@{sender.domain}>"),
        # RFC 3834: no robot should answer, an absence notice least of all.
        ("Auto-Submitted", "auto-generated"),
        ("MIME-Version", "1.0"),
        *kind,
    ]
    if sender.reply_to:
        headers.append(("Reply-To", one_line(sender.reply_to)))
    if letter.language:
        headers.append(("Content-Language", one_line(letter.language)))
    if letter.one_click:
        headers += _unsubscribing(letter, sender)
    if sender.signer:
        headers.insert(0, (SIGNATURE, sender.signer.signature(headers, body)))
    head = "".join(f"{name}: {value}\r\n" for name, value in headers)
    return Mail(sender.return_path(letter.reference), to, head.encode() + b"\r\n" + body)


def reachable(address: str) -> str:
    """The address as servers know it: a domain in other letters as its ASCII form (RFC 5891).

    Raises:
        ValueError: it is none.
    """
    checked = validate_email(address, check_deliverability=False)
    return checked.ascii_email or checked.normalized


def one_line(text: str) -> str:
    """The text, if it can stand in a header and is read as it is written; spaces may be any.

    Raises:
        ValueError: it is empty, or something unseen is in it: CR, LF, what turns writing round.
    """
    # What Python calls printable has nothing of it; the rest may be a space that does not break.
    if text.isprintable() and text:
        return text
    if not text or any(unicodedata.category(sign) in UNSEEN for sign in text):
        raise ValueError
    return text


@lru_cache(maxsize=64)
def _words(name: str, text: str) -> str:
    """Words in a header, in ASCII; "=?" would be read as the beginning of encoded ones.

    Kept for a while: an approved subject is the same for everybody.
    """
    if text.isascii() and len(name) + len(text) < WIDTH - 2 and "=?" not in text:
        return text
    return Header(text, "utf-8", WIDTH - 2, name).encode(linesep="\r\n")


def _unsubscribing(letter: Letter, sender: Sender) -> list[tuple[str, str]]:
    """RFC 8058, 3.1: a mail program that is told to stop posts this form to this address.

    Those that know mail alone (RFC 2369, 3.2) write to where bounces go, which names the message.
    """
    if not LINK.fullmatch(letter.one_click):
        raise ValueError
    ways = f"<{letter.one_click}>"
    if sender.bounces:
        ways += f",\r\n <mailto:{sender.return_path(letter.reference)}?subject=STOP>"
    return [
        ("List-Unsubscribe", ways),
        ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"),
    ]


Part = tuple[list[tuple[str, str]], bytes]
"""The headers that say what a part is, and its content, which ends in CR LF."""


def _body(letter: Letter) -> Part:
    """Text and HTML side by side, and an appointment as both a part and a file."""
    parts = [_text("plain", letter.text)]
    if letter.html:
        parts.append(_text("html", _inlined(letter.html)))
    if not letter.calendar:
        return _multipart("alternative", letter.reference, parts) if letter.html else parts[0]
    found = METHOD.search(letter.calendar)
    if not found:
        raise ValueError
    parts.append(_text("calendar", letter.calendar, f"; method={found[1]}"))
    file = _text("calendar", letter.calendar, f"; method={found[1]}")
    file[0].append(("Content-Disposition", 'attachment; filename="appointment.ics"'))
    return _multipart(
        "mixed", letter.reference, [_multipart("alternative", letter.reference, parts), file]
    )


def _text(kind: str, text: str, more: str = "") -> Part:
    """A part in lines of at most 76 ASCII letters (RFC 2045, 6.7), however long the text's are."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").rstrip("\n") + "\n"
    written = b2a_qp(lines.encode(), istext=True).replace(b"\n", b"\r\n")
    return [
        ("Content-Type", f'text/{kind}; charset="utf-8"{more}'),
        ("Content-Transfer-Encoding", "quoted-printable"),
    ], written


def _multipart(kind: str, reference: str, parts: list[Part]) -> Part:
    # Quoted-printable never holds "=_", so this line stands in no part. The CR LF before it belongs
    # to it, and each part keeps its own (RFC 2046, 5.1.1).
    boundary = f"=_{kind}_{reference}"
    pieces = []
    for headers, body in parts:
        head = "".join(f"{name}: {value}\r\n" for name, value in headers)
        pieces.append(f"--{boundary}\r\n{head}\r\n".encode() + body + b"\r\n")
    pieces.append(f"--{boundary}--\r\n".encode())
    return [("Content-Type", f'multipart/{kind};\r\n boundary="{boundary}"')], b"".join(pieces)


def _inlined(html: str) -> str:
    """The page with its rules at each element: mail programs drop those in the head."""
    return _inliner().inline(html) if "<style" in html else html


@cache
def _inliner() -> "CSSInliner":
    from css_inline import CSSInliner  # noqa: PLC0415 - slow to import

    return CSSInliner(load_remote_stylesheets=False, keep_at_rules=True)
