"""Sends what is due: claims, asks every gate, hands over, and writes down what became of it."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, Protocol

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from recruit.consent.choices import Channel
from recruit.core.clock import now
from recruit.core.db import unit_of_work
from recruit.core.locks import Job, is_alone
from recruit.notify import outbox
from recruit.notify.letter import Letter
from recruit.notify.stages import Claim, Fate, Gate, Hold, Reason, State

AT_ONCE: Final = 8
"""Messages claimed together: so few that the last is begun long before its lease ends."""
STALE: Final = timedelta(seconds=10)
"""A worker that took longer to get leave for the last byte stood still meanwhile: it hangs up."""


class Transport(Protocol):
    """One provider of one channel. Whatever goes wrong is a fate, never an error."""

    @property
    def name(self) -> str:
        """How the provider is named among the deliveries, in at most 32 letters."""

    def hand_over(self, letter: Letter, last: Callable[[], bool]) -> Fate:
        """Send everything but the last byte, ask `last` once, then send that one.

        Where `last` says no, the connection is ended without it, and the fate is HELD. Before
        `last` was asked nothing is UNSURE; after it everything is that the provider did not
        answer. Each wait is shorter than half of `outbox.LEASE`.
        """


Write = Callable[[Session, Claim, datetime], Letter | Hold]
"""The letter of a message in words, its links minted; or why there is none."""


@dataclass(frozen=True, slots=True)
class Sending:
    """What it takes to send: the `transports` of a channel in the order in which they are tried."""

    engine: Engine
    gates: Sequence[Gate]
    write: Write
    transports: Mapping[Channel, Sequence[Transport]]
    worker: str


@dataclass(frozen=True, slots=True)
class Sent:
    """How many messages met which fate."""

    sent: int = 0
    later: int = 0
    never: int = 0
    unsure: int = 0
    held: int = 0

    def __str__(self) -> str:
        return (
            f"{self.sent} sent, {self.later} to be tried again, {self.never} refused,"
            f" {self.unsure} unknown, {self.held} held back"
        )

    def counted(self, fate: Fate) -> "Sent":
        """One more of a fate."""
        return replace(self, **{fate.value: getattr(self, fate.value) + 1})


def drain(sending: Sending, patience: timedelta) -> Sent:
    """Send what is due until nothing is, or until `patience` is over.

    Any number of processes may do so at once.
    """
    until = time.monotonic() + patience.total_seconds()
    counts = Sent()
    while time.monotonic() < until:
        with unit_of_work(sending.engine) as session:
            mine = outbox.claim(session, sending.worker, now(), AT_ONCE)
        if not mine:
            break
        for each in mine:
            counts = counts.counted(send(sending, each))
    return counts


def tidy(engine: Engine) -> int:
    """Take back what dead workers had, unless another process is at it; how many messages."""
    with unit_of_work(engine) as session:
        return outbox.reclaim(session, now()) if is_alone(session, Job.OUTBOX) else 0


def send(sending: Sending, mine: Claim) -> Fate:
    """Hand one claimed message over, and write its fate down."""
    transports = sending.transports.get(mine.message.channel, ())
    letter = _opened(sending, mine, bool(transports))
    if letter is None:
        return Fate.HELD
    # Another provider is tried only after the one before has surely not taken it.
    transport = transports[mine.tries % len(transports)]
    leave = _Leave(sending, mine)
    fate = transport.hand_over(letter, leave)
    with unit_of_work(sending.engine) as session:
        outbox.finish(session, mine, fate, now(), leave.reason, provider=transport.name)
    return fate


@dataclass
class _Leave:
    """Asks for leave to send the last byte of one message."""

    sending: Sending
    mine: Claim
    reason: Reason | None = None

    def __call__(self) -> bool:
        began = time.monotonic()
        with unit_of_work(self.sending.engine) as session:
            if not outbox.send_data(session, self.mine, self.sending.gates, now()):
                return False
        # Who stood still since may have been given up for dead, and a withdrawal let through.
        if time.monotonic() - began > STALE.total_seconds():
            self.reason = Reason.STALLED
            return False
        return True


def _opened(sending: Sending, mine: Claim, has_transport: bool) -> Letter | None:  # noqa: FBT001 - one caller
    """The letter to send, once it is committed that a connection is about to be opened."""
    with unit_of_work(sending.engine) as session:
        at = now()
        if not has_transport:
            outbox.hold(session, mine, Hold(State.FAILED, Reason.NO_PROVIDER), at)
            return None
        if not outbox.open_handoff(session, mine, sending.gates, at):
            return None
        letter = sending.write(session, mine, at)
        if isinstance(letter, Hold):
            outbox.hold(session, mine, letter, at)
            return None
        return letter
