"""Complaints are read as providers write them; other reports are none."""

import pytest

from recruit.notify import arf
from recruit.notify.arf import Feedback
from recruit.notify.incoming import opened
from tests.incoming import REFERENCE, answer, bounce, complaint


def read(raw: bytes) -> Feedback | None:
    return arf.read(opened(raw))


@pytest.mark.parametrize("kind", ["abuse", "Abuse", "fraud", "opt-out"])
def test_a_complaint_names_the_message(kind: str) -> None:
    found = read(complaint(kind=kind))

    assert found
    assert found.is_complaint
    assert found.reference == REFERENCE


@pytest.mark.parametrize("kind", ["not-spam", "auth-failure", "virus", "other", ""])
def test_a_report_of_something_else_is_no_complaint(kind: str) -> None:
    found = read(complaint(kind=kind))

    assert found
    assert not found.is_complaint


def test_the_return_address_names_the_message_before_the_headers_do() -> None:
    other = "f" * 32
    line = f"Version: 1\nOriginal-Mail-From: <bounce+{other}@recruit.example.org>".encode()

    found = read(complaint().replace(b"Version: 1", line))

    assert found == Feedback(other, "abuse")


def test_a_reference_is_found_in_headers_that_a_provider_wrote_anew() -> None:
    raw = complaint().replace(b"Message-ID: <", b"X-Was: <")

    assert read(raw) == Feedback(REFERENCE, "abuse")


def test_a_report_without_a_reference_names_nobody() -> None:
    assert read(complaint().replace(REFERENCE.encode(), b"redacted")) == Feedback(None, "abuse")


@pytest.mark.parametrize("raw", [answer("this is abuse"), bounce(), b""])
def test_what_is_no_report_is_none(raw: bytes) -> None:
    assert read(raw) is None
