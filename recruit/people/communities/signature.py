"""How what we push is signed: HMAC-SHA256 over the moment and the body (docs/formats.md).

`Recruit-Signature: t=<seconds since 1970>,v1=<64 hexadecimal digits>`. The moment is signed along,
so that a copy of an old request can be told by its age.
"""

import hmac
from datetime import datetime
from hashlib import sha256
from typing import Final

HEADER: Final = "Recruit-Signature"
EVENT_HEADER: Final = "Recruit-Event"


def headers(secret: str, event: str, body: bytes, at: datetime) -> dict[str, str]:
    """What goes with `body`, signed at `at`; `event` is its identifier, the same at each try."""
    seconds = int(at.timestamp())
    digest = hmac.new(secret.encode(), f"{seconds}.".encode() + body, sha256).hexdigest()
    return {
        "Content-Type": "application/json",
        EVENT_HEADER: event,
        HEADER: f"t={seconds},v1={digest}",
    }
