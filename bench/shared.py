"""The measuring data and tools that lie beside the project, where there are any."""

import platform
import subprocess
import sys
from pathlib import Path
from typing import Final

import numpy as np

CHECKOUT: Final = Path(__file__).resolve().parent.parent
SHARED: Final = CHECKOUT.parent / "shared"
DATA: Final = SHARED / "data"
COORDINATOR: Final = "coordinator@example.org"
PASSWORD: Final = "a long enough password"  # noqa: S105 - of an invented account


def require() -> None:
    """Stop with a sentence when there is nothing to measure on."""
    if not DATA.is_dir():
        sys.exit(
            "bench: ../shared/data is not here; it holds the trials and patients to measure on."
        )


def tool(name: str, *arguments: object) -> str:
    """What a scoring tool prints."""
    command = [sys.executable, str(SHARED / "tools" / name), *map(str, arguments)]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout  # noqa: S603 - our own tool


def recruit(*arguments: object, out: Path | None = None) -> None:
    """Run a verb of the command line; exit status 1 (some refused) is told by its own words."""
    command = [sys.executable, "-m", "recruit", *map(str, arguments)]
    if out is None:
        done = subprocess.run(command, check=False, cwd=CHECKOUT)  # noqa: S603 - ourselves
    else:
        with out.open("w", encoding="utf-8") as lines:
            done = subprocess.run(command, check=False, cwd=CHECKOUT, stdout=lines)  # noqa: S603 - ourselves
    if done.returncode > 1:
        sys.exit(done.returncode)


def machine() -> str:
    """What the figures were measured on."""
    model = next(
        (
            line.partition(":")[2].strip()
            for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
            if line.startswith("model name")
        ),
        platform.processor(),
    )
    return f"{model}, Python {platform.python_version()}, NumPy {np.__version__}"
