"""Help is there at once and for every verb."""

import subprocess
import sys

import pytest

from recruit.cli.main import VERBS
from tests.functional.shell import Shell

# Each costs more than a tenth of the 0.4 seconds in which help has to answer.
HEAVY = {"alembic", "flask", "numpy", "pydantic", "requests", "rich", "sqlalchemy", "sqlmodel"}
LOADED = (
    "import sys, recruit.cli.main as m\ntry: m.recruit(['--help'])\nfinally: print(*sys.modules)"
)


def test_help_loads_nothing_heavy() -> None:
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", LOADED], check=True, capture_output=True, text=True
    )
    assert "Commands:" in done.stdout
    assert set(done.stdout.split()) & HEAVY == set()


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_explains_itself(shell: Shell, verb: str) -> None:
    ran = shell.run(verb, "--help")
    assert ran.status == 0
    assert ran.out.startswith("Usage: recruit")


def test_a_verb_that_does_not_exist_is_wrong_usage(shell: Shell) -> None:
    ran = shell.run("macth")
    assert (ran.status, ran.out) == (2, "")
    assert "No such command" in ran.err


def test_the_version_is_said(shell: Shell) -> None:
    assert "0.1.0" in shell.run("--version").out


def test_a_reader_that_stops_early_is_no_error(shell: Shell) -> None:
    process = shell.start("config")
    assert process.stdout
    process.stdout.close()
    _, err = process.communicate()
    assert (process.returncode, err) == (0, "")
