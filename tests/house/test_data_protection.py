"""The data-protection file says what the code does."""

import re

import pytest

from recruit.actions.retention.schedule import SCHEDULE
from recruit.consent.choices import Purpose
from tools.data_protection import DOCUMENT, PART, PARTS, printed

TEXT = DOCUMENT.read_text("utf-8")


def test_what_follows_from_the_code_is_current() -> None:
    assert printed(TEXT) == TEXT, "python -m tools.data_protection"


def test_every_part_has_its_place() -> None:
    assert sorted(found[2] for found in PART.finditer(TEXT)) == sorted(PARTS)


@pytest.mark.parametrize("purpose", Purpose)
def test_every_purpose_of_consent_stands_in_the_register(purpose: Purpose) -> None:
    register = TEXT.partition("## How long")[0]
    assert re.search(rf"\| `{purpose.value}`", register)


def test_the_document_changes_with_the_schedule(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tools.data_protection.SCHEDULE", SCHEDULE[1:])
    assert printed(TEXT) != TEXT
