"""A message as it goes out, and what can become of it."""

from dataclasses import dataclass, field
from enum import StrEnum


class Outcome(StrEnum):
    """What a channel says of a letter."""

    SENT = "sent"
    LATER = "later"
    """It failed for now: nothing answers, or the provider is busy."""
    NEVER = "never"
    """It will fail again: this address is refused."""


@dataclass(frozen=True, slots=True)
class Letter:
    """Written out in one language. A text message has neither subject nor HTML."""

    reference: str
    """The same at every try: 32 hexadecimal digits."""
    to: str = field(repr=False)
    text: str = field(repr=False)
    subject: str = ""
    html: str = field(default="", repr=False)
