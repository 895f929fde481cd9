"""An e-mail as it leaves: what its headers say, what its parts are, and who signed it."""

from base64 import b64encode
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import dkim
import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from hypothesis import given
from hypothesis import strategies as st

from recruit.consent.choices import Channel
from recruit.core.clock import now
from recruit.core.config import read_settings
from recruit.core.errors import WrongUsage
from recruit.notify.channels.calendar import appointment
from recruit.notify.channels.dkim_signature import Signer
from recruit.notify.channels.email import Smtp
from recruit.notify.channels.folder import Folder
from recruit.notify.channels.mail import Sender, mail
from recruit.notify.channels.smtp_line import Server
from recruit.notify.letter import Letter
from recruit.notify.senders import sender
from recruit.notify.stages import Fate
from recruit.notify.transports import transports

REFERENCE = "0123456789abcdef0123456789abcdef"
STOP = "https://recruit.example.org/u/kJ3-x_9"
FROM = Sender("studies@example.org")
LETTER = Letter(
    reference=REFERENCE,
    to="anne@example.org",
    text="Bonjour,\n\nUne étude près de chez vous cherche des personnes.\n",
    subject="Une étude près de chez vous",
    html="<html><head></head><body><p>Bonjour</p></body></html>",
    language="fr",
    one_click=STOP,
)
KEY = rsa.generate_private_key(65537, 2048)


def parsed(letter: Letter = LETTER, of: Sender = FROM) -> EmailMessage:
    found = message_from_bytes(mail(letter, of).content, policy=default)
    assert isinstance(found, EmailMessage)
    return found


def parts(letter: Letter) -> Iterator[EmailMessage]:
    for part in parsed(letter).walk():
        assert isinstance(part, EmailMessage)
        assert not part.defects
        yield part


def said(part: EmailMessage) -> str:
    content = part.get_content()
    assert isinstance(content, str)
    return content.replace("\r\n", "\n")


