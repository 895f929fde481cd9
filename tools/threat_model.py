"""Prints into docs/threat-model.md what follows from the table of guards; the rest is by hand.

`python -m tools.threat_model` writes it anew; `python -m tools.take_guards_away` comes before.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from tools.guards import GUARDS, Guard
from tools.take_guards_away import FOUND

DOCUMENT: Final = Path("docs/threat-model.md")
BEGIN: Final = "<!-- from code: guards -->\n"
END: Final = "<!-- end -->"
HEAD: Final = "| promise | guard | tests | without the guard |\n|---|---|---|---|\n"


def found() -> Mapping[str, Any]:
    """What came of taking each guard away, by its name."""
    kept: Mapping[str, Any] = json.loads(FOUND.read_text("utf-8"))
    return kept


def printed(document: str) -> str:
    """The document with the table between its marks."""
    before, _, rest = document.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n{HEAD}{''.join(map(_row, GUARDS))}\n{END}{after}"


def _row(guard: Guard) -> str:
    tried = found().get(guard.name)
    came = f"{'red' if tried['red'] else 'GREEN'}, {tried['on']}" if tried else "not tried"
    tests = "<br>".join(f"`{test}`" for test in guard.tests)
    return f"| {guard.promise} | `{guard.file}` ({guard.name}) | {tests} | {came} |\n"


if __name__ == "__main__":
    DOCUMENT.write_text(printed(DOCUMENT.read_text("utf-8")), "utf-8")
