"""Joining in a real browser, as patients do: both languages, narrow, without mouse or scripts."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from recruit.web.service import EXTENSION
from tests.browser.conftest import NARROW, WIDE, Witness
from tests.browser.steps import go, press_enter
from tests.browser.test_pages import check
from tests.joining import code_in, post_of
from tests.web_world import World

SIZES = pytest.mark.parametrize("size", [NARROW, WIDE], ids=["320px", "wide"])
WORDS = {
    "en": {
        "start": "Start",
        "day": "Day",
        "month": "Month",
        "year": "Year",
        "go": "Continue",
        "contact": "Your e-mail address or your mobile number",
        "matching": "Look for studies for me",
        "email": "Write to me by e-mail",
        "send": "Send me the code",
        "code": "The code",
        "join": "Take part",
        "welcome": "Welcome. You take part now",
        "take back": "Take back (Write to me by e-mail)",
        "taken": "You took this yes back: Write to me by e-mail.",
    },
    "fr": {
        "start": "Commencer",
        "day": "Jour",
        "month": "Mois",
        "year": "Année",
        "go": "Continuer",
        "contact": "Votre adresse e-mail ou votre numéro de mobile",
        "matching": "Chercher des études pour moi",
        "email": "M’écrire par e-mail",
        "send": "Envoyez-moi le code",
        "code": "Le code",
        "join": "Participer",
        "welcome": "Bienvenue. Vous participez maintenant",
        "take back": "Retirer mon oui (M’écrire par e-mail)",
        "taken": "Vous avez retiré ce oui\u00a0: M’écrire par e-mail.",
    },
}


@dataclass(frozen=True)
class Way:
    """The way in one language, and the post that arrives on it."""

    world: World
    language: str

    def word(self, name: str) -> str:
        return WORDS[self.language][name]

    def code(self, address: str) -> str:
        """The code in the newest letter to `address`."""
        keyring = self.world.app.extensions[EXTENSION].secrets.vault
        letters = [each for each in post_of(self.world.engine, keyring) if each.to == address]
        return code_in(letters[-1])


@pytest.fixture(params=["en", "fr"])
def way(browser_world: World, request: pytest.FixtureRequest) -> Way:
    return Way(browser_world, request.param)


@pytest.fixture
def plain(browser: Browser, base_url: str) -> Iterator[Page]:
    """A narrow page without JavaScript."""
    context = browser.new_context(base_url=base_url, java_script_enabled=False, viewport=NARROW)
    yield context.new_page()
    context.close()


def to_contact(page: Page, way: Way) -> None:
    page.goto(f"/join?lang={way.language}")
    go(page.get_by_role("button", name=way.word("start")))
    for part, value in (("day", "27"), ("month", "3"), ("year", "1975")):
        page.get_by_label(way.word(part), exact=True).fill(value)
    go(page.get_by_role("button", name=way.word("go")))


def to_choices(page: Page, way: Way, address: str) -> None:
    to_contact(page, way)
    page.get_by_label(way.word("contact")).fill(address)
    go(page.get_by_role("button", name=way.word("go")))


def to_code(page: Page, way: Way, address: str) -> None:
    to_choices(page, way, address)
    for name in ("matching", "email"):
        page.get_by_label(way.word(name)).check()
    go(page.get_by_role("button", name=way.word("send")))


def join(page: Page, way: Way, address: str) -> None:
    to_code(page, way, address)
    page.get_by_label(way.word("code")).fill(way.code(address))
    page.get_by_role("button", name=way.word("join"), exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(way.word("welcome"))


def fits(page: Page) -> None:
    """Nothing has to be scrolled sideways."""
    box = page.locator("html").bounding_box()
    assert box
    assert box["width"] <= NARROW["width"]


def test_one_joins_and_takes_back_without_javascript_at_320_pixels(plain: Page, way: Way) -> None:
    join(plain, way, f"plain-{way.language}@example.org")
    fits(plain)
    plain.goto("/me/consents")
    fits(plain)
    plain.get_by_role("button", name=way.word("take back")).click()
    expect(plain.get_by_role("status")).to_contain_text(way.word("taken"))
    fits(plain)


def tab_to(page: Page, name: str) -> None:
    """Press Tab until the focus is on what is called `name`."""
    for _ in range(40):
        page.keyboard.press("Tab")
        focused = page.evaluate(
            """() => { const at = document.activeElement;
                 return at.labels?.[0]?.innerText || at.innerText; }"""
        )
        if " ".join(focused.split()) == name:
            return
    raise AssertionError(name)


def test_one_joins_by_keyboard_alone(page: Page, way: Way) -> None:
    address = f"keys-{way.language}@example.org"
    page.goto(f"/join?lang={way.language}")
    tab_to(page, way.word("start"))
    press_enter(page)
    for part, value in (("day", "27"), ("month", "3"), ("year", "1975")):
        tab_to(page, way.word(part))
        page.keyboard.type(value)
    press_enter(page)
    tab_to(page, way.word("contact"))
    page.keyboard.type(address)
    press_enter(page)
    for name in ("matching", "email"):
        tab_to(page, way.word(name))
        page.keyboard.press("Space")
    tab_to(page, way.word("send"))
    press_enter(page)
    tab_to(page, way.word("code"))
    page.keyboard.type(way.code(address))
    press_enter(page)
    expect(page.get_by_role("heading", level=1)).to_have_text(way.word("welcome"))
    page.goto("/me/consents")
    tab_to(page, way.word("take back"))
    press_enter(page)
    expect(page.get_by_role("status")).to_contain_text(way.word("taken"))


@SIZES
def test_no_page_on_the_way_has_a_fault(
    page: Page, witness: Witness, way: Way, size: ViewportSize
) -> None:
    address = f"axe-{way.language}-{size['width']}@example.org"
    page.set_viewport_size(size)
    page.goto(f"/join?lang={way.language}")
    check(page, witness, size)
    go(page.get_by_role("button", name=way.word("start")))
    check(page, witness, size)
    page.get_by_role("button", name=way.word("go")).click()
    expect(page.get_by_role("alert")).to_be_visible()
    check(page, witness, size)
    to_contact(page, way)
    check(page, witness, size)
    page.get_by_role("button", name=way.word("go")).click()
    expect(page.get_by_role("alert")).to_be_visible()
    check(page, witness, size)
    to_choices(page, way, address)
    check(page, witness, size)
    page.get_by_role("button", name=way.word("send")).click()
    expect(page.get_by_role("alert")).to_be_visible()
    check(page, witness, size)
    to_code(page, way, address)
    check(page, witness, size)
    right = way.code(address)
    page.get_by_label(way.word("code")).fill("no code")
    page.get_by_role("button", name=way.word("join"), exact=True).click()
    expect(page.get_by_role("alert")).to_be_visible()
    check(page, witness, size)
    page.get_by_label(way.word("code")).fill(right)
    page.get_by_role("button", name=way.word("join"), exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(way.word("welcome"))
    check(page, witness, size)


@SIZES
@pytest.mark.parametrize("path", ["/join/step/not-yet", "/join/step/again", "/join/code/short"])
def test_the_pages_beside_the_way_have_no_fault(
    page: Page, witness: Witness, way: Way, path: str, size: ViewportSize
) -> None:
    page.set_viewport_size(size)
    page.goto(f"{path}?lang={way.language}")
    check(page, witness, size)


@SIZES
def test_no_page_of_the_choices_has_a_fault(
    page: Page, witness: Witness, way: Way, size: ViewportSize
) -> None:
    join(page, way, f"choices-{way.language}-{size['width']}@example.org")
    page.set_viewport_size(size)
    page.goto("/me/consents")
    check(page, witness, size)
    go(page.get_by_role("button", name=way.word("take back")))
    check(page, witness, size)
    page.locator("form[action$=give] button").click()
    expect(page.get_by_role("alert")).to_be_visible()
    check(page, witness, size)
    page.goto("/me/consents")
    page.locator("form[action$=pause] button").click()
    expect(page.get_by_role("alert")).to_be_visible()
    check(page, witness, size)
    page.locator("#months").check()
    go(page.locator("form[action$=pause] button"))
    check(page, witness, size)
    for part in ("stop", "history", "receipts"):
        page.goto(f"/me/consents/{part}")
        check(page, witness, size)
    go(page.locator("main li a").first)
    check(page, witness, size)


def test_the_pages_are_as_good_in_the_dark(page: Page, witness: Witness, way: Way) -> None:
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size(WIDE)
    to_choices(page, way, f"dark-{way.language}@example.org")
    page.get_by_label(way.word("email")).check()
    check(page, witness, WIDE)
    go(page.get_by_role("button", name=way.word("send")))
    check(page, witness, WIDE)
    join(page, way, f"dark-{way.language}@example.org")
    for path in ("", "/stop"):
        page.goto(f"/me/consents{path}")
        check(page, witness, WIDE)
