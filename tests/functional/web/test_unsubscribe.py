"""Stopping by the link of a message: for programs in one post, for people on one page."""

import time
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine

from recruit.consent import ledger
from recruit.consent.choices import Channel, Choice, Purpose
from recruit.consent.permit import permit
from recruit.core.clock import now
from recruit.core.db import reading
from recruit.core.errors import ConsentMissing
from recruit.notify import links
from recruit.notify.stages import State
from recruit.people.communities.tables import EVENT
from recruit.terminology.lexicon import Lexicon
from recruit.web.app import create_app
from recruit.web.service import EXTENSION
from tests.asking import Invited, invited
from tests.outreach import state
from tests.web_world import lexicon as words

ONE_CLICK = {"List-Unsubscribe": "One-Click"}
MATCHING = Choice(Purpose.MATCHING)


@pytest.fixture
def here(tmp_path: Path, sqlite_engine: Engine, lexicon: Lexicon) -> Invited:
    return invited(tmp_path, sqlite_engine, lexicon)


def program(here: Invited) -> FlaskClient:
    """A mail program: it keeps no cookies, and shows no token."""
    return here.app.test_client(use_cookies=False)


def may(here: Invited, choice: Choice, trial: str | None = None) -> bool:
    scope = f"trial/{trial}" if trial else None
    with reading(here.engine) as session:
        try:
            permit(
                session,
                here.person,
                choice.purpose,
                channel=choice.channel,
                scope=scope,
                at=now(),
            )
        except ConsentMissing:
            return False
    return True


def contact(channel: Channel) -> Choice:
    return Choice(Purpose.CONTACT, channel)


def test_one_post_without_cookies_ends_the_channel(here: Invited) -> None:
    answer = program(here).post(here.link(links.Purpose.STOP), data=ONE_CLICK)
    assert answer.status_code == 200
    assert not may(here, contact(Channel.EMAIL))


def test_the_same_post_as_parts_does_as_well(here: Invited) -> None:
    # RFC 8058, 3.1: multipart/form-data may come as well as application/x-www-form-urlencoded.
    kind = "multipart/form-data"
    link = here.link(links.Purpose.STOP)
    assert program(here).post(link, data=ONE_CLICK, content_type=kind).status_code == 200
    assert not may(here, contact(Channel.EMAIL))


def test_one_post_ends_no_other_channel(here: Invited) -> None:
    program(here).post(here.link(links.Purpose.STOP), data=ONE_CLICK)
    assert may(here, contact(Channel.LETTER))
    assert may(here, MATCHING)


def test_one_post_cancels_what_is_queued(here: Invited) -> None:
    program(here).post(here.link(links.Purpose.STOP), data=ONE_CLICK)
    assert state(here.engine, here.message) == (State.CANCELLED, "withdrawn by the person")


def test_a_repeat_is_the_same_and_confirmed_once(here: Invited) -> None:
    link = here.link(links.Purpose.STOP)
    first, again = (program(here).post(link, data=ONE_CLICK) for _ in range(2))
    assert (first.status_code, again.status_code) == (200, 200)
    assert len(here.place.post()) == 1


def test_an_answer_comes_within_a_second(here: Invited) -> None:
    link = here.link(links.Purpose.STOP)
    program(here).get(link)  # whatever is made once per process is made
    began = time.monotonic()
    program(here).post(link, data=ONE_CLICK)
    assert time.monotonic() - began < 1


def test_the_receipt_names_the_message_by_which_it_was_said(here: Invited) -> None:
    program(here).post(here.link(links.Purpose.STOP), data=ONE_CLICK)
    with reading(here.engine) as session:
        last = ledger.history(session, here.person)[-1]
    assert last["authority"].startswith("message ")
    assert last["how"] == {"method": "one click in a mail program"}


@pytest.mark.parametrize("method", ["get", "head"])
def test_looking_at_the_page_stops_nothing(here: Invited, method: str) -> None:
    getattr(program(here), method)(here.link(links.Purpose.STOP))
    assert may(here, contact(Channel.EMAIL))


@pytest.mark.parametrize(
    ("what", "channel", "study", "matching"),
    [
        ("study", True, False, True),
        ("channel", False, False, True),
        ("everything", False, False, False),
    ],
)
def test_the_page_stops_what_is_chosen(
    here: Invited, what: str, *, channel: bool, study: bool, matching: bool
) -> None:
    answer = here.browser().send(here.link(links.Purpose.STOP), what=what)
    assert answer.status_code == 200
    assert may(here, contact(Channel.EMAIL)) is channel
    assert may(here, contact(Channel.EMAIL), here.study.trial) is study
    assert may(here, MATCHING) is matching


def test_the_confirmation_of_a_no_to_one_study_names_neither_it_nor_the_others(
    here: Invited,
) -> None:
    here.browser().send(here.link(links.Purpose.STOP), what="study")
    [letter] = here.place.post()
    assert "Everything about one study" in letter.text
    assert "Sugar" not in letter.text


def test_a_community_does_not_hear_which_study_was_refused(here: Invited) -> None:
    here.browser().send(here.link(links.Purpose.STOP), what="study")
    with reading(here.engine) as session:
        assert session.query(EVENT).count() == 0


def test_the_form_without_its_token_stops_nothing(here: Invited) -> None:
    answer = program(here).post(here.link(links.Purpose.STOP), data={"what": "everything"})
    assert answer.status_code == 400
    assert may(here, contact(Channel.EMAIL))


def test_nothing_chosen_is_asked_for_again(here: Invited) -> None:
    answer = here.browser().send(here.link(links.Purpose.STOP), what="")
    assert answer.status_code == 422
    assert 'href="#what"' in answer.text


def test_an_answer_link_stops_nothing(here: Invited) -> None:
    token = here.link().removeprefix("/i/")
    assert program(here).post(f"/u/{token}", data=ONE_CLICK).status_code == 404
    assert may(here, contact(Channel.EMAIL))


def test_a_link_that_never_was_one_says_what_to_do(here: Invited) -> None:
    answer = here.browser().client.get("/u/" + "a" * 32)
    assert answer.status_code == 404
    assert "This link does not work" in answer.text


def test_a_provider_that_stops_many_is_never_told_to_wait(here: Invited) -> None:
    service = here.app.extensions[EXTENSION]
    app = create_app(service.settings, here.engine, words, service.secrets)
    link, client = here.link(links.Purpose.STOP), app.test_client(use_cookies=False)
    answers = {client.post(link, data=ONE_CLICK).status_code for _ in range(130)}
    assert answers == {200}
