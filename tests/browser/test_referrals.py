"""A site's day in a real browser: by keyboard alone, both languages, wide and 320 px."""

from collections.abc import Iterator
from pathlib import Path as Folder
from typing import Literal

import pytest
from playwright.sync_api import Page

from recruit.core.crypto import Keyring
from recruit.core.db import unit_of_work
from recruit.core.i18n import translate
from recruit.people.vault import Item, Vault
from tests.browser.conftest import NARROW, WIDE, Witness, running
from tests.browser.steps import Keys, press_enter
from tests.browser.test_pages import LANGUAGES, check, visit
from tests.following import staff
from tests.joining import place
from tests.oneself import Own, own
from tests.referring import interested, path_of, through
from tests.web_world import PASSWORD, empty_database, lexicon

NURSE = "nurse@example.org"


@pytest.fixture
def released(tmp_path: Folder) -> Iterator[tuple[str, Own]]:
    """Where the pages are, and somebody who has let a site know who they are."""
    here = place(tmp_path, empty_database(tmp_path))
    staff(here.engine, NURSE)
    who = own(here)
    who.tell()
    interested(here.engine, lexicon(), who.person)
    through(who)
    keyring: Keyring = here.keyring
    with unit_of_work(here.engine) as session:
        Vault(keyring).keep(session, {who.person: {Item.NAME: "Camille Exemple"}})
    with running(here.app) as address:
        yield address, who
    here.engine.dispose()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_day_of_a_site(
    page: Page, witness: Witness, released: tuple[str, Own], language: str
) -> None:
    address, who = released
    size = WIDE if language == "en" else NARROW
    page.set_viewport_size(size)
    page.emulate_media(reduced_motion="reduce")  # where the focus is, is asked at once
    hand = Keys(page)

    def said(words: str) -> str:
        return translate(words, language)

    def press(role: Literal["button", "link"], words: str) -> None:
        found = page.get_by_role(role, name=said(words))
        with page.expect_navigation():
            hand.press(found.first)
        check(page, witness, size)

    visit(page, f"{address}/login", language)
    hand.write(page.locator("#email"), NURSE)
    hand.write(page.locator("#password"), PASSWORD)
    press_enter(page)
    visit(page, f"{address}/referrals", language)
    check(page, witness, size)
    press("button", "Write to them")
    assert "Camille Exemple" in page.content()
    press("button", "Write down what came of it")
    assert "Camille Exemple" not in page.content()
    press("button", "I wrote, and nobody answered")
    press("button", "Take back my last entry")
    press("button", "I have spoken with them")
    press("link", "The screening failed")
    press("button", "Write it down")
    assert page.locator("[role=alert]").count() == 1
    hand.tick(page.locator("#reason"))
    press("button", "Write it down")
    number = path_of(who.place.engine, who.person).number
    visit(page, f"{address}/referrals/overdue", language)
    check(page, witness, size)
    visit(page, f"{address}/referrals/{number}", language)
    assert page.get_by_role("heading", name=said("This person is not here")).count() == 1
    check(page, witness, size)
    assert "\n".join(hand.faults) == ""
