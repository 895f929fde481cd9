"""A terminal for tests: verbs in this process, or in one of their own as a shell starts them."""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from recruit.cli.main import recruit

PROGRAM = (sys.executable, "-m", "recruit")
PATIENCE = 120  # seconds; a slow machine is no failure


@dataclass(frozen=True)
class Ran:
    """What a command said, and its exit status."""

    status: int
    out: str
    err: str

    @property
    def lines(self) -> list[dict[str, Any]]:
        """Standard output as JSON Lines."""
        return [json.loads(line) for line in self.out.splitlines()]


@dataclass(frozen=True)
class Shell:
    """Runs commands; `folder` is the data folder, which is also where files are put."""

    folder: Path

    def run(self, *arguments: str | Path, given: str | bytes | None = None) -> Ran:
        """In this process."""
        result = CliRunner().invoke(
            recruit, [str(each) for each in arguments], input=given, catch_exceptions=False
        )
        return Ran(result.exit_code, result.stdout, result.stderr)

    def start(self, *arguments: str | Path) -> subprocess.Popen[str]:
        """In a process of its own, which the caller ends."""
        return subprocess.Popen(  # noqa: S603 - our own program
            [*PROGRAM, *map(str, arguments)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def wait(self, *arguments: str | Path) -> Ran:
        """In a process of its own, to its end."""
        process = self.start(*arguments)
        out, err = process.communicate(timeout=PATIENCE)
        return Ran(process.returncode, out, err)

    def file(self, name: str, content: str | bytes) -> Path:
        """A file with this content."""
        path = self.folder / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def jsonl(self, name: str, *values: object) -> Path:
        """A file with a line of JSON for each value."""
        return self.file(name, "\n".join(map(json.dumps, values)))
