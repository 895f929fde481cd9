"""A Dask cluster of real processes on this machine's loopback: a scheduler, and workers."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from sqlalchemy import Engine

from recruit.actions.match_worker import Place
from recruit.core.db import connect
from recruit.core.paths import default_data_folder
from recruit.terminology.build import open_lexicon
from recruit.terminology.lexicon import Lexicon

CHECKOUT: Final = Path(__file__).parents[1]
HERE: Final = "127.0.0.1"
STARTED_WITHIN: Final = 60.0  # seconds; a machine may be busy
# Nothing is served but what the cluster itself needs.
QUIET: Final = ("--host", HERE, "--no-dashboard", "--dashboard-address", f"{HERE}:0")
ALONE: Final = ("--no-nanny", "--nthreads", "1", "--memory-limit", "0")


@dataclass(frozen=True)
class At:
    """Opens a place for a worker: the database at `url`, and the lexicon of this checkout."""

    url: str

    def __call__(self) -> Place:
        return Opened(connect(self.url), open_lexicon(default_data_folder()))


@dataclass(frozen=True)
class Opened:
    """A place that is open."""

    engine: Engine
    lexicon: Lexicon


@dataclass
class Processes:
    """A scheduler and its workers; `environment` is what a worker finds set."""

    folder: Path
    environment: Mapping[str, str]
    port: int
    running: list[subprocess.Popen[bytes]] = field(default_factory=list)
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def address(self) -> str:
        """The scheduler's."""
        return f"tcp://{HERE}:{self.port}"

    def hire(self, **environment: str) -> subprocess.Popen[bytes]:
        """One more worker, which connects by itself."""
        given = {**self.environment, **environment}
        scratch = ("--local-directory", str(self.folder))
        worker = self._start("worker", [self.address, *QUIET, *ALONE, *scratch], given)
        self.workers.append(worker)
        return worker

    def start(self) -> None:
        """Start the scheduler, and wait until it answers."""
        self._start("scheduler", ["--port", str(self.port), *QUIET], self.environment)
        patience = time.monotonic() + STARTED_WITHIN
        while time.monotonic() < patience:
            with socket.socket() as probe:
                if probe.connect_ex((HERE, self.port)) == 0:
                    return
            time.sleep(0.05)
        raise TimeoutError

    def end_workers(self) -> None:
        """Kill every worker; the scheduler stays."""
        for worker in self.workers:
            worker.kill()

    def end(self) -> None:
        """Kill all of them."""
        for process in self.running:
            process.kill()
        for process in self.running:
            process.wait(30)

    def _start(
        self, what: str, arguments: list[str], environment: Mapping[str, str]
    ) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "distributed.cli.dask_" + what, *arguments]
        with (self.folder / f"{what}-{len(self.running)}.log").open("wb") as log:
            process = subprocess.Popen(  # noqa: S603 - our own cluster
                command,
                cwd=self.folder,
                env={**os.environ, "PYTHONPATH": str(CHECKOUT), **environment},
                stdout=log,
                stderr=log,
            )
        self.running.append(process)
        return process


@contextmanager
def cluster(folder: Path, workers: int = 0, **environment: str) -> Iterator[Processes]:
    """A scheduler with so many workers, which end with the test."""
    with socket.socket() as probe:
        probe.bind((HERE, 0))
        port = int(probe.getsockname()[1])
    made = Processes(folder, environment, port)
    try:
        made.start()
        for _ in range(workers):
            made.hire()
        yield made
    finally:
        made.end()
