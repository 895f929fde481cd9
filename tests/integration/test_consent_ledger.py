"""The consent ledger on a real database: what it permits, and that nobody can rewrite it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from recruit.consent import ledger
from recruit.consent.choices import Channel, Choice, Purpose
from recruit.consent.evidence import Evidence
from recruit.consent.ledger import Actor, Entry, Role
from recruit.consent.permit import Permit, people_with, permit
from recruit.consent.state import EventType
from recruit.core.chain import CHANGED, Break
from recruit.core.clock import now
from recruit.core.db import reading, unit_of_work
from recruit.core.errors import ConsentMissing

COMMUNITY = Actor("cli", Role.COMMUNITY, "carenity")
SELF = Actor("P-1", Role.SELF)
GIVEN = datetime(2026, 10, 1, 10, tzinfo=UTC)
MATCHING = Choice(Purpose.MATCHING)
MAIL = Choice(Purpose.CONTACT, Channel.EMAIL)


def proof(*choices: Choice, at: datetime = GIVEN) -> Evidence:
    return Evidence(choices, "ab" * 32, "3", "fr", at, "unticked boxes", "community carenity")


def grant(engine: Engine, person: str, *choices: Choice, at: datetime = GIVEN) -> int:
    with unit_of_work(engine) as session:
        return len(ledger.grant(session, [(person, proof(*choices, at=at))], COMMUNITY))


def withdraw(engine: Engine, person: str, choice: Choice | None = None) -> None:
    with unit_of_work(engine) as session:
        ledger.withdraw(session, person, choice, SELF, "button")


def may_match(engine: Engine, person: str) -> bool:
    with reading(engine) as session:
        allowed = person in people_with(session, Purpose.MATCHING, now())
        try:
            permit(session, person, Purpose.MATCHING, at=now())
        except ConsentMissing:
            assert not allowed
            return False
        assert allowed
        return True


def test_consent_permits_and_withdrawal_ends_it(engine: Engine) -> None:
    assert not may_match(engine, "P-1")
    grant(engine, "P-1", MATCHING)
    assert may_match(engine, "P-1")
    assert not may_match(engine, "P-2")
    withdraw(engine, "P-1", MATCHING)
    assert not may_match(engine, "P-1")


def test_a_grant_that_stands_or_is_older_than_the_no_is_not_written_again(engine: Engine) -> None:
    assert grant(engine, "P-1", MATCHING, MAIL) == 2
    assert grant(engine, "P-1", MATCHING, MAIL) == 0
    withdraw(engine, "P-1")
    assert grant(engine, "P-1", MATCHING, MAIL) == 0
    assert not may_match(engine, "P-1")


def test_a_permit_names_the_event_it_rests_on(engine: Engine) -> None:
    grant(engine, "P-1", MATCHING, MAIL)
    with reading(engine) as session:
        given = permit(session, "P-1", Purpose.CONTACT, channel=Channel.EMAIL, at=now())
    assert (given.person, given.choice, given.rests_on) == ("P-1", MAIL, 2)


def test_nobody_else_can_make_a_permit() -> None:
    with pytest.raises(ConsentMissing):
        Permit("P-1", MATCHING, 1, GIVEN, object())


def test_consent_that_runs_out_permits_no_more(engine: Engine) -> None:
    until = GIVEN + timedelta(days=30)
    entry = Entry("P-1", EventType.GRANTED, MATCHING, SELF, GIVEN, valid_until=until)
    with unit_of_work(engine) as session:
        ledger.enter(session, [entry])
    with reading(engine) as session:
        assert people_with(session, Purpose.MATCHING, until - timedelta(seconds=1)) == {"P-1"}
        assert people_with(session, Purpose.MATCHING, until) == set()


def test_a_yes_is_renewed_when_a_newer_one_holds_for_another_time(engine: Engine) -> None:
    until = GIVEN + timedelta(days=2)
    limited = replace(proof(MATCHING), valid_until=until)
    with unit_of_work(engine) as session:
        ledger.grant(session, [("P-1", limited)], COMMUNITY)
    assert not may_match(engine, "P-1")
    assert grant(engine, "P-1", MATCHING) == 0
    assert not may_match(engine, "P-1")
    assert grant(engine, "P-1", MATCHING, at=GIVEN + timedelta(days=3)) == 1
    assert may_match(engine, "P-1")


def test_events_are_numbered_per_person_and_share_a_receipt(engine: Engine) -> None:
    grant(engine, "P-2", MATCHING)
    grant(engine, "P-1", MATCHING, MAIL)
    withdraw(engine, "P-1")
    with reading(engine) as session:
        events = ledger.history(session, "P-1")
    assert [event["number"] for event in events] == [1, 2, 3]
    receipts = [event["receipt"] for event in events]
    assert receipts[0] == receipts[1] != receipts[2]


def test_an_untouched_ledger_holds(engine: Engine) -> None:
    grant(engine, "P-2", MATCHING)
    grant(engine, "P-1", MATCHING, MAIL)
    withdraw(engine, "P-1")
    with unit_of_work(engine) as session:
        ledger.erase(session, "P-2", SELF)
    with reading(engine) as session:
        assert ledger.verify(session) is None


@pytest.mark.parametrize(
    "statement", ["UPDATE consent_event SET type='granted'", "DELETE FROM consent_event"]
)
def test_the_database_refuses_to_rewrite_the_ledger(engine: Engine, statement: str) -> None:
    grant(engine, "P-1", MATCHING)
    with pytest.raises(DBAPIError, match="never changed"), engine.begin() as connection:
        connection.execute(text(statement))


def test_a_rewritten_event_is_named(engine: Engine) -> None:
    grant(engine, "P-1", MATCHING, MAIL)
    withdraw(engine, "P-1", MAIL)
    guard = "consent_event_no_update"
    if engine.dialect.name == "postgresql":
        guard = "consent_event_append_only ON consent_event"
    with engine.begin() as connection:
        connection.execute(text(f"DROP TRIGGER {guard}"))
        connection.execute(text("UPDATE consent_event SET type='granted' WHERE sequence = 3"))
    with reading(engine) as session:
        assert ledger.verify(session) == Break(3, CHANGED)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE consent_state SET type = 'granted'",
        "UPDATE consent_state SET type = 'maybe'",
        "UPDATE consent_state SET person = 'P-9'",
        "DELETE FROM consent_state WHERE purpose = 'contact'",
        """INSERT INTO consent_state SELECT 'P-0', purpose, channel, scope, type, sequence,
        occurred_at, valid_until FROM consent_state WHERE purpose = 'matching'""",
    ],
)
def test_a_projection_that_does_not_follow_is_found(engine: Engine, statement: str) -> None:
    grant(engine, "P-1", MATCHING, MAIL)
    withdraw(engine, "P-1", MATCHING)
    with engine.begin() as connection:
        connection.execute(text(statement))
    with reading(engine) as session:
        assert ledger.verify(session) is not None
