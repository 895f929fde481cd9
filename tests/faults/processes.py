"""What a run under faults consists of: a mail server, and workers of whom some die."""

import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing.process import BaseProcess
from pathlib import Path
from random import Random

from sqlalchemy import Engine, func, select

from recruit.core.db import reading
from recruit.notify.outbox_tables import OUTBOX
from recruit.notify.stages import DUE, UNDER_WAY
from tests.faults.workers import Mishap, Orders, start, work

CHECKOUT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Sink:
    """A mail server that runs, and the file that it writes."""

    port: int
    file: Path


@contextmanager
def sink(folder: Path) -> Iterator[Sink]:
    """A mail server in a process of its own."""
    port, file = free_port(), folder / "sink.jsonl"
    command = [sys.executable, "-m", "tests.faults.sink", str(port), str(file)]
    process = subprocess.Popen(command, cwd=CHECKOUT, stdout=subprocess.PIPE)  # noqa: S603 - our own module
    assert process.stdout is not None
    try:
        assert process.stdout.readline() == b"ready\n"
        yield Sink(port, file)
    finally:
        process.terminate()
        process.wait(30)
        process.stdout.close()


@dataclass
class Crew:
    """Workers of which one after the other dies, each replaced at once."""

    orders: Orders
    random: Random
    duty: Callable[[Orders], None] = work
    living: list[BaseProcess] = field(default_factory=list)
    kills: int = 0

    def hire(self, mishap: Mishap | None = None) -> BaseProcess:
        """One more worker."""
        name = f"{self.orders.name}-{self.kills}-{len(self.living)}"
        orders = Orders(**{**self.orders.__dict__, "name": name, "mishap": mishap})
        self.living.append(start(orders, self.duty))
        return self.living[-1]

    def bury(self) -> int:
        """Count those that died, and forget them; how many these were."""
        dead = [each for each in self.living if not each.is_alive()]
        for each in dead:
            each.join()
            self.living.remove(each)
        self.kills += len(dead)
        return len(dead)

    def dismiss(self) -> None:
        """End all of them."""
        for each in self.living:
            each.kill()
            each.join()
        self.living.clear()


@contextmanager
def crew(orders: Orders, seed: int = 2026, duty: Callable[[Orders], None] = work) -> Iterator[Crew]:
    """Workers, or who has another duty, that end with the test."""
    workers = Crew(orders, Random(seed), duty)  # noqa: S311 - which worker dies when is no secret
    try:
        yield workers
    finally:
        workers.dismiss()


def left(engine: Engine) -> int:
    """How many messages are still due or under way."""
    waiting = OUTBOX.c.state.in_(DUE | UNDER_WAY)
    with reading(engine) as session:
        return session.scalar(select(func.count()).where(waiting)) or 0


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def at_once(deeds: list[threading.Thread]) -> None:
    """Run threads together until all have ended."""
    for each in deeds:
        each.start()
    for each in deeds:
        each.join()
