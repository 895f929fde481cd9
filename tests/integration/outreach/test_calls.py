"""Calls: a list that people work, one in hand, and what is asked of whoever has it."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from sqlalchemy import Engine, select, update

from recruit.actions.outreach import answers, call_outcomes, calls, withdrawing, words
from recruit.actions.outreach.answers import Answer, How
from recruit.actions.outreach.call_outcomes import Ended, Outcome
from recruit.actions.outreach.calls import Caller, Calling
from recruit.actions.outreach.gates import Desk
from recruit.actions.outreach.writing import Writer
from recruit.actions.safety import noticing
from recruit.audit.tables import AUDIT
from recruit.audit.trail import Tag
from recruit.consent import ledger
from recruit.consent.choices import Channel, Choice, Purpose
from recruit.consent.permit import permit
from recruit.core.clock import now
from recruit.core.db import reading, unit_of_work
from recruit.core.errors import ConsentMissing, NotAllowed, NotFound, Refusal
from recruit.notify import handoff, outbox, suppression
from recruit.notify.outbox_tables import OUTBOX
from recruit.notify.stages import Hold, Reason, State
from recruit.people import organisations
from recruit.people.facts import Home
from recruit.people.organisations import OrganisationKind
from recruit.terminology.lexicon import Lexicon
from recruit.trials import tenants
from tests.outreach import (
    OFFICE_HOURS,
    OWN,
    PARIS,
    RING,
    VAULT,
    Study,
    matched,
    queued,
    state,
    steps,
    study,
    willing,
)

ZONE = ZoneInfo("Europe/Paris")
DESK = Desk(RING, ZONE)
CALLING = Calling(DESK, Writer(RING, "https://recruit.example.org", ZONE))
CALLER = Caller("account 5", None, "fr")
OTHER = replace(CALLER, account="account 6")
LINK = "https://recruit.example.org/me/consents"
LUNCH = datetime(2026, 11, 24, 12, 30, tzinfo=UTC)
EVENING = datetime(2026, 11, 24, 19, 30, tzinfo=UTC)
SUNDAY = datetime(2026, 11, 29, 10, 0, tzinfo=UTC)


@dataclass
class Room:
    """A study whose people are called."""

    engine: Engine
    lexicon: Lexicon
    study: Study
    people: dict[str, str] = field(default_factory=dict)

    def call(self, name: str = "camille", home: Home = PARIS) -> int:
        """Somebody who is to be called; the message's number."""
        person = self.people[name] = willing(self.engine, name, home=home)
        matched(self.engine, self.lexicon, self.study.trial, person)
        return queued(self.engine, self.study, person, Channel.PHONE)

    def due(self, caller: Caller = CALLER) -> list[str]:
        lines, _ = calls.due(self.engine, DESK, caller)
        return [line.person for line in lines]

    def begin(self, number: int, caller: Caller = CALLER) -> Hold | None:
        return calls.begin(self.engine, CALLING, caller, number)

    def end(self, number: int, outcome: Outcome, **said: object) -> str:
        ended = Ended(number, "account 5", outcome, LINK, **said)  # type: ignore[arg-type]
        return call_outcomes.end(self.engine, RING, ended)

    def withdraw(self, person: str) -> None:
        choice = Choice(Purpose.CONTACT, Channel.PHONE)
        with unit_of_work(self.engine) as session:
            ledger.withdraw(session, person, choice, OWN, "test")

    def tags(self) -> list[str]:
        with reading(self.engine) as session:
            query = select(AUDIT.c.tag).where(AUDIT.c.tag.like("outreach:call:%"))
            return list(session.scalars(query.order_by(AUDIT.c.sequence)))

    def reclaim(self) -> None:
        """What a worker does when a lease has run out."""
        with unit_of_work(self.engine) as session:
            handoff.reclaim(session, now())


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
