"""How what we push is signed, and what is posted to us: HMAC-SHA256 over the moment and the body.

`Recruit-Signature: t=<seconds since 1970>,v1=<64 hexadecimal digits>`. The moment is signed along,
so that a copy of an old request can be told by its age (docs/formats.md).
"""

import hmac
import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

HEADER: Final = "Recruit-Signature"
EVENT_HEADER: Final = "Recruit-Event"
SIGNED: Final = re.compile(r"t=(\d{1,12}),v1=([0-9a-f]{64})")
WINDOW: Final = timedelta(minutes=5)
"""So far a request's own moment may lie from ours: a copy of an older one is refused."""


def headers(secret: str, event: str, body: bytes, at: datetime) -> dict[str, str]:
    """What goes with `body`, signed at `at`; `event` is its identifier, the same at each try."""
    seconds = int(at.timestamp())
    return {
        "Content-Type": "application/json",
        EVENT_HEADER: event,
        HEADER: f"t={seconds},v1={_digest(secret, seconds, body)}",
    }


def is_signed(header: str, body: bytes, secrets: Sequence[str], at: datetime) -> bool:
    """Whether `header` signs `body` with one of `secrets`, about `at`."""
    found = SIGNED.fullmatch(header)
    if found is None or abs(at.timestamp() - int(found[1])) > WINDOW.total_seconds():
        return False
    made = (_digest(secret, int(found[1]), body) for secret in secrets)
    return any(hmac.compare_digest(each, found[2]) for each in made)


def _digest(secret: str, seconds: int, body: bytes) -> str:
    return hmac.new(secret.encode(), f"{seconds}.".encode() + body, sha256).hexdigest()
