"""Gateways that take a form: HTTP Basic, a status callback, and hooks signed with HMAC-SHA1.

In the form of Twilio's API of 2010-04-01 (www.twilio.com/docs: "Message resource", "Validate
webhook requests", "Error and warning dictionary"). Its receipts know our reference by the address
that each message asks them to be posted to; that address is signed along.
"""

import hmac
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode, urlsplit

from recruit.notify.channels.sms import Account
from recruit.notify.channels.sms_heard import Heard, Reply, receipt
from recruit.notify.letter import Letter
from recruit.notify.stages import State

SIGNATURE: Final = "X-Twilio-Signature"
MOST_FIELDS: Final = 100
# What will be the same the next time: the number cannot be reached by text messages, its owner has
# stopped them with the gateway, or there is no text or too much of it.
FOR_GOOD: Final = frozenset({21211, 21214, 21217, 21602, 21610, 21614, 21617, 21635})
NO_SUCH_NUMBER: Final = frozenset({"30005", "30006"})  # unknown destination; a landline
STATES: Final = {
    "delivered": State.DELIVERED,
    "undelivered": State.BOUNCED,
    "failed": State.BOUNCED,
}


@dataclass(frozen=True, slots=True)
class Form:
    """This kind's language (sms.Language)."""

    def written(self, account: Account, letter: Letter) -> tuple[str, bytes]:
        """The form of one message."""
        fields = {
            "To": letter.to,
            "From": account.sender,
            "Body": letter.text,
            "StatusCallback": f"{account.hooks}?{urlencode({'reference': letter.reference})}",
        }
        return "application/x-www-form-urlencoded", urlencode(fields).encode()

    def has_taken(self, said: Mapping[str, Any]) -> bool:
        """A message has a number of theirs."""
        return isinstance(said.get("sid"), str)

    def is_error(self, said: Mapping[str, Any]) -> bool:
        """An error has a code."""
        return isinstance(said.get("code"), int) and "message" in said

    def names_letter(self, said: Mapping[str, Any]) -> bool:
        """Some codes are about the number or the text."""
        return said.get("code") in FOR_GOOD


def is_signed(url: str, body: bytes, signature: str, secrets: Sequence[str]) -> bool:
    """Whether one of our accounts' gateways posted `body` to `url`, our own address of the hook.

    An empty secret is nobody's, and everybody could sign with it.

    There is no moment in what is signed: a copy of an old request passes, and changes nothing.
    """
    fields = _fields(body)
    if fields is None:
        return False
    whole = url + "".join(f"{name}{value}" for name, value in sorted(set(fields)))
    given = signature.encode("utf-8", "replace")
    made = (b64encode(_sha1(secret, whole)) for secret in secrets if secret)
    return any(hmac.compare_digest(each, given) for each in made)


def read(url: str, body: bytes) -> Heard:
    """What was posted, once its signature holds; None for what is neither receipt nor reply."""
    fields = dict(_fields(body) or ())
    number, sid = fields.get("From", ""), fields.get("MessageSid", "")
    status = fields.get("MessageStatus")
    if status is None and "Body" in fields and number and sid:
        return Reply(number, fields["Body"], sid)
    reference = dict(parse_qsl(urlsplit(url).query)).get("reference")
    ends = fields.get("ErrorCode") in NO_SUCH_NUMBER
    return receipt(reference, STATES.get(status or ""), ends_address=ends)


def _fields(body: bytes) -> list[tuple[str, str]] | None:
    try:
        return parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError:
        return None


def _sha1(secret: str, whole: str) -> bytes:
    return hmac.digest(secret.encode(), whole.encode("utf-8", "surrogatepass"), "sha1")
