"""One's own space in a real browser: both languages, 320 px, without scripts, by keyboard alone."""

import json
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Browser, Page, ViewportSize, expect

from recruit.core.i18n import translate
from recruit.web.service import EXTENSION
from tests.browser.conftest import NARROW, WIDE, Witness
from tests.browser.steps import go, press_enter, unfold
from tests.browser.test_pages import check
from tests.joining import Place, code_in
from tests.oneself import Own, accepts, own, path_in, relative
from tests.web_world import World

LANGUAGES = pytest.mark.parametrize("language", ["en", "fr"])
SIZES = pytest.mark.parametrize("size", [NARROW, WIDE], ids=["320px", "wide"])
PAGES = ["/me", "/me/record", "/me/export", "/me/contact", "/me/representatives", "/me/erase"]
NUMBERS = count()


@pytest.fixture
def camille(browser_world: World) -> Own:
    """Somebody who takes part, has told something, and is not signed in in this browser."""
    place = Place(
        browser_world.app,
        browser_world.engine,
        browser_world.app.extensions[EXTENSION].secrets.vault,
    )
    place.post()  # what other tests left
    who = own(place, f"camille{next(NUMBERS)}@example.org")
    who.tell()
    return who


@pytest.fixture
def plain(browser: Browser, base_url: str) -> Iterator[Page]:
    """A narrow page without JavaScript."""
    context = browser.new_context(base_url=base_url, java_script_enabled=False, viewport=NARROW)
    yield context.new_page()
    context.close()


def carry(client: FlaskClient, page: Page, base_url: str) -> None:
    """Let the browser's page have the session of a test client."""
    cookie = client.get_cookie("session")
    assert cookie
    page.context.add_cookies([{"name": "session", "value": cookie.value, "url": base_url}])


def press(page: Page, name: str, role: str = "button") -> None:
    """Find a button or link by its name and press it with the keyboard."""
    found = page.get_by_role(role, name=name, exact=True)  # type: ignore[arg-type]  # one of two
    found.focus()
    press_enter(page)


def sign_in(page: Page, who: Own, address: str, language: str) -> None:
    page.goto(f"/me?lang={language}")
    page.get_by_role("textbox").fill(address)
    go(page.get_by_role("button", name=translate("Send me a code", language)))
    [letter] = who.place.post()
    page.goto(path_in(letter))
    page.get_by_role("textbox").fill(code_in(letter))
    page.get_by_role("button", name=translate("Open my space", language)).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(translate("My space", language))


def address_of(who: Own) -> str:
    return str(json.loads(who.client.get("/me/export/recruit-data.json").text)["contact"]["email"])


@LANGUAGES
def test_sign_in_export_and_erase_without_scripts_at_320_pixels(
    plain: Page, camille: Own, language: str
) -> None:
    def said(words: str) -> str:
        return translate(words, language)

    sign_in(plain, camille, address_of(camille), language)
    plain.get_by_role("link", name=said("All my data, to read or to keep")).click()
    expect(plain.get_by_role("heading", level=1)).to_have_text(said("All my data"))
    with plain.expect_download() as download:
        plain.get_by_role("link", name=said("Everything, for other programs (JSON)")).click()
    assert download.value.suggested_filename == "recruit-data.json"
    assert json.loads(Path(download.value.path()).read_text())["person"] == camille.person
    plain.goto("/me")
    go(plain.get_by_role("link", name=said("Leave and erase everything")))
    go(plain.get_by_role("button", name=said("Send me the code")))
    plain.get_by_role("textbox").fill(code_in(camille.place.post()[0]))
    plain.get_by_role("button", name=said("Erase everything now")).click()
    expect(plain.get_by_role("heading", level=1)).to_have_text(said("Everything is erased"))
    plain.goto("/me")
    assert plain.url.endswith("/me/sign-in")


@SIZES
@LANGUAGES
def test_each_page_reads_well(  # noqa: PLR0913, PLR0917 - the pages, and how they are looked at
    page: Page, witness: Witness, camille: Own, base_url: str, language: str, size: ViewportSize
) -> None:
    carry(camille.client, page, base_url)
    page.set_viewport_size(size)
    for path in PAGES:
        page.goto(f"{path}?lang={language}")
        unfold(page)
        check(page, witness, size)


@LANGUAGES
def test_what_a_representative_sees_reads_well(
    page: Page, witness: Witness, camille: Own, base_url: str, language: str
) -> None:
    browser = relative(camille, contact=f"relative{next(NUMBERS)}@example.org")
    carry(browser.client, page, base_url)
    page.set_viewport_size(NARROW)
    for path in ("/me/for", "/me", "/me/record", "/me/export"):  # the last is not theirs to see
        page.goto(f"{path}?lang={language}")
        assert translate("You act for {label}.", language, label="Camille") in page.inner_text(
            ".acting"
        )
        check(page, witness, NARROW)


@LANGUAGES
def test_an_invitation_reads_well_with_its_errors(
    page: Page, witness: Witness, camille: Own, language: str
) -> None:
    path = path_in(camille.invite(contact=f"friend{next(NUMBERS)}@example.org"))
    page.set_viewport_size(NARROW)
    page.goto(f"{path}?lang={language}")
    check(page, witness, NARROW)
    page.get_by_role("button", name=translate("Yes, I will help", language)).click()
    expect(page.get_by_role("alert")).to_be_visible()
    check(page, witness, NARROW)


@LANGUAGES
def test_what_is_over_reads_well(
    page: Page, witness: Witness, camille: Own, base_url: str, language: str
) -> None:
    carry(camille.client, page, base_url)
    page.set_viewport_size(NARROW)
    for path in ("/goodbye", "/represent/none", "/me/erase/none", "/me/contact/code/none"):
        page.goto(f"{path}?lang={language}")
        check(page, witness, NARROW)


def test_somebody_is_asked_and_confirmed_by_keyboard_alone(
    page: Page, camille: Own, base_url: str
) -> None:
    carry(camille.client, page, base_url)
    page.goto("/me?lang=en")
    press(page, "People who act for me", "link")
    page.get_by_label("Their e-mail address or mobile number").focus()
    page.keyboard.type(f"sam{next(NUMBERS)}@example.org")
    page.keyboard.press("Tab")
    page.keyboard.type("Camille")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    press(page, "Send the invitation")
    expect(page.get_by_role("status")).to_contain_text("We sent an invitation")
    accepts(camille.place, camille.place.post()[0], "Sam Exemple")
    page.reload()
    page.get_by_role("button", name="Yes, let this person act for me").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("can act for you")


def test_leaving_by_keyboard_alone(page: Page, camille: Own, base_url: str) -> None:
    carry(camille.client, page, base_url)
    page.goto("/me?lang=en")
    press(page, "Leave and erase everything", "link")
    press(page, "Send me the code")
    page.get_by_label("The code").focus()
    page.keyboard.type(code_in(camille.place.post()[0]))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Everything is erased")


def test_what_is_tapped_is_large_enough(page: Page, camille: Own, base_url: str) -> None:
    carry(camille.client, page, base_url)
    page.set_viewport_size(NARROW)
    for path in PAGES:
        page.goto(f"{path}?lang=fr")
        small = page.evaluate(
            """() => [...document.querySelectorAll(
                 "header a, footer a, .doors a, .acting a, button, [role=button], summary,"
                 + "input:not([type=hidden], [type=radio], [type=checkbox])")]
               .filter(each => each.getBoundingClientRect().height < 43.5)
               .map(each => each.outerHTML)"""
        )
        assert small == [], path
