"""Communities hear of withdrawals: signed, once, again after a failure, and nowhere else."""

import hmac
import http.server
import json
import re
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from recruit.actions.people import Import, import_people
from recruit.actions.person import withdraw
from recruit.actions.telling import tell_communities
from recruit.audit.tables import AUDIT
from recruit.consent.ledger import Actor, Role
from recruit.core.clock import now
from recruit.core.db import reading, unit_of_work
from recruit.core.files import Record
from recruit.core.outbound import Poster, Undelivered
from recruit.people import store
from recruit.people.communities import hooks
from recruit.people.communities.tables import EVENT
from recruit.terminology.lexicon import Lexicon
from tests.erasing import SECRETS, erase
from tests.functional.samples import person
from tests.outreach import VOICE

KEYS = SECRETS.vault


@dataclass
class Community:
    """A community's own server on this machine."""

    status: int = 200
    location: str = ""
    heard: list[tuple[Mapping[str, str], bytes]] = field(default_factory=list)
    url: str = ""


@pytest.fixture
def community() -> Iterator[Community]:
    there = Community()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            there.heard.append((dict(self.headers.items()), body))
            self.send_response(there.status)
            if there.location:
                self.send_header("Location", there.location)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None: ...

    server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
    there.url = f"http://127.0.0.1:{server.server_port}/hook"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield there
    server.shutdown()
    server.server_close()
    thread.join()


def come_and_go(engine: Engine, lexicon: Lexicon, url: str) -> tuple[str, str]:
    """Jane comes from a community with a hook and withdraws; her pseudonym and the secret."""
    records = [Record("jane", person("jane"))]
    import_people(engine, lexicon, records, of=Import("carenity", "test"), secrets=SECRETS)
    with unit_of_work(engine) as session:
        secret = hooks.set_hook(session, KEYS, "carenity", url).secret
        who = store.pseudonyms(session, "carenity", {"jane"})["jane"]
    withdraw(engine, VOICE, person=who, actor=Actor(who, Role.SELF), choice=None, method="button")
    return who, secret


def send(engine: Engine) -> int:
    return tell_communities(engine, KEYS, Poster(loopback=True))


def tags(engine: Engine) -> list[str]:
    with reading(engine) as session:
        return [tag for tag in session.scalars(select(AUDIT.c.tag)) if "communities" in tag]


def test_a_withdrawal_is_told_once_and_written_down(
    engine: Engine, lexicon: Lexicon, community: Community
) -> None:
    come_and_go(engine, lexicon, community.url)
    assert (send(engine), send(engine)) == (1, 0)
    [(_, body)] = community.heard
    said = json.loads(body)
    assert (said["type"], said["person"], said["purposes"]) == ("consent.withdrawn", "jane", "all")
    assert tags(engine) == ["communities:person:told"]


def test_the_documented_check_accepts_what_we_sign_and_nothing_else(
    engine: Engine, lexicon: Lexicon, community: Community
) -> None:
    _, secret = come_and_go(engine, lexicon, community.url)
    send(engine)
    [(headers, body)] = community.heard
    text = Path("docs/formats.md").read_text("utf-8")
    [example] = re.findall(r"```python\n(.*?def is_ours.*?)```", text, re.DOTALL)
    names: dict[str, object] = {}
    exec(example, names)  # noqa: S102 - the example of our own documentation
    is_ours = names["is_ours"]
    assert callable(is_ours)
    signed = headers["Recruit-Signature"]
    moment = now().timestamp()
    assert is_ours(secret, signed, body, moment)
    assert not is_ours(secret, signed, body + b" ", moment)
    assert not is_ours("another secret", signed, body, moment)
    assert not is_ours(secret, signed, body, moment + 301)
    forged = hmac.new(secret.encode(), body, sha256).hexdigest()
    assert not is_ours(secret, f"t={int(moment)},v1={forged}", body, moment)


@pytest.mark.parametrize("status", [301, 307, 404, 500])
def test_what_is_not_taken_is_tried_again_under_the_same_number(
    engine: Engine, lexicon: Lexicon, community: Community, status: int
) -> None:
    come_and_go(engine, lexicon, community.url)
    community.status, community.location = status, f"{community.url}/elsewhere"
    assert send(engine) == 0
    assert len(community.heard) == 1  # a redirect leads nowhere
    community.status = 204
    with unit_of_work(engine) as session:
        session.execute(EVENT.update().values(due_at=now()))
    assert send(engine) == 1
    first, second = (headers["Recruit-Event"] for headers, _ in community.heard)
    assert first == second


def test_an_erasure_is_told_and_leaves_no_identifier(
    engine: Engine, lexicon: Lexicon, community: Community
) -> None:
    who, _ = come_and_go(engine, lexicon, community.url)
    erase(engine, who)
    send(engine)
    assert [json.loads(body)["type"] for _, body in community.heard] == ["person.erased"]
    with reading(engine) as session:
        assert set(session.scalars(select(EVENT.c.sealed))) == {None}


def test_who_came_by_themselves_is_not_told_about(
    engine: Engine, lexicon: Lexicon, community: Community
) -> None:
    come_and_go(engine, lexicon, community.url)
    with unit_of_work(engine) as session:
        own = store.enrol(session, "carenity", ["token"])["token"]
        hooks.tell(session, own, hooks.Event.WITHDRAWN)
    send(engine)
    assert [json.loads(body)["person"] for _, body in community.heard] == ["jane"]


def test_a_service_that_runs_sends_nothing_into_its_own_network(
    engine: Engine, lexicon: Lexicon, community: Community
) -> None:
    come_and_go(engine, lexicon, "https://rebound.example.org/hook")
    assert tell_communities(engine, KEYS, Poster(lambda _: ["127.0.0.1"])) == 0
    assert community.heard == []


def test_an_address_that_is_no_longer_fit_keeps_nobody_else_from_hearing(
    engine: Engine, lexicon: Lexicon
) -> None:
    come_and_go(engine, lexicon, "https://[64:ff9b::a00:1]/hook")
    assert tell_communities(engine, KEYS, Poster()) == 0
    with reading(engine) as session:
        [waiting] = session.execute(select(EVENT)).all()
    assert waiting.due_at > now()


def test_nothing_is_open_while_a_community_answers(engine: Engine, lexicon: Lexicon) -> None:
    come_and_go(engine, lexicon, "https://slow.example.org/hook")

    def slow(_url: str, _body: bytes, _headers: Mapping[str, str]) -> None:
        with unit_of_work(engine) as session:  # would wait for an open transaction
            store.know_community(session, "another")
        raise Undelivered(problem="slow")

    assert tell_communities(engine, KEYS, slow) == 0
