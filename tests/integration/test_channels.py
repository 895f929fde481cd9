"""Each channel against a real server on this machine, or one that misbehaves."""

import socket
import ssl
import stat
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes
from email.message import Message as Mail
from email.policy import default
from email.utils import parsedate_to_datetime
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from recruit.consent.choices import Channel
from recruit.core.clock import now
from recruit.core.config import read_settings
from recruit.core.errors import WrongUsage
from recruit.notify.carriers import carriers
from recruit.notify.channels.email import Smtp
from recruit.notify.channels.folder import Folder
from recruit.notify.channels.mail import Sender
from recruit.notify.channels.sms_gateways import gateways
from recruit.notify.channels.smtp_line import Patience, Server
from recruit.notify.letter import Letter, Outcome
from recruit.notify.senders import sender

SENDER = "no-reply@example.org"
REFERENCE = "0123456789abcdef0123456789abcdef"
LETTER = Letter(
    REFERENCE,
    "anne@example.org",
    "Bonjour,\n\nVotre code : 123456\n",
    "Votre reçu",
    "<p>Votre code : <b>123456</b></p>",
)
TEXT = Letter(REFERENCE, "+33639980001", "Recruit: 123456")
PROVIDER = "form+https://account:pass%2Fword@sms.example.org/send"


class Receiver:
    """A mail server that keeps what it is given, or answers as it was told to."""

    def __init__(self) -> None:
        self.mails: list[Mail] = []
        self.envelopes: list[Envelope] = []
        self.to_recipient = "250 OK"
        self.to_data = "250 OK"

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: object
    ) -> str:
        if self.to_recipient.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.to_recipient

    async def handle_DATA(  # noqa: N802 - as above
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        content = envelope.content
        assert isinstance(content, bytes)
        self.envelopes.append(envelope)
        self.mails.append(message_from_bytes(content, policy=default))
        return self.to_data


class _TlsFirst(Controller):
    """Looks whether it is there without the handshake that it would insist on."""

    def _trigger_server(self) -> None:
        with closing(socket.create_connection((self.hostname, self.port), timeout=5)):
            pass


def free_port() -> int:
    with closing(socket.socket()) as door:
        door.bind(("127.0.0.1", 0))
        port: int = door.getsockname()[1]
        return port


def smtp_at(port: int, *, seconds: float = 5, **server: Any) -> Smtp:  # noqa: ANN401 - of several kinds
    place = Server("127.0.0.1", port, **server)
    return Smtp("smtp", place, Sender(SENDER), Patience(seconds, seconds))


@pytest.fixture
def receiver() -> Receiver:
    return Receiver()


@pytest.fixture
def smtp(receiver: Receiver) -> Iterator[Smtp]:
    port = free_port()
    controller = Controller(receiver, hostname="127.0.0.1", port=port)
    controller.start()
    yield smtp_at(port)
    controller.stop()


def test_an_email_arrives_as_text_and_html(smtp: Smtp, receiver: Receiver) -> None:
    assert smtp.send(LETTER) is Outcome.SENT
    (mail,) = receiver.mails
    text, html = mail.iter_parts()  # type: ignore[attr-defined]  # with the policy above
    assert (mail["From"], mail["To"]) == (f"Recruit <{SENDER}>", "anne@example.org")
    assert mail["Subject"] == "Votre reçu"
    assert mail["Message-ID"] == f"<{REFERENCE}@example.org>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert parsedate_to_datetime(str(mail["Date"])).utcoffset() == timedelta()
    assert (text.get_content_type(), html.get_content_type()) == ("text/plain", "text/html")
    assert "Votre code : 123456" in text.get_content()
    assert "<b>123456</b>" in html.get_content()
    (envelope,) = receiver.envelopes
    assert (envelope.mail_from, envelope.rcpt_tos) == (SENDER, ["anne@example.org"])


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        ("550 5.1.1 No such mailbox", Outcome.NEVER),
        ("552 5.2.2 Mailbox full", Outcome.NEVER),
        ("450 4.2.1 Try again later", Outcome.LATER),
        ("451 4.7.1 Greylisted", Outcome.LATER),
    ],
)
@pytest.mark.parametrize("place", ["to_recipient", "to_data"])
def test_a_refusal_is_for_good_or_for_now_as_the_server_says(
    smtp: Smtp, receiver: Receiver, place: str, answer: str, outcome: Outcome
) -> None:
    setattr(receiver, place, answer)
    assert smtp.send(LETTER) is outcome


