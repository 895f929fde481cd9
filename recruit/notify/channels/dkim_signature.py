"""Signs an e-mail so that receivers know whose it is (DKIM, RFC 6376).

Written out for the few headers that we write ourselves: the library for it counts with Python's
numbers and takes twenty times as long as OpenSSL; it checks these signatures in the tests.
"""

import re
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from recruit.core.clock import now

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

NAME: Final = "DKIM-Signature"
# RFC 8058, 4: the two that a mail program acts upon without asking its reader have to be covered.
SIGNED: Final = frozenset(
    {
        "from",
        "to",
        "reply-to",
        "subject",
        "date",
        "message-id",
        "list-unsubscribe",
        "list-unsubscribe-post",
        "mime-version",
        "content-type",
    }
)
WIDTH: Final = 72
BLANKS: Final = re.compile(r"[ \t\r\n]+")


@dataclass(frozen=True, slots=True)
class Signer:
    """Signs for `domain`; `<selector>._domainkey.<domain>` holds the public key in the DNS."""

    domain: str
    selector: str
    key: "RSAPrivateKey" = field(repr=False, compare=False)

    def signature(self, headers: Sequence[tuple[str, str]], body: bytes) -> str:
        """The value of the DKIM-Signature header of a message, its lines folded.

        `headers` are all different, `body` ends in one CR LF. "From" is signed once more than it
        is there: whoever adds a second one breaks the signature (RFC 6376, 8.15).
        """
        from cryptography.hazmat.primitives.asymmetric.padding import (  # noqa: PLC0415 - slow
            PKCS1v15,
        )
        from cryptography.hazmat.primitives.hashes import SHA256  # noqa: PLC0415 - the same

        signed = [(name, value) for name, value in headers if name.lower() in SIGNED]
        names = ":".join(("from", *(name.lower() for name, _ in signed)))
        tags = (
            f"v=1; a=rsa-sha256; c=relaxed/simple; d={self.domain}; s={self.selector};\r\n"
            f" t={int(now().timestamp())}; bh={b64encode(sha256(body).digest()).decode()};\r\n"
            f" h={names};\r\n b="
        )
        whole = "\r\n".join(_relaxed(name, value) for name, value in (*signed, (NAME, tags)))
        sign = b64encode(self.key.sign(whole.encode(), PKCS1v15(), SHA256())).decode()
        return tags + "\r\n ".join(sign[i : i + WIDTH] for i in range(0, len(sign), WIDTH))


def _relaxed(name: str, value: str) -> str:
    """A header as RFC 6376, 3.4.2 compares it."""
    return f"{name.lower()}:{BLANKS.sub(' ', value).strip(' ')}"
