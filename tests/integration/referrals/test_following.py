"""A site works on somebody up to an outcome: nothing is written half, nobody is lost."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
import time_machine
from sqlalchemy import Engine, func, select, union, update

from recruit.actions import person as people_actions
from recruit.actions.audit import expire_consents
from recruit.actions.following import contacting, escalating, outcomes, overdue, timeline
from recruit.actions.following.contacting import Desk
from recruit.actions.following.having import Having, Holder
from recruit.actions.following.outcomes import CRITERION, REASONS, Outcome
from recruit.actions.following.overdue import Whose
from recruit.actions.following.stages import MATCH, Stage, stage_of
from recruit.actions.match_table import MatchRow
from recruit.actions.outreach import answers
from recruit.actions.outreach.answers import Answer, Answering, How
from recruit.actions.outreach.prospects import Fate, prospect
from recruit.actions.outreach.rounds import ON_THE_WAY
from recruit.actions.outreach.writing import Writer
from recruit.actions.pushing import withdraw_pushed
from recruit.actions.referring import listing
from recruit.actions.referring.listing import Wanted
from recruit.actions.visits import appointments, ending
from recruit.actions.visits.sites import release
from recruit.consent import ledger
from recruit.consent.entry import Actor
from recruit.consent.entry import Role as ActorRole
from recruit.core.clock import now
from recruit.core.db import reading, unit_of_work
from recruit.core.errors import EditedMeanwhile, NotFound, RecruitError, Refusal
from recruit.notify.outbox_tables import OUTBOX
from recruit.notify.stages import Reason
from recruit.notify.stages import State as Sending
from recruit.notify.tables import MESSAGE
from recruit.people.accounts import Role
from recruit.referrals import paths, slots
from recruit.referrals.paths import Failure, State
from recruit.referrals.tables import REFERRAL, STAFF_REMINDER
from recruit.terminology.lexicon import Lexicon
from recruit.trials import store as trials
from recruit.trials.draft import TrialStatus
from tests.erasing import erase
from tests.following import (
    ZONE,
    call,
    centre_of_paris,
    hand,
    nurse_of,
    on_the_way,
    report,
    seen,
    staff,
    stands,
)
from tests.outreach import (
    OWN,
    RING,
    VOICE,
    agreement,
    approved,
    matched,
    queued,
    study,
    willing,
)
from tests.referring import PARIS, SUGAR, interested, offered, path_of

MONDAY = datetime(2026, 11, 23, 9, 0, tzinfo=ZONE)


@pytest.fixture
def desk(engine: Engine) -> Desk:
    """The operator's coordinator, who works for sites that no centre staffs."""
    return Desk(None, f"account {staff(engine)}", ZONE)


@pytest.fixture
def camille(engine: Engine, lexicon: Lexicon) -> Iterator[str]:
    """Somebody who released their contact details on a Monday morning."""
    with time_machine.travel(MONDAY, tick=False):
        person = on_the_way(engine, lexicon)
        yield person


# ---------------------------------------------------------------- the site's day
def test_the_way_from_a_call_to_an_enrolment(engine: Engine, desk: Desk, camille: str) -> None:
    for state in (State.CONTACTED, State.SCREENING, State.ENROLLED):
        report(engine, desk, camille, state)
    with reading(engine) as session:
        events = timeline.of(session, SUGAR.id, camille)
        assert stage_of(session, SUGAR.id, camille, now()) is Stage.ENROLLED
    assert [each.stage for each in events[-3:]] == [
        Stage.CONTACTED,
        Stage.SCREENING,
        Stage.ENROLLED,
    ]
    assert {each.by for each in events[-3:]} == {desk.actor}


def test_no_step_is_left_out(engine: Engine, desk: Desk, camille: str) -> None:
    with pytest.raises(EditedMeanwhile):
        report(engine, desk, camille, State.ENROLLED)
    assert stands(engine, camille) is State.RELEASED


def test_two_who_write_at_once_write_once(engine: Engine, desk: Desk, camille: str) -> None:
    before = seen(engine, camille)
    outcomes.report(engine, VOICE, desk, before, Outcome(State.CONTACTED))
    with pytest.raises(EditedMeanwhile):
        outcomes.report(engine, VOICE, desk, before, Outcome(State.SCREENING))
    assert stands(engine, camille) is State.CONTACTED


