"""What providers post: taken where the signature holds, and then once; refused otherwise."""

import hmac
import json
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import Engine, select
from werkzeug.test import TestResponse

from recruit.actions.outreach import words
from recruit.core.clock import now
from recruit.core.config import Settings, read_settings
from recruit.core.db import reading, unit_of_work
from recruit.core.keys import read_secrets
from recruit.notify.incoming import LARGEST
from recruit.notify.outbox_tables import OUTBOX
from recruit.notify.stages import State
from recruit.people.communities import signature
from recruit.people.vault import Item, Vault
from recruit.terminology.lexicon import Lexicon
from tests.outreach import Study, study, willing
from tests.replies import sent
from tests.web_world import pages

BASE_URL = "https://recruit.example.org"
FORM_URL = f"{BASE_URL}/hooks/form"
TOKEN = "the password of our account"
KEY = "a key of thirty-two letters or more"
NUMBER = "+33639980042"
ADDRESS = "a@example.org"
NOBODY = "f" * 32
Fields = dict[str, str]


@dataclass
class Doors:
    """The hooks, a study, and somebody who was asked about it by text message."""

    client: FlaskClient
    engine: Engine
    settings: Settings
    here: Study
    person: str
    reference: str

    def form(self, fields: Fields, *, query: str = "", token: str = TOKEN) -> TestResponse:
        """Post as a gateway that takes forms."""
        return self.signed_form(fields, form_signature(FORM_URL + query, fields, token), query)

    def signed_form(self, fields: Fields, shown: str, query: str = "") -> TestResponse:
        headers = {"X-Twilio-Signature": shown} if shown else {}
        return self.client.post(f"/hooks/form{query}", data=fields, headers=headers)

    def json(self, said: object, **changed: Any) -> TestResponse:  # noqa: ANN401 - of token()
        """Post as a gateway that takes JSON."""
        body = json.dumps(said).encode()
        return self.client.post(
            "/hooks/json", data=body, headers={"Authorization": f"Bearer {token(body, **changed)}"}
        )

    def mail(self, raw: bytes, *, key: str = KEY, body: bytes | None = None) -> TestResponse:
        """Post as our own mail server."""
        headers = signature.headers(key, "mail", raw, now())
        return self.client.post("/hooks/mail", data=raw if body is None else body, headers=headers)

    @property
    def state(self) -> State:
        with reading(self.engine) as session:
            query = select(OUTBOX.c.state).where(OUTBOX.c.reference == self.reference)
            return State(session.execute(query).scalar_one())

    @property
    def kept(self) -> list[str]:
        keyring = read_secrets(self.settings).vault
        with reading(self.engine) as session:
            return [each.text for each in words.unread(session, keyring, None).items]


def form_signature(url: str, fields: Fields, key: str = TOKEN) -> str:
    """As a gateway signs: the address, then each field and its value, in their order."""
    whole = url + "".join(name + fields[name] for name in sorted(fields))
    return b64encode(hmac.digest(key.encode(), whole.encode(), "sha1")).decode()


def token(
    body: bytes, *, key: str = KEY, alg: str = "HS256", age: int = 0, digest: str = ""
) -> str:
    """A JSON Web Token for a body."""
    claims = {
        "iat": int(now().timestamp()) - age,
        "payload_hash": digest or sha256(body).hexdigest(),
    }
    parts = [packed(json.dumps(each).encode()) for each in ({"alg": alg}, claims)]
    made = hmac.digest(key.encode(), ".".join(parts).encode(), "sha256")
    return ".".join([*parts, packed(made)])


