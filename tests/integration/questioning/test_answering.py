"""What a person answers: a fact where one can say it, once for every study, matched at once."""

from datetime import timedelta
from functools import partial

import pytest
import time_machine
from sqlalchemy import Engine
from sqlmodel import col, select

from recruit.actions.match_table import MatchRow
from recruit.actions.outreach import cancelling
from recruit.actions.questioned import standings
from recruit.actions.questioning import answering, ending
from recruit.actions.questioning.opening import open_for
from recruit.actions.referring.answering import Reply
from recruit.actions.referring.replies import Days, change_of
from recruit.actions.reviewing.looked_at import Hindrance
from recruit.consent import ledger
from recruit.consent.choices import Choice, Purpose
from recruit.core.clock import now, today
from recruit.core.dates import PartialDate
from recruit.core.db import reading, unit_of_work
from recruit.core.errors import NotFound, Refusal
from recruit.criteria.nodes import Measure
from recruit.notify.outbox_tables import OUTBOX
from recruit.notify.stages import Reason, State
from recruit.people import store, telling
from recruit.people.facts import MeasureFact, Profile, Source
from recruit.terminology.lexicon import Lexicon
from tests.deciding import stands, undone
from tests.outreach import OWN, Study, matched, state, willing
from tests.questioning import OTHER, ask, asking_study, ends, queue


@pytest.fixture
def here(engine: Engine, lexicon: Lexicon) -> Study:
    return asking_study(engine, lexicon)


def told(fact: MeasureFact, profile: Profile) -> Profile:
    return telling.with_facts(profile, [fact])


def answer(engine: Engine, lexicon: Lexicon, person: str, words: str, given: str) -> list[str]:
    """Answer the question whose criterion has these words; what is left to ask, by criterion."""
    with reading(engine) as session:
        found = open_for(session, person, lexicon)
    [one] = [each for each in found if words in each.question.criterion.text]
    change = change_of(one.question, given, Days(), "en", lexicon)
    if isinstance(one.question.leaf, Measure) and given == "told":
        value = MeasureFact("hba1c", 7.8, PartialDate.parse(today().isoformat()), source=Source.OWN)
        change = partial(told, value)
    left = answering.answer(
        engine,
        person=person,
        reply=Reply(one.key, given, change),
        lexicon=lexicon,
        by="account 9",
    )
    return [each.question.criterion.text for each in left]


def truths(engine: Engine, trial: str, person: str) -> list[str]:
    with reading(engine) as session:
        query = select(MatchRow).where(
            col(MatchRow.trial) == trial,
            col(MatchRow.person) == person,
            col(MatchRow.superseded_at).is_(None),
        )
        return [each for row in session.scalars(query) for each in row.truths]


def test_an_answer_becomes_a_fact_and_the_match_comes_back(
    engine: Engine, lexicon: Lexicon, here: Study
) -> None:
    person = willing(engine)
    match = matched(engine, lexicon, here.trial, person)
    message = ask(engine, lexicon, match, "HbA1c").message
    unknown = truths(engine, here.trial, person).count("unknown")
    assert answer(engine, lexicon, person, "HbA1c", "told") == []
    with reading(engine) as session:
        [measured] = [
            each for each in store.profile(session, person).facts if isinstance(each, MeasureFact)
        ]
    assert (measured.value, measured.source) == (7.8, Source.OWN)
    assert truths(engine, here.trial, person).count("unknown") == unknown - 1
    assert queue(engine, here.trial, person) == [("waiting", True)]
    assert ends(engine) == [(here.trial, "answered", "told")]
    # Nothing is left to tell of.
    assert state(engine, message) == (State.CANCELLED, "answered already")


def test_an_answered_question_is_not_undone_and_its_match_stays_marked(
    engine: Engine, lexicon: Lexicon, here: Study
) -> None:
    person = willing(engine)
    old = matched(engine, lexicon, here.trial, person)
    ask(engine, lexicon, old, "HbA1c")
    decision = stands(engine, old)
    assert decision
    answer(engine, lexicon, person, "HbA1c", "told")
    found = undone(engine, old, decision.id)
    assert found.hindrance is Hindrance.NOTHING
    assert queue(engine, here.trial, person) == [("waiting", True)]


def test_what_two_studies_ask_is_asked_once(engine: Engine, lexicon: Lexicon, here: Study) -> None:
    other, person = asking_study(engine, lexicon, OTHER), willing(engine)
    for trial in (here.trial, other.trial):
        ask(engine, lexicon, matched(engine, lexicon, trial, person), "Pregnancy")
    with reading(engine) as session:
        [one] = open_for(session, person, lexicon)
    assert len(one.asked) == 2
    answer(engine, lexicon, person, "Pregnancy", "no")
    assert ends(engine) == [(here.trial, "answered", "no"), (other.trial, "answered", "no")]
    assert queue(engine, other.trial, person) == [("waiting", True)]