def test_nobody_is_given_up_before_three_calls_on_two_days(
    engine: Engine, desk: Desk, camille: str
) -> None:
    call(engine, desk, camille, times=3)
    with pytest.raises(Refusal):
        report(engine, desk, camille, State.UNREACHABLE)
    with time_machine.travel(MONDAY + timedelta(days=1), tick=False):
        call(engine, desk, camille)
        report(engine, desk, camille, State.UNREACHABLE)
    assert stands(engine, camille) is State.UNREACHABLE


def test_whoever_could_not_be_reached_may_call_back(
    engine: Engine, desk: Desk, camille: str
) -> None:
    call(engine, desk, camille, times=3)
    with time_machine.travel(MONDAY + timedelta(days=1), tick=False):
        call(engine, desk, camille)
        report(engine, desk, camille, State.UNREACHABLE)
        report(engine, desk, camille, State.CONTACTED)
    assert stands(engine, camille) is State.CONTACTED


def test_a_screening_fails_on_a_criterion_of_the_version(
    engine: Engine, desk: Desk, camille: str
) -> None:
    report(engine, desk, camille, State.CONTACTED)
    outcome = Outcome(State.SCREEN_FAILURE, CRITERION, Failure(1, 2))
    outcomes.report(engine, VOICE, desk, seen(engine, camille), outcome)
    with reading(engine) as session:
        last = paths.steps(session, path_of(engine, camille))[-1]
    assert last.failure == Failure(1, 2)


@pytest.mark.parametrize("failure", [Failure(1, 99), Failure(1, -1), Failure(7, 0)])
def test_a_criterion_that_is_none_is_refused(
    engine: Engine, desk: Desk, camille: str, failure: Failure
) -> None:
    report(engine, desk, camille, State.CONTACTED)
    outcome = Outcome(State.SCREEN_FAILURE, CRITERION, failure)
    with pytest.raises(Refusal):
        outcomes.report(engine, VOICE, desk, seen(engine, camille), outcome)
    assert stands(engine, camille) is State.CONTACTED


@pytest.mark.parametrize("state", sorted(REASONS))
def test_nobody_leaves_without_a_reason(
    engine: Engine, desk: Desk, camille: str, state: State
) -> None:
    report(engine, desk, camille, State.CONTACTED)
    report(engine, desk, camille, State.SCREENING)
    with pytest.raises(Refusal):
        outcomes.report(engine, VOICE, desk, seen(engine, camille), Outcome(state))
    with unit_of_work(engine) as session:
        held = paths.held(session, SUGAR.id, camille)
        with pytest.raises(ValueError, match=state.value):
            paths.step(session, held, state, now(), "account 5")
    assert stands(engine, camille) is State.SCREENING


def test_who_leaves_has_no_appointment_any_more_and_is_told(
    engine: Engine, desk: Desk, camille: str
) -> None:
    booked(engine, camille)
    report(engine, desk, camille, State.CONTACTED)
    report(engine, desk, camille, State.DECLINED)
    assert_cancelled(engine, camille)


# ---------------------------------------------------------------- slips
def test_the_last_entry_of_the_day_is_taken_back(engine: Engine, desk: Desk, camille: str) -> None:
    report(engine, desk, camille, State.CONTACTED)
    contacting.undo(engine, desk, seen(engine, camille))
    path = path_of(engine, camille)
    assert (path.state, path.since) == (State.RELEASED, MONDAY)
    with reading(engine) as session:
        assert Stage.CONTACTED not in {
            each.stage for each in timeline.of(session, SUGAR.id, camille)
        }
        assert len(paths.steps(session, path)) == 5  # what was is never rewritten


def test_a_call_is_taken_back(engine: Engine, desk: Desk, camille: str) -> None:
    call(engine, desk, camille)
    contacting.undo(engine, desk, seen(engine, camille))
    with reading(engine) as session:
        assert contacting.attempts(session, path_of(engine, camille)) == []


def test_nothing_is_taken_back_on_the_next_day(engine: Engine, desk: Desk, camille: str) -> None:
    report(engine, desk, camille, State.CONTACTED)
    with time_machine.travel(MONDAY + timedelta(days=1), tick=False), pytest.raises(Refusal):
        contacting.undo(engine, desk, seen(engine, camille))
    assert stands(engine, camille) is State.CONTACTED


