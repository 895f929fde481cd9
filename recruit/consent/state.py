"""What is current: a fold over the events of a person, in the order of the ledger."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from typing import Final

from recruit.consent.choices import ANY, Channel, Choice, Purpose


class EventType(StrEnum):
    """What can happen to a choice, and, to everything at once, a pause and its end."""

    GRANTED = "granted"
    DENIED = "denied"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    SUPERSEDED = "superseded"
    OBJECTED = "objected"
    RECONFIRMED = "reconfirmed"
    ERASED = "erased"
    PAUSED = "paused"
    RESUMED = "resumed"


YES: Final = frozenset({EventType.GRANTED, EventType.RECONFIRMED})
# What the person said themselves. Only they say yes again after it; an end of validity or a new
# notice says nothing about what they want.
REFUSED: Final = frozenset(
    {EventType.DENIED, EventType.WITHDRAWN, EventType.OBJECTED, EventType.ERASED}
)
SILENT: Final = YES | {EventType.EXPIRED}  # no no
PAUSES: Final = frozenset({EventType.PAUSED, EventType.RESUMED})
PAUSE_SCOPE: Final = "pause"  # where a pause stands in the projection; no choice has this scope


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
        return self.type in YES and self.occurred_at <= at and self.runs(at)

    def runs(self, at: datetime) -> bool:
        """Whether its end, if it has one, lies after `at`."""
        return self.valid_until is None or at < self.valid_until


class Standings(dict[Choice | None, Standing]):
    """How each choice of a person stands, and in `pause` the last word on a pause.

    Under None stands the last no to everything: it also meets a yes that arrives after it although
    it was given before.
    """

    pause: Standing | None = None

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Standings) and dict.__eq__(self, other) and self.pause == other.pause
        )

    __hash__ = None  # like a dict


def fold(before: Standings, events: Iterable[Event]) -> Standings:
    """The standings after `events`.

    A yes that was given before the no on record does not undo it, however late it arrives: an old
    list imported again brings nobody back. With a no for every trial and site goes what was agreed
    to for single ones by then. A reconfirmation keeps what holds and is nothing without it. An
    expiry ends a yes and says nothing new, so that any yes newer than the one that ran out counts.
    A pause holds whatever its date, and its end only counts when it is no older. After an erasure
    nothing counts: who comes back is somebody new.
    """
    standings = Standings(before)
    standings.pause = before.pause
    for event in events:
        if is_erased(standings):
            break
        if event.type in PAUSES:
            _turn(standings, event)
            continue
        for choice in _meant(standings, event):
            if not _outdated(standings, choice, event):
                standings[choice] = _standing(standings.get(choice), event)
                _fell(standings, choice, event)
    return standings


def _turn(standings: Standings, event: Event) -> None:
    pause = standings.pause
    late = pause is not None and event.occurred_at < pause.occurred_at
    if event.type is EventType.RESUMED and (pause is None or late):
        return
    standings.pause = _standing(pause, event)


def _fell(standings: Standings, choice: Choice | None, event: Event) -> None:
    """Take away what was agreed to for single trials and sites before a no for all of them."""
    if event.type in SILENT:
        return
    for each, stands in list(standings.items()):
        under = each is not None and each != choice and _anywhere(each) == choice
        if under and stands.type in SILENT and stands.occurred_at <= event.occurred_at:
            del standings[each]


def _standing(known: Standing | None, event: Event) -> Standing:
    ended = known if event.type is EventType.EXPIRED else None
    return Standing(
        event.type,
        event.sequence,
        ended.occurred_at if ended else event.occurred_at,
        event.valid_until,
    )


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
            held = choice and permitting(standings, choice, event.occurred_at)
            return known is None or held != known.sequence
        case EventType.GRANTED:
            return not is_news(standings, choice, event.occurred_at)
        case EventType.EXPIRED:
            return known is None or known.type not in YES
        case EventType.ERASED:
            return False
        case _:
            no = known if known is not None and known.type not in SILENT else None
            return no is not None and event.occurred_at < no.occurred_at


def is_erased(standings: Mapping[Choice | None, Standing]) -> bool:
    """Whether the person was erased, after which nothing is permitted under this pseudonym."""
    everything = standings.get(None)
    return everything is not None and everything.type is EventType.ERASED


def is_news(
    standings: Mapping[Choice | None, Standing], choice: Choice | None, at: datetime
) -> bool:
    """Whether a yes given at `at` is newer than every no to it, and than what ran out.

    That is a no to this choice, to the same for every trial and site, or to everything. A yes for
    every trial and site takes the place of an older one for a single one.
    """
    if is_erased(standings):
        return False
    own, everything = standings.get(choice), standings.get(None)
    general = standings.get(_anywhere(choice)) if choice else None
    return (
        (own is None or own.type in YES or at > own.occurred_at)
        and (everything is None or at > everything.occurred_at)
        and (general is None or at > general.occurred_at or _as_new(general, at))
    )


def _as_new(general: Standing, at: datetime) -> bool:
    return general.type in SILENT and at == general.occurred_at


def permitting(
    standings: Mapping[Choice | None, Standing], choice: Choice, at: datetime
) -> int | None:
    """The event by which `choice` is agreed to at `at`, or None; a pause is another matter.

    A yes for every scope covers one trial or site, unless that one was refused or has run out.
    """
    found = standings.get(choice) or standings.get(_anywhere(choice))
    return found.sequence if found and found.holds(at) else None


def pause_of(standings: Standings, at: datetime) -> Standing | None:
    """The pause during which nothing is permitted at `at`, or None.

    Its beginning does not matter: a clock that was set back ends no pause.
    """
    pause = standings.pause
    paused = pause is not None and pause.type is EventType.PAUSED and pause.runs(at)
    return pause if paused else None


@lru_cache(maxsize=1024)
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
