"""What reviewers say of a rule is settled by whoever makes another rule of it."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Engine, text

from recruit.actions.posting import criteria, misread, undoing
from recruit.actions.posting.editing import Edit
from recruit.actions.reviewing.misread import Misread, open_notes, say, settle
from recruit.actions.reviewing.tables import Settled, Wrong
from recruit.core import chain
from recruit.core.clock import now
from recruit.core.db import reading, unit_of_work
from recruit.terminology.lexicon import Lexicon
from recruit.trials.posting import store as postings
from recruit.trials.posting.content import Standing
from tests.deciding import COLLEAGUE, COORDINATOR
from tests.outreach import Study, study
from tests.publishing import AUTHOR

WAITED = 20.0  # seconds, at most, until the sponsor waits for the chains
SAID = Misread(1, Wrong.CONCEPT, "Type 1 as well")


def edit(engine: Engine, here: Study) -> Edit:
    with reading(engine) as session:
        revision = postings.get(session, here.posting, None).heading.revision
    return Edit(here.posting, None, revision, AUTHOR)


def notes(engine: Engine, here: Study) -> dict[int, list[str]]:
    """What the sponsor's editor shows, by criterion."""
    with reading(engine) as session:
        content = postings.get(session, here.posting, None).content
        found = misread.notes(session, content)
        return {number: [each.words for each in said] for number, said in found.items()}


def test_a_note_stands_at_its_criterion_until_the_rule_is_another_and_again_when_that_is_undone(
    engine: Engine, lexicon: Lexicon
) -> None:
    here = study(engine, lexicon)
    with unit_of_work(engine) as session:
        for by in (COORDINATOR, COORDINATOR, COLLEAGUE):
            say(session, here.trial, 1, SAID, by=by, at=now())
    shown = {2: ["Type 1 as well"] * 2}
    assert notes(engine, here) == shown
    criteria.decide(engine, lexicon, edit(engine, here), 1, Standing.ASK)
    assert notes(engine, here) == shown
    criteria.decide(engine, lexicon, edit(engine, here), 2, Standing.SITE)
    with reading(engine) as session:
        assert open_notes(session, here.trial) == []
    undoing.undo(engine, edit(engine, here))
    assert notes(engine, here) == shown


def dismissed(engine: Engine, _lexicon: Lexicon, here: Study, note: int) -> None:
    misread.dismiss(engine, here.posting, None, note, by=AUTHOR)


def edited(engine: Engine, lexicon: Lexicon, here: Study, _note: int) -> None:
    criteria.decide(engine, lexicon, edit(engine, here), 2, Standing.SITE)


def wait_for_a_lock(engine: Engine) -> None:
    """Until somebody else waits for one."""
    waiting = text(
        "SELECT count(*) FROM pg_stat_activity"
        " WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    until = time.monotonic() + WAITED
    while time.monotonic() < until:
        with reading(engine) as session:
            if session.scalar(waiting):
                return
        time.sleep(0.02)
    raise TimeoutError


@pytest.mark.parametrize("sponsor", [dismissed, edited])
def test_a_note_that_both_sides_settle_at_once_stops_neither(
    postgres_engine: Engine,
    lexicon: Lexicon,
    sponsor: Callable[[Engine, Lexicon, Study, int], None],
) -> None:
    engine = postgres_engine
    here = study(engine, lexicon)
    with unit_of_work(engine) as session:
        note = say(session, here.trial, 1, SAID, by=COORDINATOR, at=now())
    with ThreadPoolExecutor(1) as other:
        with unit_of_work(engine) as session:
            chain.hold(session)  # as whoever undoes a decision does
            begun = other.submit(sponsor, engine, lexicon, here, note)
            wait_for_a_lock(engine)
            settle(session, here.trial, note, Settled.TAKEN_BACK, by=COORDINATOR, at=now())
        begun.result()
    with reading(engine) as session:
        assert open_notes(session, here.trial) == []
