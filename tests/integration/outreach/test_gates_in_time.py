"""What opens or closes a gate by itself: a birthday, a night, the end of a pause."""

import json
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import Engine, text

from recruit.actions.outreach.answer_table import Answer
from recruit.actions.outreach.gates import gates
from recruit.consent.choices import Channel
from recruit.core.clock import now
from recruit.core.db import unit_of_work
from recruit.notify import handoff
from recruit.notify.stages import Reason, State, Wave
from recruit.people.facts import Home
from recruit.people.vault import Item
from recruit.terminology.lexicon import Lexicon
from recruit.trials.materials import content
from recruit.trials.posting.store import Life
from tests.gates_world import DESK, twice, world
from tests.outreach import (
    OFFICE_HOURS,
    approve_text,
    state,
)


@pytest.mark.parametrize(
    ("born", "goes"), [("2008-11-24", True), ("2008-11-25", False)], ids=["today", "tomorrow"]
)
def test_who_comes_of_age_today_may_be_asked(
    engine: Engine, lexicon: Lexicon, born: str, *, goes: bool
) -> None:
    """The eighteenth birthday itself, in Paris, is 24 November 2026."""
    with world(engine, lexicon) as here:
        here.keep(Item.BIRTH_DATE, born)
        with unit_of_work(engine) as session:
            session.execute(
                text("UPDATE profile_version SET profile = :profile"),
                {
                    "profile": json.dumps(
                        {"person": "x", "home": {"country": "FR", "postcode": "75012"}}
                    )
                },
            )
        assert here.ask(handoff.open_handoff, here.claimed(), gates(DESK)) is goes


@pytest.mark.parametrize(("home", "is_held"), [("97400", False), ("97200", True)])
def test_a_birthday_begins_where_the_person_lives(
    engine: Engine, lexicon: Lexicon, home: str, *, is_held: bool
) -> None:
    """21:30 UTC on the eve: the day has begun on Réunion, and has not on Martinique."""
    eve = datetime(2026, 11, 24, 21, 30, tzinfo=UTC)
    with world(engine, lexicon, channel=Channel.LETTER, home=Home("FR", home)) as here:
        here.keep(Item.BIRTH_DATE, "2008-11-25")
        with unit_of_work(engine) as session:
            profile = {"person": "x", "home": {"country": "FR", "postcode": home}}
            session.execute(
                text("UPDATE profile_version SET profile = :profile"),
                {"profile": json.dumps(profile)},
            )
        with time_machine.travel(eve, tick=False):
            assert here.ask(handoff.open_handoff, here.claimed(), gates(DESK)) is not is_held


def test_a_text_that_expires_overnight_is_not_sent(engine: Engine, lexicon: Lexicon) -> None:
    with world(engine, lexicon, channel=Channel.LETTER) as here:
        approve_text(
            engine, here.study.posting, content.Channel.LETTER, "fr", expires_in=timedelta(days=0)
        )
        midnight = datetime(2026, 11, 24, 23, 0, tzinfo=UTC)  # in Paris
        mine = here.claimed()
        with time_machine.travel(midnight - timedelta(seconds=1), tick=False):
            assert here.ask(handoff.open_handoff, mine, gates(DESK))
        with time_machine.travel(midnight, tick=False):
            assert not here.ask(handoff.send_data, mine, gates(DESK))
        assert state(engine, here.message) == (State.DEFERRED, Reason.NO_TEXT)


def test_a_pause_that_ends_lets_the_message_go(engine: Engine, lexicon: Lexicon) -> None:
    with world(engine, lexicon) as here:
        here.pause(now() + timedelta(days=7))
        assert not here.ask(handoff.open_handoff, here.claimed(), gates(DESK))
        with time_machine.travel(OFFICE_HOURS + timedelta(days=7), tick=False):
            assert here.ask(handoff.open_handoff, here.claimed(), gates(DESK))


@pytest.mark.parametrize("wave", [Wave.CLOSING, Wave.RESULTS])
def test_news_goes_to_who_was_asked_often_and_is_matched_no_more(
    engine: Engine, lexicon: Lexicon, wave: Wave
) -> None:
    with world(engine, lexicon, wave=wave) as here:
        here.unmatch()
        here.set_posting(Life.CLOSED)
        twice(here)
        here.answer(Answer.NOT_NOW, now())
        assert here.ask(handoff.open_handoff, here.claimed(), gates(DESK))


def test_a_yes_ends_the_silence_after_a_no(engine: Engine, lexicon: Lexicon) -> None:
    with world(engine, lexicon) as here:
        other = here.elsewhere()
        here.answer(Answer.NOT_NOW, now() - timedelta(days=2), other)
        here.answer(Answer.YES, now() - timedelta(days=1), other)
        assert here.ask(handoff.open_handoff, here.claimed(), gates(DESK))


def test_a_clock_that_was_set_back_opens_no_cap(engine: Engine, lexicon: Lexicon) -> None:
    """What was sent in the future, as it seems now, was sent."""
    with world(engine, lexicon) as here:
        here.another(now() + timedelta(days=1), Channel.SMS)
        here.another(now() + timedelta(days=2), Channel.LETTER)
        assert not here.ask(handoff.open_handoff, here.claimed(), gates(DESK))
        assert state(engine, here.message)[1] == Reason.CAP