def test_an_address_in_other_letters_goes_to_its_ascii_domain(
    smtp: Smtp, receiver: Receiver
) -> None:
    assert smtp.send(replace(LETTER, to="anne@exämple.org")) is Outcome.SENT
    assert receiver.envelopes[0].rcpt_tos == ["anne@xn--exmple-cua.org"]


BREAKS = ["\r\nBcc: b@example.org", "\nX: y", "\r", "\x00", "\u2028", "\x0b"]


@pytest.mark.parametrize("end", BREAKS)
@pytest.mark.parametrize("name", ["to", "subject", "reference"])
def test_no_field_breaks_out_of_its_header(
    smtp: Smtp, receiver: Receiver, name: str, end: str
) -> None:
    letter = replace(LETTER, **{name: getattr(LETTER, name) + end})
    assert smtp.send(letter) is Outcome.NEVER
    assert receiver.mails == []


@pytest.mark.parametrize("end", BREAKS)
def test_no_sender_breaks_out_of_its_header(smtp: Smtp, receiver: Receiver, end: str) -> None:
    assert replace(smtp, sender=Sender(SENDER + end)).send(LETTER) is Outcome.NEVER
    assert receiver.mails == []


@pytest.mark.parametrize("to", ["not@plausible", "x..y@example.org", "", "a@b@c", "@example.org"])
def test_what_is_no_address_is_given_up_without_a_connection(to: str) -> None:
    assert smtp_at(1).send(replace(LETTER, to=to)) is Outcome.NEVER


def test_a_line_of_a_dot_does_not_end_the_mail(smtp: Smtp, receiver: Receiver) -> None:
    assert smtp.send(replace(LETTER, text="a\n.\nMAIL FROM:<x@example.org>\n")) is Outcome.SENT
    assert len(receiver.mails) == 1


def test_nobody_at_the_port_means_later() -> None:
    assert smtp_at(free_port()).send(LETTER) is Outcome.LATER


def test_a_server_without_tls_elsewhere_gets_nothing(
    smtp: Smtp, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("recruit.notify.channels.smtp_line.is_loopback", lambda _host: False)
    assert smtp.send(LETTER) is Outcome.LATER
    assert receiver.mails == []


def test_tls_from_the_start_is_not_given_up_for_a_server_without(
    smtp: Smtp, receiver: Receiver
) -> None:
    assert replace(smtp, server=replace(smtp.server, tls_first=True)).send(LETTER) is Outcome.LATER
    assert receiver.mails == []


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A key and a certificate of this machine that signs itself, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    here = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now() - timedelta(days=1))
        .not_valid_after(now() + timedelta(days=1))
        .add_extension(here, critical=False)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path_factory.mktemp("tls") / "here.pem"
    pem = serialization.Encoding.PEM
    plain = serialization.NoEncryption()
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain)
    file.write_bytes(private + signed.public_bytes(pem))
    return file


@pytest.mark.parametrize("tls_first", [False, True])
@pytest.mark.parametrize(("trusted", "outcome"), [(True, Outcome.SENT), (False, Outcome.LATER)])
def test_elsewhere_mail_goes_over_tls_to_a_server_that_can_be_trusted(  # noqa: PLR0913 - what it takes
    receiver: Receiver,
    certificate: Path,
    monkeypatch: pytest.MonkeyPatch,
    *,
    tls_first: bool,
    trusted: bool,
    outcome: Outcome,
) -> None:
    monkeypatch.setattr("recruit.notify.channels.smtp_line.is_loopback", lambda _host: False)
    if trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    port = free_port()
    doors = (
        _TlsFirst(receiver, hostname="127.0.0.1", port=port, ssl_context=context)
        if tls_first
        else Controller(
            receiver, hostname="127.0.0.1", port=port, tls_context=context, require_starttls=True
        )
    )
    doors.start()
    try:
        smtp = smtp_at(port, tls_first=tls_first)
        assert smtp.send(LETTER) is outcome
    finally:
        doors.stop()
    assert len(receiver.mails) == (1 if trusted else 0)