def test_what_a_person_did_is_not_the_sites_to_take_back(
    engine: Engine, desk: Desk, camille: str
) -> None:
    with pytest.raises(Refusal):
        contacting.undo(engine, desk, seen(engine, camille))
    assert stands(engine, camille) is State.RELEASED


# ---------------------------------------------------------------- while the page is open
def take_back(engine: Engine, person: str) -> None:
    choice = release(SUGAR.id, PARIS)
    people_actions.withdraw(
        engine, VOICE, person=person, actor=OWN, choice=choice, method="on request"
    )


def close(engine: Engine, lexicon: Lexicon) -> None:
    sites = tuple(replace(each, status=TrialStatus.COMPLETED) for each in SUGAR.sites)
    with unit_of_work(engine) as session:
        trials.save(session, replace(SUGAR, sites=sites), lexicon)


def test_a_release_that_is_taken_back_closes_the_task(
    engine: Engine, desk: Desk, camille: str
) -> None:
    before = seen(engine, camille)
    take_back(engine, camille)
    with pytest.raises(Refusal):
        outcomes.report(engine, VOICE, desk, before, Outcome(State.CONTACTED))
    assert stands(engine, camille) is State.WITHDRAWN


def test_who_was_erased_is_not_written_about(engine: Engine, desk: Desk, camille: str) -> None:
    before = seen(engine, camille)
    erase(engine, camille)
    with pytest.raises(NotFound):
        outcomes.report(engine, VOICE, desk, before, Outcome(State.CONTACTED))


def test_a_site_that_closes_during_screening_hands_over_to_the_operator(
    engine: Engine, lexicon: Lexicon, desk: Desk, camille: str
) -> None:
    centre = centre_of_paris(engine)[0]
    nurse = replace(desk, organisation=centre, actor=f"account {nurse_of(engine, centre)}")
    report(engine, nurse, camille, State.CONTACTED)
    report(engine, nurse, camille, State.SCREENING)
    before = seen(engine, camille)
    close(engine, lexicon)
    with pytest.raises(Refusal):
        outcomes.report(engine, VOICE, nurse, before, Outcome(State.ENROLLED))
    assert stands(engine, camille) is State.SCREENING
    [own] = listing.show(engine, Wanted(None, "fr", ZONE, opens=True), actor="x").mine.people
    assert own.is_theirs
    report(engine, desk, camille, State.SCREEN_FAILURE, "closed")
    assert stands(engine, camille) is State.SCREEN_FAILURE


def test_on_a_pause_nobody_goes_on_but_what_came_of_it_is_written(
    engine: Engine, desk: Desk, camille: str
) -> None:
    report(engine, desk, camille, State.CONTACTED)
    with unit_of_work(engine) as session:
        ledger.pause(session, camille, None, OWN)
    with pytest.raises(Refusal):
        report(engine, desk, camille, State.SCREENING)
    report(engine, desk, camille, State.DECLINED)
    assert stands(engine, camille) is State.DECLINED


# ---------------------------------------------------------------- by whichever door
def booked(engine: Engine, person: str) -> None:
    appointments.book(engine, RING, hand(person), SUGAR.id, offered(engine))


def assert_cancelled(engine: Engine, person: str) -> None:
    with reading(engine) as session:
        assert slots.of_path(session, path_of(engine, person)) is None
        told = select(func.count()).where(MESSAGE.c.name == "appointment-cancelled")
        assert session.scalar(told.select_from(MESSAGE)) == 1


def at_the_command_line(engine: Engine, person: str) -> None:
    clerk = Actor("cli", ActorRole.STAFF)
    people_actions.withdraw(
        engine, VOICE, person=person, actor=clerk, choice=None, method="on request"
    )


def by_a_community(engine: Engine, _person: str) -> None:
    told = Actor("key x", ActorRole.COMMUNITY, "example")
    withdraw_pushed(engine, VOICE, community="example", name="camille", choices=[], actor=told)


def by_the_clock(engine: Engine, person: str) -> None:
    with time_machine.travel(now() + timedelta(hours=1), tick=False):
        proof = replace(agreement(release(SUGAR.id, PARIS)), at=now())
        with unit_of_work(engine) as session:
            soon = replace(proof, valid_until=now() + timedelta(hours=1))
            ledger.grant(session, [(person, soon)], OWN)
    with time_machine.travel(now() + timedelta(hours=3), tick=False):
        expire_consents(engine, VOICE, actor="job")


