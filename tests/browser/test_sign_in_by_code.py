"""Coming in by link and code in a real browser: in both languages, without mouse or scripts."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from recruit.core.db import unit_of_work
from recruit.notify.letter import Letter
from recruit.people import store
from recruit.people.vault import Item, Vault
from recruit.web.service import EXTENSION
from tests.browser.conftest import NARROW, WIDE, Witness
from tests.browser.test_pages import check
from tests.joining import code_in, post_of
from tests.web_world import World

SIZES = pytest.mark.parametrize("size", [NARROW, WIDE], ids=["320px", "wide"])
LANGUAGES = pytest.mark.parametrize("language", ["en", "fr"])


def known(world: World, *people: str) -> str:
    """A new address that belongs to these people."""
    address = f"{'-'.join(people).lower()}@example.org"
    keyring = world.app.extensions[EXTENSION].secrets.vault
    with unit_of_work(world.engine) as session:
        Vault(keyring).keep(session, {person: {Item.EMAIL: address} for person in people})
    return address


def newest(world: World, address: str) -> Letter:
    keyring = world.app.extensions[EXTENSION].secrets.vault
    return [each for each in post_of(world.engine, keyring) if each.to == address][-1]


def page_of(letter: Letter) -> str:
    """The page that the link in a letter leads to, wherever it is served in this run."""
    found = re.search(r"https?://\S+", letter.text)
    assert found
    return urlsplit(found[0]).path


def ask(page: Page, world: World, language: str, address: str) -> Letter:
    page.goto(f"/me/sign-in?lang={language}")
    page.locator("#contact").fill(address)
    page.locator("#contact").press("Enter")
    page.wait_for_url("**/me/sign-in/sent")
    return newest(world, address)


@pytest.fixture
def plain(browser: Browser, base_url: str) -> Iterator[Page]:
    """A narrow page without JavaScript."""
    context = browser.new_context(base_url=base_url, java_script_enabled=False, viewport=NARROW)
    yield context.new_page()
    context.close()


@LANGUAGES
def test_the_way_in_needs_a_keyboard_and_nothing_else(
    plain: Page, browser_world: World, language: str
) -> None:
    with unit_of_work(browser_world.engine) as session:
        person = store.enrol(session, "testers", [f"way in {language}"])[f"way in {language}"]
    address = known(browser_world, person)
    letter = ask(plain, browser_world, language, address)
    plain.goto(page_of(letter))
    plain.locator("#code").focus()
    plain.keyboard.type(code_in(letter))
    plain.keyboard.press("Tab")
    plain.keyboard.press("Enter")
    plain.wait_for_url("**/me")
    assert plain.goto("/me/sign-in") is not None
    assert urlsplit(plain.url).path == "/me"  # who is in is led on from there


@SIZES
@LANGUAGES
def test_every_page_on_the_way_is_sound(
    page: Page, witness: Witness, browser_world: World, language: str, size: ViewportSize
) -> None:
    page.set_viewport_size(size)
    mark = f"{language.upper()}{size['width']:04}"
    address = known(browser_world, f"P-A{mark}", f"R-A{mark}")

    page.goto(f"/me/sign-in?lang={language}")
    check(page, witness, size)
    page.locator("#contact").fill("nothing")
    page.locator("#contact").press("Enter")
    expect(page.locator("#problems")).to_be_visible()
    check(page, witness, size)

    letter = ask(page, browser_world, language, address)
    check(page, witness, size)
    page.goto(f"{page_of(letter)}x")
    check(page, witness, size)

    page.goto(page_of(letter))
    check(page, witness, size)
    page.locator("#code").fill("wrong")
    page.locator("#code").press("Enter")
    expect(page.locator("#problems")).to_be_visible()
    check(page, witness, size)

    page.locator("main form button.second").click()
    expect(page.get_by_role("status")).to_be_visible()
    check(page, witness, size)

    page.locator("#code").fill(code_in(newest(browser_world, address)))
    page.locator("#code").press("Enter")
    page.wait_for_url("**/me/sign-in/choose")
    check(page, witness, size)

    page.goto(page_of(letter))
    expect(page.locator("#code")).to_have_count(0)  # the link was used
    check(page, witness, size)


@LANGUAGES
def test_an_email_reads_well_on_a_narrow_screen(
    plain: Page, browser_world: World, language: str
) -> None:
    address = known(browser_world, f"P-MAIL{language.upper()}00")
    letter = ask(plain, browser_world, language, address)
    plain.goto("about:blank")
    plain.set_content(letter.html)
    assert plain.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]
    expect(plain.get_by_role("link")).to_have_count(1)
