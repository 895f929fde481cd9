"""What a gateway posts to us: what became of a message, or what somebody wrote back."""

from dataclasses import dataclass, field

from recruit.notify.stages import State


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of the message with a `reference` of ours."""

    reference: str
    state: State


@dataclass(frozen=True, slots=True)
class Reply:
    """Words from a number (E.164); `mark` is the gateway's own name for this one message."""

    number: str = field(repr=False)
    text: str = field(repr=False)
    mark: str


Heard = Receipt | Reply | None
