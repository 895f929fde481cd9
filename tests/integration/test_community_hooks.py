"""A community is told of withdrawals and erasures, exactly when the deed stands; both databases."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import Engine, select

from recruit.actions.person import withdraw
from recruit.consent.choices import Choice
from recruit.consent.ledger import Actor, Role
from recruit.core.clock import now
from recruit.core.crypto import Keyring
from recruit.core.db import reading, unit_of_work
from recruit.core.errors import SealBroken
from recruit.core.resealing import reseal
from recruit.people import store
from recruit.people.communities import hooks, waiting
from recruit.people.communities.tables import EVENT
from tests.erasing import erase
from tests.outreach import VOICE

RING = Keyring.of(["first key of these tests, long enough"])
NEWER = Keyring.of(["second key of these tests, as long", "first key of these tests, long enough"])
URL = "https://community.example.org/hook"
OWN = Actor("P", Role.SELF)


def enrolled(engine: Engine, name: str = "jane@carenity", *, hook: bool = True) -> str:
    with unit_of_work(engine) as session:
        store.know_community(session, "carenity")
        who = store.enrol(session, "carenity", [name])[name]
        if hook:
            hooks.set_hook(session, RING, "carenity", URL)
        return who


def claimed(engine: Engine, *, later: timedelta = timedelta()) -> list[waiting.Claimed]:
    with unit_of_work(engine) as session:
        return waiting.claim(session, RING, now() + later, 10)


def said(event: waiting.Claimed) -> dict[str, object]:
    body: dict[str, object] = json.loads(event.body)
    return body


def half_a_deed(engine: Engine, who: str) -> None:
    with unit_of_work(engine) as session:
        hooks.tell(session, who, hooks.Event.WITHDRAWN)
        raise KeyboardInterrupt


def test_a_withdrawal_is_waiting_to_be_told_when_it_stands(engine: Engine) -> None:
    who = enrolled(engine)
    withdraw(
        engine, VOICE, person=who, actor=OWN, choice=Choice.parse("contact/email"), method="button"
    )
    [event] = claimed(engine)
    assert event.hook.url == URL
    body = said(event)
    assert (body["type"], body["person"], body["community"], body["purposes"], body["id"]) == (
        "consent.withdrawn", "jane@carenity", "carenity", ["contact/email"], event.id,
    )  # fmt: skip


def test_an_erasure_is_told_under_the_name_that_it_takes_away(engine: Engine) -> None:
    who = enrolled(engine)
    erase(engine, who)
    [event] = claimed(engine)
    assert (said(event)["type"], said(event)["person"]) == ("person.erased", "jane@carenity")


def test_what_does_not_stand_is_not_told(engine: Engine) -> None:
    who = enrolled(engine)
    with pytest.raises(KeyboardInterrupt):
        half_a_deed(engine, who)
    assert claimed(engine) == []


def test_nothing_waits_for_a_community_without_a_hook(engine: Engine) -> None:
    who = enrolled(engine, hook=False)
    withdraw(engine, VOICE, person=who, actor=OWN, choice=None, method="button")
    with reading(engine) as session:
        assert session.execute(select(EVENT)).all() == []


def test_an_erased_person_is_not_named_again(engine: Engine) -> None:
    who = enrolled(engine)
    erase(engine, who)
    with unit_of_work(engine) as session:
        hooks.tell(session, who, hooks.Event.WITHDRAWN)
    assert [said(event)["type"] for event in claimed(engine)] == ["person.erased"]


def test_the_database_alone_does_not_say_whom_an_event_is_about(engine: Engine) -> None:
    who = enrolled(engine)
    withdraw(engine, VOICE, person=who, actor=OWN, choice=None, method="button")
    with reading(engine) as session:
        row = session.execute(select(EVENT)).one()
        assert b"jane" not in row.sealed
        with pytest.raises(SealBroken):
            hooks.opened(session, RING, "carenity", "another event", row.sealed)


def test_an_event_is_claimed_once_until_its_lease_runs_out(engine: Engine) -> None:
    who = enrolled(engine)
    withdraw(engine, VOICE, person=who, actor=OWN, choice=None, method="button")
    [first] = claimed(engine)
    assert claimed(engine) == []
    [second] = claimed(engine, later=waiting.LEASE + timedelta(seconds=1))
    assert (second.id, second.tries) == (first.id, 2)
    with unit_of_work(engine) as session:
        assert waiting.told(session, first, now()) is False
        assert waiting.told(session, second, now()) is True


def test_what_was_told_leaves_no_identifier_behind(engine: Engine) -> None:
    who = enrolled(engine)
    withdraw(engine, VOICE, person=who, actor=OWN, choice=None, method="button")
    [event] = claimed(engine)
    with unit_of_work(engine) as session:
        waiting.told(session, event, now())
    with reading(engine) as session:
        row = session.execute(select(EVENT)).one()
    assert (row.sealed, row.due_at, row.told_at is None) == (None, None, False)


def test_pauses_grow_and_end(engine: Engine) -> None:
    who = enrolled(engine)
    withdraw(engine, VOICE, person=who, actor=OWN, choice=None, method="button")
    moment, pauses = now(), []
    for _ in range(40):
        with unit_of_work(engine) as session:
            [event] = waiting.claim(session, RING, moment, 1)
            if waiting.failed(session, event, moment, "status 500"):
                break
            due = session.execute(select(EVENT.c.due_at)).scalar_one()
        pauses.append(due - moment)
        moment = due
    assert pauses[:3] == [timedelta(seconds=30), timedelta(minutes=1), timedelta(minutes=2)]
    assert max(pauses) == waiting.LONGEST_PAUSE
    assert sum(pauses, timedelta()) >= waiting.LONGEST
    assert claimed(engine, later=timedelta(days=30)) == []


def test_a_new_address_hears_what_waits_and_a_forgotten_one_nothing(engine: Engine) -> None:
    who = enrolled(engine)
    withdraw(engine, VOICE, person=who, actor=OWN, choice=None, method="button")
    with unit_of_work(engine) as session:
        hooks.set_hook(session, RING, "carenity", "https://moved.example.org/")
    [event] = claimed(engine)
    assert event.hook.url == "https://moved.example.org/"
    with unit_of_work(engine) as session:
        assert hooks.forget_hook(session, "carenity")
    assert claimed(engine, later=timedelta(days=1)) == []


def test_hooks_follow_when_master_keys_rotate(engine: Engine) -> None:
    who = enrolled(engine)
    withdraw(engine, VOICE, person=who, actor=OWN, choice=None, method="button")
    for place in hooks.SEALED:
        assert (reseal(engine, NEWER, place), reseal(engine, NEWER, place)) == (1, 0)
    with unit_of_work(engine) as session:
        [event] = waiting.claim(session, Keyring(NEWER.masters[:1]), now(), 1)
    assert said(event)["person"] == "jane@carenity"
