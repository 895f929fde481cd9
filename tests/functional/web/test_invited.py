"""The page of an invitation: looking does nothing, each answer can be changed, no name is shown."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import time_machine
from sqlalchemy import Engine, delete

from recruit.actions.erasure import erase_person
from recruit.actions.outreach import answers
from recruit.actions.outreach.answers import Answer
from recruit.consent.choices import Channel, Purpose
from recruit.consent.entry import Actor, Role
from recruit.consent.permit import permit
from recruit.core.clock import now
from recruit.core.db import reading, unit_of_work
from recruit.core.errors import ConsentMissing
from recruit.notify import links
from recruit.notify.outbox_tables import OUTBOX_LINK
from recruit.notify.stages import State
from recruit.people import codes
from recruit.referrals import paths
from recruit.terminology.lexicon import Lexicon
from recruit.trials import store as trials
from recruit.trials.draft import TrialStatus
from recruit.web.service import EXTENSION
from tests.asking import SUGAR, Invited, invited
from tests.outreach import state

QUIET = {
    "not-now": Answer.NOT_NOW,
    "never-this": Answer.NEVER_THIS,
    "never": Answer.NEVER,
}


@pytest.fixture
def here(tmp_path: Path, sqlite_engine: Engine, lexicon: Lexicon) -> Invited:
    return invited(tmp_path, sqlite_engine, lexicon)


def given(here: Invited) -> list[Answer]:
    with reading(here.engine) as session:
        return [each.answer for each in answers.given(session, here.study.trial, here.person)]


def may(here: Invited, channel: Channel, *, anywhere: bool = False) -> bool:
    scope = None if anywhere else f"trial/{here.study.trial}"
    with reading(here.engine) as session:
        try:
            permit(session, here.person, Purpose.CONTACT, channel=channel, scope=scope, at=now())
        except ConsentMissing:
            return False
    return True


def test_the_page_shows_the_approved_text(here: Invited) -> None:
    text = here.browser().client.get(here.link()).text
    for part in ("A small tablet against high sugar", "six visits", "felt sick", "do not know yet"):
        assert part in text


def test_the_page_speaks_the_language_of_the_message(here: Invited) -> None:
    answer = here.app.test_client().get(here.link())
    assert '<html lang="fr"' in answer.text
    assert "Un petit comprimé" in answer.text


def test_the_page_says_since_when_we_may_write(here: Invited) -> None:
    assert "You allowed us on" in here.browser().client.get(here.link()).text


@pytest.mark.parametrize("method", ["get", "head", "options"])
def test_a_scanner_that_looks_at_the_link_answers_nothing(here: Invited, method: str) -> None:
    client = here.app.test_client()
    getattr(client, method)(here.link(), headers={"Purpose": "prefetch"})
    assert given(here) == []
    assert state(here.engine, here.message)[0] is State.QUEUED


def test_the_link_alone_shows_nothing_of_the_person(here: Invited) -> None:
    text = here.browser().client.get(here.link()).text
    for secret in ("Camille", "camille@", "1975", "rue des Essais", here.person):
        assert secret not in text


def test_neither_address_nor_page_leaves_this_site(here: Invited) -> None:
    headers = here.browser().client.get(here.link()).headers
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cache-Control"] == "no-store"


def test_no_search_engine_keeps_the_page(here: Invited) -> None:
    assert '<meta name="robots" content="noindex">' in here.browser().client.get(here.link()).text


@pytest.mark.parametrize("said", QUIET)
def test_an_answer_is_written_and_thanked_for(here: Invited, said: str) -> None:
    link, browser = here.link(), here.browser()
    assert browser.send(link, answer=said).status_code == 302
    assert given(here) == [QUIET[said]]
    assert 'role="status"' in browser.client.get(link).text


@pytest.mark.parametrize("said", QUIET)
def test_an_answer_cancels_what_is_queued_about_the_study(here: Invited, said: str) -> None:
    here.browser().send(here.link(), answer=said)
    assert state(here.engine, here.message)[0] is State.CANCELLED


def test_an_answer_is_not_shown_to_who_only_has_the_link(here: Invited) -> None:
    here.browser().send(link := here.link(), answer="never")
    assert 'role="status"' not in here.browser().client.get(link).text


def test_never_for_this_study_says_nothing_about_others(here: Invited) -> None:
    here.browser().send(here.link(), answer="never-this")
    assert not may(here, Channel.EMAIL)
    assert may(here, Channel.EMAIL, anywhere=True)


@pytest.mark.parametrize("channel", list(Channel))
def test_never_again_closes_every_channel(here: Invited, channel: Channel) -> None:
    here.browser().send(here.link(), answer="never")
    assert not may(here, channel, anywhere=True)


def test_not_now_takes_no_consent_away(here: Invited) -> None:
    here.browser().send(here.link(), answer="not-now")
    assert may(here, Channel.EMAIL)


def test_a_yes_begins_the_way_through_the_study_and_asks_for_a_code(here: Invited) -> None:
    answer = here.browser().send(here.link(), answer="yes")
    assert answer.headers["Location"].startswith("/me/sign-in/")
    with reading(here.engine) as session:
        path = paths.of(session, here.study.trial, here.person)
    assert path
    assert path.state is paths.State.INTERESTED


def test_a_no_after_a_yes_ends_the_way(here: Invited) -> None:
    link, browser = here.link(), here.browser()
    browser.send(link, answer="yes")
    browser.send(link, answer="not-now")
    with reading(here.engine) as session:
        path = paths.of(session, here.study.trial, here.person)
    assert path
    assert path.state is paths.State.DECLINED


def test_a_yes_after_never_for_this_study_opens_it_again(here: Invited) -> None:
    link, browser = here.link(), here.browser()
    browser.send(link, answer="never-this")
    browser.send(link, answer="yes")
    assert may(here, Channel.EMAIL)


def test_a_yes_after_never_again_opens_no_channel(here: Invited) -> None:
    link, browser = here.link(), here.browser()
    browser.send(link, answer="never")
    browser.send(link, answer="yes")
    assert not may(here, Channel.EMAIL)


def test_a_second_click_writes_nothing_more(here: Invited) -> None:
    link, browser = here.link(), here.browser()
    browser.send(link, answer="never")
    browser.send(link, answer="never")
    assert given(here) == [Answer.NEVER]
    assert len(here.place.post()) == 1


def test_a_question_says_when_somebody_answers_and_whom_to_call_in_need(here: Invited) -> None:
    link, browser = here.link(), here.browser()
    browser.send(link, answer="question", words="Faut-il venir à jeun ?")
    text = browser.client.get(link).text
    assert "within three working days" in text
    assert "call 15 or 112" in text
    assert given(here) == [Answer.QUESTION]


@pytest.mark.parametrize("words", ["", "  \n", "x" * 2001])
def test_a_question_without_words_or_with_too_many_is_asked_for_again(
    here: Invited, words: str
) -> None:
    answer = here.browser().send(here.link(), answer="question", words=words)
    assert answer.status_code == 422
    assert 'href="#words"' in answer.text
    assert given(here) == []


def test_a_question_that_is_too_long_is_kept_on_the_page(here: Invited) -> None:
    answer = here.browser().send(here.link(), answer="question", words="jeun " * 500)
    assert "jeun jeun" in answer.text


@pytest.mark.parametrize("said", ["", "maybe", "YES"])
def test_no_answer_is_asked_for_again(here: Invited, said: str) -> None:
    answer = here.browser().send(here.link(), answer=said)
    assert answer.status_code == 422
    assert given(here) == []


def test_an_answer_without_the_token_of_the_form_is_refused(here: Invited) -> None:
    link = here.link()
    assert here.app.test_client().post(link, data={"answer": "never"}).status_code == 400
    assert given(here) == []


@pytest.mark.parametrize("token", ["x", "a" * 32, "é\x00", "%F0%9F%92%A9"])
def test_a_link_that_never_was_one_says_what_to_do(here: Invited, token: str) -> None:
    answer = here.browser().client.get(f"/i/{token}")
    assert answer.status_code == 404
    assert "This link does not work" in answer.text


def test_a_stop_link_answers_nothing(here: Invited) -> None:
    token = here.link(links.Purpose.STOP).removeprefix("/u/")
    assert here.browser().client.get(f"/i/{token}").status_code == 404


def test_a_link_that_is_gone_gives_the_same_page_to_a_post(here: Invited) -> None:
    link, browser = here.link(), here.browser()
    token = browser.hidden(link, "csrf_token")
    with unit_of_work(here.engine) as session:
        session.execute(delete(OUTBOX_LINK))
    answer = browser.client.post(link, data={"csrf_token": token, "answer": "yes"})
    assert answer.status_code == 404
    assert "This link does not work" in answer.text


def test_the_link_of_somebody_who_was_erased_leads_nowhere(here: Invited, tmp_path: Path) -> None:
    link = here.link()
    secrets = here.app.extensions[EXTENSION].secrets
    erase_person(
        here.engine, secrets, tmp_path, person=here.person, actor=Actor("test", Role.STAFF)
    )
    assert here.browser().client.get(link).status_code == 404


def close(here: Invited) -> None:
    with unit_of_work(here.engine) as session:
        closed = replace(SUGAR, status=TrialStatus.COMPLETED)
        trials.publish(session, closed, trials.get(session, here.study.trial).eligibility)


def test_a_study_that_closed_meanwhile_says_so(here: Invited) -> None:
    close(here)
    text = here.browser().client.get(here.link()).text
    assert "does not look for people at the moment" in text
    assert "Yes, tell me more" not in text


def test_a_yes_to_a_study_that_closed_meanwhile_begins_nothing(here: Invited) -> None:
    link, browser = here.link(), here.browser()
    token = browser.hidden(link, "csrf_token")
    close(here)
    browser.client.post(link, data={"csrf_token": token, "answer": "yes"})
    assert given(here) == []


def pressed(here: Invited, times: int) -> list[str]:
    """The pages of a code after so many yeses, each from another browser."""
    return [here.browser().send(link, answer="yes").location for link in [here.link()] * times]


def opens(here: Invited, page: str) -> bool:
    """Whether somebody who guesses right comes in, with a code that stands for every guess."""
    return here.browser().send(page, page, code="424242").status_code == 302


@pytest.fixture
def guessed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every code is the one that somebody guesses."""
    monkeypatch.setattr(codes, "_new_code", lambda: "424242")


