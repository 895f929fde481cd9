"""Staff set up their second factor and look after accounts, in a real browser."""

import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from passlib.totp import TOTP
from playwright.sync_api import BrowserContext, Page, ViewportSize, expect

from recruit.core.config import Settings
from tests.browser.conftest import Witness, running
from tests.browser.steps import go
from tests.browser.test_pages import LANGUAGES, SIZES, check
from tests.web_world import (
    ADMINISTRATOR,
    COORDINATOR,
    PASSWORD,
    empty_database,
    fill,
    pages,
)


@dataclass(frozen=True)
class Site:
    """Where a fresh service is reached, under a name that passkeys can be bound to."""

    address: str

    def sign_in(self, page: Page, email: str, language: str = "en", said: str = PASSWORD) -> None:
        """Show a password."""
        page.goto(f"{self.address}/login?lang={language}")
        page.locator("#email").fill(email)
        page.locator("#password").fill(said)
        go(page.locator("form:has(#password) button"))


@pytest.fixture
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("site")
    engine = empty_database(folder)
    fill(engine)
    door = socket.create_server(("127.0.0.1", 0))
    address = f"http://localhost:{door.getsockname()[1]}"
    settings = Settings(data_folder=folder, base_url=address, second_factor="required")
    with running(pages(settings, engine), door):
        yield Site(address)
    engine.dispose()


@pytest.fixture
def telephone(page: Page) -> None:
    """A device of Chromium's own that keeps passkeys and knows its owner."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
            }
        },
    )


def code_on(page: Page) -> str:
    secret = page.locator("#secret").inner_text()
    return str(TOTP(key=secret).generate().token)


@SIZES
@pytest.mark.parametrize("language", LANGUAGES)
def test_each_step_of_a_first_sign_in(
    site: Site, page: Page, witness: Witness, language: str, size: ViewportSize
) -> None:
    page.set_viewport_size(size)
    site.sign_in(page, ADMINISTRATOR, language)
    page.wait_for_url("**/login/authenticator")
    check(page, witness, size)
    page.locator("#code").fill("000000")
    page.locator("form:has(#code) button").click()
    expect(page.locator("#problems")).to_be_visible()
    check(page, witness, size)
    page.locator("#code").fill(code_on(page))
    page.locator("form:has(#code) button").click()
    expect(page.locator(".codes li")).to_have_count(8)
    check(page, witness, size)
    page.locator("main .actions a").click()
    page.wait_for_url("**/review")
    for path in ("/account", "/account/password", "/account/passkeys", "/admin/users"):
        page.goto(f"{site.address}{path}")
        check(page, witness, size)
    go(page.locator("tbody a").first)
    check(page, witness, size)
    page.locator("#reset button").click()
    expect(page.locator(".secret")).to_be_visible()
    check(page, witness, size)


@SIZES
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pages_that_ask_again(
    site: Site, page: Page, witness: Witness, language: str, size: ViewportSize
) -> None:
    page.set_viewport_size(size)
    site.sign_in(page, ADMINISTRATOR, language)
    page.locator("#code").fill(code_on(page))
    go(page.locator("form:has(#code) button"))
    page.goto(f"{site.address}/admin/users")
    page.locator("#email").fill("nobody")
    page.locator("form:has(#email) button").click()
    expect(page.locator("#problems")).to_be_visible()
    check(page, witness, size)
    page.locator("#email").fill("new@example.org")
    go(page.locator("form:has(#email) button"))
    given = page.locator(".secret code").inner_text()
    page.context.clear_cookies()
    site.sign_in(page, "new@example.org", language, given)
    page.wait_for_url("**/login/new-password")
    check(page, witness, size)
    page.context.clear_cookies()
    site.sign_in(page, ADMINISTRATOR, language)
    page.wait_for_url("**/login/code")
    check(page, witness, size)


@pytest.mark.usefixtures("telephone")
def test_a_passkey_is_made_at_the_first_sign_in_and_lets_in_afterwards(
    site: Site, page: Page, witness: Witness
) -> None:
    site.sign_in(page, COORDINATOR)
    page.locator("form[data-passkey] #name").fill("Laptop")
    page.get_by_role("button", name="Use a passkey instead").click()
    expect(page.locator(".codes li")).to_have_count(8)
    page.context.clear_cookies()
    page.goto(f"{site.address}/login")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url("**/review")
    page.goto(f"{site.address}/account/passkeys")
    expect(page.get_by_text("Laptop", exact=True)).to_be_visible()
    assert witness.complaints == []


def test_without_a_device_one_is_told_and_can_go_on(site: Site, page: Page) -> None:
    page.add_init_script(
        "navigator.credentials.get = () => Promise.reject(new DOMException('', 'NotAllowedError'))"
    )
    page.goto(f"{site.address}/login")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_text("The passkey was not used.")).to_be_visible()
    expect(page.locator("#password")).to_be_visible()


@SIZES
def test_without_javascript_no_passkey_is_offered_and_the_rest_works(
    site: Site, new_context: Callable[..., BrowserContext], size: ViewportSize
) -> None:
    page = new_context(java_script_enabled=False, viewport=size).new_page()
    page.goto(f"{site.address}/login")
    expect(page.get_by_role("button", name="Sign in with a passkey")).to_be_hidden()
    site.sign_in(page, COORDINATOR)
    page.locator("#code").fill(code_on(page))
    page.locator("form:has(#code) button").click()
    expect(page.locator(".codes li")).to_have_count(8)
