"""Beginning a posting and filling in its details in a real browser, problems included."""

import re

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from recruit.actions.posting.begin import Beginner, Words, by_words
from tests.browser.conftest import NARROW, WIDE, Witness
from tests.browser.steps import go, press_enter
from tests.browser.test_pages import check
from tests.browser.test_publishing import enter
from tests.web_world import SPONSOR, World, lexicon

SIZES = pytest.mark.parametrize("size", [NARROW, WIDE], ids=["320px", "wide"])
NEW = "/sponsor/trials/new"
TEXT = "Inclusion Criteria:\n\n* Age 18 to 75 years\n* Keeps a diary of every single breakfast\n"
STEPS = ("titles", "design", "participation", "contacts")


def begun(world: World) -> str:
    """The address of a posting that was pasted."""
    words = Words("{{7*7}} Sugar at night", "en", text=TEXT)
    by = Beginner("account 1", None)
    return f"/sponsor/trials/{by_words(world.engine, lexicon(), words, by)}"


@SIZES
def test_every_page_of_a_draft(
    page: Page, witness: Witness, browser_world: World, size: ViewportSize
) -> None:
    here = begun(browser_world)
    page.set_viewport_size(size)
    enter(page, SPONSOR)
    for path in ("/sponsor/trials", NEW, here, *(f"{here}/details/{step}" for step in STEPS)):
        for language in ("en", "fr"):
            page.goto(f"{path}?lang={language}")
            check(page, witness, size)


@SIZES
def test_what_cannot_be_is_said_beside_its_field(
    page: Page, witness: Witness, browser_world: World, size: ViewportSize
) -> None:
    here = begun(browser_world)
    page.set_viewport_size(size)
    enter(page, SPONSOR)
    page.goto(NEW)
    page.get_by_label("Registry number", exact=True).fill("NCT1")
    page.get_by_role("button", name="Fetch and read it").click()
    expect(page.get_by_role("alert")).to_contain_text("neither a number")
    check(page, witness, size)
    page.goto(f"{here}/details/design")
    page.get_by_label("Lowest age").fill("80")
    page.get_by_label("Highest age").fill("20")
    page.get_by_label("Start date").fill("32/13/2026")
    go(page.get_by_role("button", name="Save and go on"))
    page.get_by_role("link", name="Start date").click()
    expect(page.get_by_label("Start date")).to_be_focused()
    expect(page.get_by_label("Start date")).to_have_value("32/13/2026")
    check(page, witness, size)


@SIZES
def test_a_clash_shows_both(
    page: Page, witness: Witness, browser_world: World, size: ViewportSize
) -> None:
    titles = f"{begun(browser_world)}/details/titles"
    page.set_viewport_size(size)
    enter(page, SPONSOR)
    page.goto(titles)
    other = page.context.new_page()
    other.goto(titles)
    other.get_by_label("Public title, in English").fill("Theirs")
    go(other.get_by_role("button", name="Save", exact=True))
    page.get_by_label("Public title, in English").fill("Mine")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("Theirs")
    expect(page.get_by_label("Public title, in English")).to_have_value("Mine")
    check(page, witness, size)


def test_a_text_is_pasted_by_keyboard_alone(page: Page) -> None:
    enter(page, SPONSOR)
    page.goto("/sponsor/trials")
    page.get_by_role("button", name="Post a trial").focus()
    press_enter(page)
    page.get_by_role("textbox", name="Eligibility section").focus()
    page.keyboard.insert_text(TEXT)
    page.get_by_role("button", name="Read the text").focus()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/S-\w{8}$"))
    expect(page.get_by_role("status")).to_contain_text("2 criteria read, 1 to look at")


def test_a_form_that_waits_says_so_and_is_sent_once(page: Page) -> None:
    enter(page, SPONSOR)
    page.goto(NEW)
    # Nothing is sent, so that the page stays as it is while the registry is asked.
    page.evaluate(
        """document.querySelector("form[data-waiting]").addEventListener("submit", (event) => {
            document.title = event.defaultPrevented ? document.title : document.title + "+";
            event.preventDefault();
        })"""
    )
    before = page.title()
    button = page.get_by_role("button", name="Fetch and read it")
    for _ in range(3):  # by keyboard: the mouse does not reach a busy button
        button.press("Enter")
    expect(page.get_by_text("We are asking the registry")).to_be_visible()
    assert page.title() == before + "+"


def test_all_of_it_works_without_javascript(browser: Browser, base_url: str) -> None:
    context = browser.new_context(base_url=base_url, java_script_enabled=False)
    page = context.new_page()
    enter(page, SPONSOR)
    page.goto(NEW)
    page.get_by_role("textbox", name="Eligibility section").fill(TEXT)
    page.get_by_role("button", name="Read the text").click()
    expect(page.get_by_role("status")).to_contain_text("2 criteria read")
    go(page.get_by_role("link", name="Details").first)
    page.get_by_label("Public title, in English").fill("By hand")
    page.get_by_role("button", name="Save and go on").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Design and population")
    context.close()
