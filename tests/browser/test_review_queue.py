"""Judging matches in a real browser: list and match side by side, on a phone, by keyboard alone."""

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from tests.browser.axe import faults
from tests.browser.conftest import NARROW, WIDE
from tests.browser.steps import press_enter
from tests.web_world import World

SIZES = pytest.mark.parametrize("size", [NARROW, WIDE], ids=["320px", "wide"])
pytestmark = pytest.mark.usefixtures("staff")


@SIZES
@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_state_of_the_queue_is_clean(
    page: Page, browser_world: World, language: str, size: ViewportSize
) -> None:
    page.set_viewport_size(size)
    match = browser_world.matches["open"]
    for path in (
        f"/review?lang={language}&unknowns=5&waiting=0",
        f"/review?lang={language}&state=decided",
        f"/review/{match}?lang={language}&study=WEB-1",
    ):
        page.goto(path)
        assert faults(page) == "", path
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]


def test_list_and_match_stand_side_by_side_on_a_wide_screen_alone(
    page: Page, browser_world: World
) -> None:
    page.set_viewport_size(WIDE)
    page.goto(f"/review/{browser_world.matches['open']}?lang=en")
    expect(page.locator(".queue .current")).to_be_visible()
    left = page.locator(".queue").bounding_box()
    right = page.get_by_role("heading", level=1).bounding_box()
    assert left
    assert right
    assert left["x"] + left["width"] <= right["x"]
    page.set_viewport_size(NARROW)
    expect(page.locator(".queue")).to_be_hidden()
    expect(page.get_by_role("heading", level=1)).to_be_visible()


def test_a_match_is_judged_by_keyboard_alone(page: Page) -> None:
    page.set_viewport_size(WIDE)
    page.goto("/review?lang=en")
    page.keyboard.press("?")
    expect(page.get_by_text("approve for invitation", exact=True)).to_be_visible()
    page.keyboard.press("j")
    name = page.evaluate("document.activeElement.innerText")
    press_enter(page)
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    with page.expect_navigation():
        page.keyboard.press("j")
    expect(page.get_by_role("heading", level=1)).not_to_have_text(name)
    page.keyboard.press("x")
    expect(page.locator("#decide-no")).to_have_attribute("open", "")


def test_who_stays_with_a_match_or_touches_its_bar_has_it_in_hand(
    page: Page, browser_world: World
) -> None:
    page.set_viewport_size(WIDE)
    page.clock.install()
    asked: list[str] = []
    page.on("request", lambda sent: asked.append(sent.url) if "/claim" in sent.url else None)
    page.goto(f"/review/{browser_world.matches['open']}?lang=en")
    mine = page.get_by_text("You have this match in hand.")
    page.clock.run_for(4_000)
    expect(mine).to_be_hidden()
    assert asked == []
    page.clock.run_for(2_000)
    expect(mine).to_be_visible()
    expect(page.get_by_role("button", name="Take in hand")).to_be_hidden()
    page.reload()
    with page.expect_response("**/claim*") as answer:
        page.get_by_text("Not now…").click()
    assert answer.value.status == 204
    expect(mine).to_be_visible()
    assert faults(page) == ""
