"""A community tells us of withdrawals: only its own word counts, in time, and once."""

import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from recruit.actions import communities as deeds
from recruit.actions import hearing
from recruit.consent import ledger
from recruit.consent.choices import Choice, Purpose
from recruit.consent.evidence import Evidence
from recruit.consent.ledger import Actor, Role
from recruit.consent.tables import CONSENT
from recruit.core.clock import now
from recruit.core.db import reading, unit_of_work
from recruit.people.communities.tables import HEARD
from tests.functional.web.test_api import Pusher, person, pusher
from tests.web_world import World

CARENITY = "/hooks/communities/carenity"
EVENT = {"id": "event-1", "type": "consent.withdrawn", "person": "a", "purposes": "all"}


@dataclass(frozen=True)
class Their:
    """The community's own server, with the secret that it was given."""

    of: Pusher
    secret: str

    def tell(
        self,
        event: Mapping[str, object] | bytes = EVENT,
        *,
        at: datetime | None = None,
        path: str = CARENITY,
        named: str = "event-1",
        secret: str = "",
    ) -> TestResponse:
        """Post an event, signed at a moment with a secret."""
        body = event if isinstance(event, bytes) else json.dumps(event).encode()
        seconds = int((at or now()).timestamp())
        key = (secret or self.secret).encode()
        signed = hmac.new(key, f"{seconds}.".encode() + body, "sha256").hexdigest()
        return self.post(path, body, f"t={seconds},v1={signed}", named)

    def post(self, path: str, body: bytes, signature: str, named: str) -> TestResponse:
        headers = {"Recruit-Event": named, "Recruit-Signature": signature}
        return self.of.world.app.test_client().post(path, data=body, headers=headers)

    def rows(self) -> list[int]:
        with reading(self.of.world.engine) as session:
            return [
                session.execute(select(func.count()).select_from(each)).scalar_one()
                for each in (CONSENT, HEARD)
            ]


def heard(world: World, community: str) -> str:
    keyring = world.app.extensions["recruit"].secrets.vault
    return hearing.listen(world.engine, keyring, community=community, actor="test").secret


@pytest.fixture
def carenity(fresh: World) -> Their:
    of = pusher(fresh)
    of.push([person("a"), person("b")])
    return Their(of, heard(fresh, "carenity"))


def test_a_withdrawal_holds_when_the_answer_leaves(carenity: Their) -> None:
    answer = carenity.tell()
    assert (answer.status_code, answer.get_json()) == (200, {"outcome": "done"})
    assert carenity.of.pseudonym("a") not in carenity.of.matched()
    assert carenity.of.pseudonym("b") in carenity.of.matched()


def test_one_purpose_leaves_the_others(carenity: Their) -> None:
    carenity.tell({**EVENT, "purposes": ["contact/email"]})
    assert carenity.of.pseudonym("a") in carenity.of.matched()


def test_the_same_event_again_does_nothing_even_after_a_new_yes(carenity: Their) -> None:
    carenity.tell()
    who = carenity.of.pseudonym("a")
    with unit_of_work(carenity.of.world.engine) as session:
        proof = Evidence(
            (Choice(Purpose.MATCHING),), "ab" * 32, "3", "fr", now(), "boxes", "own space"
        )
        ledger.grant(session, [(who, proof)], Actor(who, Role.SELF))
    before = carenity.rows()
    again = carenity.tell()
    assert (again.status_code, again.get_json()) == (200, {"outcome": "done"})
    assert carenity.rows() == before
    assert who in carenity.of.matched()


def test_forged_late_and_early_events_do_nothing(carenity: Their) -> None:
    ours = deeds.set_hook(
        carenity.of.world.engine,
        carenity.of.world.app.extensions["recruit"].secrets.vault,
        community="carenity",
        url="https://community.example.org/hook",
        actor="test",
    )
    others = heard(pusher(carenity.of.world, "carers").world, "carers")
    before = carenity.rows()
    window = timedelta(minutes=5, seconds=2)
    body = json.dumps(EVENT).encode()
    answers = [
        carenity.tell(at=now() - window),
        carenity.tell(at=now() + window),
        carenity.tell(secret="another secret"),
        carenity.tell(secret=ours.secret),  # what we tell them cannot be sent back as their word
        carenity.tell(secret=others),
        carenity.tell(path="/hooks/communities/carers"),
        carenity.tell(path="/hooks/communities/nobody"),
        carenity.post(CARENITY, body, "", "event-1"),
        carenity.post(CARENITY, body, f"t={int(now().timestamp())},v1={'0' * 64}", "event-1"),
    ]
    assert [answer.status_code for answer in answers] == [403] * len(answers)
    assert len({answer.data for answer in answers}) == 1
    assert carenity.rows() == before
    assert carenity.of.pseudonym("a") in carenity.of.matched()


def test_a_known_identifier_does_not_stand_for_another_event(carenity: Their) -> None:
    carenity.tell()
    assert carenity.tell({**EVENT, "person": "b"}).status_code == 403
    assert carenity.of.pseudonym("b") in carenity.of.matched()


@pytest.mark.parametrize(
    "event",
    [
        b"{",
        b"[]",
        b"[" * 10_000,
        {**EVENT, "id": "another"},
        {**EVENT, "type": "person.born"},
        {**EVENT, "person": 7},
        {**EVENT, "purposes": []},
        {**EVENT, "purposes": ["nonsense"]},
        {"id": "event-1"},
    ],
)
def test_what_is_no_event_does_nothing(
    carenity: Their, event: Mapping[str, object] | bytes
) -> None:
    before = carenity.rows()
    assert carenity.tell(event).status_code == 422
    assert carenity.rows() == before


def test_somebody_of_another_community_is_not_one_of_theirs(carenity: Their) -> None:
    pusher(carenity.of.world, "carers").push(person("elsewhere"))
    answer = carenity.tell({**EVENT, "person": "elsewhere"})
    assert answer.get_json() == {"outcome": "not one of ours"}
    assert carenity.of.pseudonym("elsewhere", "carers") in carenity.of.matched()


def test_an_event_that_is_too_large_is_refused_unread(carenity: Their) -> None:
    assert carenity.tell({**EVENT, "person": "x" * 70_000}).status_code == 413
