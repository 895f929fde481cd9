"""Communities push people and withdrawals; nobody else does."""

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from recruit.actions.communities import add_community, issue_key, revoke_key
from recruit.actions.person import withdraw
from recruit.audit.tables import AUDIT
from recruit.consent import ledger
from recruit.consent.choices import Choice, Purpose
from recruit.consent.ledger import Actor, Role
from recruit.consent.permit import people_with
from recruit.consent.tables import CONSENT
from recruit.core.clock import now
from recruit.core.db import reading, unit_of_work
from recruit.people import store
from recruit.people.communities.tables import EVENT, KEY
from recruit.people.tables import PARTICIPANT, VERSION
from recruit.people.vault import Item, Vault
from tests.outreach import VOICE
from tests.web_world import COORDINATOR, World

PEOPLE = "/api/v1/people"
CLAIM = {
    "purposes": ["matching", "contact/email"],
    "notice": "ab" * 32,
    "notice_version": "3",
    "language": "fr",
    "at": "2026-10-01T10:00:00Z",
    "method": "unticked boxes",
}


def person(name: str, **fields: object) -> dict[str, object]:
    return {"id": name, "sex": "female", "birth_date": "1975-04-12", "consent": CLAIM, **fields}


@dataclass(frozen=True)
class Pusher:
    """A community's program with its key."""

    world: World
    key: str
    name: str

    def push(self, body: object, **headers: str) -> TestResponse:
        return self.send(PEOPLE, json.dumps(body), "application/json", **headers)

    def send(self, path: str, body: str, mimetype: str, **headers: str) -> TestResponse:
        return self.world.app.test_client().post(
            path,
            data=body,
            content_type=mimetype,
            headers={"Authorization": f"Bearer {self.key}", **headers},
        )

    def take_back(self, name: str, **body: object) -> TestResponse:
        path = f"{PEOPLE}/{name}/withdrawals"
        return self.send(path, json.dumps(body), "application/json")

    def rows(self) -> list[int]:
        with reading(self.world.engine) as session:
            tables = (PARTICIPANT, VERSION, CONSENT, AUDIT)
            return [
                session.execute(select(func.count()).select_from(t)).scalar_one() for t in tables
            ]

    def pseudonym(self, name: str, community: str = "carenity") -> str:
        with reading(self.world.engine) as session:
            return store.pseudonyms(session, community, {name})[name]

    def matched(self) -> set[str]:
        with reading(self.world.engine) as session:
            return people_with(session, Purpose.MATCHING, now())


def pusher(world: World, community: str = "carenity") -> Pusher:
    add_community(world.engine, name=community, actor="test")
    issued = issue_key(world.engine, community=community, actor="test")
    return Pusher(world, issued.text, issued.name)


@pytest.fixture
def carenity(fresh: World) -> Pusher:
    return pusher(fresh)


def problem(answer: TestResponse) -> dict[str, Any]:
    assert answer.content_type == "application/problem+json"
    body: dict[str, Any] = json.loads(answer.text)
    assert body["status"] == answer.status_code
    return body


# ------------------------------------------------------------------------------- pushing
def test_each_record_is_kept_or_refused_with_its_reason(carenity: Pusher) -> None:
    odd = person("odd", facts=[{"kind": "measure", "text": "HbA1c", "value": 7, "unit": "furlong"}])
    answer = carenity.push(
        [person("a"), {"id": "silent"}, person("child", birth_date="2015-01-01"), odd]
    )
    assert answer.status_code == 200
    body = answer.get_json()
    assert body["kept"] == [{"id": "a", "result": "new"}, {"id": "odd", "result": "new"}]
    assert [(r["record"], r["field"]) for r in body["refused"]] == [
        ("silent", "consent"),
        ("child", "birth_date"),
    ]
    assert body["refused"][0]["problem"] == "there is no evidence of consent"
    assert [(r["record"], r["field"]) for r in body["left_out"]] == [("odd", "facts[0].unit")]


def test_reasons_are_said_in_the_language_asked_for(carenity: Pusher) -> None:
    answer = carenity.push({"id": "silent"}, **{"Accept-Language": "fr-FR,fr;q=0.9"})
    assert answer.get_json()["refused"][0]["problem"] == "il n’y a aucune preuve de consentement"


