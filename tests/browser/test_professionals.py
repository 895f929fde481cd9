"""A professional's way and a patient's with a referral card, in both languages."""

from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy import Engine

from tests.browser.axe import faults
from tests.browser.conftest import NARROW, running
from tests.browser.steps import go
from tests.directory import directory
from tests.functional.web.test_professionals import DOCTOR, service
from tests.joining import place
from tests.oneself import own
from tests.web_world import PASSWORD

WORDS = {
    "en": {
        "in": "Sign in",
        "check": "Check",
        "go": "Go on to the studies",
        "make": "Make a card",
        "agree": "The person who gave me the card may see",
        "hand": "Hand in my card",
        "received": "Received",
    },
    "fr": {
        "in": "Se connecter",
        "check": "Vérifier",
        "go": "Continuer vers les études",
        "make": "Créer une carte",
        "agree": "La personne qui m’a donné la carte peut voir",
        "hand": "Remettre ma carte",
        "received": "Reçue",
    },
}


@pytest.mark.parametrize("language", ["en", "fr"])
def test_from_the_number_to_a_card_that_a_patient_hands_in(
    page: Page, context: BrowserContext, tmp_path: Path, sqlite_engine: Engine, language: str
) -> None:
    said = WORDS[language]
    with directory() as known:
        here = service(place(tmp_path, sqlite_engine), tmp_path, known)
        patient = own(here)
        with running(here.app) as base:
            page.set_viewport_size(NARROW)
            page.goto(f"{base}/login?lang={language}")
            page.locator("#email").fill(DOCTOR)
            page.locator("#password").fill(PASSWORD)
            go(page.locator("main button[type=submit]").first)
            expect(page).to_have_url(f"{base}/professional/verify")
            assert faults(page) == ""
            page.locator("#register").select_option("rpps")
            page.locator("#number").fill("79927398710")
            page.locator("#family").fill("Martin")
            page.locator("#profession").select_option("physician")
            page.locator("#specialty").select_option("general")
            go(page.get_by_role("button", name=said["check"]))
            expect(page.locator("#number-problem")).to_be_visible()
            assert faults(page) == ""
            page.locator("#number").fill("79927398713")
            go(page.get_by_role("button", name=said["check"]))
            go(page.get_by_role("button", name=said["go"]))
            page.locator("#q").fill("diabetis")
            page.locator("#age").fill("50")
            go(page.locator("form.finding button"))
            assert faults(page) == ""
            assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]
            page.screenshot(path=tmp_path / "studies.png", full_page=True)
            go(page.locator('a[href="/professional/studies/WEB-1"]'))
            assert faults(page) == ""
            go(page.get_by_role("button", name=said["make"]))
            assert faults(page) == ""
            code = urlsplit(page.locator("main code").inner_text()).path
            # The patient, in a browser of their own.
            cookie = patient.client.get_cookie("session")
            assert cookie
            theirs = context.browser.new_context() if context.browser else context
            theirs.add_cookies([{"name": "session", "value": cookie.value, "url": base}])
            phone = theirs.new_page()
            phone.set_viewport_size(NARROW)
            phone.goto(f"{base}{code}?lang={language}")
            assert faults(phone) == ""
            phone.get_by_label(said["agree"]).check()
            go(phone.get_by_role("button", name=said["hand"]))
            assert faults(phone) == ""
            theirs.close()
            page.goto(f"{base}/professional")
            expect(page.locator("table").get_by_text(said["received"])).to_be_visible()
