"""One event to be written into the ledger, and who acts in it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import uuid4

from recruit.consent.choices import Choice
from recruit.consent.evidence import JURISDICTION
from recruit.consent.state import Event, EventType, columns_of

# Explicit consent to processing and to processing of health data.
LEGAL_BASIS: Final = "GDPR 6(1)(a), 9(2)(a)"


class Role(StrEnum):
    """In what capacity someone acts on a person's consent."""

    SELF = "self"
    GUARDIAN = "guardian"
    STAFF = "staff"  # on the person's request
    COMMUNITY = "community"  # hands on what the person told it, with the evidence
    SYSTEM = "system"  # expiry and the like


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, in which role, and what shows that they may (a request's or link's number)."""

    name: str
    role: Role
    authority: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One event to be written. No choice means every choice the person has made.

    `shown` holds the notice (SHA-256), its version, the language and the state of the
    controls, and `text` (SHA-256) of a message that asked, where no notice was shown;
    `how` the method, the source and what confirmed it; `jurisdiction` is a country of ISO 3166-1.
    """

    person: str
    type: EventType
    choice: Choice | None
    actor: Actor
    occurred_at: datetime
    valid_until: datetime | None = None
    shown: Mapping[str, str] = field(default_factory=dict)
    how: Mapping[str, str] = field(default_factory=dict)
    jurisdiction: str = JURISDICTION

    def event(self, sequence: int) -> Event:
        """What the fold needs of it, as row `sequence` of the ledger."""
        return Event(
            sequence, self.person, self.type, self.choice, self.occurred_at, self.valid_until
        )

    def row(self, number: int, receipt: str, recorded: datetime) -> dict[str, object]:
        """The columns of the ledger; `number` is the event's among those of the person."""
        return {
            "id": str(uuid4()),
            "receipt": receipt,
            "number": number,
            "person": self.person,
            "actor": self.actor.name,
            "role": self.actor.role.value,
            "authority": self.actor.authority,
            "type": self.type.value,
            **columns_of(self.choice),
            "shown": dict(self.shown),
            "how": dict(self.how),
            "occurred_at": self.occurred_at,
            "recorded_at": recorded,
            "valid_until": self.valid_until,
            "legal_basis": LEGAL_BASIS,
            "jurisdiction": self.jurisdiction,
        }