@pytest.mark.usefixtures("guessed")
def test_a_code_that_was_never_sent_opens_nothing(here: Invited) -> None:
    found = pressed(here, codes.CODES.times + 2)
    assert [opens(here, page) for page in found] == [True] * codes.CODES.times + [False] * 2


@pytest.mark.usefixtures("guessed")
def test_a_new_code_for_the_same_link_counts_too(here: Invited) -> None:
    *_, page = pressed(here, codes.CODES.times)
    here.browser().send(f"{page}/new", page)
    assert not opens(here, page)


@pytest.mark.usefixtures("guessed")
def test_in_another_hour_of_the_day_no_more_can_be_opened(here: Invited) -> None:
    with time_machine.travel(datetime(2026, 11, 24, 9, tzinfo=UTC), tick=False):
        link = here.link()
        for _ in range(codes.CODES.times):
            here.browser().send(link, answer="yes")
    with time_machine.travel(datetime(2026, 11, 24, 11, tzinfo=UTC), tick=False):
        assert not opens(here, here.browser().send(link, answer="yes").location)
    with time_machine.travel(datetime(2026, 11, 25, 9, tzinfo=UTC), tick=False):
        assert opens(here, here.browser().send(link, answer="yes").location)


def test_who_presses_yes_without_end_is_told_calmly_what_to_do(here: Invited) -> None:
    page = pressed(here, codes.CODES.times + 1)[-1]
    assert "only a few codes in a day" in here.browser().client.get(page).text
