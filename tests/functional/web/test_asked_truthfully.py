"""What pages and messages about a study say is so: where a code went, what ended, who sees it."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine

from recruit.notify import links
from recruit.people.contact_points import masked
from recruit.people.vault import Item
from recruit.terminology.lexicon import Lexicon
from recruit.web import filters
from tests.asking import Invited, invited
from tests.joining import code_in, place, post_of
from tests.oneself import Own, own
from tests.outreach import RING
from tests.referring import STUDY, interested, offered, through
from tests.web_world import lexicon as words

TITLE = "A small tablet against high sugar at night"


@pytest.fixture
def here(tmp_path: Path, sqlite_engine: Engine, lexicon: Lexicon) -> Invited:
    return invited(tmp_path, sqlite_engine, lexicon)


@pytest.fixture
def camille(tmp_path: Path, sqlite_engine: Engine) -> Own:
    who = own(place(tmp_path, sqlite_engine))
    who.tell()
    interested(who.place.engine, words(), who.person)
    return who


def test_after_a_yes_the_page_says_where_the_code_was_sent(here: Invited) -> None:
    browser = here.browser()
    page = browser.client.get(browser.send(here.link(), answer="yes").location).text
    assert "Your code comes in a new e-mail to" in page
    assert "…@example.org" in page
    assert "in the message that brought you here" not in page


def test_an_address_is_shown_by_its_ends_alone() -> None:
    assert masked(Item.EMAIL, "lea.exemple@example.org") == "l…@example.org"
    assert masked(Item.PHONE, "+33639981234") == "…\u00a034"


def test_a_moment_late_in_the_evening_has_the_day_of_the_services_zone(here: Invited) -> None:
    with here.app.test_request_context("/?lang=en"):
        assert filters.day(datetime(2026, 2, 6, 23, 30, tzinfo=UTC)).startswith("7 ")


def test_a_channel_that_was_stopped_is_not_offered_again(here: Invited) -> None:
    browser, link = here.browser(), here.link(links.Purpose.STOP)
    browser.send(link, what="channel")
    page = browser.client.get(link).text
    assert "We send you no more e-mails about studies." in page
    assert 'value="channel"' not in page
    assert 'value="study"' in page


def test_where_everything_was_stopped_there_is_nothing_left_to_stop(here: Invited) -> None:
    browser, link = here.browser(), here.link(links.Purpose.STOP)
    browser.send(link, what="everything")
    page = browser.client.get(link).text
    assert "We look for no study for you any more" in page
    assert 'name="what"' not in page


def test_after_a_stop_the_invitation_does_not_say_that_we_may_write(here: Invited) -> None:
    browser, link = here.browser(), here.link()
    browser.send(here.link(links.Purpose.STOP), what="channel")
    assert "You allowed us on" not in browser.client.get(link).text


def test_what_a_no_means_is_said_before_it(here: Invited) -> None:
    page = here.browser().client.get(here.link()).text
    assert page.index("about no study for two months") < page.index('value="not-now"')


def test_never_for_one_study_is_confirmed_with_its_title(here: Invited) -> None:
    here.browser().send(here.link(), answer="never-this")
    [confirmed] = post_of(here.engine, RING)
    assert f"Everything about one study: {TITLE}" in confirmed.text


def test_before_the_second_yes_our_own_team_is_named(camille: Own) -> None:
    through(camille)
    assert "the coordinators of our own team" in camille.page(f"{STUDY}/confirm")


def test_whoever_takes_back_reads_that_the_appointment_is_cancelled(camille: Own) -> None:
    through(camille)
    number = offered(camille.place.engine)
    camille.send(f"{STUDY}/appointment", f"{STUDY}/appointment", slot=str(number))
    camille.send(f"{STUDY}/take-back", STUDY)
    page = camille.page(STUDY)
    assert "Your appointment is cancelled." in page
    assert "Nobody there knows of you yet" not in page


def test_my_choices_call_a_study_by_its_title(here: Invited) -> None:
    browser = here.browser()
    browser.send(here.link(), answer="never-this")
    page = browser.send(here.link(), answer="yes").headers["Location"]
    *_, letter = post_of(here.engine, RING)
    browser.send(page, page, code=code_in(letter))
    text = browser.client.get("/me/consents").text
    assert TITLE in text
    assert f">{here.study.trial}<" not in text
