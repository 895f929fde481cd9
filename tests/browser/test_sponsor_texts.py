"""The texts of a trial in a real browser: both languages, wide and 320 px, by keyboard."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from recruit.actions.posting import materials
from recruit.trials.draft import Tongue
from recruit.trials.materials.content import Channel, Part
from tests.browser.conftest import Witness
from tests.browser.test_pages import check
from tests.materials import APPROVER as ANOTHER
from tests.materials import AUTHOR, Desk, desk
from tests.web_world import PASSWORD, SPONSOR, World, lexicon

PAGES = [
    "",
    "/decisions",
    "/page/fr/FR",
    "/page/fr/FR/preview",
    "/page/fr/FR/submit",
    "/email/en/FR",
    "/email/en/FR/approval",
    "/email/en/FR/preview",
    "/sms/fr/FR",
    "/sms/fr/FR/preview",
    "/letter/fr/FR/preview",
    "/phone/en/FR/preview",
]


@pytest.fixture(scope="module")
def texts(browser_world: World) -> Desk:
    """A trial whose e-mail is approved and waits again, and whose page claims too much."""
    found = desk(browser_world.engine, lexicon())
    found.approve(found.submitted(), ANOTHER)
    found.submitted(texts={**found.texts, Part.SUBJECT: "A study near you"})
    page = found.on(Channel.PAGE, "fr")
    claims = (
        "C’est sans danger. Un traitement gratuit.\n\nLa caractérisation pharmacocinétique "
        "nécessite une hospitalisation préalable des participants sélectionnés."
    )
    materials.save(found.engine, page.by(AUTHOR), {**page.texts, Part.RISKS: claims})
    return found


@pytest.fixture
def open_page(page: Page, texts: Desk) -> Callable[[str, Tongue], None]:
    """Opens a page of the trial's texts as a signed-in sponsor."""
    page.goto("/login?lang=en")
    page.get_by_label("Email address").fill(SPONSOR)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_load_state()

    def opened(path: str, language: Tongue) -> None:
        page.goto(f"/sponsor/trials/{texts.posting}/materials{path}?lang={language}")

    return opened


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_pages_of_texts(
    page: Page,
    witness: Witness,
    open_page: Callable[[str, Tongue], None],
    language: Tongue,
) -> None:
    for path in PAGES:
        open_page(path, language)
        check(page, witness)


def test_the_meter_follows_the_keyboard(
    page: Page, witness: Witness, open_page: Callable[[str, Tongue], None]
) -> None:
    open_page("/letter/en/FR", "en")
    meter = page.get_by_role("region", name="What is to be said of the text")
    expect(meter).to_contain_text("Nothing is in the way")
    page.get_by_label("Text", exact=True).focus()
    page.keyboard.press("ControlOrMeta+End")
    page.keyboard.type(" The tablet is perfectly safe.")
    expect(meter.locator("mark.ban")).to_contain_text("safe")
    expect(meter).to_contain_text("There are words in the text that must not be said.")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Save draft")).to_be_focused()
    assert witness.complaints == []


def test_a_text_is_saved_by_keyboard_alone(
    page: Page, open_page: Callable[[str, Tongue], None]
) -> None:
    open_page("/phone/en/FR", "en")
    page.get_by_label("Text", exact=True).focus()
    page.keyboard.type("Hello. ")
    page.get_by_role("button", name="Save draft").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Saved as a draft.")
