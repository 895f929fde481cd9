"""`POST /fhir`: a community hands in people, with the proof that they agreed."""

import json
from dataclasses import dataclass

import pytest
from sqlalchemy import Engine, select
from werkzeug.test import TestResponse

from recruit.actions.communities import add_community, issue_key
from recruit.actions.export import export_fhir
from recruit.core.db import reading
from recruit.core.keys import read_secrets
from recruit.people import store
from recruit.people.facts import ClinicalFact, MeasureFact, Profile
from recruit.people.scopes import Scope
from recruit.people.tables import PARTICIPANT
from tests.fhir import (
    Json,
    asking,
    bundle,
    check,
    condition,
    consent,
    measured,
    patient,
    post,
    refused,
    valid,
)
from tests.web_world import World, lexicon

PATH = "/fhir"


@dataclass(frozen=True)
class Hand:
    """A community's program with its key."""

    world: World
    key: str

    def give(self, body: object, **headers: str) -> TestResponse:
        shown = {"Authorization": f"Bearer {self.key}", **headers}
        return post(self.world.app.test_client(), PATH, body, **shown)

    def kept(self) -> dict[str, str]:
        """Pseudonyms by the community's own names."""
        query = select(PARTICIPANT.c.external_id, PARTICIPANT.c.pseudonym)
        with reading(self.world.engine) as session:
            rows = session.execute(query.where(PARTICIPANT.c.community == "carenity"))
            return {row.external_id: row.pseudonym for row in rows}

    def profile(self, name: str) -> Profile:
        with reading(self.world.engine) as session:
            return store.profile(session, self.kept()[name])


@pytest.fixture
def carenity(fresh: World) -> Hand:
    add_community(fresh.engine, name="carenity", actor="test")
    return Hand(fresh, issue_key(fresh.engine, community="carenity", actor="test").text)


def member(name: str, **more: object) -> list[Json]:
    """What is handed in of one person."""
    return [
        patient(name, birthDate="1975-04-12", **more),
        {**condition("Diabetes mellitus type 2 (disorder)", about=name), "id": f"c-{name}"},
        {**measured("4548-4", 7.8, "%", about=name), "id": f"o-{name}"},
        consent(name),
    ]


def statuses(answer: Json) -> list[str]:
    return [each["response"]["status"].partition(" ")[0] for each in answer["entry"]]


@pytest.mark.parametrize("kind", ["transaction", "batch", "collection"])
def test_a_person_is_kept_with_what_is_known(carenity: Hand, kind: str) -> None:
    made = bundle(*member("m-1"), kind=kind)
    answer = valid(carenity.give(made if kind == "collection" else asking(made)), "Bundle")

    wanted = "transaction-response" if kind == "transaction" else "batch-response"
    assert (answer["type"], statuses(answer)) == (wanted, ["201", "200", "200", "200"])
    profile = carenity.profile("m-1")
    assert {type(fact) for fact in profile.facts} >= {ClinicalFact, MeasureFact}


def test_the_same_bundle_again_changes_nothing(carenity: Hand) -> None:
    made = asking(bundle(*member("m-1"), kind="transaction"))
    carenity.give(made)
    before = carenity.profile("m-1")
    answer = valid(carenity.give(made), "Bundle")

    assert statuses(answer) == ["200"] * 4
    assert carenity.profile("m-1") == before


def test_of_a_batch_each_person_stands_alone(carenity: Hand) -> None:
    child = patient("m-2", birthDate="2015-01-01")
    silent = patient("m-3", birthDate="1980-01-01")
    people = [*member("m-1"), child, consent("m-2"), silent]
    answer = valid(carenity.give(asking(bundle(*people, kind="batch"))), "Bundle")

    assert list(carenity.kept()) == ["m-1"]
    assert [statuses(answer)[place] for place in (0, 4, 6)] == ["201", "422", "422"]
    texts = [
        answer["entry"][place]["response"]["outcome"]["issue"][0]["details"]["text"]
        for place in (4, 6)
    ]
    assert texts == [
        "only people who are surely 18 or older can take part",
        "there is no evidence of consent",
    ]


