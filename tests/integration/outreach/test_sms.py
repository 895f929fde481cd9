"""Text messages over a real connection to a gateway that answers well, badly or not at all."""

import hmac
import json
import socket
import ssl
import time
from base64 import b64encode
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from urllib.parse import parse_qs

import pytest

from recruit.consent.choices import Channel
from recruit.core.config import Settings, read_settings
from recruit.notify.carriers import carriers
from recruit.notify.channels import sms_form
from recruit.notify.channels.sms import Gateway as Ours
from recruit.notify.channels.sms_gateways import form_secrets, gateways
from recruit.notify.channels.sms_http import LIMITS, Limits, ask
from recruit.notify.letter import Letter, Outcome
from recruit.notify.stages import Fate
from tests.gateway import Gateway, Said, free_port, gateway

REFERENCE = "0123456789abcdef0123456789abcdef"
TEXT = Letter(REFERENCE, "+33639980001", "Recruit : une étude près de chez vous. STOP")
QUICK = Limits(connect=0.4, whole=0.8)
KINDS = ["form", "json"]
TAKEN = {"form": {"sid": "SM1", "status": "queued"}, "json": {"message_uuid": "u-1"}}
# A number that cannot be reached, in the words of each kind.
NUMBER = {
    "form": {"code": 21211, "message": "Invalid 'To'", "status": 400},
    "json": {"title": "Invalid params", "invalid_parameters": [{"name": "to", "reason": "odd"}]},
}
# Something else, which somebody may mend.
OTHER = {
    "form": {"code": 21212, "message": "Invalid 'From'", "status": 400},
    "json": {"title": "Invalid params", "invalid_parameters": [{"name": "from"}]},
}
PAGE = Said(200, b"<html>Welcome to the hotel</html>", "text/html")


def settings(url: str = "", fallback: str = "", **others: str) -> Settings:
    given = {"sms_url": url, "sms_fallback_url": fallback, **others}
    return read_settings({f"RECRUIT_{name.upper()}": text for name, text in given.items() if text})


def account(server: Gateway, kind: str, limits: Limits = LIMITS) -> Ours:
    url = server.url.replace("//", "//us%40er:p%2Fw@") + "?from=Etudes&zone=eu"
    [found] = gateways(settings(f"{kind}+{url}"))
    return replace(found, limits=limits)


def said(body: object, status: int = 200) -> Said:
    return Said(status, json.dumps(body).encode())


def yes() -> bool:
    return True


@pytest.fixture
def server() -> Iterator[Gateway]:
    with gateway() as running:
        yield running


def test_a_form_has_the_letter_and_where_its_receipt_goes(server: Gateway) -> None:
    server.says = said(TAKEN["form"], 201)
    assert account(server, "form").hand_over(TEXT, yes) is Fate.SENT
    assert parse_qs(server.bodies[0].decode()) == {
        "To": [TEXT.to],
        "From": ["Etudes"],
        "Body": [TEXT.text],
        "StatusCallback": [f"http://127.0.0.1:8000/hooks/form?reference={REFERENCE}"],
    }


def test_json_has_the_letter_and_our_reference(server: Gateway) -> None:
    server.says = said(TAKEN["json"], 202)
    assert account(server, "json").hand_over(TEXT, yes) is Fate.SENT
    assert json.loads(server.bodies[0]) == {
        "channel": "sms",
        "message_type": "text",
        "to": "33639980001",
        "from": "Etudes",
        "text": TEXT.text,
        "client_ref": REFERENCE,
        "webhook_url": "http://127.0.0.1:8000/hooks/json",
        "sms": {"encoding_type": "text"},
    }


@pytest.mark.parametrize(("text", "alphabet"), [("à é ù €", "text"), ("ê", "unicode")])
def test_the_alphabet_follows_from_the_signs(server: Gateway, text: str, alphabet: str) -> None:
    server.says = said(TAKEN["json"], 202)
    account(server, "json").hand_over(replace(TEXT, text=text), yes)
    assert json.loads(server.bodies[0])["sms"] == {"encoding_type": alphabet}


@pytest.mark.parametrize("kind", KINDS)
def test_who_we_are_and_which_message_it_is_stand_in_the_head(server: Gateway, kind: str) -> None:
    account(server, kind).hand_over(TEXT, yes)
    head = server.heads[0]
    assert head.startswith("POST /messages?zone=eu HTTP/1.1\r\n")
    assert f"Authorization: Basic {b64encode(b'us@er:p/w').decode()}" in head
    assert f"Idempotency-Key: {REFERENCE}" in head


def test_what_is_given_up_never_arrives_later() -> None:
    here = Limits(connect=5, whole=1)
    came = []
    with socket.socket() as door:
        # Less than the request: the rest waits on our side until the other one reads.
        door.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1024)
        door.bind(("127.0.0.1", 0))
        door.listen(1)
        url = f"http://127.0.0.1:{door.getsockname()[1]}/"
        assert ask(url, {}, b"x" * 60_000 + b"END", yes, here) is Fate.UNSURE
        other, _ = door.accept()
        with other, suppress(ConnectionResetError):
            other.settimeout(5)
            while part := other.recv(65_536):
                came.append(part)
    assert not b"".join(came).endswith(b"END")


def test_an_empty_secret_verifies_nothing() -> None:
    url = "https://r.example.org/hooks/form"
    given = b64encode(hmac.digest(b"", f"{url}BodySTOP".encode(), "sha1")).decode()
    assert not sms_form.is_signed(url, b"Body=STOP", given, ("",))


@pytest.mark.parametrize("kind", KINDS)
def test_nobody_at_the_port_has_surely_not_taken_it(server: Gateway, kind: str) -> None:
    here = account(server, kind)
    nobody = replace(here.account, url=f"http://127.0.0.1:{free_port()}/")
    assert replace(here, account=nobody).hand_over(TEXT, pytest.fail) is Fate.LATER


