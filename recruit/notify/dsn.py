"""Bounces: what a mail server says of a message that it could not deliver, or not yet.

Written as RFC 3464 has it (message/delivery-status, or RFC 6533's for other alphabets), or in the
words of servers that never heard of it. The codes are RFC 3463's: 5.x.x is final, 4.x.x is not.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from recruit.notify.incoming import BLANK_TEXT, Fields, Mail, fields_of, returned, text, verp

REPORTS: Final = ("message/delivery-status", "message/global-delivery-status")
MOST_BLOCKS: Final = 50
LOOKED_AT: Final = 20_000  # letters of a bounce in words
CODE: Final = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?!\.?\d)")
REPLY: Final = re.compile(r"(?<![\d.])([45]\d\d)[ -](?!\d)")  # RFC 5321, 4.2
ROBOT: Final = re.compile(r"\b(?:mailer-daemon|postmaster|mail delivery)\b", re.IGNORECASE)
MEANT: Final = {"552": "5.2.2", "554": "5.7.0"}  # of RFC 5321's replies; others are about addresses
# Not the address's fault, or not for long: a full mailbox, a message too long for it, loops and
# time run out; a server's own trouble (5.3), a content it does not take (5.6), a rule (5.7).
NOT_THE_ADDRESS: Final = re.compile(r"5\.(?:2\.[23]|4\.[67]|[367]\.\d+)")


class Action(IntEnum):
    """What became of a message, the graver the higher."""

    PASSED_ON = 0
    DELIVERED = 1
    DELAYED = 2
    FAILED = 3


ACTIONS: Final = {
    "failed": Action.FAILED,
    "delayed": Action.DELAYED,
    "delivered": Action.DELIVERED,
    "relayed": Action.PASSED_ON,  # to a server that will say no more
    "expanded": Action.PASSED_ON,
}
OF_CLASS: Final = {"5": Action.FAILED, "4": Action.DELAYED, "2": Action.DELIVERED}


@dataclass(frozen=True, slots=True)
class Bounce:
    """What is said of the message with this reference; `status` is "5.1.1", or "" if not said."""

    reference: str | None
    action: Action
    status: str

    @property
    def ends_address(self) -> bool:
        """Whether the address itself is at fault, and will be tomorrow."""
        is_final = self.action is Action.FAILED and self.status.startswith("5.")
        return is_final and not NOT_THE_ADDRESS.fullmatch(self.status)


def read(mail: Mail, recipient: str = "") -> Bounce | None:
    """The bounce that a mail is; None where it is none. `recipient` is the envelope's, if known."""
    reference = verp(mail, recipient) or returned(mail)
    reports = list(mail.of_kind(*REPORTS))
    if reports:
        said = max((each for report in reports for each in _said(report)), default=None)
        return Bounce(reference, *(said or (Action.PASSED_ON, "")))
    said = _in_words(mail) if _is_from_robot(mail) else None
    return Bounce(reference, *said) if said else None


def _said(report: str) -> Iterator[tuple[Action, str]]:
    """What is said of each recipient: ours have one, a list may have made more of it."""
    for block in BLANK_TEXT.split(report, MOST_BLOCKS)[:MOST_BLOCKS]:
        fields = fields_of(block)
        status = _status(fields)
        action = ACTIONS.get(_one(fields, "action").split(";")[0].split("(")[0].strip().lower())
        if action is None and status:
            action = OF_CLASS[status[0]]
        if action is not None:
            yield action, status


def _status(fields: Fields) -> str:
    found = CODE.search(_one(fields, "status")) or CODE.search(_one(fields, "diagnostic-code"))
    if found:
        return ".".join(found.groups())
    reply = REPLY.search(_one(fields, "diagnostic-code"))
    return _meant(reply[1]) if reply else ""


def _one(fields: Fields, name: str) -> str:
    return next(iter(fields.get(name, ())), "")


def _is_from_robot(mail: Mail) -> bool:
    if mail.first("auto-submitted").lower().startswith("auto-replied"):
        return False  # an absence notice, which has an empty return path as well
    return bool(mail.first("x-failed-recipients") or ROBOT.search(mail.first("from")))


def _in_words(mail: Mail) -> tuple[Action, str] | None:
    """A bounce in a server's own words; it is none without a code, or a list of who failed."""
    words = text(mail)[:LOOKED_AT]
    found, reply = CODE.search(words), REPLY.search(words)
    status = ".".join(found.groups()) if found else _meant(reply[1]) if reply else ""
    if mail.first("x-failed-recipients"):
        return Action.FAILED, status
    return (OF_CLASS[status[0]], status) if status else None


def _meant(reply: str) -> str:
    return MEANT.get(reply, f"{reply[0]}.0.0")
