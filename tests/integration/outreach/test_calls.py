"""Calls: a list that people work, one in hand, and what is asked of whoever has it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import Engine, update

from recruit.actions.outreach import calls
from recruit.actions.outreach.answers import Answer
from recruit.actions.outreach.call_outcomes import Outcome
from recruit.audit.trail import Tag
from recruit.consent.choices import Channel
from recruit.core.clock import now
from recruit.core.db import unit_of_work
from recruit.core.errors import NotAllowed, NotFound, Refusal
from recruit.notify import handoff
from recruit.notify.outbox_tables import OUTBOX
from recruit.notify.stages import Reason, State
from recruit.people import organisations
from recruit.people.facts import Home
from recruit.people.organisations import OrganisationKind
from recruit.terminology.lexicon import Lexicon
from recruit.trials import tenants
from tests.calling import CALLER, CALLING, OTHER, Room
from tests.outreach import (
    OFFICE_HOURS,
    queued,
    state,
    steps,
    study,
)

LUNCH = datetime(2026, 11, 24, 12, 30, tzinfo=UTC)
EVENING = datetime(2026, 11, 24, 19, 30, tzinfo=UTC)
SUNDAY = datetime(2026, 11, 29, 10, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(OFFICE_HOURS, tick=False) as travelling:
        yield travelling


@pytest.fixture
def room(engine: Engine, lexicon: Lexicon) -> Room:
    return Room(engine, lexicon, study(engine, lexicon))


def test_a_worker_leaves_calls_to_people(room: Room) -> None:
    number = room.call()
    with unit_of_work(room.engine) as session:
        assert handoff.claim(session, "one", now(), 100) == []
    assert state(room.engine, number)[0] is State.QUEUED


@pytest.mark.parametrize("closed", [LUNCH, EVENING, SUNDAY])
def test_nobody_is_listed_outside_their_hours(
    room: Room, clock: time_machine.Traveller, closed: datetime
) -> None:
    room.call()
    assert room.due() == [room.people["camille"]]
    clock.move_to(closed)
    assert room.due() == []


def test_hours_are_those_of_where_the_person_lives(
    room: Room, clock: time_machine.Traveller
) -> None:
    room.call("camille", Home("FR", "97400", -20.9, 55.5))
    clock.move_to(datetime(2026, 11, 24, 17, 0, tzinfo=UTC))  # 18:00 in Paris, 21:00 in Réunion
    assert room.due() == []
    clock.move_to(datetime(2026, 11, 25, 7, 0, tzinfo=UTC))  # 8:00 and 11:00
    assert room.due() == [room.people["camille"]]


def test_who_was_asked_least_comes_first(room: Room) -> None:
    for name in ("camille", "dominique"):
        room.call(name)
    asked = queued(room.engine, room.study, room.people["camille"], Channel.EMAIL)
    with unit_of_work(room.engine) as session:
        row = {"state": State.DELIVERED.value, "sent_at": now() - timedelta(days=3)}
        session.execute(update(OUTBOX).where(OUTBOX.c.id == asked).values(row))
    assert room.due() == [room.people["dominique"], room.people["camille"]]


def test_a_call_is_shown_once_that_is_committed(room: Room) -> None:
    number = room.call()
    assert room.begin(number) is None
    assert steps(room.engine, number)[-3:] == ["claimed", "handoff_open", "data_sent"]
    opened = calls.show(room.engine, CALLING, CALLER, number)
    assert (opened.name, opened.to[:4]) == ("Camille Exemple", "+336")
    assert "Camille" in opened.script
    assert room.tags() == [Tag.CALL_OPENED.value, Tag.CALL_SHOWN.value]


def test_a_call_taken_on_is_on_nobodys_list_and_in_one_hand(room: Room) -> None:
    number = room.call()
    room.begin(number)
    assert room.due(OTHER) == []
    with pytest.raises(NotFound):
        room.begin(number, OTHER)
    with pytest.raises(NotFound):
        calls.show(room.engine, CALLING, OTHER, number)
    mine = calls.in_hand(room.engine, CALLER)
    assert mine
    assert mine.number == number


def test_who_withdrew_is_not_called(room: Room) -> None:
    number = room.call()
    room.withdraw(room.people["camille"])
    hold = room.begin(number)
    assert hold
    assert state(room.engine, number) == (State.SUPPRESSED, Reason.CONSENT.value)
    assert room.tags() == []


def test_nobody_is_called_outside_their_hours(room: Room, clock: time_machine.Traveller) -> None:
    number = room.call()
    clock.move_to(LUNCH)
    hold = room.begin(number)
    assert hold
    assert hold.state is State.DEFERRED
    assert state(room.engine, number) == (State.DEFERRED, Reason.WINDOW.value)


def test_who_withdraws_while_the_call_is_in_hand_is_shown_no_more(room: Room) -> None:
    number = room.call()
    room.begin(number)
    room.withdraw(room.people["camille"])
    opened = calls.show(room.engine, CALLING, CALLER, number)
    assert opened.held
    assert (opened.name, opened.to, opened.script) == ("", "", "")


def test_a_call_whose_lease_ran_out_is_still_asked_about(
    room: Room, clock: time_machine.Traveller
) -> None:
    number = room.call()
    room.begin(number)
    clock.move_to(OFFICE_HOURS + timedelta(minutes=5))
    room.reclaim()
    assert state(room.engine, number)[0] is State.UNKNOWN
    assert room.due(OTHER) == []
    assert calls.in_hand(room.engine, CALLER)
    room.end(number, Outcome.TALKED, answer=Answer.YES)
    assert state(room.engine, number)[0] is State.ACCEPTED


def test_a_call_that_was_taken_on_and_never_shown_comes_back(
    room: Room, clock: time_machine.Traveller
) -> None:
    number = room.call()
    with unit_of_work(room.engine) as session:
        mine = handoff.claim_one(session, number, "account 5", now())
        assert mine
        assert handoff.open_handoff(session, mine, (), now())
    clock.move_to(OFFICE_HOURS + timedelta(minutes=5))
    room.reclaim()
    assert room.due(OTHER) == [room.people["camille"]]


def test_another_organisations_call_is_not_there(room: Room) -> None:
    number = room.call()
    with unit_of_work(room.engine) as session:
        other = organisations.add(session, "Sponsor", OrganisationKind.SPONSOR)
        session.flush()
        theirs = replace(OTHER, organisation=other.id)
    assert room.due(theirs) == []
    with pytest.raises(NotFound):
        room.begin(number, theirs)
    assert state(room.engine, number)[0] is State.QUEUED


def test_a_sponsors_or_a_centres_staff_is_shown_no_name_and_no_number(room: Room) -> None:
    number = room.call()
    with unit_of_work(room.engine) as session:
        theirs = organisations.add(session, "Sponsor", OrganisationKind.SPONSOR)
        tenants.assign(session, room.study.trial, theirs)
        session.flush()
        of_theirs = replace(OTHER, organisation=theirs.id)
    assert room.due(of_theirs) == [room.people["camille"]]
    with pytest.raises(NotAllowed):
        room.begin(number, of_theirs)
    assert state(room.engine, number)[0] is State.QUEUED


def test_who_puts_call_after_call_back_is_shown_no_more_of_them_today(
    room: Room, clock: time_machine.Traveller
) -> None:
    number = room.call()
    for _ in range(calls.MOST_PUT_BACK):
        room.begin(number)
        room.end(number, Outcome.NOT_CALLED)
    with pytest.raises(Refusal):
        room.begin(number)
    assert room.begin(number, OTHER) is None
    clock.move_to(OFFICE_HOURS + timedelta(days=1, minutes=1))
    assert room.begin(room.call("dominique")) is None


def test_an_email_is_no_call(room: Room) -> None:
    room.call()
    email = queued(room.engine, room.study, room.people["camille"], Channel.EMAIL)
    with pytest.raises(NotFound):
        room.begin(email)
    assert state(room.engine, email)[0] is State.QUEUED
