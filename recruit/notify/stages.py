"""Where a message to a person stands, why, and what can become of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlalchemy.orm import Session

from recruit.consent.choices import Channel


class State(StrEnum):
    """Where a message stands."""

    APPROVED = "approved"
    """A person decided that it is to be sent; it waits for its wave."""
    QUEUED = "queued"
    CLAIMED = "claimed"
    HANDOFF_OPEN = "handoff_open"
    DATA_SENT = "data_sent"
    DEFERRED = "deferred"
    """To be tried again when it is due."""
    ACCEPTED = "accepted"
    """The provider has taken it over."""
    DELIVERED = "delivered"
    BOUNCED = "bounced"
    COMPLAINED = "complained"
    CANCELLED = "cancelled"
    """Somebody who may decided so: the person, a coordinator, the sponsor."""
    SUPPRESSED = "suppressed"
    """A gate did not open: no consent any more, no address, a stopped trial."""
    EXPIRED = "expired"
    FAILED = "failed"
    UNKNOWN = "unknown"
    """Perhaps sent, perhaps not. Never sent again by itself."""


DUE: Final = frozenset({State.QUEUED, State.DEFERRED})
UNDER_WAY: Final = frozenset({State.CLAIMED, State.HANDOFF_OPEN, State.DATA_SENT})
PENDING: Final = DUE | UNDER_WAY | {State.APPROVED}
STOPPABLE: Final = PENDING - {State.DATA_SENT}
LEFT: Final = frozenset(
    {State.ACCEPTED, State.DELIVERED, State.BOUNCED, State.COMPLAINED, State.UNKNOWN}
)
"""It has, or may have, reached somebody."""
TERMINAL: Final = frozenset(State) - PENDING - {State.UNKNOWN}

# What a provider's receipt may still change, and into what: late and repeated ones change nothing.
# It may come before the worker has written down that the provider took the message, and for an
# earlier try while the message waits for another, or was stopped since: it does not go out again.
_ONCE_TRIED: Final = frozenset(State) - LEFT - {State.APPROVED}
LATER: Final[Mapping[State, frozenset[State]]] = {
    State.DELIVERED: _ONCE_TRIED | {State.ACCEPTED, State.UNKNOWN},
    State.BOUNCED: _ONCE_TRIED | {State.ACCEPTED, State.UNKNOWN, State.DELIVERED},
    State.COMPLAINED: _ONCE_TRIED | (LEFT - {State.COMPLAINED}),
}


class Reason(StrEnum):
    """Why a message stands where it stands; web/admin/deliveries says each in words."""

    CONSENT = "no consent"
    PAUSED = "paused"
    NO_CONTACT = "no contact point"
    UNREADABLE = "contact point unreadable"
    ADDRESS_ENDED = "address suppressed"
    NO_TEXT = "no approved text"
    TEXT_FIELD = "field without a value"
    TOO_LONG = "text too long"
    REWRITTEN = "another text approved"
    NOT_RECRUITING = "not recruiting"
    NO_MATCH = "no longer matched"
    AGE = "not known to be of age"
    WINDOW = "outside hours"
    CAP = "asked often lately"
    SILENCE = "said no lately"
    TOO_LATE = "too late"
    REPUTATION = "too many complaints"
    NO_PROVIDER = "no provider"
    BUSY = "provider busy"
    REFUSED = "refused by the provider"
    NO_ANSWER = "no answer after the last byte"
    STALLED = "sender stood still"
    WORKER_GONE = "sender gone"
    WITHDRAWN = "withdrawn by the person"
    ANSWERED = "answered already"
    ERASED = "erased"
    AMENDED = "trial amended"
    STOPPED = "trial stopped"
    ENOUGH = "enough people"
    STAFF = "stopped by staff"
    DECIDED = "decided by a person"
    UNDONE = "decision undone"
    RECEIPT = "provider's receipt"
    DELAYED_THERE = "said to be late"
    ROBOT = "answered by a robot"
    NO_REPLY = "nobody answered the call"
    WRONG_NUMBER = "wrong number"
    NOT_CALLED = "not called yet"
    RESTORED = "older copy restored"


class Wave(StrEnum):
    """Which message about a trial this is: each person gets each at most once by a channel."""

    INVITATION = "invitation"
    REMINDER = "reminder"
    CLOSING = "closing"
    RESULTS = "results"
    QUESTION = "question"
    """That there is a question, before anybody is invited; never the question itself."""


INVITATIONS: Final = frozenset({Wave.INVITATION, Wave.REMINDER})
"""Those that a person can answer about a study: with a yes, say."""
INVITING: Final = INVITATIONS | {Wave.QUESTION}
"""Those that ask something of a person; caps and silences are about them."""


@dataclass(frozen=True, slots=True)
class Message:
    """What is to be sent: to whom, about which trial and posting, by which channel.

    The text is the one approved for `posting`, `channel`, `language` and `country` (ISO 3166-1) at
    the moment of sending. It may go out from `due_at` on and no later than `not_after`.
    """

    trial: str
    posting: str
    person: str
    wave: Wave
    channel: Channel
    language: str
    country: str
    due_at: datetime
    not_after: datetime


@dataclass(frozen=True, slots=True)
class Claim:
    """A message that one worker has for now. `fence` is the number of the claim."""

    id: int
    message: Message
    reference: str
    """The same at every try: 32 hexadecimal digits."""
    fence: int
    worker: str
    tries: int


@dataclass(frozen=True, slots=True)
class Hold:
    """Why a message does not go out now: for good, or (DEFERRED) until `until`."""

    state: State
    reason: Reason
    until: datetime | None = None


Gate = Callable[[Session, Claim, datetime], Hold | None]
"""Looks, under the person's lock, whether a message may go out at a moment; None: it may."""


class Fate(StrEnum):
    """What a channel says of one hand-over."""

    SENT = "sent"
    LATER = "later"
    """Surely not taken; it may be another time, or by another provider."""
    NEVER = "never"
    """Surely refused for good: this message, or this address."""
    UNSURE = "unsure"
    """The last byte was on its way, and no answer came."""
    HELD = "held"
    """The last byte was not sent because it must not be."""


@dataclass(frozen=True, slots=True)
class Told:
    """What became of a claimed message that was handed over, not yet written down."""

    claim: Claim
    fate: Fate
    provider: str | None = None
    reason: Reason | None = None
