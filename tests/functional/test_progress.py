"""Long work shows on a terminal that it goes on, and elsewhere prints nothing but what it found."""

import json
import os
import pty
import subprocess
import threading

import pytest

from tests.functional.samples import person, trial
from tests.functional.shell import PATIENCE, PROGRAM, Shell


def drawn(*command: str, elsewhere: bool = True) -> tuple[str, str]:
    """What a command prints `elsewhere`, and what appears on a terminal meanwhile."""
    ours, theirs = pty.openpty()
    printed = subprocess.PIPE if elsewhere else theirs
    running = subprocess.Popen(  # noqa: S603 - our own program
        [*PROGRAM, *command], stdout=printed, stderr=theirs, text=True
    )
    os.close(theirs)
    seen: list[bytes] = []

    def look() -> None:
        try:
            while piece := os.read(ours, 4096):
                seen.append(piece)
        except OSError:  # the other side is closed
            return

    looking = threading.Thread(target=look)
    looking.start()
    out, _ = running.communicate(timeout=PATIENCE)
    looking.join(PATIENCE)
    os.close(ours)
    assert running.returncode == 0
    return out, b"".join(seen).decode()


@pytest.mark.parametrize(
    ("command", "sign", "printed"),
    [
        (["db", "backup", "COPY"], "Copying the database", "The copy is in "),
        (["db", "check"], "Looking at the database", "✓ newest schema\n"),
        (["audit", "verify"], "Following the chain", "✓ The audit trail is unbroken.\n"),
    ],
    ids=["backup", "check", "trail"],
)
def test_work_of_unknown_length_shows_that_it_goes_on(
    shell: Shell, command: list[str], sign: str, printed: str
) -> None:
    out, terminal = drawn(
        *(str(shell.folder / "b") if each == "COPY" else each for each in command)
    )
    assert out.startswith(printed)
    assert sign in terminal


def test_judging_from_files_counts_the_trials_that_are_done(bare: Shell) -> None:
    people, trials = bare.jsonl("p.jsonl", person()), bare.jsonl("t.jsonl", trial())
    out, terminal = drawn("evaluate", "--people", str(people), "--trials", str(trials), "--counts")
    assert out.count("\n") == 1
    assert "Judging" in terminal
    assert "Reading people" in terminal


def test_lines_on_the_same_terminal_stand_alone(bare: Shell) -> None:
    file = bare.jsonl("t.jsonl", trial("T-1"), trial("T-2"))
    _, terminal = drawn("parse", str(file), elsewhere=False)
    first, second, said = terminal.splitlines()
    assert (json.loads(first)["trial"], json.loads(second)["trial"]) == ("T-1", "T-2")
    assert said.startswith("2 trials, 6 criteria")


def test_elsewhere_nothing_is_drawn(shell: Shell) -> None:
    ran = shell.wait("db", "check")
    assert (ran.status, ran.err) == (0, "")
