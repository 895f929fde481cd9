"""From the link of a message to an answer: nothing of the question before the code."""

import re
from pathlib import Path

import pytest
from sqlalchemy import Engine

from recruit.actions.outreach.answers import given
from recruit.core.config import Settings
from recruit.core.db import reading
from recruit.notify.links import Purpose
from recruit.terminology.lexicon import Lexicon
from tests.asking import KEY, Invited
from tests.joining import Joiner, code_in
from tests.outreach import matched, state, willing
from tests.questioning import ask, asking_study, ends, queue
from tests.web_world import BASE_URL, pages

SUBJECTS = re.compile("HbA1c|sugar|glyc|smok|fum|pregnan|enceinte|diab", re.IGNORECASE)


@pytest.fixture
def here(sqlite_engine: Engine, lexicon: Lexicon, tmp_path: Path) -> Invited:
    """Somebody who is asked two questions about one study."""
    study = asking_study(sqlite_engine, lexicon)
    person = willing(sqlite_engine)
    match = matched(sqlite_engine, lexicon, study.trial, person)
    message = ask(sqlite_engine, lexicon, match, "HbA1c").message
    ask(sqlite_engine, lexicon, match, "smoker")
    settings = Settings(data_folder=tmp_path, base_url=BASE_URL, vault_keys=(KEY,))
    return Invited(pages(settings, sqlite_engine), sqlite_engine, study, person, message)


def come(here: Invited, browser: Joiner) -> str:
    """By the link and the code; the page that they lead to."""
    link = here.link(Purpose.QUESTION)
    code_page = browser.send(link, what="go").headers["Location"]
    sent = browser.send(code_page, code=code_in(here.place.post()[-1]))
    return browser.client.get(sent.headers["Location"]).text


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_link_alone_tells_nothing_of_the_question(here: Invited, language: str) -> None:
    page = here.browser(language).client.get(here.link(Purpose.QUESTION))
    assert page.status_code == 200
    said = re.sub(r"<head>.*?</head>", "", page.text, flags=re.DOTALL)
    assert not SUBJECTS.search(said), SUBJECTS.search(said)
    assert here.study.trial not in page.text
    assert here.person not in page.text


def test_a_link_that_is_none_and_one_of_another_purpose_are_over(here: Invited) -> None:
    client = here.browser().client
    for path in ("/q/unknown", here.link(Purpose.STOP).replace("/u/", "/q/")):
        assert client.get(path).status_code == 404


def test_link_and_code_lead_to_the_questions_and_answers_bring_the_match_back(
    here: Invited,
) -> None:
    browser = here.browser()
    page = come(here, browser)
    assert "2 short questions" in page
    following = re.search(r'href="(/me/questions/[0-9a-f]+)"', page)
    assert following
    first = following[1]
    sent = browser.send(first, value="7.8", unit="%", taken="2026")
    second = sent.headers["Location"]
    assert second.startswith("/me/questions/")
    assert second != first
    last = browser.send(second, answer="no")
    assert last.headers["Location"] == "/me/questions"
    assert "Your answers are saved" in browser.client.get("/me/questions").text
    assert [each[1] for each in ends(here.engine)] == ["answered", "answered"]
    assert queue(here.engine, here.study.trial, here.person) == [("waiting", True)]
    # A question that is over leads back to the list.
    assert browser.client.get(first).headers["Location"] == "/me/questions"


def test_what_is_wrong_is_said_and_kept(here: Invited) -> None:
    browser = here.browser()
    first = re.search(r'href="(/me/questions/[0-9a-f]+)"', come(here, browser))
    assert first
    answer = browser.send(first[1], value="a lot", unit="%")
    assert answer.status_code == 422
    assert "a lot" in answer.text
    assert [each[1] for each in ends(here.engine)] == [None, None]


def test_my_space_tells_of_it_without_the_link(here: Invited) -> None:
    browser = here.browser()
    come(here, browser)
    assert "There are 2 short questions for you" in browser.client.get("/me").text
    assert browser.client.get("/me/invitations").text.count("Sugar at night") == 0


def test_a_page_of_ones_own_asks_who_it_is(here: Invited) -> None:
    answer = here.browser().client.get("/me/questions")
    assert answer.headers["Location"] == "/me/sign-in"


def test_the_link_stops_such_messages_without_a_code(here: Invited) -> None:
    browser = here.browser()
    answer = browser.send(here.link(Purpose.QUESTION), what="stop")
    assert answer.status_code == 200
    assert "We send you no more e-mails about studies" in answer.text
    assert state(here.engine, here.message)[0] == "cancelled"
    with reading(here.engine) as session:
        assert given(session, here.study.trial, here.person) == ()
