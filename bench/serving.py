"""A PostgreSQL and a gunicorn of one's own to measure, and locust, which presses its pages."""

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final
from urllib.request import urlopen

from bench.shared import CHECKOUT
from recruit.core.paths import default_data_folder
from recruit.terminology.build import build
from tests.postgres import Cluster

WORKERS: Final = 4
LOG: Final = "pages.log"
GUNICORN: Final = str(Path(sys.executable).with_name("gunicorn"))


@contextmanager
def server(*, durable: bool = False) -> Iterator[str]:
    """The address of an empty database of a PostgreSQL of its own."""
    with tempfile.TemporaryDirectory(prefix="recruit-serving-") as folder:
        cluster = Cluster(Path(folder), durable=durable)
        cluster.start()
        try:
            yield cluster.new_database()
        finally:
            cluster.stop()


@contextmanager
def pages(url: str, folder: Path) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """Gunicorn as it is installed, with four workers, until it is not needed any more."""
    compiled = build(default_data_folder())
    if not (folder / compiled.name).exists():
        (folder / compiled.name).symlink_to(compiled)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        base = f"http://127.0.0.1:{probe.getsockname()[1]}"
    process = subprocess.Popen(  # noqa: S603 - ourselves
        [GUNICORN, "--config", "python:recruit.gunicorn_config"],
        cwd=CHECKOUT,
        env={
            **os.environ,
            "PYTHONPATH": str(CHECKOUT),
            "WEB_CONCURRENCY": str(WORKERS),
            "GUNICORN_CMD_ARGS": f"--bind {base.removeprefix('http://')}",
            "RECRUIT_DATABASE_URL": url,
            "RECRUIT_DATA_FOLDER": str(folder),
            "RECRUIT_BASE_URL": base,
            "RECRUIT_SECOND_FACTOR": "offered",
        },
        stdout=subprocess.DEVNULL,
        stderr=(folder / LOG).open("wb"),
    )
    try:
        _await(base, folder / LOG)
        yield base, process
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait()


def _await(base: str, log: Path) -> None:
    for _ in range(240):
        try:
            with urlopen(f"{base}/readyz", timeout=5):  # noqa: S310 - loopback
                return
        except OSError:
            time.sleep(0.5)
    sys.exit(f"bench: the server did not come up\n{log.read_text()[-2000:]}")


def press(
    file: str, base: str, users: int, seconds: int, more: Mapping[str, str] | None = None
) -> list[dict[str, Any]]:
    """What locust measured with the users of a file in bench/, a row for each kind of page."""
    command = [sys.executable, "-m", "locust", "-f", str(CHECKOUT / "bench" / file), "--headless"]
    command += ["--json", "--only-summary", "--host", base]
    command += ["-u", str(users), "-r", "5", "-t", f"{seconds}s"]
    done = subprocess.run(  # noqa: S603 - our own dependency
        command,
        check=False,
        cwd=CHECKOUT,
        env={**os.environ, "PYTHONPATH": str(CHECKOUT), **(more or {})},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    found: list[dict[str, Any]] = json.loads(done.stdout[done.stdout.index("[") :])
    return found


def taken(figures: Sequence[Mapping[str, Any]]) -> list[float]:
    """The milliseconds of every request, the quickest first."""
    return sorted(
        float(milliseconds)
        for each in figures
        for milliseconds, number in each["response_times"].items()
        for _ in range(number)
    )


def memory(master: int) -> dict[int, float]:
    """The megabytes of each process of the server, shared pages counted once (Pss, man 5 proc)."""
    found = {}
    for process in [master, *_children(master)]:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text("ascii").splitlines()
        found[process] = next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return {process: kilobytes / 1024 for process, kilobytes in found.items()}


def _children(master: int) -> list[int]:
    return [int(n) for n in Path(f"/proc/{master}/task/{master}/children").read_text().split()]
