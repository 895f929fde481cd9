"""Deciding whom to invite in a real browser: a list, a look, a decision, a stop; both languages."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NARROW, WIDE, Witness, running
from tests.browser.steps import unfold
from tests.browser.test_pages import check
from tests.coordinating import Team, team
from tests.web_world import COORDINATOR, PASSWORD, empty_database, lexicon


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Team]:
    engine = empty_database(tmp_path)
    yield team(tmp_path, engine, lexicon())
    engine.dispose()


def picture(page: Page, name: str) -> None:
    """Kept where somebody wants to look at it."""
    if folder := os.environ.get("RECRUIT_PICTURES"):
        for size in (WIDE, NARROW):
            page.set_viewport_size(size)
            page.screenshot(path=f"{folder}/{name}-{size['width']}.png", full_page=True)


def test_a_coordinator_looks_decides_and_stops(page: Page, witness: Witness, here: Team) -> None:
    with running(here.app) as address:
        page.goto(f"{address}/login?lang=en")
        page.get_by_label("Email address").fill(COORDINATOR)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url("**/review")

        def look(where: str, name: str) -> None:
            for language in ("fr", "en"):
                mark = "&" if "?" in where else "?"
                page.goto(f"{address}{where}{mark}lang={language}")
                check(page, witness)
                picture(page, f"{name}-{language}")

        look(f"/outreach/{here.study.trial}", "plan")
        expect(page.get_by_role("heading", name="3 people can be asked now")).to_be_visible()
        page.get_by_label("How many people").fill("2")
        page.get_by_role("button", name="See exactly whom").click()
        expect(page.get_by_role("heading", name="Whom you invite")).to_be_visible()
        unfold(page)
        check(page, witness)
        picture(page, "whom-en")
        look(f"/outreach/{here.study.trial}/invite?most=2", "whom-closed")
        page.get_by_role("button", name="Invite these 2 people").focus()
        page.keyboard.press("Enter")
        expect(page.get_by_role("status")).to_contain_text("2 people were invited")
        look(f"/outreach/{here.study.trial}", "invited")
        for name in ("cleo", "ben", "finn"):
            look(f"/review/{here.matches[name]}", f"match-{name}")
        page.goto(f"{address}/outreach/{here.study.trial}")
        page.get_by_role("button", name="Stop what waits").click()
        expect(page.get_by_role("alert")).to_contain_text("Please say why")
        check(page, witness)
        picture(page, "no-reason-en")
        page.get_by_label("Why").fill("The freezer broke")
        page.get_by_role("button", name="Stop what waits").click()
        expect(page.get_by_role("status")).to_contain_text("2 messages were stopped")
