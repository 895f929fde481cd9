"""Whoever presses in a browser waits for what comes: who asks at once asks the page before."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

FOLDER: Final = Path("tests/browser")
STEPS: Final = FOLDER / "steps.py"
"""Where the presses are that wait by themselves."""
FILES: Final = sorted({*FOLDER.glob("*.py")} - {STEPS})


def waits(found: ast.AST) -> bool:
    """`expect(…)…`, `….wait_for_…(…)` or `….expect_…(…)`."""
    calls = [each.func for each in ast.walk(found) if isinstance(each, ast.Call)]
    named = [each.attr for each in calls if isinstance(each, ast.Attribute)]
    named += [each.id for each in calls if isinstance(each, ast.Name)]
    return any(name.startswith(("wait_for_", "expect")) for name in named)


def presses(found: ast.stmt) -> bool:
    """`….click()` or `….press("Enter")`."""
    match found:
        case ast.Expr(ast.Call(ast.Attribute(attr="click"))):
            return True
        case ast.Expr(ast.Call(ast.Attribute(attr="press"), [ast.Constant("Enter")])):
            return True
    return False


def hasty(body: list[ast.stmt], after: ast.stmt | None = None) -> Iterator[int]:
    """The lines of presses of which nobody waits for what comes; `after` is what follows it all."""
    for here, following in zip(body, [*body[1:], after], strict=False):
        if presses(here) and not (following and waits(following)):
            yield here.lineno
        if isinstance(here, ast.With) and any(waits(each.context_expr) for each in here.items):
            continue
        yield from hasty(getattr(here, "body", []), following)
        yield from hasty(getattr(here, "orelse", []), following)


@pytest.mark.parametrize("file", FILES, ids=lambda each: each.stem)
def test_what_comes_of_a_press_is_waited_for(file: Path) -> None:
    found = list(hasty(ast.parse(file.read_text("utf-8")).body))
    assert found == [], "use go, press_enter or toggle of tests/browser/steps.py"


def test_a_hasty_press_is_found() -> None:
    said = 'def test():\n    page.click()\n    assert page.content()\n    page.press("Enter")\n'
    assert list(hasty(ast.parse(said).body)) == [2, 4]