@pytest.mark.parametrize("door", [at_the_command_line, by_a_community, by_the_clock])
@pytest.mark.parametrize("last", [State.RELEASED, State.CONTACTED, State.SCREENING])
def test_a_withdrawal_by_any_door_ends_the_way_and_its_visit(
    engine: Engine, desk: Desk, camille: str, door: object, last: State
) -> None:
    booked(engine, camille)
    for state in (State.CONTACTED, State.SCREENING):
        if stands(engine, camille) is not last:
            report(engine, desk, camille, state)
    assert callable(door)
    door(engine, camille)
    assert stands(engine, camille) is State.WITHDRAWN
    assert_cancelled(engine, camille)


def test_a_restored_copy_ends_it_as_well_and_tells_nobody_twice(
    engine: Engine, camille: str
) -> None:
    booked(engine, camille)
    with unit_of_work(engine) as session:
        ledger.withdraw(session, camille, None, OWN, "since the copy was made")
        ending.follow_in_silence(session, [camille], "restore")
    assert stands(engine, camille) is State.WITHDRAWN
    with reading(engine) as session:
        assert slots.of_path(session, path_of(engine, camille)) is None
        told = select(func.count()).where(MESSAGE.c.name == "appointment-cancelled")
        assert session.scalar(told.select_from(MESSAGE)) == 0


def test_who_is_interested_and_takes_everything_back_is_so_no_more(
    engine: Engine, lexicon: Lexicon
) -> None:
    person = willing(engine)
    interested(engine, lexicon, person)
    at_the_command_line(engine, person)
    assert stands(engine, person) is State.DECLINED


def test_an_enrolment_stands_whatever_is_taken_back(
    engine: Engine, desk: Desk, camille: str
) -> None:
    for state in (State.CONTACTED, State.SCREENING, State.ENROLLED):
        report(engine, desk, camille, state)
    take_back(engine, camille)
    assert stands(engine, camille) is State.ENROLLED
    assert State.ENROLLED in ON_THE_WAY


# ---------------------------------------------------------------- nobody can vanish
def test_everybody_stands_in_exactly_one_line(engine: Engine, lexicon: Lexicon, desk: Desk) -> None:
    here = study(engine, lexicon)
    names = ("ada", "ben", "cleo", "dan", "eve")
    found = {name: willing(engine, name) for name in names}
    for person in found.values():
        matched(engine, lexicon, here.trial, person)
    approved(engine, here, found["ben"])
    queued(engine, here, found["cleo"])
    with unit_of_work(engine) as session:
        paths.begin(session, here.trial, found["cleo"], now(), "link")
    at_the_command_line(engine, found["dan"])
    interested(engine, lexicon, found["eve"])  # in another study, without a match
    with reading(engine) as session:
        lines = overdue.everyone(session, Whose(None, ZONE, now()))
        both = [select(each.c.trial, each.c.person) for each in (MATCH, REFERRAL)]
        pairs = session.scalar(select(func.count()).select_from(union(*both).subquery()))
    by_stage = {line.stage: line.people for line in lines if line.people}
    assert by_stage == {
        Stage.PROPOSED: 2,
        Stage.APPROVED: 1,
        Stage.INTERESTED: 2,
        Stage.LAPSED: 1,
    }
    assert sum(by_stage.values()) == pairs
    del desk


def test_who_never_answers_an_invitation_is_not_lost(engine: Engine, lexicon: Lexicon) -> None:
    here = study(engine, lexicon)
    silent, asking = willing(engine, "ada"), willing(engine, "ben")
    for person in (silent, asking):
        matched(engine, lexicon, here.trial, person)
        number = queued(engine, here, person)
        arrived = {"state": Sending.DELIVERED.value, "sent_at": now(), "changed_at": now()}
        with unit_of_work(engine) as session:
            session.execute(update(OUTBOX).where(OUTBOX.c.id == number).values(arrived))
    said = Answering(hand(asking), here.trial, Answer.QUESTION, How.PAGE, now(), "Où est-ce ?")
    answers.answer(engine, RING, said)
    for days, stage in ((43, Stage.DELIVERED), (45, Stage.SILENT)):
        with reading(engine) as session:
            whose = Whose(None, ZONE, MONDAY + timedelta(days=days))
            lines = {each.stage: each.people for each in overdue.everyone(session, whose)}
            assert stage_of(session, here.trial, silent, whose.at) is stage
            assert stage_of(session, here.trial, asking, whose.at) is Stage.DELIVERED
        assert sum(lines.values()) == 2
        assert lines[stage] >= 1


