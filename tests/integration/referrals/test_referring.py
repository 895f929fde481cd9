"""Paths, releases, places and reminders, at action level, on both databases."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from threading import Barrier

import pytest
from sqlalchemy import Engine, func, select

from recruit.actions.outreach import withdrawing
from recruit.actions.outreach.withdrawing import Stopping
from recruit.actions.referring import listing, releasing, reminding, waiting
from recruit.actions.referring.listing import Wanted
from recruit.actions.visits import appointments
from recruit.actions.visits.sites import release
from recruit.audit import trail
from recruit.audit.trail import Tag
from recruit.consent import ledger, notices
from recruit.core.clock import now
from recruit.core.db import reading, unit_of_work
from recruit.core.errors import EditedMeanwhile, NotFound, RecruitError, Refusal
from recruit.notify import reputation
from recruit.notify.tables import MESSAGE
from recruit.referrals import paths, slots
from recruit.referrals.paths import State
from recruit.terminology.lexicon import Lexicon
from tests.following import BY, LINK, ZONE, centre_of_paris, deal, hand, on_the_way
from tests.outreach import OWN, RING, willing
from tests.referring import LYON, PARIS, SUGAR, interested, offered, path_of


def at_once(*deeds: Callable[[], object]) -> list[object]:
    """What each came to, when all begin at the same moment."""
    start = Barrier(len(deeds))

    def run(deed: Callable[[], object]) -> object:
        start.wait()
        try:
            return deed()
        except RecruitError as error:
            return error

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(run, deeds))


def messages(engine: Engine, name: str) -> int:
    with reading(engine) as session:
        query = select(func.count()).select_from(MESSAGE).where(MESSAGE.c.name == name)
        return session.execute(query).scalar_one()


def remind(engine: Engine, at: datetime) -> int:
    return reminding.remind(engine, RING, at, link=LINK)


# ---------------------------------------------------------------- paths
def test_a_second_yes_begins_no_second_path(engine: Engine, lexicon: Lexicon) -> None:
    person = willing(engine)
    first = interested(engine, lexicon, person)
    assert interested(engine, lexicon, person) == first
    with reading(engine) as session:
        assert [each.state for each in paths.steps(session, first)] == [State.INTERESTED]


def test_two_yeses_at_once_begin_one_path(engine: Engine, lexicon: Lexicon) -> None:
    person = willing(engine)
    interested(engine, lexicon, willing(engine, "charlie"))
    came = at_once(*[partial(interested, engine, lexicon, person)] * 2)
    assert came[0] == came[1]


def test_every_step_says_who_took_it_and_when(engine: Engine, lexicon: Lexicon) -> None:
    person = on_the_way(engine, lexicon)
    with reading(engine) as session:
        taken = paths.steps(session, path_of(engine, person))
    assert [(each.state, each.by) for each in taken] == [
        (State.INTERESTED, "account 1"),
        (State.PRESCREENED, BY),
        (State.RELEASED, BY),
    ]
    assert taken[-1].site == PARIS


def test_no_step_is_left_out(engine: Engine, lexicon: Lexicon) -> None:
    person = willing(engine)
    interested(engine, lexicon, person)
    with unit_of_work(engine) as session:
        held = paths.held(session, SUGAR.id, person)
        with pytest.raises(EditedMeanwhile):
            paths.step(session, held, State.RELEASED, now(), BY)


def test_nothing_is_released_before_the_questions(engine: Engine, lexicon: Lexicon) -> None:
    person = willing(engine)
    interested(engine, lexicon, person)
    with pytest.raises(Refusal):
        releasing.choose_site(
            engine, RING, hand(person), trial=SUGAR.id, site=PARIS, lexicon=lexicon
        )


# ---------------------------------------------------------------- releases
def test_a_release_is_to_one_site_of_one_trial(engine: Engine, lexicon: Lexicon) -> None:
    person = on_the_way(engine, lexicon)
    with reading(engine) as session:
        given = ledger.standings(session, {person})[person]
    assert release(SUGAR.id, PARIS) in given
    assert release(SUGAR.id, LYON) not in given


def test_a_second_click_gives_nothing_twice(engine: Engine, lexicon: Lexicon) -> None:
    person = on_the_way(engine, lexicon)
    notice = notices.current("fr")
    again = releasing.give(engine, RING, hand(person), trial=SUGAR.id, site=PARIS, notice=notice)
    assert again is None
    assert messages(engine, "released") == 1


def contact(engine: Engine, lexicon: Lexicon, person: str, organisation: int | None) -> str:
    return waiting.show_contact(
        engine,
        RING,
        number=path_of(engine, person).number,
        organisation=organisation,
        language="fr",
        zone=ZONE,
        lexicon=lexicon,
        actor="account 5",
    ).where


def test_the_site_sees_the_contact_point_and_the_look_is_on_record(
    engine: Engine, lexicon: Lexicon
) -> None:
    person = on_the_way(engine, lexicon)
    assert contact(engine, lexicon, person, None) == "camille@example.org"
    with reading(engine) as session:
        rows = trail.about(session, person)
    looks = [row["actor"] for row in rows if row["tag"] == Tag.RELEASED_SHOWN]
    assert looks == ["account 5"]


def test_nothing_is_seen_before_the_release(engine: Engine, lexicon: Lexicon) -> None:
    person = willing(engine)
    interested(engine, lexicon, person)
    with pytest.raises(NotFound):
        contact(engine, lexicon, person, None)


@pytest.mark.parametrize("how", ["withdrawn", "paused", "everything"])
def test_nothing_is_seen_any_more_once_the_person_says_so(
    engine: Engine, lexicon: Lexicon, how: str
) -> None:
    person = on_the_way(engine, lexicon)
    if how == "withdrawn":
        releasing.take_back(engine, RING, hand(person), SUGAR.id)
    elif how == "everything":
        withdrawing.stop(engine, RING, Stopping(hand(person), "own page", None))
    else:
        with unit_of_work(engine) as session:
            ledger.pause(session, person, None, OWN)
    with pytest.raises(NotFound):
        contact(engine, lexicon, person, None)


def test_another_site_sees_nothing(engine: Engine, lexicon: Lexicon) -> None:
    person = on_the_way(engine, lexicon)
    own, other = centre_of_paris(engine)
    assert contact(engine, lexicon, person, own) == "camille@example.org"
    for stranger in (other, None):
        with pytest.raises(NotFound):
            contact(engine, lexicon, person, stranger)


def test_a_centre_sees_only_those_who_chose_it(engine: Engine, lexicon: Lexicon) -> None:
    person = on_the_way(engine, lexicon)
    own, other = centre_of_paris(engine)

    def seen(organisation: int | None) -> list[tuple[str, bool]]:
        wanted = Wanted(organisation, "fr", ZONE, opens=True)
        lists = listing.show(engine, wanted, actor="account 5")
        found = [*lists.mine.people, *lists.others.people]
        return [(each.path.person, each.may_see) for each in found]

    assert seen(own) == [(person, True)]
    assert seen(other) == []
    assert seen(None) == [(person, False)]


# ---------------------------------------------------------------- places
def test_the_last_place_goes_to_one_of_many(engine: Engine, lexicon: Lexicon) -> None:
    people = [on_the_way(engine, lexicon, f"person{number}") for number in range(6)]
    for round_ in range(3):
        slot = offered(engine, places=2, in_hours=48 + round_)
        came = at_once(
            *(
                partial(appointments.book, engine, RING, hand(person), SUGAR.id, slot)
                for person in people
            )
        )
        assert sum(isinstance(each, slots.Appointment) for each in came) == 2
        assert sum(isinstance(each, Refusal) for each in came) == 4
        with reading(engine) as session:
            assert len(slots.of_slot(session, slot)) == 2


def test_a_person_has_one_place_in_a_study_however_often_they_click(
    engine: Engine, lexicon: Lexicon
) -> None:
    person = on_the_way(engine, lexicon)
    times = [offered(engine, in_hours=hours) for hours in (48, 49, 50)]
    at_once(
        *(partial(appointments.book, engine, RING, hand(person), SUGAR.id, each) for each in times)
    )
    with reading(engine) as session:
        assert sum(len(slots.of_slot(session, each)) for each in times) == 1


def test_a_time_that_somebody_booked_is_not_taken_away(engine: Engine, lexicon: Lexicon) -> None:
    person = on_the_way(engine, lexicon)
    slot = offered(engine)
    appointments.book(engine, RING, hand(person), SUGAR.id, slot)
    with unit_of_work(engine) as session:
        assert not slots.end(session, slot, now())


# ---------------------------------------------------------------- reminders
def test_a_reminder_comes_the_day_before_and_once(engine: Engine, lexicon: Lexicon) -> None:
    person = on_the_way(engine, lexicon)
    slot = offered(engine, in_hours=72)
    appointments.book(engine, RING, hand(person), SUGAR.id, slot)
    with reading(engine) as session:
        found = slots.slot(session, slot)
    assert found
    starts = found.offer.starts_at
    came = [remind(engine, at) for at in (starts - timedelta(hours=each) for each in (30, 20, 10))]
    assert came == [0, 1, 0]
    assert messages(engine, "appointment-reminder") == 1


def test_nobody_is_reminded_of_what_a_restored_copy_still_knows(
    engine: Engine, lexicon: Lexicon
) -> None:
    # It may have been given back after the copy was made.
    person = on_the_way(engine, lexicon)
    appointments.book(engine, RING, hand(person), SUGAR.id, offered(engine, in_hours=20))
    with unit_of_work(engine) as session:
        reputation.hold_all(session, now())
    assert remind(engine, now()) == 0


def test_two_jobs_at_once_remind_once(engine: Engine, lexicon: Lexicon) -> None:
    person = on_the_way(engine, lexicon)
    appointments.book(engine, RING, hand(person), SUGAR.id, offered(engine, in_hours=20))
    came = at_once(*[partial(remind, engine, now())] * 3)
    assert sorted(str(each) for each in came) == ["0", "0", "1"]


@pytest.mark.parametrize("how", ["cancelled", "withdrawn", "paused", "moved"])
def test_nobody_is_reminded_of_what_does_not_take_place(
    engine: Engine, lexicon: Lexicon, how: str
) -> None:
    person = on_the_way(engine, lexicon)
    soon, later = offered(engine, in_hours=20), offered(engine, in_hours=72)
    appointments.book(engine, RING, hand(person), SUGAR.id, soon)
    if how == "cancelled":
        appointments.cancel(engine, RING, hand(person), SUGAR.id)
    elif how == "withdrawn":
        releasing.take_back(engine, RING, hand(person), SUGAR.id)
    elif how == "moved":
        appointments.book(engine, RING, hand(person), SUGAR.id, later)
    else:
        with unit_of_work(engine) as session:
            ledger.pause(session, person, None, OWN)
    assert remind(engine, now()) == 0


def test_what_was_moved_is_reminded_of_anew(engine: Engine, lexicon: Lexicon) -> None:
    person = on_the_way(engine, lexicon)
    first, second = offered(engine, in_hours=20), offered(engine, in_hours=21)
    appointments.book(engine, RING, hand(person), SUGAR.id, first)
    assert remind(engine, now()) == 1
    appointments.book(engine, RING, hand(person), SUGAR.id, second)
    assert remind(engine, now()) == 1


def test_a_site_that_stopped_looking_cannot_be_chosen(engine: Engine, lexicon: Lexicon) -> None:
    person = willing(engine)
    closed = replace(SUGAR, sites=SUGAR.sites[2:])
    interested(engine, lexicon, person, closed)
    deal(engine, lexicon, person)
    with pytest.raises(Refusal):
        releasing.choose_site(
            engine, RING, hand(person), trial=SUGAR.id, site=PARIS, lexicon=lexicon
        )
