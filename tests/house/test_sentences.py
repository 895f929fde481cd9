"""Every sentence that Python says to people exists in French, with the same fields."""

import ast
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.pofile import read_po

from recruit.core.i18n import CATALOGUES
from recruit.core.paths import PACKAGE

FILES = sorted(PACKAGE.rglob("*.py"))
MARK = "N_"  # where it does not stand, nothing is marked: reading what a file says takes a while


def marked(file: Path) -> list[str]:
    """The messages that `file` marks for the catalogue."""
    text, found = file.read_text("utf-8"), []
    for node in ast.walk(ast.parse(text)) if MARK in text else ():
        match node:
            case ast.Call(func=ast.Name(id="N_"), args=[ast.Constant(value=str(message))]):
                found.append(message)
    return found


def fields(message: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(message) if name}


@pytest.fixture(scope="module")
def french() -> dict[str, str]:
    with (CATALOGUES / "fr.po").open("rb") as lines:
        return {str(entry.id): str(entry.string) for entry in read_po(lines, locale="fr")}


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(PACKAGE)))
def test_every_sentence_exists_in_french_with_the_same_fields(
    file: Path, french: dict[str, str]
) -> None:
    for message in marked(file):
        assert french.get(message), message
        assert fields(message) == fields(french[message]), message


def test_there_are_sentences() -> None:
    assert sum(len(marked(file)) for file in FILES) > 200
