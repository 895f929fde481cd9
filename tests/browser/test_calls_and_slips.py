"""Calls and reply slips in a real browser: both languages, wide and 320 px, by keyboard."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from recruit.actions.outreach import calls, gates
from tests.answering import calling, slip_of
from tests.browser.conftest import NARROW, WIDE, Witness, running
from tests.browser.steps import go
from tests.browser.test_pages import check
from tests.coordinating import Team
from tests.web_world import COORDINATOR, PASSWORD, empty_database, lexicon


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Team]:
    """The team at an hour in which it may call, whatever hour it is."""
    for room in (calls, gates):
        monkeypatch.setattr(room, "is_open", lambda *_: True)
    engine = empty_database(tmp_path)
    yield calling(tmp_path, engine, lexicon())[0]
    engine.dispose()


def enter(page: Page, address: str) -> None:
    page.goto(f"{address}/login?lang=en")
    page.get_by_label("Email address").fill(COORDINATOR)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/review")


def look(page: Page, witness: Witness, name: str) -> None:
    """See the page as it stands in both languages; it is kept where somebody wants to look."""
    where = page.url.partition("?")[0]
    for language in ("fr", "en"):
        page.goto(f"{where}?lang={language}")
        check(page, witness)
        if folder := os.environ.get("RECRUIT_PICTURES"):
            for size in (WIDE, NARROW):
                page.set_viewport_size(size)
                file = f"{folder}/{name}-{language}-{size['width']}.png"
                page.screenshot(path=file, full_page=True)


def test_a_call_from_the_list_to_its_answer(page: Page, witness: Witness, here: Team) -> None:
    with running(here.app) as address:
        enter(page, address)
        page.goto(f"{address}/calls")
        look(page, witness, "calls")
        page.get_by_role("button", name="Call P-").first.focus()
        page.keyboard.press("Enter")
        expect(page.get_by_role("link", name="+33 6")).to_be_visible()
        look(page, witness, "call")
        page.get_by_role("button", name="Write it down").click()
        expect(page.get_by_role("alert")).to_contain_text("what came of the call")
        check(page, witness)
        page.get_by_label("We talked").check()
        page.get_by_label("Not now").check()
        page.get_by_role("button", name="Write it down").focus()
        page.keyboard.press("Enter")
        expect(page.get_by_role("status")).to_contain_text("is written down")
        check(page, witness)


def test_who_said_stop_meanwhile_is_not_shown(
    page: Page, witness: Witness, here: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    with running(here.app) as address:
        enter(page, address)
        page.goto(f"{address}/calls")
        page.get_by_role("button", name="Call P-").first.click()
        expect(page.get_by_role("link", name="+33 6")).to_be_visible()
        monkeypatch.setattr(gates, "is_open", lambda *_: False)
        look(page, witness, "call-held")
        expect(page.get_by_role("heading", name="Do not call now")).to_be_visible()
        expect(page.get_by_role("link", name="+33 6")).to_have_count(0)
        page.goto(f"{address}/calls")
        look(page, witness, "call-in-hand")
        go(page.get_by_role("link", name="Go on with this call"))
        page.get_by_label("I did not call").check()
        page.get_by_role("button", name="Write it down").click()
        expect(page.get_by_role("status")).to_contain_text("is written down")


def test_a_slip_is_typed_in(page: Page, witness: Witness, here: Team) -> None:
    with running(here.app) as address:
        enter(page, address)
        page.goto(f"{address}/slips")
        look(page, witness, "slips")
        page.get_by_label("Code on the slip").fill("K7M2 Q9XD 4T6W")
        page.get_by_role("button", name="Write it down").click()
        expect(page.get_by_role("alert")).to_contain_text("a sign is wrong or missing")
        check(page, witness)
        page.get_by_label("Code on the slip").fill(slip_of(here, "ada").lower())
        page.get_by_label("Never again for any study").check()
        page.get_by_label("Yes, tell me more").check()
        page.get_by_role("button", name="Write it down").focus()
        page.keyboard.press("Enter")
        expect(page.get_by_role("status")).to_contain_text("Never again for any study")
        check(page, witness)
