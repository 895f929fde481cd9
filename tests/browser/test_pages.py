"""Every page in a real browser: both languages, wide and 320 px, light and dark."""

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from tests.browser.axe import faults
from tests.browser.conftest import NARROW, WIDE, Witness

PUBLIC = [
    "/",
    "/studies",
    "/studies?q=nothing-like-it",
    "/studies?q=diabetis&place=Paris&km=50",
    "/studies/WEB-1",
    "/ask/about/WEB-1",
    "/ask/report/thanks/WEB-1",
    "/studies/WEB-4",
    "/login",
    "/privacy",
    "/privacy/notice/1",
    "/join",
    "/nothing-here",
]
STAFF = ["/inbox/public", "/review", "/review?verdict=eligible", "/review/1", "/review/3", "/"]
LANGUAGES = ["en", "fr"]
SIZES = pytest.mark.parametrize("size", [NARROW, WIDE], ids=["320px", "wide"])


def visit(page: Page, path: str, language: str) -> None:
    join = "&" if "?" in path else "?"
    page.goto(f"{path}{join}lang={language}")


def check(page: Page, witness: Witness, *sizes: ViewportSize) -> None:
    """What must hold of a page as it stands, once all of it has arrived: wide, then narrow."""
    for size in sizes or (WIDE, NARROW):
        page.set_viewport_size(size)
        assert faults(page) == ""
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    assert witness.complaints == []
    assert {urlsplit(url).netloc for url in witness.requests} == {urlsplit(page.url).netloc}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", PUBLIC)
def test_public_pages(page: Page, witness: Witness, path: str, language: str) -> None:
    visit(page, path, language)
    assert page.locator("html").get_attribute("lang") == language
    check(page, witness)


@pytest.mark.usefixtures("staff")
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", STAFF)
def test_staff_pages(page: Page, witness: Witness, path: str, language: str) -> None:
    visit(page, path, language)
    check(page, witness)


@pytest.mark.parametrize("path", PUBLIC)
def test_public_pages_in_the_dark(page: Page, witness: Witness, path: str) -> None:
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size(WIDE)
    visit(page, path, "en")
    check(page, witness, WIDE)


@pytest.mark.usefixtures("staff")
@pytest.mark.parametrize("path", STAFF)
def test_staff_pages_in_the_dark(page: Page, witness: Witness, path: str) -> None:
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size(WIDE)
    visit(page, path, "fr")
    check(page, witness, WIDE)


def test_a_refused_sign_in(page: Page, witness: Witness) -> None:
    visit(page, "/login", "fr")
    page.get_by_label("Adresse électronique").fill("personne@example.org")
    page.get_by_label("Mot de passe").fill("un mauvais mot de passe")
    page.get_by_role("button", name="Se connecter").click()
    expect(page.get_by_role("alert")).to_be_visible()
    check(page, witness)


def test_an_opened_detail(page: Page, witness: Witness) -> None:
    visit(page, "/studies/WEB-1", "en")
    page.get_by_text("Read this part in the study’s own words").click()
    expect(page.get_by_text("Keeps a diary of every single breakfast").last).to_be_visible()
    check(page, witness)


@pytest.mark.parametrize("path", [path for path in PUBLIC if path != "/login"])
def test_text_four_times_as_large_needs_no_sideways_scrolling(page: Page, path: str) -> None:
    # 400 % zoom of a 1280 px window is a window of 320 CSS px.
    page.set_viewport_size({"width": 320, "height": 256})
    visit(page, path, "fr")
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]


@pytest.mark.parametrize("path", PUBLIC)
def test_what_is_tapped_is_large_enough(page: Page, path: str) -> None:
    page.set_viewport_size(NARROW)
    visit(page, path, "fr")
    small = page.evaluate(
        """() => [...document.querySelectorAll(
             "header a, footer a, button, input:not([type=hidden]), select, summary")]
           // A box is ticked by tapping on its words.
           .map(each => each.type === "checkbox" ? each.labels[0] : each)
           // What a browser without a voice does not offer is tapped by nobody.
           .filter(each => each.checkVisibility() && each.getBoundingClientRect().height < 43.5)
           .map(each => each.outerHTML)"""
    )
    assert small == []


@pytest.mark.usefixtures("staff")
def test_participants_read_18_pixels_and_staff_15(page: Page) -> None:
    page.set_viewport_size(WIDE)
    sizes = []
    for path in ("/studies/WEB-1", "/review/1"):
        page.goto(path)
        sizes.append(page.evaluate("getComputedStyle(document.querySelector('main p')).fontSize"))
    assert sizes == ["18px", "15px"]
