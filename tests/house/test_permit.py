"""A permit comes through one door: nothing else makes one, or the mark that it is known by."""

import ast
from pathlib import Path

from recruit.core.paths import PACKAGE

DOOR = PACKAGE / "consent" / "permit.py"
MAKES = {"Permit", "_SEAL"}
OTHERS = [file for file in sorted(PACKAGE.rglob("*.py")) if file != DOOR]


def named(file: Path) -> set[str]:
    """Every name that is called, and every name or attribute with an underscore in front.

    None of a file in whose text none of MAKES stands: taking each apart takes seconds.
    """
    text, found = file.read_text("utf-8"), set()
    for node in ast.walk(ast.parse(text)) if any(each in text for each in MAKES) else ():
        match node:
            case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)):
                found.add(name)
            case ast.ImportFrom(module="recruit.consent.permit", names=names):
                found |= {each.name for each in names if each.name.startswith("_")}
            case ast.Attribute(attr="_SEAL"):
                found.add("_SEAL")
    return found


def test_nothing_but_the_door_makes_a_permit() -> None:
    assert [file.name for file in OTHERS if named(file) & MAKES] == []


def test_the_door_makes_one_in_one_place() -> None:
    tree = ast.parse(DOOR.read_text("utf-8"))
    makers = [
        function.name
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef)
        and any(
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id == "Permit"
            for node in ast.walk(function)
        )
    ]
    assert makers == ["permit"]


def test_nothing_copies_a_permit_into_another() -> None:
    for file in OTHERS:
        text = file.read_text("utf-8")
        assert "object.__new__(Permit" not in text, file.name
        assert "object.__setattr__" not in text or "Permit" not in text, file.name