def test_json_lines_are_taken_line_by_line(carenity: Pusher) -> None:
    lines = "\n".join([json.dumps(person("a")), "{broken", "", json.dumps(person("b"))])
    body = carenity.send(PEOPLE, lines, "application/x-ndjson").get_json()
    assert [each["id"] for each in body["kept"]] == ["a", "b"]
    assert [each["record"] for each in body["refused"]] == ["line 2"]
    french = {"Accept-Language": "fr"}
    body = carenity.send(PEOPLE, lines, "application/x-ndjson", **french).get_json()
    assert [each["record"] for each in body["refused"]] == ["ligne 2"]


def test_the_same_push_again_changes_nothing(carenity: Pusher) -> None:
    people = [person("a", contact={"email": "jane@example.org"}), person("b", age=49)]
    carenity.push(people)
    before = carenity.rows()
    again = carenity.push(people, **{"Idempotency-Key": "anything"})
    assert [each["result"] for each in again.get_json()["kept"]] == ["unchanged", "unchanged"]
    assert carenity.rows() == before


def test_what_was_withdrawn_here_is_not_granted_by_a_push(carenity: Pusher) -> None:
    carenity.push(person("a"))
    who = carenity.pseudonym("a")
    withdraw(
        carenity.world.engine,
        VOICE,
        person=who,
        actor=Actor(who, Role.SELF),
        choice=None,
        method="x",
    )
    later = person("a", consent={**CLAIM, "at": now().isoformat()})
    assert [each["record"] for each in carenity.push(later).get_json()["refused"]] == ["a"]
    assert who not in carenity.matched()


def test_contact_points_go_into_the_vault_alone(carenity: Pusher) -> None:
    carenity.push(person("a", contact={"email": "Jane@Example.org", "name": "Jane Canary"}))
    with reading(carenity.world.engine) as session:
        kept = Vault(_keyring(carenity.world)).read(session, carenity.pseudonym("a"))
        profile = session.execute(select(VERSION.c.profile)).scalars().all()
    assert kept == {
        Item.EMAIL: "Jane@example.org",
        Item.NAME: "Jane Canary",
        Item.BIRTH_DATE: "1975-04-12",
    }
    assert "canary" not in str(profile).casefold()
    assert "1975-04-12" not in str(profile)


def _keyring(world: World) -> Any:  # noqa: ANN401 - the service's own
    return world.app.extensions["recruit-api"].secrets.vault


# ------------------------------------------------------------------------------- keys
FORGED = "recruit_K-00000000_" + "A" * 32


@pytest.mark.parametrize(
    "header",
    [None, "", "Bearer", f"Bearer {FORGED}", f"Basic {FORGED}", "Bearer \x7f", "Bearer ' OR 1=1"],
)
def test_without_a_key_that_holds_nothing_is_taken(fresh: World, header: str | None) -> None:
    client = fresh.app.test_client()
    headers = {} if header is None else {"Authorization": header}
    answer = client.post(PEOPLE, json=[person("a")], headers=headers)
    assert answer.status_code == 401
    assert problem(answer)["title"] == "A key is needed."
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_revoked_key_opens_nothing(carenity: Pusher) -> None:
    revoke_key(carenity.world.engine, community="carenity", name=carenity.name, actor="test")
    assert carenity.push(person("a")).status_code == 401


def test_a_key_that_ran_out_opens_nothing(carenity: Pusher) -> None:
    with unit_of_work(carenity.world.engine) as session:
        session.execute(KEY.update().values(expires_at=now() - timedelta(seconds=1)))
    assert carenity.push(person("a")).status_code == 401


def test_a_key_is_kept_as_a_digest_alone(carenity: Pusher) -> None:
    with reading(carenity.world.engine) as session:
        kept = str(session.execute(select(KEY)).all()) + str(session.execute(select(AUDIT)).all())
    _, _, secret = carenity.key.split("_", 2)  # a secret may hold the sign itself
    assert secret not in kept
    assert carenity.name in kept


def test_a_signed_in_coordinator_is_no_program(fresh: World) -> None:
    client: FlaskClient = fresh.enter(COORDINATOR)
    assert client.post(PEOPLE, json=[person("a")]).status_code == 401


def test_failed_keys_are_slowed_down(fresh: World) -> None:
    client = fresh.app.test_client()
    bad = {"Authorization": f"Bearer {FORGED}"}
    answers = [client.post(PEOPLE, json=[], headers=bad) for _ in range(31)]
    assert [answer.status_code for answer in answers[-2:]] == [401, 429]
    assert int(answers[-1].headers["Retry-After"]) > 0


