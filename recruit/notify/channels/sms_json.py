"""Gateways that take JSON: HTTP Basic, a reference of ours, and hooks signed by a JSON Web Token.

In the form of Vonage's Messages API (developer.vonage.com/messages: "Send an SMS", "Message status
webhook", "Signed webhooks"). The token (RFC 7519) is signed with HMAC-SHA256 alone, whatever
algorithm it names itself (RFC 8725, 3.1), and holds the SHA-256 of the body that it comes with.
"""

import hmac
import json
from base64 import urlsafe_b64decode
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Final

from recruit.core import sms
from recruit.notify.channels.sms import Account
from recruit.notify.channels.sms_heard import Heard, Reply, receipt
from recruit.notify.letter import Letter
from recruit.notify.stages import State

WINDOW: Final = timedelta(minutes=5)
"""So far a request's own moment may lie from ours: a copy of an older one is refused."""
PARTS: Final = 3  # of a token: header, claims, signature
OURS_TO_BLAME: Final = frozenset({"to", "text"})
STATES: Final = {
    "delivered": State.DELIVERED,
    "rejected": State.BOUNCED,
    "undeliverable": State.BOUNCED,
}


@dataclass(frozen=True, slots=True)
class Json:
    """This kind's language (sms.Language)."""

    def written(self, account: Account, letter: Letter) -> tuple[str, bytes]:
        """The JSON of one message; which alphabet it takes is counted here, not guessed there."""
        alphabet = "unicode" if sms.length(letter.text).strange else "text"
        message = {
            "channel": "sms",
            "message_type": "text",
            "to": letter.to.removeprefix("+"),
            "from": account.sender,
            "text": letter.text,
            "client_ref": letter.reference,
            "webhook_url": account.hooks,
            "sms": {"encoding_type": alphabet},
        }
        return "application/json", json.dumps(message).encode()

    def has_taken(self, said: Mapping[str, Any]) -> bool:
        """A message has a number of theirs."""
        return isinstance(said.get("message_uuid"), str)

    def is_error(self, said: Mapping[str, Any]) -> bool:
        """A problem (RFC 9457) has a title."""
        return isinstance(said.get("title"), str)

    def names_letter(self, said: Mapping[str, Any]) -> bool:
        """It lists the parameters that will not do."""
        listed = said.get("invalid_parameters")
        if not isinstance(listed, list):
            return False
        return any(isinstance(each, dict) and each.get("name") in OURS_TO_BLAME for each in listed)


def is_signed(body: bytes, authorization: str, secrets: Sequence[str], at: datetime) -> bool:
    """Whether the header `Authorization` holds a token for this very body, made about `at`."""
    kind, _, token = authorization.partition(" ")
    signed, _, signature = token.strip().rpartition(".")
    made = _unpacked(signature)
    if kind.lower() != "bearer" or made is None or signed.count(".") != PARTS - 2:
        return False
    whole = signed.encode("utf-8", "replace")
    digests = [hmac.digest(secret.encode(), whole, "sha256") for secret in secrets]
    if not any(hmac.compare_digest(each, made) for each in digests):
        return False
    header, claims = (_object(part) for part in signed.split("."))
    issued, digest = claims.get("iat"), claims.get("payload_hash")
    fresh = isinstance(issued, int) and abs(at.timestamp() - issued) <= WINDOW.total_seconds()
    return header.get("alg") == "HS256" and fresh and digest == sha256(body).hexdigest()


def read(body: bytes) -> Heard:
    """What was posted, once its signature holds; None for what is neither receipt nor reply."""
    said = _parsed(body)
    number, mark, text = said.get("from"), said.get("message_uuid"), said.get("text")
    if "status" not in said and isinstance(number, str) and isinstance(mark, str):
        return Reply(f"+{number.removeprefix('+')}", text, mark) if isinstance(text, str) else None
    return receipt(said.get("client_ref"), STATES.get(str(said.get("status"))))


def _object(part: str) -> Mapping[str, Any]:
    return _parsed(_unpacked(part) or b"")


def _parsed(whole: bytes) -> Mapping[str, Any]:
    with suppress(ValueError, RecursionError):
        said = json.loads(whole)
        if isinstance(said, dict):
            return said
    return {}


def _unpacked(part: str) -> bytes | None:
    """Base64 as in a token: for addresses, without padding (RFC 7515, 2)."""
    with suppress(ValueError):
        return urlsafe_b64decode(part.encode("ascii") + b"=" * (-len(part) % 4))
    return None