def test_what_is_said_before_tls_counts_for_nothing_after_it(
    certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever sits in between could add answers in the clear, to be read as the server's own."""
    monkeypatch.setattr("recruit.notify.channels.smtp_line.is_loopback", lambda _host: False)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    heard: list[bytes] = []

    def answer(door: socket.socket) -> None:
        visitor, _ = door.accept()
        visitor.sendall(b"220 here\r\n")
        visitor.recv(1024)
        visitor.sendall(b"250-here\r\n250 STARTTLS\r\n")
        visitor.recv(1024)
        visitor.sendall(b"220 go\r\n250-here\r\n250 AUTH PLAIN\r\n")
        with context.wrap_socket(visitor, server_side=True) as safe:
            heard.append(safe.recv(1024))
            safe.sendall(b"250-here\r\n250 SIZE\r\n")
            heard.append(safe.recv(1024))

    with socket.create_server(("127.0.0.1", 0)) as door:
        thread = threading.Thread(target=answer, args=(door,))
        thread.start()
        smtp = smtp_at(door.getsockname()[1], user="user", password="secret")
        assert smtp.send(LETTER) is Outcome.LATER  # it offers no way to sign in
        thread.join()
    assert [said[:4] for said in heard] == [b"ehlo", b""]


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
@pytest.mark.parametrize(("password", "outcome"), [("right", Outcome.SENT), ("x", Outcome.LATER)])
def test_user_and_password_are_shown_to_the_server(
    receiver: Receiver, password: str, outcome: Outcome
) -> None:
    def check(
        _server: object, _session: object, _envelope: object, _mechanism: str, shown: LoginPassword
    ) -> AuthResult:
        return AuthResult(success=(shown.login, shown.password) == (b"user", b"right"))

    port = free_port()
    controller = Controller(
        receiver,
        hostname="127.0.0.1",
        port=port,
        authenticator=check,
        auth_required=True,
        auth_require_tls=False,
    )
    controller.start()
    try:
        smtp = smtp_at(port, user="user", password=password)
        assert smtp.send(LETTER) is outcome
    finally:
        controller.stop()


@pytest.fixture
def strange() -> Iterator[Callable[[bytes], int]]:
    """Starts a server that sends some bytes and then nothing more; gives its port."""
    doors: list[socket.socket] = []

    def start(said: bytes) -> int:
        door = socket.create_server(("127.0.0.1", 0))
        doors.append(door)

        def answer() -> None:
            try:
                visitor, _ = door.accept()
            except OSError:
                return
            doors.append(visitor)
            visitor.sendall(said)

        threading.Thread(target=answer, daemon=True).start()
        port: int = door.getsockname()[1]
        return port

    yield start
    for door in doors:
        door.close()


@pytest.mark.parametrize("said", [b"", b"HTTP/1.1 400 Bad Request\r\n\r\n<html>", b"220-wait\r\n"])
def test_a_mail_server_that_hangs_or_is_none_means_later(
    strange: Callable[[bytes], int], said: bytes
) -> None:
    assert smtp_at(strange(said), seconds=0.3).send(LETTER) is Outcome.LATER


def test_without_providers_messages_are_files_for_their_owner_alone(tmp_path: Path) -> None:
    folder = Folder(tmp_path / "outbox", Sender(SENDER))
    assert [folder.send(LETTER), folder.send(TEXT)] == [Outcome.SENT] * 2
    mail, sms = sorted((tmp_path / "outbox").iterdir(), key=lambda file: file.suffix)
    assert (mail.suffix, "".join(sms.suffixes)) == (".eml", ".sms.txt")
    assert message_from_bytes(mail.read_bytes(), policy=default)["To"] == "anne@example.org"
    assert sms.read_text() == "+33639980001\n\nRecruit: 123456\n"
    for file in (mail, sms):
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.folder.stat().st_mode) == 0o700


