"""Whoever goes leaves by a door that is written down, and whoever stays stands in one line."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
import time_machine
from sqlalchemy import Engine, func, select, union, update

from recruit.actions import person as people_actions
from recruit.actions.audit import expire_consents
from recruit.actions.following import contacting, escalating, overdue
from recruit.actions.following.contacting import Desk
from recruit.actions.following.having import Having, Holder
from recruit.actions.following.overdue import Whose
from recruit.actions.following.stages import MATCH, Stage, stage_of
from recruit.actions.match_table import MatchRow
from recruit.actions.outreach import answers
from recruit.actions.outreach.answers import Answer, Answering, How
from recruit.actions.outreach.prospects import Fate, prospect
from recruit.actions.outreach.rounds import ON_THE_WAY
from recruit.actions.outreach.writing import Writer
from recruit.actions.pushing import withdraw_pushed
from recruit.actions.visits import ending
from recruit.actions.visits.sites import release
from recruit.consent import ledger
from recruit.consent.entry import Actor
from recruit.consent.entry import Role as ActorRole
from recruit.core.clock import now
from recruit.core.db import reading, unit_of_work
from recruit.core.errors import EditedMeanwhile, RecruitError
from recruit.notify.outbox_tables import OUTBOX
from recruit.notify.stages import Reason
from recruit.notify.stages import State as Sending
from recruit.notify.tables import MESSAGE
from recruit.people.accounts import Role
from recruit.referrals import paths, slots
from recruit.referrals.paths import State
from recruit.referrals.tables import REFERRAL, STAFF_REMINDER
from recruit.terminology.lexicon import Lexicon
from tests.following import (
    MONDAY,
    ZONE,
    assert_cancelled,
    booked,
    centre_of_paris,
    hand,
    nurse_of,
    on_the_way,
    report,
    seen,
    staff,
    stands,
    take_back,
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
from tests.referring import PARIS, SUGAR, interested, path_of


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


# ---------------------------------------------------------------- by whichever door
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