# ------------------------------------------------------------------------------- bad input
def test_a_body_that_is_too_large_is_refused_unread(carenity: Pusher) -> None:
    answer = carenity.send(PEOPLE, " " * (17 << 20), "application/json")
    assert (answer.status_code, problem(answer)["status"]) == (413, 413)


@pytest.mark.parametrize(
    ("body", "mimetype", "status"),
    [
        ("{", "application/json", 400),
        ("[" * 100_000, "application/json", 400),
        ("id;sex", "text/csv", 415),
        ("", "application/json", 400),
        (json.dumps([{}] * 1001), "application/json", 400),
    ],
)
def test_a_body_that_makes_no_sense_is_one_problem(
    carenity: Pusher, body: str, mimetype: str, status: int
) -> None:
    answer = carenity.send(PEOPLE, body, mimetype)
    assert answer.status_code == status
    problem(answer)


@pytest.mark.parametrize("value", [None, 7, "text", [[]], {"id": "\x00"}, {"id": ["a"]}])
def test_what_is_no_person_is_refused_alone(carenity: Pusher, value: object) -> None:
    body = carenity.push([value, person("good")]).get_json()
    assert [each["id"] for each in body["kept"]] == ["good"]
    assert len(body["refused"]) <= 1


def test_unknown_addresses_are_problems_too(fresh: World) -> None:
    answer = fresh.app.test_client().get("/api/v1/nothing")
    assert problem(answer)["status"] == 404


def test_another_method_is_named(fresh: World) -> None:
    answer = fresh.app.test_client().get(f"{PEOPLE}/a/withdrawals")
    assert (answer.status_code, "POST" in answer.headers["Allow"]) == (405, True)


# ------------------------------------------------------------------------------- withdrawals
def test_a_withdrawal_that_is_pushed_holds_at_once(carenity: Pusher) -> None:
    carenity.push(person("a"))
    who = carenity.pseudonym("a")
    assert who in carenity.matched()
    answer = carenity.take_back("a")
    assert answer.get_json() == {"id": "a", "withdrawn": ["contact/email", "matching"]}
    assert who not in carenity.matched()


def test_one_purpose_is_taken_back_alone_and_once(carenity: Pusher) -> None:
    carenity.push(person("a"))
    assert carenity.take_back("a", purposes=["contact/email"]).get_json()["withdrawn"] == [
        "contact/email"
    ]
    before = carenity.rows()
    assert carenity.take_back("a", purposes=["contact/email"]).get_json()["withdrawn"] == []
    assert carenity.rows() == before
    with reading(carenity.world.engine) as session:
        who = carenity.pseudonym("a")
        standing = ledger.standings(session, {who})[who]
    assert standing[Choice(Purpose.MATCHING)].holds(now())


def test_the_community_is_not_told_what_it_told_us(carenity: Pusher) -> None:
    carenity.push(person("a"))
    carenity.take_back("a")
    with reading(carenity.world.engine) as session:
        assert session.execute(select(EVENT)).all() == []


def test_another_communitys_person_is_as_unknown_as_nobody(fresh: World) -> None:
    ours, theirs = pusher(fresh), pusher(fresh, "others")
    theirs.push(person("jane"))
    foreign, missing = ours.take_back("jane"), ours.take_back("nobody")
    assert foreign.status_code == missing.status_code == 404
    assert foreign.data == missing.data
    assert theirs.pseudonym("jane", "others") in theirs.matched()


@pytest.mark.parametrize(
    ("purposes", "status"), [(["everything"], 422), ("matching", 400), ([7], 400)]
)
def test_a_purpose_that_does_not_exist_is_named(
    carenity: Pusher, purposes: object, status: int
) -> None:
    carenity.push(person("a"))
    assert carenity.take_back("a", purposes=purposes).status_code == status


# ------------------------------------------------------------------------------- description
def test_the_api_describes_itself(fresh: World) -> None:
    described = fresh.app.test_client().get("/api/openapi.json").get_json()
    assert described["openapi"] == "3.1.0"
    push = described["paths"][PEOPLE]["post"]
    assert push["security"] == [{"key": ["people:write"]}]
    assert {"200", "401", "413", "415", "429"} <= set(push["responses"])
    lines = push["requestBody"]["content"]["application/x-ndjson"]["schema"]
    name = lines["$ref"].rpartition("/")[2]
    assert described["components"]["schemas"][name]["required"]
