"""What came of a call: an answer, words, a wrong number, nobody."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import Engine

from recruit.actions.outreach import answers, calls, withdrawing, words
from recruit.actions.outreach.answers import Answer, How
from recruit.actions.outreach.call_outcomes import Outcome
from recruit.actions.safety import noticing
from recruit.audit.trail import Tag
from recruit.consent.choices import Channel, Purpose
from recruit.consent.permit import permit
from recruit.core.clock import now
from recruit.core.db import reading, unit_of_work
from recruit.core.errors import ConsentMissing, NotFound, Refusal
from recruit.notify import handoff, outbox, suppression
from recruit.notify.stages import Reason, State
from recruit.terminology.lexicon import Lexicon
from tests.calling import DESK, OTHER, Room
from tests.outreach import (
    OFFICE_HOURS,
    RING,
    VAULT,
    state,
    study,
)


def decided(room: Room, clock: time_machine.Traveller, *, was_sent: bool) -> int:
    """A call whose lease ran out, and of which an administrator said what became of it."""
    number = room.call()
    room.begin(number)
    clock.move_to(OFFICE_HOURS + timedelta(minutes=5))
    room.reclaim()
    with unit_of_work(room.engine) as session:
        assert outbox.decide(session, number, was_sent=was_sent, at=now())
    return number


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(OFFICE_HOURS, tick=False) as travelling:
        yield travelling


@pytest.fixture
def room(engine: Engine, lexicon: Lexicon) -> Room:
    return Room(engine, lexicon, study(engine, lexicon))


@pytest.mark.parametrize("answer", [each for each in Answer if each is not Answer.QUESTION])
def test_an_answer_in_a_call_counts(room: Room, answer: Answer) -> None:
    number = room.call()
    room.begin(number)
    person = room.end(number, Outcome.TALKED, answer=answer)
    with reading(room.engine) as session:
        [given] = answers.given(session, room.study.trial, person)
    assert (given.answer, given.how, given.by) == (answer, How.PHONE, "account 5")
    assert state(room.engine, number)[0] is State.ACCEPTED
    assert withdrawing.settled(room.engine, person)


def test_words_of_a_call_are_read_by_somebody(room: Room) -> None:
    number = room.call()
    room.begin(number)
    room.end(number, Outcome.NO_CALLS, words="Laissez-moi tranquille.")
    with reading(room.engine) as session:
        [heard] = words.unread(session, RING, None).items
    assert heard.text == "Laissez-moi tranquille."


def test_nobody_answers_three_times(room: Room, clock: time_machine.Traveller) -> None:
    number = room.call()
    for day in range(3):
        clock.move_to(OFFICE_HOURS + timedelta(days=day))
        assert room.due() == [room.people["camille"]]
        room.begin(number)
        room.end(number, Outcome.NO_REPLY)
        assert room.due() == []
    assert state(room.engine, number) == (State.FAILED, Reason.NO_REPLY.value)
    clock.move_to(OFFICE_HOURS + timedelta(days=3))
    assert room.due() == []


def test_a_wrong_number_gets_nothing_any_more(room: Room) -> None:
    number = room.call()
    room.begin(number)
    person = room.end(number, Outcome.WRONG_NUMBER)
    assert state(room.engine, number) == (State.FAILED, Reason.WRONG_NUMBER.value)
    with reading(room.engine) as session:
        where = next(each for each in VAULT.read(session, person).values() if each[0] == "+")
        for channel in (Channel.PHONE, Channel.SMS):
            assert suppression.is_suppressed(session, RING, channel, where)


def test_no_more_calls_ends_the_consent_to_them_alone(room: Room) -> None:
    number = room.call()
    room.begin(number)
    person = room.end(number, Outcome.NO_CALLS)
    with reading(room.engine) as session:
        with pytest.raises(ConsentMissing):
            permit(session, person, Purpose.CONTACT, channel=Channel.PHONE, at=now())
        permit(session, person, Purpose.CONTACT, channel=Channel.EMAIL, at=now())


def test_a_call_that_was_not_made_goes_back_untried(room: Room) -> None:
    number = room.call()
    room.begin(number)
    room.end(number, Outcome.NOT_CALLED)
    [line], _ = calls.due(room.engine, DESK, OTHER)
    assert (line.number, line.tries) == (number, 0)


@pytest.mark.parametrize(
    ("field_", "said"),
    [
        ("answer", {}),
        ("words", {"answer": Answer.QUESTION}),
        ("words", {"answer": Answer.YES, "words": "x" * 2001}),
    ],
)
def test_half_an_outcome_is_refused_and_changes_nothing(
    room: Room, field_: str, said: dict[str, object]
) -> None:
    number = room.call()
    room.begin(number)
    with pytest.raises(Refusal) as refused:
        room.end(number, Outcome.TALKED, **said)
    assert refused.value.field == field_
    assert state(room.engine, number)[0] is State.DATA_SENT


@pytest.mark.parametrize("was_sent", [True, False])
def test_no_more_calls_counts_though_somebody_decided_about_the_call_meanwhile(
    room: Room, clock: time_machine.Traveller, *, was_sent: bool
) -> None:
    number = decided(room, clock, was_sent=was_sent)
    person = room.end(number, Outcome.NO_CALLS)
    with reading(room.engine) as session, pytest.raises(ConsentMissing):
        permit(session, person, Purpose.CONTACT, channel=Channel.PHONE, at=now())
    assert state(room.engine, number)[0] is (State.ACCEPTED if was_sent else State.CANCELLED)


def test_a_refusal_counts_once_though_somebody_decided_about_the_call_meanwhile(
    room: Room, clock: time_machine.Traveller
) -> None:
    number = decided(room, clock, was_sent=True)
    person = room.end(number, Outcome.TALKED, answer=Answer.NOT_NOW)
    with reading(room.engine) as session:
        [given] = answers.given(session, room.study.trial, person)
    assert given.answer is Answer.NOT_NOW
    with pytest.raises(NotFound):
        room.end(number, Outcome.TALKED, answer=Answer.YES)


def test_what_was_decided_about_a_call_stays_when_nobody_answered(
    room: Room, clock: time_machine.Traveller
) -> None:
    number = decided(room, clock, was_sent=True)
    room.end(number, Outcome.NO_REPLY)
    assert state(room.engine, number) == (State.ACCEPTED, Reason.DECIDED.value)


def test_who_was_not_shown_the_number_says_nothing_of_the_call(
    room: Room, clock: time_machine.Traveller
) -> None:
    number = room.call()
    with unit_of_work(room.engine) as session:
        assert handoff.claim_one(session, number, "account 5", now())
    with pytest.raises(NotFound):
        room.end(number, Outcome.NO_CALLS)
    clock.move_to(OFFICE_HOURS + timedelta(minutes=5))
    room.reclaim()
    with pytest.raises(NotFound):
        room.end(number, Outcome.NO_CALLS)


@pytest.mark.parametrize("answer", [Answer.YES, Answer.QUESTION])
def test_what_a_call_tells_of_is_known_since_the_call_was_taken_on(
    room: Room, answer: Answer, clock: time_machine.Traveller
) -> None:
    number = room.call()
    room.begin(number)
    clock.move_to(OFFICE_HOURS + timedelta(days=3))
    room.end(number, Outcome.TALKED, answer=answer, words="J’ai eu mal à la tête.")
    with reading(room.engine) as session:
        [said] = words.unread(session, RING, None).items
        suspicion = noticing.of_words(session, [said.number])[said.number]
    assert (said.at, suspicion.aware_at) == (OFFICE_HOURS, OFFICE_HOURS)


def test_an_outcome_is_said_once(room: Room) -> None:
    number = room.call()
    room.begin(number)
    room.end(number, Outcome.TALKED, answer=Answer.YES)
    with pytest.raises(NotFound):
        room.end(number, Outcome.TALKED, answer=Answer.NEVER)
    assert room.tags()[-1] == Tag.CALL_ENDED.value
