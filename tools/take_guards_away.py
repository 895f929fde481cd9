"""Takes each guard of `tools/guards.py` away, one at a time, and runs its tests: they must fail.

`python -m tools.take_guards_away [NAME…]` works in a copy of the tree and writes what it found to
`tools/guards_taken_away.json`, from which docs/threat-model.md is printed. It takes some minutes.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Final

from tools.guards import GUARDS, Guard

FOUND: Final = Path("tools/guards_taken_away.json")
LEFT_OUT: Final = shutil.ignore_patterns(".git", ".venv", "*.pyc", "__pycache__", ".*_cache")
PASSED, FAILED = 0, 1  # what pytest ends with: all tests passed, some failed


def mark(guard: Guard) -> str:
    """What was tried: another change, or other tests, is another trial."""
    tried = "\n".join((guard.file, guard.before, guard.after, *guard.tests))
    return sha256(tried.encode()).hexdigest()[:16]


def is_red(tree: Path, guard: Guard) -> bool:
    """Whether its tests fail without the guard."""
    file = tree / guard.file
    whole = file.read_text("utf-8")
    try:
        file.write_text(whole.replace(guard.before, guard.after), "utf-8")
        return _run(tree, guard.tests) == FAILED
    finally:
        file.write_text(whole, "utf-8")


def _run(tree: Path, tests: Iterable[str]) -> int:
    told = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *tests]
    environment = {**os.environ, "PYTHONPATH": str(tree), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(told, cwd=tree, env=environment, check=False, capture_output=True)  # noqa: S603 - our own tests
    return done.returncode


def main(names: list[str]) -> int:
    """Try the guards with these names, or all; how many tests stayed green."""
    found = json.loads(FOUND.read_text("utf-8")) if FOUND.exists() else {}
    green = 0
    with tempfile.TemporaryDirectory(prefix="guards-") as folder:
        tree = Path(folder) / "tree"
        shutil.copytree(Path.cwd(), tree, ignore=LEFT_OUT, symlinks=True)
        tried = [guard for guard in GUARDS if not names or guard.name in names]
        if _run(tree, sorted({test for guard in tried for test in guard.tests})) != PASSED:
            print("some tests fail with every guard in its place")  # noqa: T201 - as below
            return len(tried)
        for guard in tried:
            red = is_red(tree, guard)
            green += not red
            print(f"{'red' if red else 'GREEN'}  {guard.name}", flush=True)  # noqa: T201 - what it is for
            day = datetime.now(UTC).date().isoformat()
            found[guard.name] = {"red": red, "on": day, "mark": mark(guard)}
            kept = {each.name: found[each.name] for each in GUARDS if each.name in found}
            FOUND.write_text(json.dumps(kept, indent=1) + "\n", "utf-8")
    return green


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
