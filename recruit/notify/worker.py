"""Sends what is due: claims, asks every gate, hands over, and writes down what became of it."""

import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from threading import Event
from typing import Final, Protocol

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from recruit.consent.choices import Channel
from recruit.core import metrics
from recruit.core.clock import now
from recruit.core.db import unit_of_work
from recruit.core.locks import Job, hold_people, is_alone
from recruit.notify import handoff
from recruit.notify.letter import Letter
from recruit.notify.stages import Claim, Fate, Gate, Hold, Reason, State, Told

AT_ONCE: Final = 32
"""Messages claimed together; what a slow provider leaves no time for is given back."""
LONGEST_PAUSE: Final = 20
"""Seconds after which the database lets go what a sender holds that stands still."""
NICE: Final = 10
UNTIL_SET_UP: Final = timedelta(hours=1)
"""What nobody carries is looked at again: an operator can mend that, and no message is lost."""
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
        answer. Each wait is shorter than half of `handoff.LEASE`.
        """


Write = Callable[[Session, Sequence[Claim], datetime], Mapping[int, Letter | Hold]]
"""The letters of messages in words, by number, their links minted; or why there is none."""
Prepare = Callable[[Session, Sequence[Claim], datetime], None]
"""Holds the people of several messages, and reads at once what the gates will look at."""


@dataclass(frozen=True, slots=True)
class Sending:
    """What it takes to send: the `transports` of a channel in the order in which they are tried.

    Once `ending` is set, the message in hand is the last.
    """

    engine: Engine
    prepare: Prepare
    gates: Sequence[Gate]
    write: Write
    transports: Mapping[Channel, Sequence[Transport]]
    worker: str
    ending: Event = field(default_factory=Event)


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
    """Send what is due until nothing is, until `patience` is over, or until the process ends.

    Any number of processes may do so at once.
    """
    until = time.monotonic() + patience.total_seconds()
    counts, behind = Sent(), None
    while time.monotonic() < until and not sending.ending.is_set():
        with unit_of_work(sending.engine) as session:
            mine = handoff.claim(session, sending.worker, now(), AT_ONCE, behind=behind)
        if not mine and behind is None:
            break
        behind = mine[-1] if mine else None  # at the end once more from the beginning
        for fate in _Round(sending).send(mine):
            counts = counts.counted(fate)
    return counts


def yield_to_pages() -> None:
    """From here on the pages on the same machine go first: somebody waits for them."""
    os.nice(NICE)


def tidy(engine: Engine) -> int:
    """Take back what dead workers had, unless another process is at it; how many messages."""
    with unit_of_work(engine) as session:
        return handoff.reclaim(session, now()) if is_alone(session, Job.OUTBOX) else 0


class _Round:
    """Hands a few claimed messages over, one after the other.

    What became of one is written down with the leave for the next, one commit for both: it costs
    the disk half, and still no more than one message is unknown after a kill.
    """

    def __init__(self, sending: Sending) -> None:
        self._sending = sending
        self._done: Told | None = None

    def send(self, mine: Sequence[Claim]) -> Iterator[Fate]:
        """The fate of each."""
        until = time.monotonic() + handoff.LEASE.total_seconds() / 2
        letters = self._opened(mine)
        try:
            for place, each in enumerate(mine):
                ends = self._sending.ending.is_set()
                # All have the same lease: the last would be taken for those of a dead worker.
                if ends or time.monotonic() > until:
                    why = Reason.WORKER_GONE if ends else Reason.BUSY
                    self._give_back(mine[place:], why)
                    return
                letter = letters.get(each.id)
                yield Fate.HELD if letter is None else self._hand_over(each, letter)
        finally:
            self._write_down()

    def _opened(self, mine: Sequence[Claim]) -> dict[int, Letter]:
        """The letters to send, once it is committed that connections are about to be opened."""
        letters = {}
        with unit_of_work(self._sending.engine) as session:
            at = now()
            opened = self._carried(session, mine, at)
            written = self._sending.write(session, opened, at)
            for each in opened:
                letter = written[each.id]
                if isinstance(letter, Hold):
                    handoff.hold(session, each, letter, at)
                else:
                    letters[each.id] = letter
        return letters

    def _carried(self, session: Session, mine: Sequence[Claim], at: datetime) -> list[Claim]:
        """Those that may go out, by a channel that somebody carries."""
        hold_people(session, {each.message.person for each in mine})
        carried = []
        for each in mine:
            if self._sending.transports.get(each.message.channel):
                carried.append(each)
            else:
                why = Hold(State.DEFERRED, Reason.NO_PROVIDER, at + UNTIL_SET_UP)
                handoff.hold(session, each, why, at)
        self._sending.prepare(session, carried, at)
        return handoff.open_all(session, carried, self._sending.gates, at)

    def _hand_over(self, mine: Claim, letter: Letter) -> Fate:
        transports = self._sending.transports[mine.message.channel]
        # Another provider is tried only after the one before has surely not taken it.
        transport = transports[mine.tries % len(transports)]
        stood_still: list[Reason] = []
        fate = transport.hand_over(letter, lambda: self._leave(mine, stood_still))
        self._write_down()
        self._done = Told(mine, fate, transport.name, next(iter(stood_still), None))
        metrics.SENDS.labels(mine.message.channel.value, fate.value).inc()
        return fate

    def _give_back(self, mine: Sequence[Claim], why: Reason) -> None:
        """Let others have at once what has not been begun to be handed over."""
        with unit_of_work(self._sending.engine) as session:
            hold_people(session, {each.message.person for each in mine})
            at = now()
            for each in mine:
                handoff.hold(session, each, Hold(State.DEFERRED, why, at), at)

    def _leave(self, mine: Claim, stood_still: list[Reason]) -> bool:
        """Whether the last byte of a message may be sent, right now."""
        began = time.monotonic()
        done, self._done = self._done, None
        try:
            with unit_of_work(self._sending.engine) as session:
                at = now()
                self._sending.prepare(session, [mine], at)
                granted = handoff.send_data(session, mine, self._sending.gates, at, done)
        except BaseException:
            self._done = done
            raise
        if not granted:
            return False
        # Who stood still since may have been given up for dead, and a withdrawal let through.
        if time.monotonic() - began > STALE.total_seconds():
            stood_still.append(Reason.STALLED)
            return False
        return True

    def _write_down(self) -> None:
        if self._done:
            with unit_of_work(self._sending.engine) as session:
                handoff.finish(session, self._done, now())
            self._done = None
