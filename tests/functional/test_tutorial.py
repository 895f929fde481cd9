"""docs/tutorial.md is what it says: its lines run in their order, and end well.

Our own commands run in this process, which has imported everything once; the others are bash's.
"""

import re
import shlex
import subprocess
from pathlib import Path

import pytest

from tests.functional.shell import PATIENCE, Shell

STEP = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)
OURS = re.compile(r"^(recruit .*)\n", re.MULTILINE)
FOLDER = "RECRUIT_DATA_FOLDER"


def test_the_tutorial_runs_as_it_is_written(shell: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(shell.folder.parent)
    monkeypatch.delenv(FOLDER)
    steps = STEP.findall((Path(__file__).parents[2] / "docs/tutorial.md").read_text("utf-8"))
    said = ""
    for lines in OURS.split("\n".join(steps)):
        if lines.startswith("recruit "):
            ran = shell.run(*shlex.split(lines)[1:])
            assert ran.status == 0, (lines, ran.err)
            said += ran.out
        else:
            out, folder = by_bash(lines)
            monkeypatch.setenv(FOLDER, folder)
            said += out
    assert len(steps) == 7
    assert "Trials: 1, people: 2, matches: 1" in said
    assert "✕ + Between 18 and 75 years old." in said
    assert "anna Q0 T-1 1 " in said
    assert "✓ The consent ledger is unbroken." in said


def by_bash(lines: str) -> tuple[str, str]:
    """What these lines say, and which data folder is set after them."""
    ran = subprocess.run(
        ["bash", "-e", "-u", "-o", "pipefail"],  # noqa: S607 - whatever bash there is
        input=f"{lines}\nprintf '\\n--\\n%s' \"${FOLDER}\"",
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    out, _, folder = ran.stdout.rpartition("\n--\n")
    return out, folder
