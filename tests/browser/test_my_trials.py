"""From a yes to an appointment in a real browser: both languages, 320 px, without scripts, axe."""

from collections.abc import Iterator
from itertools import count

import pytest
from playwright.sync_api import Browser, Page, expect

from recruit.core.i18n import translate
from recruit.referrals.paths import State
from recruit.web.service import EXTENSION
from tests.browser.conftest import NARROW
from tests.browser.steps import press_enter
from tests.browser.test_oneself import carry
from tests.browser.test_profile import check
from tests.joining import Place
from tests.oneself import Own, own
from tests.referring import PARIS, STUDY, interested, offered, path_of, through
from tests.web_world import World, lexicon

LANGUAGES = pytest.mark.parametrize("language", ["en", "fr"])
NUMBERS = count()
UNSURE, DECLINED = "I do not know", "I would rather not say"


@pytest.fixture
def camille(browser_world: World) -> Own:
    """Somebody who has told a few facts, and said yes to a study."""
    keyring = browser_world.app.extensions[EXTENSION].secrets.vault
    place = Place(browser_world.app, browser_world.engine, keyring)
    place.post()
    who = own(place, f"interested{next(NUMBERS)}@example.org")
    who.tell()
    interested(place.engine, lexicon(), who.person)
    return who


@pytest.fixture
def plain(browser: Browser, base_url: str) -> Iterator[Page]:
    """A narrow page without JavaScript."""
    context = browser.new_context(base_url=base_url, java_script_enabled=False, viewport=NARROW)
    yield context.new_page()
    context.close()


class Walker:
    """Presses what stands on a page, in its language."""

    def __init__(self, page: Page, language: str) -> None:
        self.page, self.language = page, language

    def words(self, message: str) -> str:
        return translate(message, self.language)

    def press(self, message: str, role: str = "button") -> None:
        found = self.page.get_by_role(role, name=self.words(message), exact=True)  # type: ignore[arg-type]  # one of two
        found.focus()
        press_enter(self.page)

    def tick(self, message: str) -> None:
        self.page.get_by_label(self.words(message), exact=True).check()

    def says(self, message: str) -> None:
        expect(self.page.get_by_text(self.words(message)).first).to_be_visible()

    def answer(self, message: str) -> None:
        self.tick(message)
        self.press("Save and go on")


def begun(who: Own, page: Page, base_url: str, language: str) -> Walker:
    """A browser that is signed in, on the study's first page."""
    carry(who.client, page, base_url)
    page.goto(f"{STUDY}?lang={language}")
    return Walker(page, language)


def state(who: Own) -> State:
    return path_of(who.place.engine, who.person).state


@LANGUAGES
def test_from_the_questions_to_the_appointment_without_scripts(
    camille: Own, plain: Page, base_url: str, language: str
) -> None:
    offered(camille.place.engine, places=50)
    walk = begun(camille, plain, base_url, language)
    walk.press("Go to the questions")
    walk.answer("No")
    walk.answer("No, never")
    walk.answer("No, I have never smoked")
    walk.says("It looks possible. The study centre decides.")
    walk.press("Choose a study centre")
    plain.locator(f"input[value='{PARIS}']").check()
    walk.press("Go on")
    walk.tick("By e-mail")
    walk.tick("In the morning")
    plain.get_by_label(walk.words("Your name"), exact=True).fill("Camille Exemple")
    walk.press("Go on")
    walk.says("Before anything is given")
    expect(plain.get_by_text("Camille Exemple")).to_be_visible()
    box = plain.locator("#agree")
    expect(box).not_to_be_checked()
    box.check()
    walk.press("Give it to this centre")
    assert state(camille) is State.RELEASED
    walk.press("Choose an appointment")
    plain.locator("input[name='slot']").first.check()
    walk.press("Take this time")
    walk.says("Your appointment")
    walk.says("What happens next")


@LANGUAGES
@pytest.mark.parametrize("words", [UNSURE, DECLINED])
def test_who_knows_nothing_comes_through_all_the_same(
    camille: Own, plain: Page, base_url: str, language: str, words: str
) -> None:
    walk = begun(camille, plain, base_url, language)
    walk.press("Go to the questions")
    for _ in range(3):
        walk.answer(words)
    walk.says("We know too little to say whether it is possible. The study centre decides.")
    assert state(camille) is State.PRESCREENED


@LANGUAGES
def test_who_stops_half_way_has_given_nothing(
    camille: Own, plain: Page, base_url: str, language: str
) -> None:
    walk = begun(camille, plain, base_url, language)
    walk.press("Go to the questions")
    walk.answer("Yes")
    walk.says("With this answer, this study may not fit")
    walk.press("See other studies")
    assert "/studies" in plain.url
    assert state(camille) is State.INTERESTED


@LANGUAGES
def test_what_was_given_is_taken_back_with_one_press(
    camille: Own, plain: Page, base_url: str, language: str
) -> None:
    through(camille)
    walk = begun(camille, plain, base_url, language)
    walk.press("Take this back: the centre sees me no more")
    walk.says(
        "Done. Your name and contact details are shown to nobody any more. "
        "What was seen before may be known there."
    )
    assert state(camille) is State.WITHDRAWN


@LANGUAGES
def test_every_page_of_the_way_is_sound(
    camille: Own, page: Page, base_url: str, language: str
) -> None:
    page.set_viewport_size(NARROW)
    walk = begun(camille, page, base_url, language)
    check(page)
    walk.press("Go to the questions")
    check(page)
    walk.press("Save and go on")  # without an answer
    check(page)
    walk.answer("Yes")
    check(page)
    walk.press("Go on with the questions all the same", "link")
    check(page)
    for address in ("/me/trials", "/me/invitations"):
        page.goto(address)
        check(page)
    through(camille)
    offered(camille.place.engine, places=50)
    for end in ("", "/questions/done", "/site", "/reach", "/confirm", "/appointment"):
        page.goto(f"{STUDY}{end}")
        check(page)


@LANGUAGES
@pytest.mark.usefixtures("staff")
def test_the_pages_of_coordinators_are_sound(camille: Own, page: Page, language: str) -> None:
    through(camille)
    offered(camille.place.engine, places=50)
    number = path_of(camille.place.engine, camille.person).number
    for address in ("/referrals", "/referrals/slots", f"/referrals/{number}"):
        page.goto(f"{address}?lang={language}")
        check(page)
