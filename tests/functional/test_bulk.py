"""A long import that is killed goes on where it was, and leaves nobody at work."""

import os
import signal
import subprocess
import sys
import time

from sqlalchemy import func, select

from recruit.core.db import connect, reading
from recruit.demo.people import people
from recruit.people.tables import PARTICIPANT
from tests.functional.shell import Shell

COUNT = 4000
PATIENCE = 120  # seconds


def test_a_killed_import_goes_on_where_it_was(shell: Shell) -> None:
    whole = shell.jsonl("people.jsonl", *people(COUNT))
    shell.run("db", "upgrade")
    command = [sys.executable, "-m", "recruit", "people", "import", str(whole)]
    importing = subprocess.Popen(  # noqa: S603 - our own program
        [*command, "--community", "ensemble"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    until = time.monotonic() + PATIENCE
    with importing:
        while _people(shell) == 0 and time.monotonic() < until:
            time.sleep(0.02)
        os.kill(importing.pid, signal.SIGKILL)
    there = _people(shell)
    assert 0 < there < COUNT
    ran = shell.run("people", "import", whole, "--community", "ensemble", "--json")
    figures = ran.lines[-1]
    assert (figures["unchanged"], figures["new"] + figures["unchanged"]) == (there, _people(shell))
    assert shell.run("consent", "verify").status == 0
    assert shell.run("audit", "verify").status == 0


def _people(shell: Shell) -> int:
    engine = connect(f"sqlite:///{shell.folder / 'recruit.db'}")
    try:
        with reading(engine) as session:
            return session.execute(select(func.count()).select_from(PARTICIPANT)).scalar_one()
    finally:
        engine.dispose()
