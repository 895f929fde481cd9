"""A person's choices as they see them: how each stands, since when, and what has happened."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import RowMapping
from sqlalchemy.orm import Session

from recruit.actions.choice_words import TITLES
from recruit.consent import ledger
from recruit.consent.choices import ANY, Channel, Choice, Purpose
from recruit.consent.entry import Role
from recruit.consent.state import (
    YES,
    EventType,
    Standing,
    Standings,
    choice_of,
    pause_of,
    permitting,
)
from recruit.core.i18n import N_
from recruit.people.vault import Item, Vault

NEVER_ASKED: Final = N_("You have not been asked yet.")
RUN_OUT: Final = N_("Your yes ended on {day}.")
STOPPED: Final = N_("You stopped everything on {day}.")
OVERRULED: Final = N_("You said no for all studies, so also for this one.")
STATES: Final = {
    EventType.GRANTED: N_("You said yes on {day}."),
    EventType.RECONFIRMED: N_("You confirmed your yes on {day}."),
    EventType.DENIED: N_("You said no on {day}."),
    EventType.WITHDRAWN: N_("You took your yes back on {day}."),
    EventType.EXPIRED: RUN_OUT,
    EventType.SUPERSEDED: N_("The notice is new since {day}. Please choose again."),
    EventType.OBJECTED: N_("You objected on {day}."),
    EventType.ERASED: N_("Erased on {day}."),
}
HAPPENED: Final = {
    EventType.GRANTED: N_("Yes to:"),
    EventType.RECONFIRMED: N_("Yes confirmed to:"),
    EventType.DENIED: N_("No to:"),
    EventType.WITHDRAWN: N_("Yes taken back:"),
    EventType.EXPIRED: N_("Yes ended:"),
    EventType.SUPERSEDED: N_("New notice, so asked again:"),
    EventType.OBJECTED: N_("Objection to:"),
    EventType.ERASED: N_("Everything erased"),
    EventType.PAUSED: N_("Pause begun"),
    EventType.RESUMED: N_("Pause ended"),
}
EVERYTHING: Final = N_("everything")
WHO: Final = {
    Role.SELF: N_("you"),
    Role.GUARDIAN: N_("{name}, who acts for you"),
    Role.STAFF: N_("our staff, as you asked"),
    Role.COMMUNITY: N_("your patient community"),
    Role.SYSTEM: N_("the calendar"),
}
# The same as somebody else than the person reads it.
ROLES: Final = {
    Role.SELF: N_("the person"),
    Role.GUARDIAN: N_("a representative"),
    Role.STAFF: N_("the staff, as asked"),
    Role.COMMUNITY: N_("the community"),
    Role.SYSTEM: N_("the calendar"),
}
REACHED_BY: Final = {
    Channel.EMAIL: Item.EMAIL,
    Channel.SMS: Item.PHONE,
    Channel.PHONE: Item.PHONE,
}


@dataclass(frozen=True, slots=True)
class Line:
    """How one choice stands. `words` is a message that may use `{day}`, the one of `since`.

    `receipt` and `notice` are "" where no event or no notice stands behind it.
    """

    choice: Choice
    yes: bool
    words: str
    since: datetime | None = None
    until: datetime | None = None
    receipt: str = ""
    notice: str = ""


@dataclass(frozen=True, slots=True)
class Deed:
    """One event of the past: what, when, to which choice (None: all), by whom, on which receipt.

    `account` and `authority` name the account and link of a representative.
    """

    type: EventType
    at: datetime
    choice: Choice | None
    role: Role
    account: str
    authority: str
    until: datetime | None
    receipt: str


@dataclass(frozen=True, slots=True)
class Overview:
    """All choices of a person, and the pause they are in, if any."""

    lines: tuple[Line, ...]
    pause: Standing | None

    @property
    def given(self) -> tuple[Line, ...]:
        """Those with a yes."""
        return tuple(line for line in self.lines if line.yes)


def overview(session: Session, person: str, at: datetime) -> Overview:
    """How the person's choices stand at the moment `at`: the general ones first, then the rest."""
    standings = ledger.standings(session, {person}).get(person, Standings())
    events = {row["sequence"]: row for row in ledger.history(session, person)}
    lines = (_line(choice, standings, events, at) for choice in _choices(standings))
    return Overview(tuple(lines), pause_of(standings, at))


def agreed(own: Standings, at: datetime) -> tuple[Choice, ...]:
    """The choices with a yes at a moment, in the order of an overview."""
    return tuple(each for each in _choices(own) if permitting(own, each, at) is not None)


def history(session: Session, person: str) -> list[Deed]:
    """What has happened to the person's choices, the newest first."""
    return [
        Deed(
            EventType(row["type"]),
            row["occurred_at"],
            choice_of(row["purpose"], row["channel"], row["scope"]),
            Role(row["role"]),
            row["actor"],
            row["authority"],
            row["valid_until"],
            row["receipt"],
        )
        for row in reversed(ledger.history(session, person))
    ]


def open_to(session: Session, vault: Vault, person: str, at: datetime) -> tuple[Choice, ...]:
    """What the person may still say yes to: without one now, and with a way to reach them."""
    known = vault.read(session, person)
    return tuple(
        line.choice
        for line in overview(session, person, at).lines
        if not line.yes
        and line.choice.scope == ANY
        and line.choice.purpose is not Purpose.RELEASE
        and (line.choice.channel not in REACHED_BY or REACHED_BY[line.choice.channel] in known)
    )


def _choices(own: Standings) -> tuple[Choice, ...]:
    """The general ones first, then those that the person has said something of."""
    return (*TITLES, *sorted((each for each in own if each and each not in TITLES), key=str))


def _line(
    choice: Choice, standings: Standings, events: Mapping[int, RowMapping], at: datetime
) -> Line:
    standing = standings.get(choice) or standings.get(None)
    if standing is None:
        return Line(choice, yes=False, words=NEVER_ASKED)
    yes = permitting(standings, choice, at) is not None
    event = events[standing.sequence]
    words, since = STATES[standing.type], standing.occurred_at
    to_all = choice_of(event["purpose"], event["channel"], event["scope"]) is None
    if standing.type is EventType.WITHDRAWN and to_all:
        words = STOPPED  # which also goes for what never had a yes
    if standing.type in YES and not yes:  # run out, or one study's yes under a later no to all
        words = OVERRULED if standing.runs(at) else RUN_OUT
        since = standing.valid_until or since
    return Line(
        choice,
        yes=yes,
        words=words,
        since=since,
        until=standing.valid_until if yes else None,
        receipt=event["receipt"],
        notice=event["shown"].get("notice_version", ""),
    )
