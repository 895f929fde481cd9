"""Each promise about security names its guard and its tests, and the tests were red without it."""

from pathlib import Path

import pytest

from tools.guards import GUARDS, Guard
from tools.take_guards_away import mark
from tools.threat_model import DOCUMENT, found, printed

each_guard = pytest.mark.parametrize("guard", GUARDS, ids=lambda guard: guard.name)


@each_guard
def test_a_guard_stands_where_it_is_said_to(guard: Guard) -> None:
    assert Path(guard.file).read_text("utf-8").count(guard.before) == 1


@each_guard
def test_the_tests_exist(guard: Guard) -> None:
    for test in guard.tests:
        file, _, name = test.partition("::")
        assert f"\ndef {name}(" in Path(file).read_text("utf-8"), test


@each_guard
def test_without_the_guard_they_were_red(guard: Guard) -> None:
    tried = found()[guard.name]
    assert tried["red"]
    assert tried["mark"] == mark(guard), "python -m tools.take_guards_away, for it was changed"


def test_the_threat_model_is_current() -> None:
    text = DOCUMENT.read_text("utf-8")
    assert printed(text) == text, "python -m tools.threat_model"


def test_names_are_told_apart() -> None:
    assert len({guard.name for guard in GUARDS}) == len(GUARDS)
