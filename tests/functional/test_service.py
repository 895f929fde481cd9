"""`recruit serve` and `recruit worker`: they start, answer and end when told to."""

import json
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator

import pytest

from tests.functional.samples import person, trial
from tests.functional.shell import PATIENCE, Shell


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        free: int = probe.getsockname()[1]
        return free


@pytest.fixture
def serving(shell: Shell, port: int) -> Iterator[subprocess.Popen[str]]:
    process = shell.start("serve", "--port", str(port))
    yield process
    process.kill()
    process.communicate()


def first_line(process: subprocess.Popen[str]) -> str:
    assert process.stdout
    return process.stdout.readline()


def test_pages_are_served_until_the_service_is_told_to_end(
    serving: subprocess.Popen[str], port: int
) -> None:
    address = f"http://127.0.0.1:{port}"
    assert first_line(serving) == f"The pages are at {address} – Ctrl-C ends it.\n"
    for page in ("/healthz", "/readyz", "/studies"):
        with urllib.request.urlopen(address + page, timeout=PATIENCE) as answer:  # noqa: S310 - our own address
            assert answer.status == 200
            assert "Server" not in answer.headers
    serving.send_signal(signal.SIGTERM)
    _, err = serving.communicate(timeout=PATIENCE)
    assert serving.returncode == 0
    assert "Traceback" not in err
    with pytest.raises(urllib.error.URLError):
        urllib.request.urlopen(f"{address}/healthz", timeout=1)  # noqa: S310 - as above


def test_the_jobs_match_what_came_in(shell: Shell) -> None:
    assert shell.run("trials", "import", shell.jsonl("t.jsonl", trial())).status == 0
    people = shell.jsonl("p.jsonl", person())
    assert shell.run("people", "import", people, "--community", "carers").status == 0
    process = shell.start("worker")
    assert first_line(process).startswith("Working.")
    patience = time.monotonic() + PATIENCE
    while not matches(shell) and time.monotonic() < patience:
        time.sleep(0.1)
    process.send_signal(signal.SIGTERM)
    _, err = process.communicate(timeout=PATIENCE)
    assert matches(shell) == 1
    assert (
        "match: 1 trials, 1 people, 1 pairs judged, 1 matches: 1 new, 0 kept, 0 superseded" in err
    )
    assert (process.returncode, "Traceback" in err) == (0, False)


def matches(shell: Shell) -> int:
    return len(json.loads(shell.run("person", "export", "p1").out)["matches"])


def test_a_port_that_is_taken_is_one_sentence(shell: Shell) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        ran = shell.run("serve", "--port", str(taken.getsockname()[1]))
    assert (ran.status, ran.out) == (2, "")
    assert "choose another with --host or --port" in ran.err


def test_a_host_that_is_not_this_machine_is_one_sentence(shell: Shell) -> None:
    ran = shell.run("serve", "--host", "192.0.2.1", "--no-jobs")  # TEST-NET-1, nobody's address
    assert (ran.status, ran.out) == (2, "")
    assert "Nothing can listen on 192.0.2.1" in ran.err
