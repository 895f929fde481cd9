"""The description of the API and the page of one's own keys, in a real browser."""

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from tests.browser.conftest import Witness
from tests.browser.steps import go
from tests.browser.test_pages import LANGUAGES, SIZES, check
from tests.web_world import COORDINATOR, PASSWORD


@SIZES
def test_the_description_is_shown_from_our_own_files_alone(
    page: Page, base_url: str, witness: Witness, size: ViewportSize
) -> None:
    page.set_viewport_size(size)
    page.goto(f"{base_url}/api/docs")
    expect(page.get_by_text("/api/v1/trials/{trial}/approval")).to_be_visible()
    page.locator(".opblock-summary-control").first.click()
    expect(page.locator(".opblock-body").first).to_be_visible()
    assert witness.complaints == []
    assert {urlsplit(url).netloc for url in witness.requests} <= {urlsplit(base_url).netloc, ""}
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]


@pytest.mark.parametrize("language", LANGUAGES)
@SIZES
def test_a_key_is_made_and_shown_once(
    page: Page, base_url: str, witness: Witness, language: str, size: ViewportSize
) -> None:
    page.set_viewport_size(size)
    page.goto(f"{base_url}/login?lang={language}")
    page.locator("#email").fill(COORDINATOR)
    page.locator("#password").fill(PASSWORD)
    go(page.locator("form:has(#password) button"))
    page.goto(f"{base_url}/account/keys")
    check(page, witness, size)
    go(page.locator("form:has(#title) button"))
    check(page, witness, size)
    page.locator("#title").fill("nightly report")
    page.locator("#scope-1").check()
    page.locator("form:has(#title) button").click()
    expect(page.locator("code.secret")).to_be_visible()
    check(page, witness, size)
