"""A site works on somebody up to an outcome: nothing is written half, nobody is lost."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import Engine

from recruit.actions.following import contacting, outcomes, timeline
from recruit.actions.following.contacting import Desk
from recruit.actions.following.outcomes import CRITERION, REASONS, Outcome
from recruit.actions.following.stages import Stage, stage_of
from recruit.actions.referring import listing
from recruit.actions.referring.listing import Wanted
from recruit.consent import ledger
from recruit.core.clock import now
from recruit.core.db import reading, unit_of_work
from recruit.core.errors import EditedMeanwhile, NotFound, Refusal
from recruit.referrals import paths
from recruit.referrals.paths import Failure, State
from recruit.terminology.lexicon import Lexicon
from recruit.trials import store as trials
from recruit.trials.draft import TrialStatus
from tests.erasing import erase
from tests.following import (
    MONDAY,
    ZONE,
    assert_cancelled,
    booked,
    call,
    centre_of_paris,
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
    VOICE,
)
from tests.referring import SUGAR, path_of


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
