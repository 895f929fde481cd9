"""Everything by keyboard alone, and without JavaScript."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import WIDE
from tests.browser.steps import go, press_enter, toggle
from tests.web_world import COORDINATOR, PASSWORD, World


def reached(page: Page, steps: int) -> list[str]:
    """What the Tab key comes to, in order."""
    names = []
    for _ in range(steps):
        page.keyboard.press("Tab")
        names.append(page.evaluate("document.activeElement.innerText || document.activeElement.id"))
    return names


def test_the_first_stop_leads_past_the_navigation(page: Page) -> None:
    page.goto("/studies?lang=en")
    assert reached(page, 1) == ["Skip to the content"]
    press_enter(page)
    assert page.evaluate("document.activeElement.id") == "main"
    assert reached(page, 1) == ["q"]


def test_tab_comes_to_everything_in_reading_order(page: Page) -> None:
    page.goto("/?lang=en")
    assert reached(page, 10) == [
        "Skip to the content",
        "Recruit",
        "Studies",
        "Join",
        "Français",
        "q",
        "See the studies",
        "Join",
        "Privacy",
        "Staff sign-in",
    ]


def test_whatever_has_the_focus_shows_it(page: Page) -> None:
    page.goto("/studies?lang=en")
    for _ in range(12):
        page.keyboard.press("Tab")
        shown = page.evaluate(
            """() => { const style = getComputedStyle(document.activeElement);
                 return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2; }"""
        )
        assert shown, page.evaluate("document.activeElement.outerHTML")


def test_a_study_is_found_and_read_without_a_mouse(page: Page) -> None:
    page.goto("/?lang=fr")
    page.get_by_label("Que cherchez-vous").focus()
    page.keyboard.type("diabète")
    press_enter(page)
    page.get_by_role("link", name="Un comprimé par semaine").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Un comprimé par semaine")


def test_everything_works_without_javascript(browser: Browser, base_url: str) -> None:
    context = browser.new_context(base_url=base_url, java_script_enabled=False, locale="en-GB")
    page = context.new_page()
    page.goto("/")
    page.get_by_label("What are you looking for?").fill("migraine")
    go(page.get_by_role("button", name="See the studies"))
    go(page.get_by_role("link", name="Un appareil contre la migraine"))
    go(page.get_by_role("link", name="Staff sign-in"))
    page.get_by_label("Email address").fill(COORDINATOR)
    page.get_by_label("Password").fill(PASSWORD)
    go(page.get_by_role("button", name="Sign in"))
    go(page.locator("[data-row]").first)
    go(page.get_by_role("link", name="Next"))
    page.get_by_role("link", name="All matches").click()
    expect(page.locator("[data-row]").first).to_be_visible()
    context.close()


@pytest.mark.usefixtures("staff")
def test_j_and_k_walk_through_the_table(page: Page) -> None:
    page.set_viewport_size(WIDE)
    page.goto("/review?lang=en")
    names = page.locator("[data-row]").all_inner_texts()
    focused = []
    for key in ("j", "j", "k"):
        page.keyboard.press(key)
        focused.append(page.evaluate("document.activeElement.innerText"))
    assert focused == [names[0], names[1], names[0]]


@pytest.mark.usefixtures("staff")
def test_j_and_k_walk_from_match_to_match(page: Page, browser_world: World) -> None:
    page.goto(f"/review/{browser_world.matches['known']}?lang=en")
    page.keyboard.press("j")
    page.wait_for_url(f"**/review/{browser_world.matches['born']}*")
    page.keyboard.press("k")
    page.wait_for_url(f"**/review/{browser_world.matches['known']}*")


@pytest.mark.usefixtures("staff")
def test_single_keys_can_be_turned_off(page: Page) -> None:
    page.set_viewport_size(WIDE)
    page.goto("/review?lang=en")
    page.keyboard.press("?")
    toggle(page.get_by_role("button", name="Turn off"))
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.dataset.row") is None
    page.reload()
    page.locator("[data-help] summary").click()
    expect(page.get_by_role("button", name="Turn on")).to_be_visible()


@pytest.mark.usefixtures("staff")
def test_keys_are_left_alone_while_somebody_types(page: Page) -> None:
    page.goto("/review?lang=en")
    toggle(page.locator(".filters summary"))
    page.get_by_label("Study").focus()
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.id") == "study"
