"""Bounces are read as servers write them; what is about the address is told from what is not."""

import pytest

from recruit.notify import dsn
from recruit.notify.dsn import Action, Bounce
from recruit.notify.incoming import opened
from tests.incoming import REFERENCE, answer, bounce, complaint


def read(raw: bytes, recipient: str = "") -> Bounce | None:
    return dsn.read(opened(raw), recipient)


def from_robot(words: str, more: str = "") -> Bounce | None:
    """What is read of a server's own words."""
    to = f"bounce+{REFERENCE}@recruit.example.org"
    return read(f"From: MAILER-DAEMON@example.org\nTo: {to}\n{more}\n{words}\n".encode())


def test_a_standard_report_says_which_message_failed_and_why() -> None:
    assert read(bounce()) == Bounce(REFERENCE, Action.FAILED, "5.1.1")


def test_the_returned_headers_name_the_message_where_the_address_does_not() -> None:
    found = read(bounce(to="studies@recruit.example.org"))

    assert found
    assert found.reference == REFERENCE


def test_a_wrong_name_for_returned_headers_that_servers_use_is_understood() -> None:
    report = bounce(to="studies@recruit.example.org")
    found = read(report.replace(b"text/rfc822-headers", b"message/rfc822-headers"))

    assert found
    assert found.reference == REFERENCE


def test_the_envelope_names_the_message_before_anything_else() -> None:
    other = "f" * 32
    found = read(bounce(), f"bounce+{other}@recruit.example.org")

    assert found
    assert found.reference == other


@pytest.mark.parametrize(
    ("action", "status", "meant"),
    [
        ("failed", "5.1.1", Action.FAILED),
        ("failed", "4.4.7", Action.FAILED),
        ("delayed", "4.4.1", Action.DELAYED),
        ("delivered", "2.1.5", Action.DELIVERED),
        ("relayed", "2.0.0", Action.PASSED_ON),
        ("expanded", "2.0.0", Action.PASSED_ON),
        ("Failed (sorry)", "5.0.0", Action.FAILED),
        ("", "5.1.1 (bad destination)", Action.FAILED),
        ("", "4.2.2", Action.DELAYED),
    ],
)
def test_the_action_counts_and_without_it_the_status(
    action: str, status: str, meant: Action
) -> None:
    found = read(bounce(action=action, status=status))

    assert found
    assert found.action is meant


@pytest.mark.parametrize("status", ["5.1.1", "5.1.10", "5.2.1", "5.0.0", "5.4.1", "5.4.4"])
def test_an_address_that_does_not_exist_ends(status: str) -> None:
    found = read(bounce(status=status))

    assert found
    assert found.ends_address


@pytest.mark.parametrize(
    "status", ["5.2.2", "5.2.3", "5.3.4", "5.4.6", "5.6.1", "5.7.1", "5.7.26", "4.4.7", "4.2.2"]
)
def test_a_full_mailbox_a_rule_or_an_end_of_patience_is_not_the_addresss_fault(status: str) -> None:
    found = read(bounce(status=status))

    assert found
    assert not found.ends_address


def test_a_status_that_is_missing_is_taken_from_the_servers_own_answer() -> None:
    found = read(bounce(status=""))

    assert found
    assert found.status == "5.1.1"


def test_of_several_recipients_the_gravest_is_taken() -> None:
    more = (
        b"\r\n\r\nFinal-Recipient: rfc822; b@example.org\r\nAction: delivered\r\nStatus: 2.0.0\r\n"
    )
    raw = bounce().replace(b"\r\n    rejected: User unknown\r\n", more)

    assert read(raw) == Bounce(REFERENCE, Action.FAILED, "5.1.1")


def test_a_report_in_another_alphabet_is_read() -> None:
    raw = bounce().replace(b"message/delivery-status", b"message/global-delivery-status")

    assert read(raw) == Bounce(REFERENCE, Action.FAILED, "5.1.1")


@pytest.mark.parametrize(
    ("words", "status", "action"),
    [
        ("host mx[192.0.2.1] said: 550 5.1.1 User unknown", "5.1.1", Action.FAILED),
        ("<camille@example.org>:\n550 No such user here", "5.0.0", Action.FAILED),
        ("552 mailbox full", "5.2.2", Action.FAILED),
        ("554 Message looks like spam", "5.7.0", Action.FAILED),
        ("will be tried again: 451 4.7.1 Greylisted", "4.7.1", Action.DELAYED),
        ("421-try again later", "4.0.0", Action.DELAYED),
    ],
)
def test_a_servers_own_words_are_read_by_their_codes(
    words: str, status: str, action: Action
) -> None:
    assert from_robot(words) == Bounce(REFERENCE, action, status)


def test_a_list_of_who_failed_is_enough() -> None:
    found = from_robot("Sorry.", "X-Failed-Recipients: camille@example.org\n")

    assert found == Bounce(REFERENCE, Action.FAILED, "")
    assert not found.ends_address


@pytest.mark.parametrize(
    "words", ["from 5.1.2.3 and 10.4.1.1", "version 5.10.", "in 2026 I am away"]
)
def test_an_address_of_a_machine_is_no_code(words: str) -> None:
    assert from_robot(words) is None


def test_an_absence_notice_that_names_a_code_is_no_bounce() -> None:
    assert from_robot("Error 550 5.1.1 in my life", "Auto-Submitted: auto-replied\n") is None


@pytest.mark.parametrize("raw", [answer("550 5.1.1 is what I saw"), complaint(), b"", b"\n\n"])
def test_what_is_no_bounce_is_none(raw: bytes) -> None:
    assert read(raw) is None
