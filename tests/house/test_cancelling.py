"""Whatever takes a consent or a match away cancels what is queued by it, and its door waits."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from recruit.core.paths import PACKAGE

ACTIONS = PACKAGE / "actions"
DOORS = [
    *sorted((PACKAGE / "web").rglob("*.py")),
    *sorted((PACKAGE / "api").rglob("*.py")),
    *sorted((PACKAGE / "cli").rglob("*.py")),
]
# What may take something away, of the ledger; grant, reconfirm and resume only give.
TAKES = {
    "withdraw",
    "deny",
    "object_to",
    "pause",
    "erase",
    "supersede",
    "expire",
    "enter",
    "answer",
}
# What each room that takes something away cancels, in the same unit of work.
CANCELS = {
    "audit": {"unpermitted"},
    "consents": {"everything"},
    "erasure": {"everything"},
    "match_changes": {"of_stopped", "of_unmatched"},
    "outreach/answers": {"about_trial"},
    "outreach/withdrawing": {"unpermitted"},
    "person": {"unpermitted"},
    "posting/flips": {"of_unmatched"},
    "pushing": {"unpermitted"},
    "stays": {"unpermitted"},
}
# Rooms that call the same, and why nothing is to be cancelled.
TAKE_NOTHING = {
    "paper/taking": "a no on the sheet of somebody who is new: nothing is queued for them",
    "joining": "a box left empty is a no of somebody who is new: nothing is queued for them",
    "referring/releasing": "a yes to one site; taking it back is outreach/withdrawing",
    "taken_back": "in a copy, where nothing is queued any more: hold_back comes first",
}
# What a door may call only when it waits, before it answers, until nothing is on its way.
HAS_TO_SETTLE = {("withdrawing", "stop"), ("answers", "answer"), ("consents", "pause")}


def room(file: Path) -> str:
    return str(file.relative_to(ACTIONS).with_suffix(""))


def calls(file: Path) -> Iterator[ast.Call]:
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Call):
            yield node


def called(file: Path) -> set[tuple[str, str]]:
    """(name of the room, name of its function) of every call by a room's name."""
    return {
        (each.func.value.id, each.func.attr)
        for each in calls(file)
        if isinstance(each.func, ast.Attribute) and isinstance(each.func.value, ast.Name)
    }


def takes_away(file: Path) -> bool:
    of_ledger = {name for where, name in called(file) if where == "ledger"}
    written = {word.arg for each in calls(file) for word in each.keywords}
    return bool(of_ledger & TAKES) or "superseded_at" in written


def has_to_settle(file: Path) -> bool:
    text = file.read_text("utf-8")  # taking every door apart takes as long as all other tests here
    return any(f"{where}." in text for where, _ in HAS_TO_SETTLE) and bool(
        called(file) & HAS_TO_SETTLE
    )


def test_every_room_that_takes_something_away_says_what_it_cancels() -> None:
    found = {room(file) for file in ACTIONS.rglob("*.py") if takes_away(file)}
    assert found == {*CANCELS, *TAKE_NOTHING}


@pytest.mark.parametrize("name", sorted(CANCELS))
def test_it_cancels_what_it_says(name: str) -> None:
    cancelling = {what for where, what in called(ACTIONS / f"{name}.py") if where == "cancelling"}
    assert cancelling >= CANCELS[name]


WAITING = [file for file in DOORS if has_to_settle(file)]


def test_there_are_such_doors() -> None:
    assert len(WAITING) >= len(HAS_TO_SETTLE)


@pytest.mark.parametrize("file", WAITING, ids=lambda file: str(file.relative_to(PACKAGE)))
def test_a_door_answers_once_nothing_is_on_its_way(file: Path) -> None:
    assert "settled(" in file.read_text("utf-8")