def packed(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode().rstrip("=")


@pytest.fixture
def doors(sqlite_engine: Engine, tmp_path: Path, lexicon: Lexicon) -> Iterator[Doors]:
    settings = read_settings(
        {
            "RECRUIT_DATA_FOLDER": str(tmp_path),
            "RECRUIT_BASE_URL": BASE_URL,
            "RECRUIT_SMS_URL": "form+https://account:the%20password%20of%20our%20account@sms.example.org/m",
            "RECRUIT_HOOK_KEYS": f"an older key of thirty-two letters,{KEY}",
        }
    )
    here, person = study(sqlite_engine, lexicon), willing(sqlite_engine)
    with unit_of_work(sqlite_engine) as session:
        Vault(read_secrets(settings).vault).forget(session, person)
        Vault(read_secrets(settings).vault).keep(
            session, {person: {Item.PHONE: NUMBER, Item.EMAIL: ADDRESS}}
        )
    reference = sent(sqlite_engine, here, person)
    client = pages(settings, sqlite_engine).test_client()
    yield Doors(client, sqlite_engine, settings, here, person, reference)
    sqlite_engine.dispose()


def status(state: str) -> Fields:
    return {"MessageSid": "SM1", "MessageStatus": state, "To": NUMBER}


def reply(text: str, sid: str = "SM2") -> Fields:
    return {"MessageSid": sid, "From": NUMBER, "To": "+33700000000", "Body": text}


def test_a_signed_receipt_says_what_became_of_a_message(doors: Doors) -> None:
    answer = doors.form(status("delivered"), query=f"?reference={doors.reference}")
    assert (answer.status_code, doors.state) == (200, State.DELIVERED)


def test_a_receipt_in_json_does_the_same(doors: Doors) -> None:
    said = {"message_uuid": "u", "status": "delivered", "client_ref": doors.reference}
    assert doors.json(said).status_code == 200
    assert doors.state is State.DELIVERED


@pytest.mark.parametrize("state", ["queued", "sent", "read", "something new"])
def test_what_says_nothing_new_changes_nothing(doors: Doors, state: str) -> None:
    assert doors.form(status(state), query=f"?reference={doors.reference}").status_code == 200
    said = {"message_uuid": "u", "status": state, "client_ref": doors.reference}
    assert doors.json(said).status_code == 200
    assert doors.state is State.ACCEPTED


def test_receipts_out_of_order_and_repeated_change_nothing(doors: Doors) -> None:
    query = f"?reference={doors.reference}"
    for state in ("undelivered", "delivered", "sent", "undelivered", "delivered"):
        assert doors.form(status(state), query=query).status_code == 200
    assert doors.state is State.BOUNCED


@pytest.mark.parametrize("reference", [NOBODY, "", "x" * 500, "%00", "0" * 31])
def test_a_receipt_for_nobody_is_taken_and_forgotten(doors: Doors, reference: str) -> None:
    answer = doors.form(status("delivered"), query=f"?reference={reference}")
    assert (answer.status_code, doors.state) == (200, State.ACCEPTED)


@pytest.mark.parametrize("code", ["30005", "30003"])
def test_a_number_that_nobody_has_is_written_to_no_more(doors: Doors, code: str) -> None:
    from recruit.consent.choices import Channel  # noqa: PLC0415
    from recruit.notify.suppression import is_suppressed  # noqa: PLC0415

    fields = {**status("undelivered"), "ErrorCode": code}
    doors.form(fields, query=f"?reference={doors.reference}")
    with reading(doors.engine) as session:
        keyring = read_secrets(doors.settings).vault
        ended = is_suppressed(session, keyring, Channel.SMS, NUMBER)
    assert ended == (code == "30005")


@pytest.mark.parametrize("change", ["none", "wrong", "another password", "another address", "more"])
def test_a_form_without_its_signature_changes_nothing(doors: Doors, change: str) -> None:
    fields, query = reply("STOP"), f"?reference={doors.reference}"
    right = form_signature(FORM_URL, fields)
    match change:
        case "none":
            answer = doors.signed_form(fields, "")
        case "wrong":
            answer = doors.signed_form(fields, right[:-2] + "A=")
        case "another password":
            answer = doors.form(fields, token="somebody else's password")
        case "another address":
            answer = doors.signed_form(fields, right, query)
        case _:
            answer = doors.signed_form({**fields, "Extra": "1"}, right)
    assert (answer.status_code, answer.data) == (403, b"")
    assert (doors.state, doors.kept) == (State.ACCEPTED, [])


@pytest.mark.parametrize(
    "changed",
    [
        {"key": "another key of thirty-two letters"},
        {"alg": "none"},
        {"alg": "HS512"},
        {"age": 301},
        {"age": -301},
        {"digest": sha256(b"another body").hexdigest()},
    ],
)
def test_a_token_that_does_not_hold_opens_nothing(doors: Doors, changed: Fields) -> None:
    said = {"message_uuid": "u", "status": "delivered", "client_ref": doors.reference}
    assert doors.json(said, **changed).status_code == 403
    assert doors.state is State.ACCEPTED


@pytest.mark.parametrize(
    "shown", ["", "Bearer", "Bearer a.b", "Bearer ..", "Basic eA==", "Bearer é.é.é"]
)
def test_what_is_no_token_opens_nothing(doors: Doors, shown: str) -> None:
    answer = doors.client.post("/hooks/json", data=b"{}", headers={"Authorization": shown})
    assert answer.status_code == 403


def test_a_token_is_over_after_five_minutes(doors: Doors) -> None:
    body = json.dumps({"status": "delivered", "client_ref": doors.reference}).encode()
    headers = {"Authorization": f"Bearer {token(body)}"}
    with time_machine.travel(now() + timedelta(minutes=5, seconds=2), tick=True):
        assert doors.client.post("/hooks/json", data=body, headers=headers).status_code == 403
    assert doors.client.post("/hooks/json", data=body, headers=headers).status_code == 200


def test_an_older_key_still_opens(doors: Doors) -> None:
    said = {"status": "delivered", "client_ref": doors.reference}
    assert doors.json(said, key="an older key of thirty-two letters").status_code == 200


def test_without_keys_nothing_is_taken(sqlite_engine: Engine, tmp_path: Path) -> None:
    client = pages(Settings(data_folder=tmp_path), sqlite_engine).test_client()
    body = b"{}"
    headers = {"Authorization": f"Bearer {token(body, key='')}"}
    assert client.post("/hooks/json", data=body, headers=headers).status_code == 403
    shown = {"X-Twilio-Signature": form_signature(FORM_URL, {}, "")}
    assert client.post("/hooks/form", data={}, headers=shown).status_code == 403
    signed = signature.headers("", "mail", b"x", now())
    assert client.post("/hooks/mail", data=b"x", headers=signed).status_code == 403


def test_a_reply_is_heard_once(doors: Doors) -> None:
    for _ in range(2):
        assert doors.form(reply("Oui, merci")).status_code == 200
    assert doors.kept == ["Oui, merci"]


def test_a_reply_in_json_is_heard(doors: Doors) -> None:
    said = {
        "channel": "sms",
        "message_uuid": "u-2",
        "from": NUMBER.removeprefix("+"),
        "to": "33700000000",
        "message_type": "text",
        "text": "Qui êtes-vous ? \ud83d",
    }
    assert doors.json(said).status_code == 200
    assert doors.kept == ["Qui êtes-vous ? \ud83d"]


def test_a_reply_from_a_number_of_nobodys_is_kept(doors: Doors) -> None:
    answer = doors.form({**reply("Bonjour"), "From": "+33639980077"})
    assert (answer.status_code, doors.kept) == (200, ["Bonjour"])


@pytest.mark.parametrize("body", [b"", b"[]", b"\xff", b"[" * 60_000, b'{"text": 1, "from": {}}'])
def test_what_is_no_message_changes_nothing(doors: Doors, body: bytes) -> None:
    headers = {"Authorization": f"Bearer {token(body)}"}
    assert doors.client.post("/hooks/json", data=body, headers=headers).status_code == 200
    assert doors.kept == []


def test_a_form_without_end_is_refused(doors: Doors) -> None:
    fields = {f"x{number}": "y" for number in range(101)}
    assert doors.form(fields).status_code == 403


@pytest.mark.parametrize("hook", ["form", "json"])
def test_more_than_64_kilobytes_are_not_read(doors: Doors, hook: str) -> None:
    assert doors.client.post(f"/hooks/{hook}", data=b"x" * 65_537).status_code == 413


def test_a_mail_that_answers_ours_is_heard(doors: Doors) -> None:
    raw = (
        f"From: {ADDRESS}\r\nIn-Reply-To: <{doors.reference}@example.org>\r\n"
        f"Message-ID: <1@example.org>\r\nSubject: Re: hello\r\n\r\nSTOP\r\n"
    ).encode()
    for _ in range(2):
        assert doors.mail(raw).status_code == 200
    assert doors.kept == ["STOP"]


def test_a_mail_may_bring_a_picture_along(doors: Doors) -> None:
    raw = f"In-Reply-To: <{doors.reference}@x>\r\nSubject: Re: x\r\n\r\nBonjour {'x' * 900_000}"
    assert doors.mail(raw.encode()).status_code == 200
    assert len(doors.kept) == 1
    assert doors.mail(b"x" * (LARGEST + 1)).status_code == 413


def test_a_mail_that_our_server_did_not_sign_is_not_read(doors: Doors) -> None:
    raw = f"In-Reply-To: <{doors.reference}@x>\r\n\r\nSTOP".encode()
    assert doors.mail(raw, key="another key of thirty-two letters").status_code == 403
    assert doors.mail(raw, body=raw + b"!").status_code == 403
    with time_machine.travel(now() - timedelta(minutes=6), tick=True):
        late = signature.headers(KEY, "mail", raw, now())
    assert doors.client.post("/hooks/mail", data=raw, headers=late).status_code == 403
    assert doors.client.post("/hooks/mail", data=raw).status_code == 403
    assert doors.kept == []


def test_no_session_begins_at_a_hook(doors: Doors) -> None:
    answer = doors.form(reply("Bonjour"))
    assert "Set-Cookie" not in answer.headers


def test_nobody_gets_a_page_there(doors: Doors) -> None:
    assert doors.client.get("/hooks/form").status_code == 405


def test_the_log_says_nothing_of_anybody(doors: Doors, capsys: pytest.CaptureFixture[str]) -> None:
    doors.form(reply("un secret"))
    doors.form({**reply("un secret", "SM3"), "From": "+33639980077"})
    doors.signed_form(reply("un secret"), "wrong")
    doors.form(status("delivered"), query=f"?{urlencode({'reference': NOBODY})}")
    out, err = capsys.readouterr()
    assert "receipt that changes nothing" in out + err
    assert "secret" not in out + err
    assert "3363998" not in out + err
