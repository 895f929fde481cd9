"""What is counted while the service runs, for Prometheus; every name stands in docs/operations.md.

No label says who or what about: routes, states, jobs and purposes are words of this code. What
waits is not counted here but asked of the database, whoever is asked: actions/watching.

Several processes behind one door, as gunicorn's workers are, share a folder that
PROMETHEUS_MULTIPROC_DIR names; whoever answers reads what all of them wrote.
"""

import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Final

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    PlatformCollector,
    ProcessCollector,
    generate_latest,
    values,
)
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

CONTENT_TYPE: Final = CONTENT_TYPE_LATEST
FOLDER: Final = "PROMETHEUS_MULTIPROC_DIR"
SHARED: Final = FOLDER in os.environ
METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
# Around what is promised of pages: 95 of 100 within 250 ms.
OF_REQUESTS: Final = (0.025, 0.05, 0.1, 0.15, 0.25, 0.5, 1, 2.5, 10)
OF_JOBS: Final = (0.1, 1, 5, 20, 60, 300, 900, 3600)


@dataclass
class _Seat:
    """The number under which this process writes, for as long as it lives.

    By process numbers, as the library does it, each worker that is replaced would leave files
    behind: thousands in a week.
    """

    process: int = 0
    number: int = 0
    locks: list[int] = field(default_factory=list)

    def __call__(self) -> int:
        if self.process != os.getpid():
            self.process, self.number = os.getpid(), self._take(Path(os.environ[FOLDER]))
        return self.number

    def _take(self, folder: Path) -> int:
        """The first number that no other living process has: its lock ends with the process."""
        for number in count():
            file = os.open(folder / f"{number}.lock", os.O_CREAT | os.O_RDWR, 0o600)
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                os.close(file)
            else:
                self.locks.append(file)
                return number
        raise AssertionError


if SHARED:
    values.ValueClass = values.MultiProcessValue(_Seat())  # type: ignore[no-untyped-call]  # it has no types

OWN: Final = CollectorRegistry()
REQUESTS: Final = Histogram(
    "recruit_request_seconds",
    "How long answers took, by the route of the page and the hundreds of the status.",
    ("method", "route", "status"),
    buckets=OF_REQUESTS,
    registry=OWN,
)
JOBS: Final = Histogram(
    "recruit_job_seconds",
    "How long jobs took, done or failed.",
    ("task", "outcome"),
    buckets=OF_JOBS,
    registry=OWN,
)
JOB_DONE: Final = Gauge(
    "recruit_job_done_timestamp_seconds",
    "When a job last did what it had to.",
    ("task",),
    multiprocess_mode="mostrecent",
    registry=OWN,
)
SENDS: Final = Counter(
    "recruit_sends_total",
    "Messages about studies that were handed to a provider, by what became of them.",
    ("channel", "fate"),
    registry=OWN,
)
HOLDS: Final = Counter(
    "recruit_holds_total",
    "Messages about studies that a gate kept from leaving, by its reason.",
    ("channel", "reason"),
    registry=OWN,
)
POSTED: Final = Counter(
    "recruit_posts_total",
    "Codes, receipts and other messages that somebody waits for, by what became of them.",
    ("fate",),
    registry=OWN,
)
REFUSALS: Final = Counter(
    "recruit_consent_refusals_total",
    "What was not done because consent is missing: asked for (permit) or about to leave (sending).",
    ("door",),
    registry=OWN,
)
PAIRS: Final = Counter(
    "recruit_pairs_judged_total", "Pairs of a person and a trial that were judged.", registry=OWN
)
MATCHES: Final = Counter(
    "recruit_matches_total", "Matches that are new or superseded.", ("change",), registry=OWN
)
if not SHARED:  # of several processes, it would be whoever happens to answer
    ProcessCollector(registry=OWN)
    PlatformCollector(registry=OWN)


def request(method: str, route: str, status: int, seconds: float) -> None:
    """One answer; of the status only the hundreds count."""
    REQUESTS.labels(method, route, f"{status // 100}xx").observe(seconds)


@contextmanager
def job(name: str) -> Iterator[Callable[[], None]]:
    """A job that runs, until what is yielded is called; what it raises counts as failed.

    What neither ended nor failed was left to another process, and counts as nothing.
    """
    began = time.monotonic()

    def done() -> None:
        JOBS.labels(name, "done").observe(time.monotonic() - began)
        JOB_DONE.labels(name).set_to_current_time()

    try:
        yield done
    except BaseException:
        JOBS.labels(name, "failed").observe(time.monotonic() - began)
        raise


def exposition(*asked: Collector) -> bytes:
    """Everything that was counted, and what these say, as Prometheus reads it."""
    registry = CollectorRegistry()
    counted = MultiProcessCollector(None) if SHARED else OWN  # type: ignore[no-untyped-call]  # as above
    for each in (counted, *asked):
        registry.register(each)
    return generate_latest(registry)