def test_who_waits_too_long_is_listed_with_who_has_them(
    engine: Engine, lexicon: Lexicon, desk: Desk, camille: str
) -> None:
    del desk
    here = study(engine, lexicon)
    ada = willing(engine, "ada")
    matched(engine, lexicon, here.trial, ada)
    later = MONDAY + timedelta(days=10)
    with reading(engine) as session:
        at_once = overdue.report(session, Whose(None, ZONE, MONDAY), "en").late
        page = overdue.report(session, Whose(None, ZONE, later), "en").late
    assert at_once.total == 0
    found = {each.standing.person: (each.standing.stage, each.having) for each in page.items}
    assert found == {
        camille: (Stage.RELEASED, Having(Holder.OPERATOR)),
        ada: (Stage.PROPOSED, Having(Holder.REVIEW)),
    }


def test_a_centre_sees_its_own_late_people_alone(
    engine: Engine, lexicon: Lexicon, camille: str
) -> None:
    del lexicon
    centre = centre_of_paris(engine)[0]
    later = MONDAY + timedelta(days=10)
    with reading(engine) as session:
        theirs = overdue.report(session, Whose(centre, ZONE, later), "en").late
    assert [each.standing.person for each in theirs.items] == [camille]


# ---------------------------------------------------------------- those who have to act are told
def told(engine: Engine, at: datetime) -> int:
    return escalating.escalate(engine, RING, ZONE, at, link="https://recruit.example.org/x")


def test_the_staff_is_told_once_a_working_day(engine: Engine, desk: Desk, camille: str) -> None:
    del desk, camille
    thursday = MONDAY + timedelta(days=3)
    assert told(engine, MONDAY) == 0  # nobody waits too long
    assert told(engine, thursday) == 1
    assert told(engine, thursday + timedelta(hours=3)) == 0
    assert told(engine, thursday + timedelta(days=2)) == 0  # a Saturday
    assert told(engine, thursday + timedelta(days=4)) == 1
    with reading(engine) as session:
        query = select(func.count()).select_from(MESSAGE)
        assert session.scalar(query.where(MESSAGE.c.name == "staff-overdue")) == 4


def test_first_the_site_then_the_operator_then_the_administrators(
    engine: Engine, desk: Desk, camille: str
) -> None:
    del camille
    centre = centre_of_paris(engine)[0]
    own = nurse_of(engine, centre)
    operator = int(desk.actor.removeprefix("account "))
    admin = staff(engine, "admin@example.org", Role.ADMINISTRATOR)
    days: dict[int, int] = {}
    for day in range(3, 15):
        told(engine, MONDAY + timedelta(days=day))
    with reading(engine) as session:
        for row in session.execute(select(STAFF_REMINDER).order_by(STAFF_REMINDER.c.day)):
            days.setdefault(row.account, (row.day - MONDAY.date()).days)
    assert days == {own: 3, operator: 7, admin: 10}


def test_nobody_asks_again_who_is_on_the_way(engine: Engine, lexicon: Lexicon) -> None:
    here = study(engine, lexicon)
    person = willing(engine)
    number = matched(engine, lexicon, here.trial, person)
    yes = Answering(hand(person), here.trial, Answer.YES, How.PAGE, now())
    assert answers.answer(engine, RING, yes)
    with reading(engine) as session:
        row = session.get(MatchRow, number)
        assert row
        writer = Writer(RING, "https://recruit.example.org", ZONE)
        found = prospect(session, writer, row, now())
    assert (found.fate, found.reason) == (Fate.NOT, Reason.ANSWERED)


def test_a_second_person_of_the_site_who_presses_twice_writes_once(
    engine: Engine, desk: Desk, camille: str
) -> None:
    before = seen(engine, camille)
    came: list[RecruitError | None] = []
    for _ in range(2):
        try:
            contacting.call_in_vain(engine, desk, before)
            came.append(None)
        except RecruitError as error:
            came.append(error)
    assert [type(each) for each in came] == [type(None), EditedMeanwhile]
