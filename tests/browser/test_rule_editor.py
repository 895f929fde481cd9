"""The small editor of one criterion in a real browser: by keyboard, with and without JavaScript."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from recruit.core.db import reading
from recruit.criteria.nodes import AllOf, Clinical, Measure, Rule, Unparsed
from recruit.terminology.concepts import Kind
from recruit.trials.posting import store
from tests.browser.axe import faults
from tests.browser.conftest import NARROW, WIDE, Witness
from tests.browser.steps import SETTLED, Keys, go
from tests.posting_rules import HBA1C, NESTED, T2D, begin
from tests.web_world import SPONSOR, World

LANGUAGES = pytest.mark.parametrize("language", ["en", "fr"])


def posting(world: World) -> str:
    """A posting with a plain rule, a nested one, and words that were not read."""
    return begin(
        world.engine,
        ("inclusion", "HbA1c 7–10.5 %", HBA1C),
        ("inclusion", "Several things at once", NESTED),
        ("exclusion", "haemoglobin under nine", Unparsed("haemoglobin under nine")),
    )


def kept(world: World, number: str, criterion: int) -> Rule:
    with reading(world.engine) as session:
        return store.get(session, number, None).content.criteria[criterion - 1].criterion.rule


def enter(browser: Browser, world: World, base_url: str, *, script: bool) -> Page:
    """A page of a signed-in sponsor."""
    context = browser.new_context(
        base_url=base_url,
        java_script_enabled=script,
        locale="en-GB",
        viewport=WIDE,
        reduced_motion="reduce",  # the focus is looked for at once, not while the page scrolls
    )
    cookie = world.enter(SPONSOR).get_cookie("session")
    assert cookie
    context.add_cookies([{"name": "session", "value": cookie.value, "url": base_url}])
    return context.new_page()


@pytest.fixture
def quick(browser: Browser, browser_world: World, base_url: str) -> Iterator[Page]:
    """With JavaScript."""
    page = enter(browser, browser_world, base_url, script=True)
    yield page
    page.context.close()


@pytest.fixture
def plain(browser: Browser, browser_world: World, base_url: str) -> Iterator[Page]:
    """Without it."""
    page = enter(browser, browser_world, base_url, script=False)
    yield page
    page.context.close()


def check(page: Page) -> None:
    """What must hold of the page as it stands, narrow and wide."""
    for size in (NARROW, WIDE):
        page.set_viewport_size(size)
        assert faults(page) == ""
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]


@LANGUAGES
def test_every_state_of_the_page_is_fit_for_everybody(
    browser_world: World, quick: Page, language: str
) -> None:
    witness = Witness(quick.context)
    number = posting(browser_world)
    for criterion in (1, 2, 3):
        quick.goto(f"/sponsor/trials/{number}/criteria/{criterion}/rule?lang={language}")
        check(quick)
    quick.goto(f"/sponsor/trials/{number}/criteria/new?lang={language}")
    check(quick)
    quick.locator("button[value=save]").click()
    expect(quick.locator("#problems")).to_be_visible()
    quick.wait_for_function(SETTLED)  # what was put in listens only then
    quick.locator("#r-text").fill("heart attak")
    expect(quick.locator("#r-concepts-found input").first).to_be_visible()
    check(quick)
    assert witness.complaints == []


def test_by_keyboard_what_was_not_read_becomes_a_rule(browser_world: World, quick: Page) -> None:
    number = posting(browser_world)
    keys = Keys(quick)
    quick.goto(f"/sponsor/trials/{number}/criteria/3/rule?lang=en")
    choose(keys, quick, "#r-type", "measure")
    expect(quick.locator("#r-variable")).to_be_visible()
    choose(keys, quick, "#r-variable", "haemoglobin")
    expect(quick.locator("#r-unit")).to_have_value("g/dL")
    keys.write(quick.locator("#r-max"), "9")
    expect(quick.locator("#rule-says")).to_contain_text("Haemoglobin at most 9 g/dL.")
    keys.press(quick.locator("button[value='and:r']"))
    expect(quick.locator("#r-1-type")).to_be_focused()
    keys.write(quick.locator("#r-1-text"), "asthma")
    expect(quick.locator("#r-1-concepts-found input:checked")).to_have_count(1)
    keys.press(quick.locator("button[value=save]").last)
    quick.wait_for_url(f"**/{number}/criteria#criterion-3")
    low = Measure("haemoglobin", max=9, unit="g/dL")
    asthma = Clinical(Kind.CONDITION, "asthma", ("MESH:D001249",))
    assert kept(browser_world, number, 3) == AllOf((low, asthma))
    assert not keys.faults, "\n".join(keys.faults)


def choose(keys: Keys, page: Page, field: str, value: str) -> None:
    """Go to a list by keyboard, then choose."""
    if not page.locator(field).evaluate("field => field === document.activeElement"):
        keys.reach(page.locator(field))
    page.locator(field).select_option(value)


@LANGUAGES
def test_without_javascript_a_statement_is_added(
    browser_world: World, plain: Page, language: str
) -> None:
    number = posting(browser_world)
    plain.goto(f"/sponsor/trials/{number}/criteria/1/rule?lang={language}")
    go(plain.locator("button[value='and:r']"))
    plain.locator("#r-1-text").fill("type 2 diabetes")
    plain.locator("button[value='find:r-1']").click()
    expect(plain.locator("#r-1-concepts-chosen input")).to_be_checked()
    go(plain.locator("button[value=save]"))
    assert kept(browser_world, number, 1) == AllOf((HBA1C, T2D))
