"""Matching on many machines: parts of the people, each judged by a free worker of a Dask cluster.

A worker reads the people of its part from the database by itself and hands back counts and
candidates. What a lost worker had in hand another one does again. Each part is written as soon as
it comes, so that no machine ever holds all pairs. What a worker does is in match_worker.py.

Whoever reaches the scheduler can have workers do anything: see docs/scale.md on TLS.
"""

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from recruit.actions.match_due import Due, Order, parts
from recruit.actions.match_people import Judged
from recruit.actions.match_worker import (
    Mark,
    Place,
    is_alike,
    judge_part,
    mark_of,
    read_trials,
)
from recruit.core.db import reading
from recruit.core.errors import ClusterLost, ClusterUnreachable, WorkerRefused, WrongUsage
from recruit.core.i18n import N_
from recruit.core.loopback import is_loopback

if TYPE_CHECKING:
    from distributed import Client, Future

PART: Final = 50_000  # people that a worker judges at a time: some 250 MB
AHEAD: Final = 3  # parts that are given out for each worker: it never waits for the next one
ANSWER: Final = 10.0  # seconds within which a scheduler answers, and has a worker
ALONE: Final = 60.0  # seconds without any worker, after which the cluster is given up
LOOK: Final = 2.0  # seconds after which it is looked whether there are still workers


@dataclass(frozen=True, slots=True)
class Cluster:
    """A Dask cluster by its scheduler's address; `opens` is a function that workers can import.

    `here` is what this process has open.

    Raises:
        WrongUsage: it is no address, or health data would cross a network in the clear.
    """

    address: str
    opens: Callable[[], Place]
    here: Place
    part: int = PART

    def __post_init__(self) -> None:
        _guard(self.address)

    def spread(self, due: Due) -> Iterator[tuple[Judged, int, int]]:
        """Have all judged that is due; each part as it comes, how many are done, of how many.

        Raises:
            ClusterUnreachable: no scheduler answers, or one without workers.
            ClusterLost: scheduler or workers were lost on the way.
            WorkerRefused: a worker runs other code, or on another lexicon or database.
        """
        with reading(self.here.engine) as session:
            mark = mark_of(session, self.here.lexicon)
            orders = parts(session, due.order, self.part)
        with self._client() as client:
            self._agree(client, mark)
            wanted = [(version.trial, version.number) for version in due.versions]
            known = client.submit(read_trials, mark, self.opens, wanted, pure=False)

            def begin(order: Order) -> "Future[Judged]":
                return client.submit(judge_part, mark, self.opens, order, known, pure=False)

            for done, judged in enumerate(self._judged(client, orders, begin), start=1):
                yield judged, done, len(orders)

    @contextmanager
    def _client(self) -> "Iterator[Client]":
        from distributed import Client  # noqa: PLC0415 - takes seconds, and few runs need it

        logging.getLogger("distributed").setLevel(logging.CRITICAL)  # we say what went wrong
        try:
            client = Client(
                self.address, timeout=ANSWER, set_as_default=False, direct_to_workers=True
            )
        except (OSError, ValueError) as error:
            raise ClusterUnreachable(address=self.address) from error
        try:
            yield client
        finally:
            client.close(timeout=LOOK)

    def _agree(self, client: "Client", mark: Mark) -> None:
        """Ask every worker before anything is done; those that come later ask themselves."""
        try:
            client.wait_for_workers(1, timeout=ANSWER)
            answers = client.run(is_alike, mark, self.opens, on_error="return")
        except (OSError, ValueError) as error:
            raise ClusterUnreachable(address=self.address) from error
        for worker, answer in answers.items():
            if answer is not True:
                raise WorkerRefused(worker=worker)

    def _judged(
        self,
        client: "Client",
        orders: Sequence[Order],
        begin: "Callable[[Order], Future[Judged]]",
    ) -> Iterator[Judged]:
        """The parts as they come; a few more are given out than there are workers."""
        from distributed import CancelledError, KilledWorker, wait  # noqa: PLC0415 - as above

        left = iter(orders)
        under_way: set[Future[Judged]] = set()
        seen = time.monotonic()
        while True:
            workers = len(client.scheduler_info(n_workers=-1)["workers"])
            seen = time.monotonic() if workers else seen
            if time.monotonic() - seen > ALONE:
                raise ClusterLost(address=self.address)
            for order in islice(left, max(0, AHEAD * max(1, workers) - len(under_way))):
                under_way.add(begin(order))
            if not under_way:
                return
            try:
                with client.as_current():
                    done = wait(under_way, timeout=LOOK, return_when="FIRST_COMPLETED").done
            except TimeoutError:
                continue
            for future in done:
                try:
                    judged = future.result(timeout=ALONE)
                except TimeoutError:  # who had it is gone: another worker does it again
                    continue
                except (CancelledError, KilledWorker, OSError) as error:
                    raise ClusterLost(address=self.address) from error
                under_way.remove(future)
                yield judged


def _guard(address: str) -> None:
    """Refuse what is no address of a scheduler, or would send health data in the clear."""
    parts = urlsplit(address)
    try:
        known = parts.scheme in {"tcp", "tls"} and bool(parts.hostname and parts.port)
    except ValueError:  # a port that is none
        known = False
    if not known:
        raise WrongUsage(
            N_(
                "“{address}” is no address of a scheduler, such as tls://scheduler.example.org:8786."
            ),
            address=address,
        )
    if parts.scheme == "tcp" and not is_loopback(parts.hostname or ""):
        raise WrongUsage(
            N_(
                "Health data crosses no network in the clear: "
                "use tls:// for the scheduler {address}."
            ),
            address=address,
        )