def test_a_transaction_is_kept_as_a_whole_or_not_at_all(carenity: Hand) -> None:
    odd = {**condition("Gout", about="m-1"), "id": "odd", "onsetDateTime": "yesterday"}
    made = asking(bundle(*member("m-1"), odd, kind="transaction"))
    issue = refused(carenity.give(made), 422)

    assert "Condition/odd.onsetDateTime" in issue["details"]["text"]
    assert carenity.kept() == {}


def test_of_a_batch_what_cannot_be_read_is_left_out(carenity: Hand) -> None:
    odd = {**condition("Gout", about="m-1"), "id": "odd", "onsetDateTime": "yesterday"}
    encounter = {"resourceType": "Encounter", "id": "e", "status": "finished"}
    made = asking(bundle(*member("m-1"), odd, encounter, kind="batch"))
    answer = valid(carenity.give(made), "Bundle")

    assert statuses(answer) == ["201", "200", "200", "200", "422", "200"]
    last = answer["entry"][5]["response"]["outcome"]["issue"][0]
    assert (last["severity"], last["code"]) == ("information", "not-supported")


def test_nobody_is_kept_who_did_not_agree(carenity: Hand) -> None:
    no = consent("m-1", provision={"type": "deny"})
    made = asking(bundle(*member("m-1")[:-1], no, kind="transaction"))
    refused(carenity.give(made), 422)
    assert carenity.kept() == {}


@pytest.mark.parametrize(
    "made",
    [
        bundle(*member("m-1"), kind="searchset"),
        bundle(*member("m-1"), kind="message"),
        {"resourceType": "Bundle", "entry": []},
        bundle(*member("m-1"), kind="transaction"),  # says of no entry what is to be done
        asking(bundle(*member("m-1"), kind="transaction"), "DELETE"),
        asking(bundle(*member("m-1"), *member("m-2"), kind="transaction")),
        patient("m-1"),
        {},
    ],
    ids=lambda made: str(made)[:70],
)
def test_another_bundle_is_refused(carenity: Hand, made: Json) -> None:
    refused(carenity.give(made), 400, "invalid")
    assert carenity.kept() == {}


def test_nobody_hands_in_people_without_a_key_for_it(carenity: Hand) -> None:
    made = asking(bundle(*member("m-1"), kind="transaction"))
    refused(post(carenity.world.app.test_client(), PATH, made), 401, "login")
    scopes = {Scope.STATISTICS_READ}
    other = issue_key(carenity.world.engine, community="carenity", actor="test", scopes=scopes)
    refused(Hand(carenity.world, other.text).give(made), 403, "forbidden")
    assert carenity.kept() == {}


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("{", 400),
        (json.dumps({"x": "y" * (10 << 20)}), 413),
        ("[" * 100_000 + "]" * 100_000, 400),
        (json.dumps(bundle(*[condition("Gout")] * 5_001)), 400),
    ],
    ids=["broken", "10 MB", "deep", "5,001 entries"],
)
def test_a_bomb_is_refused(carenity: Hand, body: str, status: int) -> None:
    refused(carenity.give(body), status)


def test_what_leaves_as_fhir_comes_back_as_it_was(carenity: Hand) -> None:
    carenity.give(asking(bundle(*member("m-1"), kind="transaction")))
    before = carenity.profile("m-1")
    gone = exported(carenity, "m-1")
    check(gone)
    gone["entry"][0]["resource"]["id"] = "m-1"
    answer = valid(carenity.give(gone), "Bundle")

    assert statuses(answer)[0] == "200"
    after = carenity.profile("m-1")
    assert {f for f in after.facts if isinstance(f, MeasureFact)} == {
        f for f in before.facts if isinstance(f, MeasureFact)
    }


def exported(hand: Hand, name: str) -> Json:
    engine: Engine = hand.world.engine
    person = hand.kept()[name]
    settings = hand.world.app.extensions["recruit"].settings
    made = export_fhir(engine, read_secrets(settings).vault, lexicon(), person=person, actor="test")
    written: Json = json.loads(json.dumps(made))
    return written
