"""What is current: a fold over the events of a person, in the order of the ledger."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from recruit.consent.choices import ANY, Channel, Choice, Purpose


class EventType(StrEnum):
    """What can happen to a choice."""

    GRANTED = "granted"
    DENIED = "denied"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    SUPERSEDED = "superseded"
    OBJECTED = "objected"
    RECONFIRMED = "reconfirmed"
    ERASED = "erased"


YES = frozenset({EventType.GRANTED, EventType.RECONFIRMED})


@dataclass(frozen=True, slots=True)
class Event:
    """What the fold needs of one row of the ledger; no choice means every choice so far."""

    sequence: int
    person: str
    type: EventType
    choice: Choice | None
    occurred_at: datetime
    valid_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """How one choice stands, and the event that says so."""

    type: EventType
    sequence: int
    occurred_at: datetime
    valid_until: datetime | None

    def holds(self, at: datetime) -> bool:
        """Whether this is a yes at the moment `at`: given by then, and not run out."""
        runs = self.valid_until is None or at < self.valid_until
        return self.type in YES and self.occurred_at <= at and runs


Standings = dict[Choice, Standing]


def fold(before: Mapping[Choice, Standing], events: Iterable[Event]) -> Standings:
    """The standings after `events`.

    A yes that was given before the no on record does not undo it, however late it arrives: an old
    list imported again brings nobody back. A reconfirmation keeps what was granted and is nothing
    without it.
    """
    standings = dict(before)
    for event in events:
        for choice in [event.choice] if event.choice else list(standings):
            if not _outdated(standings.get(choice), event):
                standings[choice] = Standing(
                    event.type, event.sequence, event.occurred_at, event.valid_until
                )
    return standings


def _outdated(known: Standing | None, event: Event) -> bool:
    if event.type is EventType.RECONFIRMED:
        return known is None or known.type not in YES
    if known is None or known.type in YES:
        return False
    return event.type is EventType.GRANTED and event.occurred_at <= known.occurred_at


def permitting(standings: Mapping[Choice, Standing], choice: Choice, at: datetime) -> int | None:
    """The event that permits `choice` at `at`, or None.

    A yes for every scope covers one trial or site, unless that one was refused. A yes for one
    trial or site falls with a later no to all.
    """
    own = standings.get(choice)
    general = standings.get(_anywhere(choice))
    if own is None:
        return general.sequence if general and general.holds(at) else None
    if not own.holds(at):
        return None
    refused_later = general and general.type not in YES and general.sequence > own.sequence
    return None if refused_later else own.sequence


def _anywhere(choice: Choice) -> Choice:
    """The same choice for every scope; a release is always to one site."""
    return choice if choice.purpose is Purpose.RELEASE else Choice(choice.purpose, choice.channel)


def choice_of(purpose: str, channel: str, scope: str) -> Choice | None:
    """The choice of a row; an empty purpose means all."""
    if not purpose:
        return None
    return Choice(Purpose(purpose), Channel(channel) if channel else None, scope)


def columns_of(choice: Choice | None) -> dict[str, str]:
    """The columns of a choice in a row."""
    if choice is None:
        return {"purpose": "", "channel": "", "scope": ANY}
    return {
        "purpose": choice.purpose.value,
        "channel": choice.channel.value if choice.channel else "",
        "scope": choice.scope,
    }
