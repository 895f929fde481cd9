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


# Under None stands the last no to everything: it also meets a yes that arrives after it although
# it was given before.
Standings = dict[Choice | None, Standing]


def fold(before: Mapping[Choice | None, Standing], events: Iterable[Event]) -> Standings:
    """The standings after `events`.

    A yes that was given before the no on record does not undo it, however late it arrives: an old
    list imported again brings nobody back. A reconfirmation keeps what was granted and is nothing
    without it.
    """
    standings = dict(before)
    for event in events:
        for choice in _meant(standings, event):
            if not _outdated(standings, choice, event):
                standings[choice] = Standing(
                    event.type, event.sequence, event.occurred_at, event.valid_until
                )
    return standings


def _meant(standings: Standings, event: Event) -> list[Choice | None]:
    """The choices an event speaks of; no choice means every choice so far."""
    if event.choice:
        return [event.choice]
    so_far: list[Choice | None] = [choice for choice in standings if choice is not None]
    return so_far if event.type in YES else [*so_far, None]


def _outdated(standings: Standings, choice: Choice | None, event: Event) -> bool:
    known = standings.get(choice)
    match event.type:
        case EventType.RECONFIRMED:
            return known is None or known.type not in YES
        case EventType.GRANTED:
            return not is_news(standings, choice, event.occurred_at)
        case _:
            no = known if known is not None and known.type not in YES else None
            return no is not None and event.occurred_at < no.occurred_at


def is_news(
    standings: Mapping[Choice | None, Standing], choice: Choice | None, at: datetime
) -> bool:
    """Whether a yes given at `at` is newer than every no to it.

    That is a no to this choice, to the same for every trial and site, or to everything.
    """
    general = _anywhere(choice) if choice else None
    noes = (standings.get(choice), standings.get(general), standings.get(None))
    return all(no is None or no.type in YES or at > no.occurred_at for no in noes)


def permitting(
    standings: Mapping[Choice | None, Standing], choice: Choice, at: datetime
) -> int | None:
    """The event that permits `choice` at `at`, or None.

    A yes for every scope covers one trial or site, unless that one was refused. A yes for one
    trial or site falls with a no to all that was said at the same moment or later.
    """
    own = standings.get(choice)
    general = standings.get(_anywhere(choice))
    if own is None:
        return general.sequence if general and general.holds(at) else None
    if not own.holds(at):
        return None
    refused = general and general.type not in YES and general.occurred_at >= own.occurred_at
    return None if refused else own.sequence


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
