"""The inbox in a real browser: both languages, wide and 320 px, words and none."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, ViewportSize, expect
from sqlalchemy import delete

from recruit.actions.match_table import MatchRow
from recruit.actions.outreach import words
from recruit.actions.words_table import HEARD
from recruit.consent.choices import Channel
from recruit.core.clock import now
from recruit.core.db import unit_of_work
from recruit.web.service import EXTENSION
from tests.browser.conftest import Witness
from tests.browser.test_pages import LANGUAGES, SIZES, check, visit
from tests.web_world import DIABETES, World

TEXTS = (
    "Bonjour, je suis tombée hier dans l’escalier et j’ai très mal au genou.\n\nEst-ce grave ?",
    "STOP",
    "Recevez-vousmesmessagesquandilssontécritssansaucunespacecommecelui-ci?",
)


@pytest.fixture
def inbox(browser_world: World) -> Iterator[None]:
    """Three messages, one of them from a number of nobody's."""
    keyring = browser_world.app.extensions[EXTENSION].secrets.vault
    strange, *others = TEXTS
    words.hear_strange(
        browser_world.engine, keyring, Channel.SMS, "+33639980077", strange, now(), "SM1"
    )
    with unit_of_work(browser_world.engine) as session:
        match = session.get(MatchRow, browser_world.matches["known"])
        assert match is not None
        for text in others:
            words.hear(
                session,
                keyring,
                person=match.person,
                trial=DIABETES.id,
                channel=Channel.SMS,
                text=text,
                at=now(),
            )
    yield
    with unit_of_work(browser_world.engine) as session:
        session.execute(delete(HEARD))


@SIZES
@pytest.mark.usefixtures("staff", "inbox")
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_inbox(page: Page, witness: Witness, language: str, size: ViewportSize) -> None:
    page.set_viewport_size(size)
    visit(page, "/inbox", language)
    expect(page.get_by_text(TEXTS[1], exact=True)).to_be_visible()
    check(page, witness, size)


@SIZES
@pytest.mark.usefixtures("staff")
@pytest.mark.parametrize("language", LANGUAGES)
def test_an_empty_inbox(page: Page, witness: Witness, language: str, size: ViewportSize) -> None:
    page.set_viewport_size(size)
    visit(page, "/inbox", language)
    expect(page.get_by_role("status")).to_be_visible()
    check(page, witness, size)


@pytest.mark.usefixtures("staff", "inbox")
def test_a_message_is_marked_by_keyboard(page: Page) -> None:
    visit(page, "/inbox", "en")
    button = page.get_by_role("button", name="Mark as read").first
    button.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("The message is marked as read.")).to_be_visible()
    expect(page.get_by_role("button", name="Mark as read")).to_have_count(2)
