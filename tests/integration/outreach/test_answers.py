"""What an answer changes, by whichever way it comes; the last one counts and all of them stay."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, select, update

from recruit.actions.confirming import Hand
from recruit.actions.erasure import erase_person
from recruit.actions.outreach import answers
from recruit.actions.outreach.answer_table import ANSWER, REFUSALS
from recruit.actions.outreach.answers import A_DAY, Answer, Answering, How
from recruit.audit import trail
from recruit.consent import ledger
from recruit.consent.choices import Choice, Purpose
from recruit.consent.entry import Actor, Role
from recruit.consent.permit import refusing
from recruit.core.clock import now
from recruit.core.db import reading, unit_of_work
from recruit.core.errors import NotFound, Refusal
from recruit.notify.outbox_tables import OUTBOX
from recruit.notify.stages import State, Wave
from recruit.referrals import paths
from recruit.terminology.lexicon import Lexicon
from tests.asking import SECRETS
from tests.joining import post_of
from tests.outreach import OWN, RING, Study, agreement, queued, state, study, willing


@pytest.fixture
def here(engine: Engine, lexicon: Lexicon) -> Study:
    return study(engine, lexicon)


@pytest.fixture
def who(engine: Engine) -> str:
    return willing(engine)


def say(  # noqa: PLR0913, PLR0917 - as an answer comes in
    engine: Engine,
    here: Study,
    who: str,
    answer: Answer,
    how: How = How.PAGE,
    words: str = "",
    *,
    ago: timedelta = timedelta(),
) -> None:
    hand = Hand(who, OWN, "link", "fr", "https://recruit.example.org/me/consents")
    answering = Answering(hand, here.trial, answer, how, now() - ago, words)
    answers.answer(engine, RING, answering)


def given(engine: Engine, here: Study, who: str) -> list[Answer]:
    with reading(engine) as session:
        return [each.answer for each in answers.given(session, here.trial, who)]


def refused(engine: Engine, who: str) -> bool:
    with reading(engine) as session:
        since = now() - answers.SILENCE
        return answers.refused_since(session, who, since) is not None


@pytest.mark.parametrize("how", list(How))
def test_every_way_leaves_the_same_row(engine: Engine, here: Study, who: str, how: How) -> None:
    say(engine, here, who, Answer.NOT_NOW, how)
    with reading(engine) as session:
        [one] = answers.given(session, here.trial, who)
    assert (one.answer, one.how, one.by) == (Answer.NOT_NOW, how, "link")


def test_all_answers_stay_in_their_order(engine: Engine, here: Study, who: str) -> None:
    said = [Answer.NOT_NOW, Answer.YES, Answer.NEVER_THIS]
    for each in said:
        say(engine, here, who, each)
    assert given(engine, here, who) == said


@pytest.mark.parametrize("answer", [each for each in Answer if each is not Answer.QUESTION])
def test_the_same_answer_again_is_written_once(
    engine: Engine, here: Study, who: str, answer: Answer
) -> None:
    say(engine, here, who, answer)
    say(engine, here, who, answer)
    assert given(engine, here, who) == [answer]


def test_an_answer_leaves_one_row_in_the_trail(engine: Engine, here: Study, who: str) -> None:
    say(engine, here, who, Answer.NOT_NOW)
    with reading(engine) as session:
        rows = trail.about(session, who)
    [row] = [each for each in rows if each["tag"] == trail.Tag.ANSWERED]
    assert (row["actor"], row["new"]) == ("link", here.trial)


@pytest.mark.parametrize("answer", sorted(REFUSALS))
def test_a_refusal_is_followed_by_silence(
    engine: Engine, here: Study, who: str, answer: Answer
) -> None:
    say(engine, here, who, answer)
    assert refused(engine, who)


def test_a_yes_after_it_ends_the_silence(engine: Engine, here: Study, who: str) -> None:
    say(engine, here, who, Answer.NOT_NOW)
    say(engine, here, who, Answer.YES)
    assert not refused(engine, who)


def test_the_silence_ends_by_itself(engine: Engine, here: Study, who: str) -> None:
    say(engine, here, who, Answer.NOT_NOW, ago=answers.SILENCE + timedelta(minutes=1))
    assert not refused(engine, who)


def test_an_answer_cancels_the_reminder(engine: Engine, here: Study, who: str) -> None:
    reminder = queued(engine, here, who, wave=Wave.REMINDER)
    say(engine, here, who, Answer.YES)
    assert state(engine, reminder) == (State.CANCELLED, "answered already")


def test_not_now_leaves_word_of_the_results(engine: Engine, here: Study, who: str) -> None:
    results = queued(engine, here, who, wave=Wave.RESULTS)
    say(engine, here, who, Answer.NOT_NOW)
    assert state(engine, results)[0] is State.QUEUED


def test_never_for_this_study_ends_word_of_its_results_too(
    engine: Engine, here: Study, who: str
) -> None:
    results = queued(engine, here, who, wave=Wave.RESULTS)
    say(engine, here, who, Answer.NEVER_THIS)
    assert state(engine, results)[0] is State.CANCELLED


def test_who_never_wants_this_study_is_not_matched_with_it(
    engine: Engine, here: Study, who: str
) -> None:
    say(engine, here, who, Answer.NEVER_THIS)
    with reading(engine) as session:
        query = refusing(Purpose.MATCHING, f"trial/{here.trial}", now())
        assert list(session.scalars(query)) == [who]


def test_a_no_takes_back_what_a_site_may_know(engine: Engine, here: Study, who: str) -> None:
    release = Choice(Purpose.RELEASE, scope=f"site/{here.trial}/abc")
    with unit_of_work(engine) as session:
        ledger.grant(session, [(who, replace(agreement(release), at=now()))], OWN)
        path = paths.begin(session, here.trial, who, now(), "link")
        path = paths.step(session, path, paths.State.PRESCREENED, now(), "link")
        paths.step(session, path, paths.State.RELEASED, now(), "link", site="abc")
    say(engine, here, who, Answer.NOT_NOW)
    with reading(engine) as session:
        found = paths.of(session, here.trial, who)
        own = ledger.standings(session, {who})[who]
    assert found
    assert found.state is paths.State.DECLINED
    assert not own[release].holds(now())


def test_not_now_confirms_nothing_by_mail(engine: Engine, here: Study, who: str) -> None:
    say(engine, here, who, Answer.NOT_NOW)
    assert post_of(engine, RING) == []


def test_a_question_without_words_is_refused(engine: Engine, here: Study, who: str) -> None:
    with pytest.raises(Refusal):
        say(engine, here, who, Answer.QUESTION, words=" ")
    assert given(engine, here, who) == []


def test_questions_are_read_so_many_in_a_day(engine: Engine, here: Study, who: str) -> None:
    for number in range(A_DAY):
        say(engine, here, who, Answer.QUESTION, words=f"Question {number} ?")
    with pytest.raises(Refusal):
        say(engine, here, who, Answer.QUESTION, words="Une de plus ?")


def test_a_no_is_always_taken(engine: Engine, here: Study, who: str) -> None:
    for number in range(A_DAY):
        say(engine, here, who, Answer.QUESTION, words=f"Question {number} ?")
    say(engine, here, who, Answer.NEVER)
    assert given(engine, here, who)[-1] is Answer.NEVER


def test_an_erasure_takes_the_answers_along(
    engine: Engine, here: Study, who: str, tmp_path: Path
) -> None:
    say(engine, here, who, Answer.YES)
    erase_person(engine, SECRETS, tmp_path, person=who, actor=Actor("cli", Role.STAFF))
    with reading(engine) as session:
        assert session.execute(select(ANSWER)).all() == []


def test_nobody_answers_for_somebody_who_was_erased(
    engine: Engine, here: Study, who: str, tmp_path: Path
) -> None:
    erase_person(engine, SECRETS, tmp_path, person=who, actor=Actor("cli", Role.STAFF))
    with pytest.raises(NotFound):
        say(engine, here, who, Answer.YES)


@pytest.mark.parametrize(
    ("how", "controls"),
    [
        (How.PAGE, "unticked"),
        (How.MAIL, "not stated"),
        (How.SMS, "not stated"),
        (How.LETTER, "on paper"),
        (How.PHONE, "asked aloud"),
    ],
)
def test_a_yes_that_opens_a_study_again_says_how_it_was_asked(
    engine: Engine, here: Study, who: str, how: How, controls: str
) -> None:
    message = queued(engine, here, who)
    with unit_of_work(engine) as session:
        this = OUTBOX.c.id == message
        session.execute(update(OUTBOX).where(this).values(state="accepted", digest="a" * 64))
    say(engine, here, who, Answer.NEVER_THIS)
    say(engine, here, who, Answer.YES, how)
    with reading(engine) as session:
        last = ledger.history(session, who)[-1]
    assert last["shown"] == {"language": "fr", "controls": controls, "text": "a" * 64}
    assert last["how"] == {"method": f"answer by {how}"}
