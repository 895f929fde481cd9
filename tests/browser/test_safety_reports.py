"""Safety in a real browser: list, words, form and report, both languages, wide and 320 px."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import delete

from recruit.actions.match_table import MatchRow
from recruit.actions.outreach import words
from recruit.actions.safety import noticing
from recruit.actions.safety.tables import CASE, STEP, VERSION, WORD
from recruit.consent.choices import Channel
from recruit.core.clock import now
from recruit.core.db import unit_of_work
from recruit.core.i18n import translate
from recruit.web.service import EXTENSION
from tests.browser.conftest import Witness
from tests.browser.steps import Keys, go
from tests.browser.test_pages import LANGUAGES, check, visit
from tests.web_world import DIABETES, World

TEXTS = (
    "Depuis la visite je vomis tous les jours et j’ai très mal au ventre.\n\nEst-ce normal ?",
    "J’ai fait un malaise, je suis à l’hôpital depuis hier.",
)


@pytest.fixture
def flagged(browser_world: World) -> Iterator[int]:
    """Two messages that were flagged, one of them overdue, and one that was not; its case."""
    keyring = browser_world.app.extensions[EXTENSION].secrets.vault
    with unit_of_work(browser_world.engine) as session:
        match = session.get(MatchRow, browser_world.matches["known"])
        assert match is not None
        kept = []
        for hours, text in zip((30, 3, 1), (*TEXTS, "Merci, à bientôt."), strict=True):
            at = now() - timedelta(hours=hours)
            number = words.hear(
                session,
                keyring,
                person=match.person,
                trial=DIABETES.id,
                channel=Channel.SMS,
                text=text,
                at=at,
            )
            noticing.notice(session, number, text, at)
            kept.append(number)
        first = noticing.of_words(session, kept)[kept[0]].number
    yield first
    with unit_of_work(browser_world.engine) as session:
        for table in (STEP, VERSION, WORD, CASE):
            session.execute(delete(table))


@pytest.mark.usefixtures("staff")
@pytest.mark.parametrize("language", LANGUAGES)
def test_from_the_list_to_a_report_that_was_handed_on(
    page: Page, witness: Witness, flagged: int, language: str
) -> None:
    """Every page of the way is looked at, the form also with what is wrong in it."""

    def said(message: str, **fields: object) -> str:
        return translate(message, language, **fields)

    def press(name: str) -> None:
        go(page.get_by_role("button", name=name, exact=True))
        check(page, witness)

    visit(page, "/safety", language)
    expect(page.get_by_text(said("Overdue by {n} hours", n=6))).to_be_visible()
    check(page, witness)
    visit(page, f"/safety/{flagged}", language)
    expect(page.locator("mark").first).to_be_visible()
    check(page, witness)
    visit(page, f"/safety/{flagged}/report", language)
    check(page, witness)
    page.get_by_role("button", name=said("Write the version"), exact=True).click()
    expect(page.get_by_role("alert")).to_be_visible()
    check(page, witness)
    page.locator("#event").fill("mal au ventre")
    page.get_by_label(said("None of these, as far as it is known"), exact=True).check()
    press(said("Write the version"))
    page.locator("#to").fill("Vigilance, 01 99 00 00 09")
    page.get_by_label(said("By encrypted e-mail"), exact=True).check()
    press(said("Version {version} was handed on", version=1))
    expect(page.get_by_text(said("Nothing waits")).first).to_be_visible()
    visit(page, "/safety/new", language)
    check(page, witness)


@pytest.mark.usefixtures("staff")
def test_a_case_is_decided_by_keyboard_alone(page: Page, flagged: int) -> None:
    visit(page, f"/safety/{flagged}", "en")
    keys = Keys(page)
    keys.tick(page.get_by_label("Nothing happened: it is denied, feared or asked about"))
    with page.expect_navigation():
        keys.press(page.get_by_role("button", name="It is not an adverse event", exact=True))
    expect(page.get_by_role("status")).to_contain_text("not an adverse event")
    with page.expect_navigation():
        keys.press(page.get_by_role("button", name="Open it again", exact=True))
    assert keys.faults == []
