"""What a gateway posts to us: what became of a message, or what somebody wrote back."""

import re
from dataclasses import dataclass, field
from typing import Final

from recruit.notify.stages import State

REFERENCE: Final = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of the message with a `reference` of ours.

    `ends_address` says that the number itself is at fault, and will be tomorrow.
    """

    reference: str
    state: State
    ends_address: bool = False


@dataclass(frozen=True, slots=True)
class Reply:
    """Words from a number (E.164); `mark` is the gateway's own name for this one message."""

    number: str = field(repr=False)
    text: str = field(repr=False)
    mark: str


Heard = Receipt | Reply | None


def receipt(reference: object, state: State | None, *, ends_address: bool = False) -> Heard:
    """A receipt, where the reference can be one of ours and the state says something new."""
    ours = isinstance(reference, str) and REFERENCE.fullmatch(reference)
    return Receipt(str(reference), state, ends_address) if ours and state else None
