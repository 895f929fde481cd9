"""Gunicorn and workers as they run in earnest, in processes of their own, over one PostgreSQL."""

import http.client
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from recruit.core.keys import VAULT
from tests.faults.processes import CHECKOUT, free_port
from tests.faults.workers import eventually
from tests.outreach import SECRET

PATIENCE = 300.0  # seconds; a slow machine is no failure
KEY = "figures-for-the-one-who-watches-1"
PROGRAM = (sys.executable, "-m")
GUNICORN = Path(sys.executable).with_name("gunicorn")
"""As it is installed: run as a module, it could not start itself anew."""
WORKS, SERVES = "Working.", "Booting worker"
"""What a worker and each of gunicorn's say when they are there."""


@dataclass(frozen=True)
class Place:
    """Where a service runs: its settings, the port that it is reached at, and what it says."""

    environment: Mapping[str, str]
    port: int
    folder: Path

    @property
    def log(self) -> Path:
        """What the pages and the workers say on standard error, and workers on standard output."""
        return self.folder / "log"

    @property
    def number(self) -> Path:
        """The file with the process number of gunicorn's master."""
        return self.folder / "gunicorn.pid"

    def ask(self, path: str, key: str = "") -> tuple[int, str]:
        """The status and the body of a page."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            connection.request("GET", path, headers={"Authorization": f"Bearer {key}"})
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        finally:
            connection.close()


def place(url: str, data: Path, folder: Path, **settings: str) -> Place:
    """A place for a service over this database; `data` is its data folder."""
    (data / VAULT).write_text(SECRET)  # it has a comma, which a setting cannot have
    own = {f"RECRUIT_{name.upper()}": value for name, value in settings.items()}
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("RECRUIT_")},
        "RECRUIT_DATABASE_URL": url,
        "RECRUIT_DATA_FOLDER": str(data),
        "RECRUIT_METRICS_KEYS": KEY,
        "PYTHONPATH": str(CHECKOUT),
        **own,
    }
    return Place(environment, free_port(), folder)


def serve(at: Place, workers: int = 2) -> subprocess.Popen[bytes]:
    """Gunicorn with the pages, not yet ready."""
    options = f"--bind 127.0.0.1:{at.port} --pid {at.number}"
    more = {"WEB_CONCURRENCY": str(workers), "GUNICORN_CMD_ARGS": options}
    return _started(at, [str(GUNICORN), "--config", "python:recruit.gunicorn_config"], more)


def work(at: Place, *options: str) -> subprocess.Popen[bytes]:
    """A `recruit worker`, not yet ready."""
    return _started(at, [*PROGRAM, "recruit", "worker", *options], {})


def await_said(at: Place, what: str, times: int = 1) -> None:
    """Wait until the log holds something so many times."""

    def is_said() -> bool:
        return at.log.exists() and at.log.read_text("utf-8").count(what) >= times

    assert eventually(is_said, within=PATIENCE), at.log.read_text("utf-8")


def end(process: subprocess.Popen[bytes]) -> int:
    """Tell it to end, as a service manager does; its exit status."""
    process.send_signal(signal.SIGTERM)
    return process.wait(PATIENCE)


@contextmanager
def ended(at: Place, *processes: subprocess.Popen[bytes]) -> Iterator[None]:
    """Whatever happens, these and whoever took gunicorn's place end with the test."""
    try:
        yield
    finally:
        for each in processes:
            each.terminate()
        for each in processes:
            each.wait(PATIENCE)
        if at.number.exists():
            os.kill(int(at.number.read_text()), signal.SIGTERM)


def _started(at: Place, command: list[str], more: Mapping[str, str]) -> subprocess.Popen[bytes]:
    with at.log.open("ab") as lines:
        return subprocess.Popen(  # noqa: S603 - our own programs
            command, cwd=CHECKOUT, env={**at.environment, **more}, stdout=lines, stderr=lines
        )
