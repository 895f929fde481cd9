"""A coordinator asks before anybody is invited: one message, one page, and nothing twice."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import Engine, func, select
from sqlmodel import col
from sqlmodel import select as select_models

from recruit.actions.match_table import MatchRow
from recruit.actions.question_table import QUESTION_ASKED
from recruit.audit.tables import AUDIT
from recruit.audit.trail import Tag
from recruit.consent.choices import Channel
from recruit.core.db import reading, unit_of_work
from recruit.core.errors import Refusal
from recruit.notify.outbox_tables import OUTBOX
from recruit.notify.stages import State, Wave
from recruit.people.vault import Item
from recruit.terminology.lexicon import Lexicon
from recruit.trials.posting.tables import POSTING
from tests.outreach import (
    OFFICE_HOURS,
    VAULT,
    Study,
    approved,
    matched,
    queued,
    state,
    willing,
)
from tests.questioning import OTHER, ask, asking_study, ends, queue, take_back


@pytest.fixture
def here(engine: Engine, lexicon: Lexicon) -> Study:
    return asking_study(engine, lexicon)


def refused(engine: Engine, lexicon: Lexicon, match: int, words: str) -> str:
    """Why somebody cannot be asked."""
    with pytest.raises(Refusal) as refusal:
        ask(engine, lexicon, match, words)
    with reading(engine) as session:
        assert session.scalar(select(func.count()).select_from(QUESTION_ASKED)) == 0
    return refusal.value.explain("en")


def messages(engine: Engine) -> list[tuple[str, str]]:
    with reading(engine) as session:
        query = select(OUTBOX.c.wave, OUTBOX.c.channel).order_by(OUTBOX.c.id)
        return [(row.wave, row.channel) for row in session.execute(query)]


def test_a_question_is_a_message_that_waits_and_a_match_out_of_the_queue(
    engine: Engine, lexicon: Lexicon, here: Study
) -> None:
    person = willing(engine)
    match = matched(engine, lexicon, here.trial, person)
    with time_machine.travel(OFFICE_HOURS, tick=False):
        asked = ask(engine, lexicon, match, "HbA1c")
    assert messages(engine) == [("question", "email")]
    assert state(engine, asked.message) == (State.QUEUED, None)
    with reading(engine) as session:
        assert session.scalar(select(OUTBOX.c.due_at)) == OFFICE_HOURS + timedelta(minutes=5)
    assert queue(engine, here.trial, person) == [("asked", False)]
    with reading(engine) as session:
        query = select(AUDIT.c.actor, AUDIT.c.subject, AUDIT.c.new)
        rows = session.execute(query.where(AUDIT.c.tag == Tag.QUESTION_ASKED.value)).all()
    assert [tuple(row) for row in rows] == [("account 5", person, here.trial)]


def test_what_is_asked_meanwhile_needs_no_second_message(
    engine: Engine, lexicon: Lexicon, here: Study
) -> None:
    other, person = asking_study(engine, lexicon, OTHER), willing(engine)
    match = matched(engine, lexicon, here.trial, person)
    first = ask(engine, lexicon, match, "HbA1c")
    second = ask(engine, lexicon, match, "smoker")
    third = ask(engine, lexicon, matched(engine, lexicon, other.trial, person), "infarction")
    assert {first.message, second.message, third.message} == {first.message}
    assert messages(engine) == [("question", "email")]


def test_to_ask_what_is_open_changes_nothing(engine: Engine, lexicon: Lexicon, here: Study) -> None:
    match = matched(engine, lexicon, here.trial, willing(engine))
    assert (
        ask(engine, lexicon, match, "HbA1c").questions
        == ask(engine, lexicon, match, "HbA1c").questions
    )
    assert len(ends(engine)) == 1


def test_what_is_known_is_not_asked(engine: Engine, lexicon: Lexicon, here: Study) -> None:
    match = matched(engine, lexicon, here.trial, willing(engine))
    said = refused(engine, lexicon, match, "Type 2 diabetes")
    assert said == "No answer of the person would settle this criterion."


def test_nobody_is_asked_for_a_study_that_invited_them(
    engine: Engine, lexicon: Lexicon, here: Study
) -> None:
    person = willing(engine)
    match = matched(engine, lexicon, here.trial, person)
    approved(engine, here, person)
    assert refused(engine, lexicon, match, "HbA1c") == "The person has been invited already."


def test_nobody_is_asked_for_a_study_to_which_nobody_may_be_invited(
    engine: Engine, lexicon: Lexicon, here: Study
) -> None:
    match = matched(engine, lexicon, here.trial, willing(engine))
    with time_machine.travel(OFFICE_HOURS + timedelta(days=1000), tick=False):
        said = refused(engine, lexicon, match, "HbA1c")
    assert said.startswith("No invitation to this study is approved")


def test_somebody_is_asked_by_a_way_that_they_allow_or_not_at_all(
    engine: Engine, lexicon: Lexicon, here: Study
) -> None:
    nobody, coded, by_sms = (
        matched(engine, lexicon, here.trial, person)
        for person in (
            willing(engine, "ada", channels=()),
            willing(engine, "ben"),
            willing(engine, "cleo", channels=(Channel.SMS,)),
        )
    )
    assert refused(engine, lexicon, nobody, "HbA1c") == "Did not agree to be contacted"
    with unit_of_work(engine) as session:
        query = select_models(MatchRow).where(col(MatchRow.id) == coded)
        nowhere = {Item.EMAIL: "", Item.PHONE: ""}
        VAULT.keep(session, {session.scalars(query).one().person: nowhere})
    assert refused(engine, lexicon, coded, "HbA1c").startswith("The person has no e-mail address")
    with time_machine.travel(OFFICE_HOURS, tick=False):
        ask(engine, lexicon, by_sms, "HbA1c")
    assert messages(engine) == [("question", "sms")]


def test_a_study_that_rests_asks_nothing(engine: Engine, lexicon: Lexicon, here: Study) -> None:
    match = matched(engine, lexicon, here.trial, willing(engine))
    with unit_of_work(engine) as session:
        session.execute(POSTING.update().values(life="closed"))
    assert refused(engine, lexicon, match, "HbA1c") == "The trial does not recruit"


def test_a_question_counts_as_an_invitation(engine: Engine, lexicon: Lexicon, here: Study) -> None:
    other, person = asking_study(engine, lexicon, OTHER), willing(engine)
    match = matched(engine, lexicon, here.trial, person)
    for wave in (Wave.QUESTION, Wave.INVITATION):
        number = queued(engine, other, person, wave=wave)
        with unit_of_work(engine) as session:
            sent = {"state": State.ACCEPTED.value, "sent_at": OFFICE_HOURS}
            session.execute(OUTBOX.update().where(OUTBOX.c.id == number).values(sent))
    with time_machine.travel(OFFICE_HOURS + timedelta(days=1), tick=False):
        assert refused(engine, lexicon, match, "HbA1c") == "Asked twice in 30 days"


def test_what_has_not_left_is_taken_back_and_can_be_asked_again(
    engine: Engine, lexicon: Lexicon, here: Study
) -> None:
    person = willing(engine)
    match = matched(engine, lexicon, here.trial, person)
    first = ask(engine, lexicon, match, "HbA1c")
    assert take_back(engine, match) == 1
    assert state(engine, first.message) == (State.CANCELLED, "decision undone")
    assert queue(engine, here.trial, person) == [("waiting", False)]
    again = ask(engine, lexicon, match, "HbA1c")
    assert state(engine, again.message) == (State.QUEUED, None)
    assert ends(engine) == [(here.trial, "withdrawn", None), (here.trial, None, None)]


def test_taking_back_leaves_what_another_study_asks(
    engine: Engine, lexicon: Lexicon, here: Study
) -> None:
    other, person = asking_study(engine, lexicon, OTHER), willing(engine)
    match = matched(engine, lexicon, here.trial, person)
    message = ask(engine, lexicon, match, "HbA1c").message
    ask(engine, lexicon, matched(engine, lexicon, other.trial, person), "infarction")
    take_back(engine, match)
    assert state(engine, message) == (State.QUEUED, None)
    assert ends(engine) == [(here.trial, "withdrawn", None), (other.trial, None, None)]


def test_what_has_left_is_not_taken_back(engine: Engine, lexicon: Lexicon, here: Study) -> None:
    match = matched(engine, lexicon, here.trial, willing(engine))
    message = ask(engine, lexicon, match, "HbA1c").message
    with unit_of_work(engine) as session:
        this = OUTBOX.c.id == message
        session.execute(OUTBOX.update().where(this).values(state=State.DATA_SENT.value))
    with pytest.raises(Refusal, match="has left already"):
        take_back(engine, match)
