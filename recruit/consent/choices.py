"""What a person can say yes or no to: a purpose, by a channel, within a scope.

Each is a choice of its own; a yes to one says nothing about another (GDPR recital 43).
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Self

ANY: Final = "any"  # scope: every condition, trial and site
LONGEST_SCOPE: Final = 200


class Purpose(StrEnum):
    """What a person's data may be used for."""

    MATCHING = "matching"
    CONTACT = "contact"
    RELEASE = "release"
    RESEARCH_REUSE = "research-reuse"


class Channel(StrEnum):
    """How a person may be contacted."""

    EMAIL = "email"
    SMS = "sms"
    LETTER = "letter"
    PHONE = "phone"


@dataclass(frozen=True, slots=True, order=True)
class Choice:
    """One thing that is consented to on its own; a contact has a channel, a release a site.

    `scope` is "any", "trial/<id>" or "site/<id>", in at most 200 printable letters.
    """

    purpose: Purpose
    channel: Channel | None = None
    scope: str = ANY

    def __post_init__(self) -> None:
        if (self.purpose is Purpose.CONTACT) != (self.channel is not None):
            raise ValueError(self.purpose)
        if self.purpose is Purpose.RELEASE and not self.scope.startswith("site/"):
            raise ValueError(self.scope)
        if self.scope != ANY and not self.scope.startswith(("trial/", "site/")):
            raise ValueError(self.scope)
        if len(self.scope) > LONGEST_SCOPE or not self.scope.isprintable():
            raise ValueError(self.purpose)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read "matching", "contact/email", "release/<site>" or "research-reuse".

        Raises:
            ValueError: when it is none of these.
        """
        name, _, rest = text.partition("/")
        purpose = Purpose(name)
        match purpose:
            case Purpose.CONTACT:
                return cls(purpose, Channel(rest))
            case Purpose.RELEASE if rest:
                return cls(purpose, scope=f"site/{rest}")
            case _ if rest:
                raise ValueError(text)
            case _:
                return cls(purpose)

    def __str__(self) -> str:
        if self.purpose is Purpose.RELEASE:
            return f"{self.purpose}/{self.scope.removeprefix('site/')}"
        shown = f"{self.purpose}/{self.channel}" if self.channel else str(self.purpose)
        return shown if self.scope == ANY else f"{shown} ({self.scope})"
