"""Whatever comes in as a mail is read, in no time, and is no error."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recruit.notify import arf, dsn
from recruit.notify.incoming import (
    LARGEST,
    Mail,
    answered,
    opened,
    returned,
    subject,
    text,
    verp,
)

REFERENCE = "0123456789abcdef0123456789abcdef"


def everything(raw: bytes) -> Mail:
    """Everything that is ever asked of a mail."""
    mail = opened(raw)
    for ask in (dsn.read, arf.read, answered, returned, subject, text, verp):
        ask(mail)
    return mail


def test_a_return_address_names_its_message_whoever_writes_the_header() -> None:
    for name in ("To", "Delivered-To", "X-Original-To"):
        raw = f"{name}: <Bounce+{REFERENCE.upper()}@example.org>\n\n".encode()
        assert verp(opened(raw)) == REFERENCE


def test_the_envelope_names_its_message_before_any_header() -> None:
    mail = opened(b"To: bounce+" + b"f" * 32 + b"@example.org\n\n")

    assert verp(mail, f"bounce+{REFERENCE}@example.org") == REFERENCE


def test_an_answer_names_its_message_even_far_up_the_thread() -> None:
    mail = opened(f"References: <a@b>\r\n <{REFERENCE}@example.org>\r\n\r\nYes\r\n".encode())

    assert answered(mail) == REFERENCE


def test_a_folded_header_is_one_and_what_does_not_print_is_not_in_it() -> None:
    mail = opened(b"Subject: one\r\n\ttwo\x07\r\n\r\n")

    assert mail.first("subject") == "one two"


def test_words_are_read_as_their_charset_says() -> None:
    head = b"Content-Type: text/plain; charset=iso-8859-1\nContent-Transfer-Encoding: base64\n\n"

    assert text(opened(head + b"YXJy6nQ=\n")) == "arrêt"


@pytest.mark.parametrize("charset", ["utf-16", "hex", "punycode", "nothing", "utf-8\0", "a'b'c"])
def test_a_charset_that_lies_costs_the_words_and_no_more(charset: str) -> None:
    head = f'Content-Type: text/plain; charset="{charset}"\n\n'.encode()

    everything(head + b"stop \xff\xfe")


def test_encoded_words_in_a_subject_are_read() -> None:
    assert subject(opened(b"Subject: =?utf-8?q?arr=C3=AAt?= stop\n\n")) == "arrêt stop"


def test_a_subject_that_claims_to_be_encoded_is_taken_as_it_stands() -> None:
    assert "=?utf-8?b?" in subject(opened(b"Subject: =?utf-8?b?a?=\n\n"))


def test_of_two_ways_to_say_it_the_plain_one_is_read() -> None:
    raw = b"""Content-Type: multipart/alternative; boundary=x

--x
Content-Type: text/html

<p>no</p>
--x
Content-Type: text/plain

yes
--x--
"""
    assert text(opened(raw)) == "yes"


def test_of_html_alone_the_words_are_read() -> None:
    raw = b"Content-Type: text/html\n\n<head><style>p{}</style></head><p>Oui&nbsp;!<br>Merci</p>"

    assert text(opened(raw)).split() == ["Oui", "!", "Merci"]


@given(st.binary(max_size=2000))
def test_no_bytes_are_an_error(raw: bytes) -> None:
    everything(raw)


@given(
    st.lists(
        st.sampled_from(
            [
                b"Content-Type: multipart/report; report-type=delivery-status; boundary=x\n",
                b"Content-Type: message/delivery-status\n",
                b"Content-Type: message/feedback-report\n",
                b"Content-Type: text/html; charset*0*=%ff''\n",
                b'Content-Type: ;;="\n',
                b"--x\n",
                b"--x--\n",
                b"\n",
                b"Status: 5.1.1\n",
                b"Action: failed\n",
                b"Subject: =?x?q?=ff?=\n",
                b"From: ROBOT\n",
                b"Content-Transfer-Encoding: base64\n",
                b"Feedback-Type: abuse\n",
                b"\xff\0",
                b" folded\n",
                b"Message-ID: <" + REFERENCE.encode() + b"@x>\n",
                b"Diagnostic-Code: smtp; 550 5.1.1\n",
                b"From: MAILER-DAEMON\n",
            ]
        ),
        max_size=40,
    ).map(b"".join)
)
def test_no_pieces_of_a_report_in_any_order_are_an_error(raw: bytes) -> None:
    everything(raw)


HOSTILE = {
    "a million headers": b"a:b\n" * 300_000,
    "one endless header": b"Subject: " + b"x" * LARGEST,
    "one endlessly folded": b"Subject: a\n" + b" a\n" * 300_000,
    "an endless encoded subject": b"Subject: " + b"=?utf-8?b?YQ==?= " * 50_000,
    "quotes without end": b'Content-Type: text/plain; a="' + b';"\\"' * 200_000,
    "parts in parts": b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(18_000)
    ),
    "messages in messages": b"Content-Type: message/rfc822\n\n" * 30_000,
    "a million parts": b"Content-Type: multipart/mixed; boundary=x\n\n" + b"--x\n\n" * 200_000,
    "a million blocks": b"Content-Type: message/delivery-status\n\n" + b"Status: 5\n\n" * 90_000,
    "blank lines": b"\n \n" * 300_000,
    "a bounce of digits": b"From: mailer-daemon\n\n" + b"5.1." * 250_000,
    "styles without end": b"Content-Type: text/html\n\n" + b"<style>" * 140_000,
    "marks without end": b"Content-Type: text/html\n\n" + b"<p" * 500_000,
    "entities": b"Content-Type: text/html\n\n" + b"&#1;&a" * 160_000,
    "lines that nearly part it": b"Content-Type: multipart/mixed; boundary=x\n\n"
    + b"--x \t \t \tx\n" * 80_000,
    "nothing but zeros": b"\0" * LARGEST,
}  # fmt: skip


@pytest.mark.parametrize("raw", HOSTILE.values(), ids=HOSTILE)
def test_a_megabyte_made_up_to_hurt_is_read_within_two_seconds(raw: bytes) -> None:
    began = time.process_time()
    everything(raw)

    assert time.process_time() - began < 2


def test_what_lies_beyond_a_megabyte_is_not_looked_at() -> None:
    assert text(opened(b"\n" + b" " * LARGEST + b"late")) == ""
