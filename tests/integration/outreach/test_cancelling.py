"""What a study, a match or an older copy takes away is sent to nobody any more."""

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from recruit.actions import taken_back
from recruit.actions.erasure import forget_person
from recruit.actions.match_changes import end_all
from recruit.actions.match_table import MatchRow, Superseded
from recruit.actions.matching import match_all
from recruit.actions.outreach import cancelling
from recruit.actions.posting import closing
from recruit.actions.posting.flips import flips, supersede
from recruit.actions.posting.publishing import Whose
from recruit.consent.ledger import Actor, Role
from recruit.core.clock import now, today
from recruit.core.db import reading, unit_of_work
from recruit.criteria.eligibility import Criterion
from recruit.criteria.nodes import Age
from recruit.notify import handoff
from recruit.notify.outbox_tables import OUTBOX
from recruit.notify.stages import Reason, State, Wave
from recruit.people import store as people
from recruit.people.facts import Profile
from recruit.terminology.lexicon import Lexicon
from recruit.trials import store as trials
from tests.erasing import SECRETS
from tests.outreach import Study, approved, matched, queued, state, study, willing
from tests.publishing import AUTHOR

OLDER = Criterion("inclusion", "Older than 60", Age(min=60))


@pytest.fixture
def here(engine: Engine, lexicon: Lexicon) -> Study:
    return study(engine, lexicon)


def rows(engine: Engine, wave: Wave = Wave.INVITATION) -> set[tuple[str, str | None]]:
    with reading(engine) as session:
        query = select(OUTBOX.c.state, OUTBOX.c.reason).where(OUTBOX.c.wave == wave.value)
        return {(row.state, row.reason) for row in session.execute(query)}


def test_a_study_that_pauses_invites_nobody_more(
    engine: Engine, lexicon: Lexicon, here: Study
) -> None:
    queued(engine, here, willing(engine))
    approved(engine, here, willing(engine, "dominique"))
    closing.pause(engine, lexicon, Whose(here.posting, None, AUTHOR), reason="A death at a site")
    assert rows(engine) == {("cancelled", "trial stopped")}


def test_a_study_that_stops_still_tells_its_results(engine: Engine, here: Study) -> None:
    queued(engine, here, willing(engine), wave=Wave.RESULTS)
    with unit_of_work(engine) as session:
        end_all(session, here.trial, Superseded.TRIAL_STOPPED)
    assert rows(engine, Wave.RESULTS) == {("queued", None)}


def test_whom_an_amendment_keeps_out_is_not_invited(
    engine: Engine, lexicon: Lexicon, here: Study
) -> None:
    young, old = willing(engine), willing(engine, "dominique", born="1950-01")
    for who in (young, old):
        matched(engine, lexicon, here.trial, who)
    out, stays = queued(engine, here, young), queued(engine, here, old)
    with unit_of_work(engine) as session:
        eligibility = trials.get(session, here.trial).eligibility
        amended = replace(eligibility, criteria=(*eligibility.criteria, OLDER))
        found = flips(session, lexicon, here.trial, amended, today())
        supersede(session, found, now())
    assert state(engine, out) == (State.CANCELLED, "trial amended")
    assert state(engine, stays)[0] is State.QUEUED


def test_who_is_matched_no_more_after_a_run_is_not_invited(
    engine: Engine, lexicon: Lexicon, here: Study
) -> None:
    who = willing(engine)
    match_all(engine, lexicon, on=today(), actor="test")
    message = queued(engine, here, who)
    with unit_of_work(engine) as session:
        people.save(session, [Profile(person=who, sex="female")])
    match_all(engine, lexicon, on=today(), actor="test")
    assert state(engine, message) == (State.CANCELLED, "no longer matched")


def test_who_is_matched_anew_after_a_run_is_still_invited(
    engine: Engine, lexicon: Lexicon, here: Study
) -> None:
    who = willing(engine)
    match_all(engine, lexicon, on=today(), actor="test")
    message = queued(engine, here, who)
    with unit_of_work(engine) as session:
        [(_, _, known)] = people.current(session, {who})
        people.save(session, [replace(known, person=who, languages=frozenset({"fr", "en"}))])
    match_all(engine, lexicon, on=today(), actor="test")
    with reading(engine) as session:
        assert len(session.scalars(select(MatchRow)).all()) > 1
    assert state(engine, message)[0] is State.QUEUED


def test_in_a_restored_copy_a_person_decides_on_whatever_had_not_left(
    engine: Engine, here: Study
) -> None:
    # It may have gone out since the copy was made: never sent again by itself.
    queued(engine, here, willing(engine))
    approved(engine, here, willing(engine, "dominique"))
    claimed = queued(engine, here, willing(engine, "eve"))
    with unit_of_work(engine) as session:
        assert handoff.claim_one(session, claimed, "one", now())
    with unit_of_work(engine) as session:
        assert taken_back.hold_back(session, None) == 3
    assert rows(engine) == {("unknown", "older copy restored")}
    with unit_of_work(engine) as session:
        assert handoff.claim(session, "two", now(), at_most=10) == []


def test_many_people_at_once_are_looked_at_part_by_part(
    engine: Engine, here: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cancelling, "AT_ONCE", 2)
    whom = [willing(engine, f"person{number}") for number in range(5)]
    for who in whom:
        queued(engine, here, who)
    with unit_of_work(engine) as session:
        assert cancelling.of_unmatched(session, here.trial, whom, Reason.AMENDED) == 5


def test_who_came_back_before_their_erasure_keeps_what_waits_for_them(
    engine: Engine, here: Study, tmp_path: Path
) -> None:
    person = willing(engine)
    queued(engine, here, person)
    job = Actor("job", Role.STAFF, "")
    forget_person(engine, SECRETS, tmp_path, person=person, actor=job, still=lambda _: False)
    assert rows(engine) == {("queued", None)}
    with reading(engine) as session:
        assert people.participant(session, person)["erased_at"] is None
