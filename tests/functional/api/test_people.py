"""A community's program: its people, their consents, its webhook."""

import json
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

import pytest
from sqlalchemy import select, update

from recruit.api import webhooks
from recruit.audit.tables import AUDIT
from recruit.core.clock import now
from recruit.core.db import reading, unit_of_work
from recruit.core.outbound import Poster
from recruit.people.communities.signature import EVENT_HEADER, HEADER, is_signed
from recruit.people.communities.tables import HOOK
from recruit.people.store import pseudonyms
from tests.api_world import MEMBER, OURS, ApiWorld, person


def test_people_are_listed_by_their_communitys_names_page_by_page(own: ApiWorld) -> None:
    ours = own[OURS]
    ours.send("POST", "/people", [person(f"é/{number}") for number in range(3)])
    first = ours.read("/people?limit=3")
    second = ours.read(f"/people?limit=3&cursor={first['next']}")
    names = [each["id"] for each in first["items"] + second["items"]]
    assert names == [MEMBER, "member-2", "é/0", "é/1", "é/2"]
    assert second["next"] is None


def test_the_longest_name_is_a_place_where_a_page_begins(own: ApiWorld) -> None:
    longest = "\U00010400" * 200
    assert own[OURS].send("POST", "/people", [person(longest)]).get_json()["kept"]
    first = own[OURS].read("/people?limit=2")
    second = own[OURS].read(f"/people?cursor={first['next']}")
    assert [each["id"] for each in second["items"]] == [longest]


def test_consents_are_read_and_taken_back(own: ApiWorld) -> None:
    ours, path = own[OURS], f"/people/{MEMBER}"
    before = {each["purpose"]: each["agreed"] for each in ours.read(f"{path}/consents")["choices"]}
    assert (before["matching"], before["contact/email"], before["contact/sms"]) == (
        True,
        True,
        False,
    )
    taken = ours.send("POST", f"{path}/withdrawals", {"purposes": ["contact/email"]})
    assert taken.get_json()["withdrawn"] == ["contact/email"]
    after = {each["purpose"]: each["agreed"] for each in ours.read(f"{path}/consents")["choices"]}
    assert (after["matching"], after["contact/email"]) == (True, False)


def test_a_receipt_stands_under_the_communitys_own_name_alone(own: ApiWorld) -> None:
    [first, *_] = own[OURS].read(f"/people/{MEMBER}/consents")["choices"]
    receipt = own[OURS].read(f"/people/{MEMBER}/receipts/{first['receipt']}")
    with reading(own.engine) as session:
        pseudonym = pseudonyms(session, OURS, {MEMBER})[MEMBER]
    assert receipt["piiPrincipalId"] == MEMBER
    assert pseudonym not in json.dumps(receipt)
    other = own[OURS].send("GET", f"/people/member-2/receipts/{first['receipt']}")
    assert other.status_code == 404


def test_that_a_community_looked_at_consents_is_recorded(own: ApiWorld) -> None:
    own[OURS].read(f"/people/{MEMBER}/consents")
    with reading(own.engine) as session:
        [last] = session.execute(select(AUDIT).order_by(AUDIT.c.sequence.desc()).limit(1)).all()
    assert last.tag == "consent:person:shown"
    assert last.actor.startswith("key K-")


# ------------------------------------------------------------------------------- webhook
class Listener(HTTPServer):
    """A community's server, which keeps what it is told."""

    def __init__(self) -> None:
        self.heard: list[tuple[dict[str, str], bytes]] = []
        super().__init__(("127.0.0.1", 0), _Hears)


class _Hears(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        server: Any = self.server
        body = self.rfile.read(int(self.headers["Content-Length"]))
        server.heard.append((dict(self.headers), body))
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


def test_a_webhook_is_tried_with_a_signed_event_about_nobody(
    own: ApiWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = own[OURS]
    made = ours.send("POST", "/webhooks", {"url": "https://example.org/in"})
    assert made.status_code == 201
    secret = made.get_json()["secret"]
    assert secret not in json.dumps(ours.read("/webhooks"))
    listener = Listener()
    Thread(target=listener.serve_forever, daemon=True).start()
    with unit_of_work(own.engine) as session:
        url = f"http://127.0.0.1:{listener.server_port}/in"
        session.execute(update(HOOK).where(HOOK.c.community == OURS).values(url=url))
    monkeypatch.setattr(webhooks, "Poster", lambda: replace(Poster(), loopback=True))
    answer = ours.send("POST", "/webhooks/events/test")
    listener.shutdown()
    listener.server_close()
    assert answer.status_code == 204, answer.text
    [(headers, body)] = listener.heard
    assert is_signed(headers[HEADER], body, [secret], now())
    said = json.loads(body)
    assert (said["id"], said["type"]) == (headers[EVENT_HEADER], "webhook.test")
    assert "person" not in said


def test_a_webhook_in_our_own_network_is_refused_and_none_is_connected_to(own: ApiWorld) -> None:
    for url in (
        "https://127.0.0.1/x",
        "http://example.org/x",
        "https://10.0.0.1/",
        "https://[::1]/",
    ):
        answer = own[OURS].send("POST", "/webhooks", {"url": url})
        assert (answer.status_code, answer.get_json()["errors"][0]["field"]) == (422, "url")


def test_a_webhook_that_is_removed_is_there_no_more(own: ApiWorld) -> None:
    assert own[OURS].send("DELETE", "/webhooks/events").status_code == 204
    assert own[OURS].read("/webhooks")["items"] == []
    assert own[OURS].send("DELETE", "/webhooks/events").status_code == 404
    assert own[OURS].send("POST", "/webhooks/events/test").status_code == 404


def test_a_webhook_is_not_tried_without_end(own: ApiWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webhooks, "Poster", lambda: Poster(resolve=lambda _host: []))
    answers = [own[OURS].send("POST", "/webhooks/events/test") for _ in range(6)]
    assert [each.status_code for each in answers] == [502] * 5 + [429]
    assert 0 < int(answers[-1].headers["Retry-After"]) <= 60


def test_an_empty_list_of_purposes_takes_nothing_back(shared: ApiWorld) -> None:
    ours, path = shared[OURS], f"/people/{MEMBER}"
    before = ours.read(f"{path}/consents")
    refused = ours.send("POST", f"{path}/withdrawals", {"purposes": []})
    assert refused.status_code == 400
    said = [{"field": "purposes", "problem": "this must not be empty"}]
    assert refused.get_json()["errors"] == said
    assert ours.read(f"{path}/consents") == before
