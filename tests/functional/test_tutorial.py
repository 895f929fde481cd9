"""docs/tutorial.md is what it says: its commands run as somebody types them, and end well."""

import os
import re
import subprocess
import sys
from pathlib import Path

from tests.functional.shell import PATIENCE

STEP = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def test_the_tutorial_runs_as_it_is_written(data_folder: Path) -> None:
    steps = STEP.findall(Path("docs/tutorial.md").read_text("utf-8"))
    own = {name: value for name, value in os.environ.items() if not name.startswith("RECRUIT_")}
    path = f"{Path(sys.executable).parent}{os.pathsep}{own['PATH']}"
    ran = subprocess.run(
        ["bash", "-e", "-u", "-o", "pipefail"],  # noqa: S607 - whatever bash there is
        input="\n".join(steps),
        cwd=data_folder.parent,
        env={**own, "PATH": path},
        capture_output=True,
        text=True,
        timeout=PATIENCE * 3,
        check=False,
    )
    assert (ran.returncode, len(steps)) == (0, 7), ran.stderr
    assert "Trials: 1, people: 2, matches: 1" in ran.stdout
    assert "✕ + Between 18 and 75 years old." in ran.stdout
    assert "anna Q0 T-1 1 " in ran.stdout
    assert "✓ The consent ledger is unbroken." in ran.stdout
