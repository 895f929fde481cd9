"""A message as it goes out, and what can become of it."""

from dataclasses import dataclass, field
from enum import StrEnum

from recruit.notify.stages import Fate


class Outcome(StrEnum):
    """What a channel says of a letter."""

    SENT = "sent"
    LATER = "later"
    """It failed for now: nothing answers, or the provider is busy."""
    NEVER = "never"
    """It will fail again: this address is refused."""

    @classmethod
    def of(cls, fate: Fate) -> "Outcome":
        """What became of a letter that somebody waits for: twice is better than never."""
        match fate:
            case Fate.SENT:
                return cls.SENT
            case Fate.NEVER:
                return cls.NEVER
            case _:
                return cls.LATER


@dataclass(frozen=True, slots=True)
class Letter:
    """Written out in one language. A text message has neither subject nor HTML.

    `to` is an e-mail address, a number as E.164, or the lines of a postal address. `text` is what
    is read; `link` the page where it is answered, `one_click` the address that a mail program
    posts to when its reader wants no more (RFC 8058), `calendar` an appointment (RFC 5545). On
    paper a letter with a link has a `slip` to answer by, unless what it leads to is no invitation.
    """

    reference: str
    """The same at every try: 32 hexadecimal digits."""
    to: str = field(repr=False)
    text: str = field(repr=False)
    subject: str = ""
    html: str = field(default="", repr=False)
    language: str = ""
    link: str = field(default="", repr=False)
    one_click: str = field(default="", repr=False)
    calendar: str = field(default="", repr=False)
    slip: bool = True