def test_an_unknown_name_has_surely_not_taken_it(
    server: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unknown(*_: object, **__: object) -> None:
        raise OSError(-2, "Name or service not known")

    monkeypatch.setattr("socket.create_connection", unknown)
    assert account(server, "json").hand_over(TEXT, pytest.fail) is Fate.LATER


def test_a_server_without_tls_gets_nothing_over_https(server: Gateway) -> None:
    here = account(server, "json", QUICK)
    safe = replace(here.account, url=server.url.replace("http:", "https:"))
    assert replace(here, account=safe).hand_over(TEXT, pytest.fail) is Fate.LATER
    assert server.requests == []


def test_a_certificate_that_nobody_signed_for_is_not_trusted(
    server: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    class Strict:
        def wrap_socket(self, _door: object, *, server_hostname: str) -> None:
            asked.append(server_hostname)
            raise ssl.SSLCertVerificationError

    monkeypatch.setattr("ssl.create_default_context", Strict)
    here = account(server, "json", QUICK)
    safe = replace(here.account, url=server.url.replace("http:", "https:"))
    assert replace(here, account=safe).hand_over(TEXT, pytest.fail) is Fate.LATER
    assert asked == ["127.0.0.1"]


@pytest.mark.parametrize("kind", KINDS)
def test_without_leave_the_last_byte_is_not_sent(server: Gateway, kind: str) -> None:
    assert account(server, kind).hand_over(TEXT, lambda: False) is Fate.HELD
    for _ in range(100):
        if server.ended:
            break
        time.sleep(0.02)
    assert (server.requests, server.ended) == ([], 1)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "happens",
    [
        "reset",
        "hang up",
        "silence",
        PAGE,
        Said(200, b""),
        Said(204, b"", ""),
        Said(200, b"{not json"),
        Said(200, b"[1]"),
        Said(200, b'{"error": "something in between"}'),
        Said(200, b"[" * 60_000),
        Said(200, b'{"sid": "S", "message_uuid": "u", "x": "' + b"x" * 70_000 + b'"}'),
        Said(500, b"<html>Bad day</html>", "text/html"),
        Said(502, b""),
        Said(503, b'{"not": "their own"}'),
        Said(302, b"", "", "Location: https://elsewhere.example.org/\r\n"),
        Said(200, b'{"sid": "S", "message_uuid": "u"}', drip=0.2),
    ],
)
def test_after_the_last_byte_what_is_no_answer_leaves_it_open(
    server: Gateway, kind: str, happens: Said | str
) -> None:
    server.says = happens
    began = time.monotonic()
    assert account(server, kind, QUICK).hand_over(TEXT, yes) is Fate.UNSURE
    assert time.monotonic() - began < 3
    assert len(server.requests) == 1


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("status", [400, 404, 410, 422])
def test_a_number_that_will_never_do_is_refused_for_good(
    server: Gateway, kind: str, status: int
) -> None:
    server.says = said(NUMBER[kind], status)
    assert account(server, kind).hand_over(TEXT, yes) is Fate.NEVER


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("status", [400, 401, 402, 403, 404, 422, 429, 500, 503])
def test_what_somebody_may_mend_is_tried_again(server: Gateway, kind: str, status: int) -> None:
    server.says = said(OTHER[kind], status)
    assert account(server, kind).hand_over(TEXT, yes) is Fate.LATER


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("status", [401, 403, 404, 429])
def test_a_refusal_without_a_body_is_a_refusal(server: Gateway, kind: str, status: int) -> None:
    server.says = Said(status, b"<html>No</html>", "text/html")
    assert account(server, kind).hand_over(TEXT, yes) is Fate.LATER


@pytest.mark.parametrize("kind", KINDS)
def test_our_own_credentials_never_end_a_message(server: Gateway, kind: str) -> None:
    server.says = said(NUMBER[kind], 401)
    assert account(server, kind).hand_over(TEXT, yes) is Fate.LATER


@pytest.mark.parametrize(
    ("status", "body", "outcome"),
    [
        (201, TAKEN["form"], Outcome.SENT),
        (400, NUMBER["form"], Outcome.NEVER),
        (400, OTHER["form"], Outcome.LATER),
        (200, {}, Outcome.LATER),
    ],
)
def test_a_code_goes_by_the_same_gateway(
    server: Gateway, status: int, body: object, outcome: Outcome
) -> None:
    server.says = said(body, status)
    assert account(server, "form").send(TEXT) is outcome


def test_the_second_gateway_comes_after_the_first() -> None:
    found = gateways(
        settings("form+https://a:b@one.example.org/m", "json+https://c:d@two.example.org/m")
    )
    assert [each.name for each in found] == ["form", "json"]


def test_two_gateways_of_one_kind_can_be_told_apart() -> None:
    both = settings("form+https://a:b@one.example.org/m", "form+https://c:d@two.example.org/m")
    assert [each.name for each in gateways(both)] == ["form", "form 2"]
    assert form_secrets(both) == ("b", "d")


def test_a_bare_address_takes_json() -> None:
    [found] = gateways(settings("https://sms.example.org/m"))
    assert (found.name, found.account.url) == ("json", "https://sms.example.org/m")


def test_no_password_is_shown_where_a_gateway_is_printed() -> None:
    found = gateways(settings("form+https://a:secret@sms.example.org/m"))
    assert "secret" not in f"{found}"


def test_codes_go_by_the_first_gateway() -> None:
    both = settings("form+https://a:b@one.example.org/m", "json+https://c:d@two.example.org/m")
    assert carriers(both)[Channel.SMS] == gateways(both)[0]