def test_who_does_not_know_is_not_asked_again_and_no_fact_is_made(
    engine: Engine, lexicon: Lexicon, here: Study
) -> None:
    person = willing(engine)
    match = matched(engine, lexicon, here.trial, person)
    ask(engine, lexicon, match, "HbA1c")
    answer(engine, lexicon, person, "HbA1c", "unsure")
    assert ends(engine) == [(here.trial, "unsure", "unsure")]
    with reading(engine) as session:
        known = store.profile(session, person).facts
        assert not [each for each in known if isinstance(each, MeasureFact)]
        [row] = session.scalars(select(MatchRow).where(col(MatchRow.superseded_at).is_(None)))
        [stand] = standings(session, [row])[row.id or 0]
    assert (stand.ended, stand.given) == ("unsure", "unsure")
    with pytest.raises(Refusal, match="asked this before"):
        ask(engine, lexicon, row.id or 0, "HbA1c")


def test_a_match_waits_until_everything_about_it_is_answered(
    engine: Engine, lexicon: Lexicon, here: Study
) -> None:
    person = willing(engine)
    match = matched(engine, lexicon, here.trial, person)
    ask(engine, lexicon, match, "HbA1c")
    ask(engine, lexicon, match, "Pregnancy")
    left = answer(engine, lexicon, person, "HbA1c", "told")
    assert [each.strip() for each in left] == ["Pregnancy"]
    assert queue(engine, here.trial, person) == [("asked", False)]
    answer(engine, lexicon, person, "Pregnancy", "no")
    assert queue(engine, here.trial, person) == [("waiting", True)]


def test_an_answer_that_speaks_against_ends_the_match(
    engine: Engine, lexicon: Lexicon, here: Study
) -> None:
    person = willing(engine)
    ask(engine, lexicon, matched(engine, lexicon, here.trial, person), "Pregnancy")
    answer(engine, lexicon, person, "Pregnancy", "yes")
    assert queue(engine, here.trial, person) == []


def test_a_fact_that_is_known_meanwhile_closes_its_question(
    engine: Engine, lexicon: Lexicon, here: Study
) -> None:
    person = willing(engine)
    ask(engine, lexicon, matched(engine, lexicon, here.trial, person), "Pregnancy")
    with unit_of_work(engine) as session:
        known = store.profile(session, person)
        said = telling.with_facts(known, telling.states_said("pregnant", "absent"))
        store.save(session, [said])
    with reading(engine) as session:
        assert open_for(session, person, lexicon) == []
    assert ending.settle(engine, lexicon) == 1
    assert ends(engine) == [(here.trial, "known", None)]
    assert queue(engine, here.trial, person) == [("waiting", False)]


def test_nobody_answers_what_they_are_not_asked(
    engine: Engine, lexicon: Lexicon, here: Study
) -> None:
    person, other = willing(engine), willing(engine, "ada")
    ask(engine, lexicon, matched(engine, lexicon, here.trial, person), "Pregnancy")
    with reading(engine) as session:
        [one] = open_for(session, person, lexicon)
    with pytest.raises(NotFound):
        answering.answer(
            engine, person=other, reply=Reply(one.key, "no", None), lexicon=lexicon, by="account 9"
        )
    assert ends(engine) == [(here.trial, None, None)]


def test_a_question_without_an_answer_is_over_after_30_days(
    engine: Engine, lexicon: Lexicon, here: Study
) -> None:
    person = willing(engine)
    message = ask(engine, lexicon, matched(engine, lexicon, here.trial, person), "HbA1c").message
    with unit_of_work(engine) as session:
        sent = {"state": State.DELIVERED.value, "sent_at": now()}
        session.execute(OUTBOX.update().where(OUTBOX.c.id == message).values(sent))
    with time_machine.travel(now() + timedelta(days=29), tick=False):
        assert ending.settle(engine, lexicon) == 0
    with time_machine.travel(now() + timedelta(days=30, hours=1), tick=False):
        assert ending.settle(engine, lexicon) == 1
    assert ends(engine) == [(here.trial, "no answer", None)]
    assert queue(engine, here.trial, person) == [("waiting", False)]


def test_what_could_not_be_told_of_comes_back_and_can_be_asked_again(
    engine: Engine, lexicon: Lexicon, here: Study
) -> None:
    person = willing(engine)
    match = matched(engine, lexicon, here.trial, person)
    message = ask(engine, lexicon, match, "HbA1c").message
    with unit_of_work(engine) as session:
        bounced = {"state": State.BOUNCED.value, "sent_at": now()}
        session.execute(OUTBOX.update().where(OUTBOX.c.id == message).values(bounced))
    assert ending.settle(engine, lexicon) == 1
    assert ends(engine) == [(here.trial, "not sent", None)]
    again = ask(engine, lexicon, match, "HbA1c")
    assert again.message != message  # by another way: each is used once


def test_a_withdrawal_stops_the_message_and_shows_nothing_any_more(
    engine: Engine, lexicon: Lexicon, here: Study
) -> None:
    person = willing(engine)
    message = ask(engine, lexicon, matched(engine, lexicon, here.trial, person), "HbA1c").message
    with unit_of_work(engine) as session:
        ledger.withdraw(session, person, Choice(Purpose.MATCHING), OWN, "test")
        cancelling.unpermitted(session, [person], Reason.WITHDRAWN)
    assert state(engine, message) == (State.CANCELLED, "withdrawn by the person")
    with reading(engine) as session:
        assert open_for(session, person, lexicon) == []
