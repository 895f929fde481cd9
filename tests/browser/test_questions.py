"""A question before an invitation, in a real browser: mail, link, code, question, answer, queue."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import Engine

from recruit.core.config import Settings
from recruit.notify.worker import Sent
from recruit.terminology.lexicon import Lexicon
from tests.asking import KEY, Invited
from tests.browser import axe
from tests.browser.conftest import NARROW, running
from tests.browser.test_outreach_way import Way, link_in, mail_server, sent
from tests.joining import code_in
from tests.outreach import matched, willing
from tests.questioning import OTHER, ask, asking_study, ends, hurry, queue
from tests.web_world import BASE_URL, pages


@pytest.fixture
def here(sqlite_engine: Engine, lexicon: Lexicon, tmp_path: Path) -> Invited:
    """Somebody whom two studies want to ask the same, and one of them something more."""
    study, other = (
        asking_study(sqlite_engine, lexicon),
        asking_study(sqlite_engine, lexicon, OTHER),
    )
    person = willing(sqlite_engine)
    match = matched(sqlite_engine, lexicon, study.trial, person)
    message = ask(sqlite_engine, lexicon, match, "HbA1c").message
    ask(sqlite_engine, lexicon, match, "Pregnancy")
    ask(sqlite_engine, lexicon, matched(sqlite_engine, lexicon, other.trial, person), "Pregnancy")
    settings = Settings(data_folder=tmp_path, base_url=BASE_URL, vault_keys=(KEY,))
    return Invited(pages(settings, sqlite_engine), sqlite_engine, study, person, message)


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A narrow page without JavaScript."""
    context = browser.new_context(java_script_enabled=False, viewport=NARROW)
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("language", ["en", "fr"])
def test_from_the_mail_to_an_answer(here: Invited, page: Page, language: str) -> None:
    hurry(here.engine)
    with running(here.app) as base_url, mail_server() as (inbox, port):
        assert sent(here.engine, base_url, port) == Sent(sent=1)
        way = Way(page, language)
        look(page, f"{link_in(inbox.mails[0], f'{base_url}/q/')}?lang={language}")
        way.press("Send me the code")
        page.get_by_role("textbox").fill(code_in(here.place.post()[-1]))
        way.press("Open my space")
        look(page)
        way.press("Go to the question")
        look(page)
        page.locator("input[name='value']").fill("7,8")
        page.locator("input[name='taken']").fill("2026")
        way.press("Save and go on")
        look(page)
        way.tick("I do not know")
        way.press("Save and go on")
        expect(page.get_by_role("status")).to_be_visible()
        look(page)
    assert sorted((ended, given) for _, ended, given in ends(here.engine)) == [
        ("answered", "told"),
        ("unsure", "unsure"),
        ("unsure", "unsure"),
    ]
    for trial in (here.study.trial, OTHER.id):
        assert queue(here.engine, trial, here.person) == [("waiting", True)]


def look(page: Page, address: str | None = None) -> None:
    """The same page with scripts, which axe needs: in order, and nothing sticks out at 320 px."""
    if address:
        page.goto(address)
    browser = page.context.browser
    assert browser
    context = browser.new_context(viewport=NARROW, storage_state=page.context.storage_state())
    again = context.new_page()
    again.goto(page.url)
    assert axe.faults(again) == ""
    assert again.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]
    context.close()
