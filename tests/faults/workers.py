"""Delivery workers as processes of their own, which kill or stop themselves where they are told to.

A fork server that has imported everything once makes them: each is there within milliseconds.
"""

import os
import signal
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from time import sleep
from typing import Literal
from zoneinfo import ZoneInfo

import time_machine
from apscheduler.schedulers.blocking import BlockingScheduler
from apscheduler.triggers.interval import IntervalTrigger
from sqlalchemy import Engine, event

from recruit.actions.outreach.gates import Desk, gates
from recruit.actions.outreach.scene import prepare
from recruit.actions.outreach.waves import begin_waves
from recruit.actions.outreach.writing import Writer
from recruit.consent.choices import Channel
from recruit.core.clock import now
from recruit.core.db import connect
from recruit.core.errors import RecruitError
from recruit.notify import fates, handoff, worker
from recruit.notify.channels.email import Smtp
from recruit.notify.channels.mail import Sender
from recruit.notify.channels.smtp_line import Server
from recruit.notify.worker import Sending, Transport
from tests.outreach import OFFICE_HOURS, RING

PARIS_TIME = ZoneInfo("Europe/Paris")
BASE_URL = "http://127.0.0.1:8000"
COMMITS = 4
"""Of one message: claimed, hand-off open, data sent, and its fate."""


@dataclass(frozen=True)
class Mishap:
    """What happens to a worker before or after its nth commit."""

    commit: int
    when: Literal["before", "after"]
    signal: int = signal.SIGKILL


@dataclass(frozen=True)
class Orders:
    """What a worker is to do: for which database and mail server, until when, and what befalls it.

    With a short `lease` the dead are given up sooner than in earnest, and what was put off is tried
    again sooner; with a short `pause`, those who stand still in a unit of work are given up. Both
    are seconds; everything else is the same.
    """

    url: str
    port: int
    name: str
    lease: float | None = None
    pause: int = worker.LONGEST_PAUSE
    mishap: Mishap | None = None
    at_once: int = worker.AT_ONCE
    started: float = 0.0


def sending(engine: Engine, transport: Transport, name: str) -> Sending:
    """What every worker sends by: all gates, the real texts, and one mail server."""
    desk = Desk(RING, PARIS_TIME)
    return Sending(
        engine,
        partial(prepare, desk=desk),
        gates(desk),
        Writer(RING, BASE_URL, PARIS_TIME),
        {Channel.EMAIL: (transport,)},
        name,
    )


def mail_server(port: int) -> Transport:
    """A mail server of this machine."""
    return Smtp("smtp", Server("127.0.0.1", port), Sender("study@example.org"))


def patience(seconds: float) -> timedelta:
    """So long a worker goes on while there is something to send."""
    return timedelta(seconds=seconds)


def work(orders: Orders) -> None:
    """Send what is due, again and again, until killed; what the database refuses is tried again."""
    worker.yield_to_pages()
    with time_machine.travel(OFFICE_HOURS + timedelta(seconds=_since(orders.started))):
        if orders.lease is not None:
            setattr(handoff, "LEASE", timedelta(seconds=orders.lease))  # noqa: B010 - it is final
            setattr(worker, "STALE", timedelta(seconds=orders.lease / 4))  # noqa: B010 - the same
            setattr(fates, "FIRST_PAUSE", timedelta(seconds=orders.lease))  # noqa: B010 - the same
        setattr(worker, "AT_ONCE", orders.at_once)  # noqa: B010 - the same
        engine = connect(orders.url, longest_pause=orders.pause, keeps_plans=True)
        if orders.mishap:
            befall(engine, orders.mishap)
        mine = sending(engine, mail_server(orders.port), orders.name)
        while True:
            try:
                worker.tidy(engine)
                worker.drain(mine, timedelta(seconds=5))
            except RecruitError:
                sleep(0.2)
            sleep(0.02)


def tick(orders: Orders) -> None:
    """Begin rounds by the clock, as the scheduler of a service does, only far more often."""
    with time_machine.travel(OFFICE_HOURS + timedelta(seconds=_since(orders.started))):
        engine = connect(orders.url, longest_pause=worker.LONGEST_PAUSE)
        if orders.mishap:
            befall(engine, orders.mishap)
        ticking = BlockingScheduler(timezone=PARIS_TIME)
        ticking.add_job(
            partial(_begin_rounds, engine),
            IntervalTrigger(seconds=1, timezone=PARIS_TIME),
            next_run_time=now(),
        )
        ticking.start()


def _begin_rounds(engine: Engine) -> None:
    begin_waves(engine, now())


def befall(engine: Engine, mishap: Mishap) -> None:
    """Let the process meet its mishap around a commit of the database."""
    left = mishap.commit

    def count(*_: object) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), mishap.signal)

    event.listen(engine, "commit" if mishap.when == "before" else "checkin", count)


def start(orders: Orders, duty: Callable[[Orders], None] = work) -> BaseProcess:
    """A worker, or who has another duty, that has begun."""
    process = CONTEXT.Process(target=duty, args=(orders,), daemon=True)
    process.start()
    return process


def eventually(what: Callable[[], bool], within: float, every: float = 0.1) -> bool:
    """Whether it comes true within so many seconds."""
    end = clock() + within
    while clock() < end:
        if what():
            return True
        sleep(every)
    return what()


def clock() -> float:
    """Seconds on the clock of this machine that all processes share and no test sets."""
    import time  # noqa: PLC0415 - time_machine replaces what a module has imported

    return time.clock_gettime(time.CLOCK_MONOTONIC)


def _since(started: float) -> float:
    return clock() - started if started else 0.0


CONTEXT = get_context("forkserver")
CONTEXT.set_forkserver_preload(["tests.faults.workers"])