def test_one_press_in_the_mail_program_ends_the_messages() -> None:
    found = parsed()
    assert found["List-Unsubscribe"] == f"<{STOP}>"
    assert found["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_programs_that_know_no_pages_write_to_where_bounces_go() -> None:
    found = parsed(of=replace(FROM, bounces="bounce@example.org"))
    mailto = f"mailto:bounce+{REFERENCE}@example.org?subject=STOP"
    assert found["List-Unsubscribe"] == f"<{STOP}>, <{mailto}>"


def test_a_message_that_nobody_unsubscribes_from_says_nothing_of_it() -> None:
    found = parsed(replace(LETTER, one_click=""))
    assert not {"List-Unsubscribe", "List-Unsubscribe-Post"} & set(found)


def test_headers_say_who_writes_in_which_language_and_that_no_robot_is_to_answer() -> None:
    found = parsed(of=replace(FROM, reply_to="questions@example.org"))
    assert found["From"] == "Recruit <studies@example.org>"
    assert found["To"] == "anne@example.org"
    assert found["Subject"] == LETTER.subject
    assert found["Message-ID"] == f"<{REFERENCE}@example.org>"
    assert found["Reply-To"] == "questions@example.org"
    assert found["Content-Language"] == "fr"
    assert found["Auto-Submitted"] == "auto-generated"


def test_bounces_come_back_to_an_address_that_names_the_message() -> None:
    sent = mail(LETTER, replace(FROM, bounces="bounce@returns.example.org"))
    assert sent.return_path == f"bounce+{REFERENCE}@returns.example.org"
    assert mail(LETTER, FROM).return_path == "studies@example.org"


def test_text_and_html_stand_side_by_side() -> None:
    whole, text, html = parts(LETTER)
    assert whole.get_content_type() == "multipart/alternative"
    assert said(text) == LETTER.text
    assert said(html).strip() == LETTER.html


def test_a_letter_without_html_is_plain_text() -> None:
    (text,) = parts(replace(LETTER, html=""))
    assert (text.get_content_type(), said(text)) == ("text/plain", LETTER.text)


def test_rules_of_style_stand_at_each_element_and_those_for_screens_stay() -> None:
    style = "p { color: #123456 } @media (max-width: 320px) { p { margin: 0 } }"
    page = f"<html><head><style>{style}</style></head><body><p>Bonjour</p></body></html>"
    html = list(parts(replace(LETTER, html=page)))[2].get_content()
    assert '<p style="color: #123456;">Bonjour</p>' in html
    assert "@media" in html


def test_no_style_is_fetched_from_anywhere() -> None:
    link = '<link rel="stylesheet" href="http://127.0.0.1:1/a.css"><style>p { margin: 0 }</style>'
    page = f"<html><head>{link}</head><body><p>Bonjour</p></body></html>"
    assert "Bonjour" in list(parts(replace(LETTER, html=page)))[2].get_content()


@pytest.mark.parametrize(("cancelled", "method"), [(False, "PUBLISH"), (True, "CANCEL")])
def test_an_appointment_is_a_part_that_programs_understand_and_a_file_to_keep(
    method: str, *, cancelled: bool
) -> None:
    at = now().replace(microsecond=0)
    ends = at + timedelta(hours=1)
    calendar = appointment(
        "1", at, ends, "Rendez-vous", "Paris", "é" * 99, "a@example.org", "fr", cancelled=cancelled
    )
    whole, _, text, html, shown, file = parts(replace(LETTER, calendar=calendar))
    assert whole.get_content_type() == "multipart/mixed"
    assert [text.get_content_subtype(), html.get_content_subtype()] == ["plain", "html"]
    for part in (shown, file):
        assert part.get_content_type() == "text/calendar"
        assert part["Content-Type"].params["method"] == method
        assert part.get_payload(decode=True) == calendar.encode()
    assert file.get_filename() == "appointment.ics"


def test_a_calendar_without_a_method_is_refused() -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - it has no words
        mail(replace(LETTER, calendar="BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"), FROM)


@pytest.mark.parametrize("line", ["x" * 1_000_000, "é" * 500_000, "a b " * 250_000])
def test_a_line_of_a_megabyte_is_sent_in_short_ones_and_read_as_it_was(line: str) -> None:
    sent = mail(replace(LETTER, text=line, html=f"<p>{line}</p>", subject=line[:5000]), FROM)
    assert max(map(len, sent.content.split(b"\r\n"))) <= 998
    assert sent.content.isascii()
    _, text, _ = parts(replace(LETTER, text=line))
    assert said(text) == line + "\n"


@given(st.text(), st.text(min_size=1))
def test_any_text_arrives_as_it_was_but_for_how_its_lines_end(text: str, html: str) -> None:
    _, plain, page = parts(replace(LETTER, text=text, html=html))
    for part, given_text in ((plain, text), (page, html)):
        lines = given_text.replace("\r\n", "\n").replace("\r", "\n").rstrip("\n") + "\n"
        payload = part.get_payload(decode=True)
        assert isinstance(payload, bytes)
        assert payload.decode().replace("\r\n", "\n") == lines


@given(st.text(max_size=400))
def test_a_subject_is_read_as_it_was_or_refused(subject: str) -> None:
    try:
        sent = mail(replace(LETTER, subject=subject), FROM).content
    except ValueError:
        return
    assert str(message_from_bytes(sent, policy=default)["Subject"]).split() == subject.split()


BREAKS = ["\r\nBcc: b@example.org", "\n", "\r", "\x00", "\x0b", "\x85", "\u2028", "\u2029"]
TURNS = ["\u202e", "\u2066", "\u200f", "\ufeff", "\u200b"]


@pytest.mark.parametrize("sign", BREAKS + TURNS)
@pytest.mark.parametrize("name", ["subject", "to", "reference", "language", "one_click"])
def test_nothing_breaks_out_of_its_header_or_turns_it_round(name: str, sign: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - it has no words: they could be a person's
        mail(replace(LETTER, **{name: getattr(LETTER, name) + sign + "x"}), FROM)


@pytest.mark.parametrize("sign", BREAKS + TURNS)
def test_no_sender_breaks_out_of_a_header(sign: str) -> None:
    odd = f"a{sign}x@example.org"
    for own in (Sender(odd), replace(FROM, reply_to=odd)):
        with pytest.raises(ValueError):  # noqa: PT011 - as above
            mail(LETTER, own)


@pytest.mark.parametrize(
    "subject", ["Une étude\u00a0: près de vous", "=?utf-8?q?=0ABcc:x?=", "€\u202f5"]
)
def test_french_spaces_and_what_looks_encoded_are_read_as_they_are(subject: str) -> None:
    assert parsed(replace(LETTER, subject=subject))["Subject"] == subject


@pytest.mark.parametrize(
    "to",
    [
        "",
        "nobody",
        "a@b@c",
        "@example.org",
        "a@",
        "a b@example.org",
        "a..b@example.org",
        "<a@example.org>",
        "a@example.org,b@example.org",
        "a@-example.org",
    ],
)
def test_what_is_no_address_is_refused(to: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - as above
        mail(replace(LETTER, to=to), FROM)


@pytest.mark.parametrize(
    "link",
    ["javascript:alert(1)", "https://a.example.org/> <b", "https://é.example.org/", "https://x y"],
)
def test_an_odd_link_is_refused(link: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - as above
        mail(replace(LETTER, one_click=link), FROM)


def record(key: rsa.RSAPrivateKey = KEY) -> bytes:
    der = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return b"v=DKIM1; k=rsa; p=" + b64encode(der)


def is_signed(content: bytes) -> bool:
    def dns(name: bytes, timeout: int = 5) -> bytes:  # noqa: ARG001 - as the library calls it
        assert name == b"s2026._domainkey.example.org."
        return record()

    return bool(dkim.verify(content, dnsfunc=dns))


@pytest.fixture(scope="module")
def signed() -> bytes:
    return mail(LETTER, replace(FROM, signer=Signer("example.org", "s2026", KEY))).content


def test_a_signature_holds(signed: bytes) -> None:
    assert is_signed(signed)


def test_a_signature_holds_over_each_kind_of_letter() -> None:
    own = replace(FROM, signer=Signer("example.org", "s2026", KEY), bounces="b@example.org")
    at = now()
    calendar = appointment("1", at, at + timedelta(1), "RV", "Paris", "", "a@example.org", "fr")
    for letter in (
        replace(LETTER, html="", text=""),
        replace(LETTER, text="a  \n\n\n", one_click=""),
        replace(LETTER, subject="étude " * 60),
        replace(LETTER, calendar=calendar),
        replace(LETTER, to="zoé@example.org"),
    ):
        assert is_signed(mail(letter, own).content)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"\r\nFrom: ", b"\r\nFrom: other@example.org\r\nFrom: "),
        (b"\r\nTo: anne", b"\r\nTo: zoe"),
        (b"\r\nSubject: ", b"\r\nSubject: Urgent "),
        (b"\r\nDate: ", b"\r\nDate: Mon, "),
        (b"\r\nMessage-ID: <0", b"\r\nMessage-ID: <1"),
        (b"\r\nList-Unsubscribe: <https://recruit", b"\r\nList-Unsubscribe: <https://other"),
        (b"=One-Click", b"=Other"),
        (b"Bonjour", b"Bonsoir"),
        (b"\r\nContent-Type: multipart/alternative", b"\r\nContent-Type: multipart/mixed"),
    ],
)
def test_whatever_is_changed_on_the_way_breaks_the_signature(
    signed: bytes, before: bytes, after: bytes
) -> None:
    assert before in signed
    assert not is_signed(signed.replace(before, after, 1))


def given_settings(**values: object) -> dict[str, str]:
    return {f"RECRUIT_{name.upper()}": str(value) for name, value in values.items()}


@pytest.fixture(scope="module")
def key_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("dkim") / "key.pem"
    file.write_bytes(KEY.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return file


def test_the_settings_say_who_signs_and_where_answers_and_bounces_go(key_file: Path) -> None:
    found = sender(
        read_settings(
            given_settings(
                smtp_url="smtp://mail.example.org?from=studies@example.org",
                mail_reply_to="questions@example.org",
                mail_bounces="bounce@example.org",
                dkim_selector="s2026",
                dkim_key_file=key_file,
            )
        )
    )
    expected = Signer("example.org", "s2026", KEY)
    assert found == Sender(
        "studies@example.org", "questions@example.org", "bounce@example.org", expected
    )
    assert is_signed(mail(LETTER, found).content)


def odd_keys() -> dict[str, bytes]:
    small = rsa.generate_private_key(65537, 1024)  # noqa: S505 - to be refused
    plain = (Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return {
        "short": small.private_bytes(*plain),
        "curve": ed25519.Ed25519PrivateKey.generate().private_bytes(*plain),
        "public": KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo),
        "nothing": b"",
    }


@pytest.mark.parametrize("kind", ["short", "curve", "public", "nothing", "missing"])
def test_a_key_that_cannot_sign_is_refused_when_settings_are_read(
    tmp_path: Path, kind: str
) -> None:
    file = tmp_path / "key.pem"
    if kind != "missing":
        file.write_bytes(odd_keys()[kind])
    with pytest.raises(WrongUsage) as refused:
        read_settings(given_settings(dkim_selector="s2026", dkim_key_file=file))
    assert "RECRUIT_DKIM_KEY_FILE" in str(refused.value)


@pytest.mark.parametrize("name", ["dkim_selector", "dkim_key_file"])
def test_a_key_without_its_name_is_refused_and_the_other_way_round(
    key_file: Path, name: str
) -> None:
    both = {"dkim_selector": "s2026", "dkim_key_file": str(key_file)}
    del both[name]
    with pytest.raises(WrongUsage, match="RECRUIT_DKIM_KEY_FILE"):
        read_settings(given_settings(**both))


@pytest.mark.parametrize(
    "odd",
    [
        {"mail_bounces": "nobody"},
        {"mail_bounces": "a@b@example.org"},
        {"mail_bounces": "a b@example.org"},
        {"mail_reply_to": "a@example.org\r\nBcc: b@example.org"},
        {"mail_reply_to": "A <a@example.org>"},
        {"dkim_selector": "a_b\n"},
        {"smtp_fallback_url": "smtp://second.example.org"},
        {"smtp_url": "smtp://a.example.org", "smtp_fallback_url": "http://second.example.org"},
        {
            "smtp_url": "smtp://a.example.org",
            "smtp_fallback_url": "smtp://second.example.org?from=b@example.org",
        },
    ],
)
def test_odd_settings_are_refused(odd: dict[str, str]) -> None:
    with pytest.raises(WrongUsage):
        read_settings(given_settings(**odd))


def test_a_second_server_is_tried_after_the_first_and_speaks_for_the_same_sender() -> None:
    found = transports(
        read_settings(
            given_settings(
                smtp_url="smtp://first.example.org?from=studies@example.org",
                smtp_fallback_url="smtps://user:secret@second.example.org",
            )
        )
    )
    second = Server("second.example.org", 465, user="user", password="secret", tls_first=True)
    assert found[Channel.EMAIL] == (
        Smtp("smtp", Server("first.example.org", 587), FROM),
        Smtp("smtp fallback", second, FROM),
    )


class TestFolder:
    """Without a provider, messages are files; the name is what waits for leave."""

    def test_a_message_has_a_name_only_with_leave(self, tmp_path: Path) -> None:
        folder = transports(read_settings(given_settings(data_folder=tmp_path)))[Channel.EMAIL][0]
        seen: list[Any] = []

        def last() -> bool:
            seen.extend((tmp_path / "outbox").glob("[!.]*"))
            return True

        assert folder.hand_over(LETTER, last) is Fate.SENT
        (file,) = (tmp_path / "outbox").iterdir()
        assert (seen, file.suffix) == ([], ".eml")

    def test_without_leave_nothing_is_left(self, tmp_path: Path) -> None:
        assert Folder(tmp_path, FROM).hand_over(LETTER, lambda: False) is Fate.HELD
        assert list(tmp_path.iterdir()) == []

    def test_what_can_be_no_mail_is_never_tried_again(self, tmp_path: Path) -> None:
        letter = replace(LETTER, to="nobody")
        assert Folder(tmp_path, FROM).hand_over(letter, lambda: True) is Fate.NEVER