def test_a_folder_that_cannot_be_written_means_later(tmp_path: Path) -> None:
    (tmp_path / "outbox").write_text("a file where the folder should be")
    assert Folder(tmp_path / "outbox", Sender(SENDER)).send(TEXT) is Outcome.LATER


def test_a_disk_that_is_full_leaves_no_half_message(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    assert Folder(tmp_path, Sender(SENDER)).send(TEXT) is Outcome.LATER
    assert list(tmp_path.iterdir()) == []


def given(**settings: str) -> dict[str, str]:
    return {f"RECRUIT_{name.upper()}": value for name, value in settings.items()}


def test_the_settings_say_who_carries_what(tmp_path: Path) -> None:
    settings = read_settings(
        given(
            data_folder=str(tmp_path),
            smtp_url="smtp://us%40er:pass%2Fword@mail.example.org?from=studies@example.org",
            sms_url=PROVIDER,
        )
    )
    found = carriers(settings)
    assert found == {
        Channel.EMAIL: Smtp(
            "smtp",
            Server("mail.example.org", 587, user="us@er", password="pass/word"),
            Sender("studies@example.org"),
        ),
        Channel.SMS: gateways(settings)[0],
    }
    assert "word" not in f"{found}{settings}"


def test_smtps_is_tls_from_the_first_byte() -> None:
    found = carriers(read_settings(given(smtp_url="smtps://mail.example.org")))[Channel.EMAIL]
    assert found == Smtp(
        "smtp",
        Server("mail.example.org", 465, tls_first=True),
        Sender("no-reply@[127.0.0.1]"),
    )


def test_without_settings_everything_lands_in_the_outbox(tmp_path: Path) -> None:
    folder = Folder(tmp_path / "outbox", Sender("no-reply@[127.0.0.1]"))
    found = carriers(read_settings(given(data_folder=str(tmp_path))))
    assert found == {Channel.EMAIL: folder, Channel.SMS: folder}


@pytest.mark.parametrize(
    ("base_url", "expected"),
    [
        ("https://www.example.org", "no-reply@example.org"),
        ("https://studies.example.org:8443", "no-reply@studies.example.org"),
        ("http://localhost:8000", "no-reply@localhost"),
        ("http://[fe80::1]:8000", "no-reply@[IPv6:fe80::1]"),
    ],
)
def test_the_sender_follows_from_the_address_of_the_pages(base_url: str, expected: str) -> None:
    assert sender(read_settings(given(base_url=base_url))) == Sender(expected)


@pytest.mark.parametrize("name", ["localhost", "[127.0.0.1]", "[IPv6:fe80::1]"])
def test_an_email_can_come_from_this_machine(tmp_path: Path, name: str) -> None:
    assert Folder(tmp_path, Sender(f"no-reply@{name}")).send(LETTER) is Outcome.SENT


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("smtp_url", "http://mail.example.org"),
        ("smtp_url", "smtp://:25"),
        ("smtp_url", "smtp://mail.example.org:99999"),
        ("smtp_url", "smtp://mail.example.org?from=nobody"),
        ("smtp_url", "smtp://mail.example.org?from=a@b.org%0aBcc:c@d.org"),
        ("sms_url", "http://sms.example.org/"),
        ("sms_url", "ftp://sms.example.org/"),
        ("sms_url", "https://:443"),
        ("sms_url", "form+http://sms.example.org/"),
        ("sms_url", "form+https://sms.example.org/"),
        ("sms_url", "form+https://account:@sms.example.org/"),
        ("sms_fallback_url", "form+https://account@sms.example.org/"),
        ("sms_url", "xml+https://sms.example.org/"),
        ("sms_fallback_url", "http://sms.example.org/"),
    ],
)
def test_an_odd_address_is_refused_without_repeating_it(name: str, value: str) -> None:
    with pytest.raises(WrongUsage) as refused:
        read_settings(given(**{name: value}))
    assert value not in str(refused.value)


def test_an_sms_provider_on_this_machine_needs_no_tls() -> None:
    [found] = gateways(read_settings(given(sms_url="http://127.0.0.1:9000/")))
    assert found.account.url == "http://127.0.0.1:9000/"
