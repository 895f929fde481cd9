"""The profile in a real browser: each step and error, both languages, narrow, no JavaScript."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from recruit.actions.profile import show_profile
from recruit.people.facts import ClinicalFact
from tests.browser.axe import faults
from tests.browser.conftest import NARROW, WIDE, running
from tests.browser.steps import go
from tests.joining import Place, place
from tests.oneself import Own, own
from tests.web_world import empty_database

HOME = "/me/profile"
STEPS = (
    "", "/sex", "/conditions", "/treatments", "/operations", "/allergies",
    "/measures", "/life", "/languages", "/home", "/seeking", "/facts",
)  # fmt: skip
LANGUAGES = pytest.mark.parametrize("language", ["en", "fr"])
WORDS = {
    "en": "type 2 diabetis since 2015, high blood pressure, no asthma, my mother had breast cancer",
    "fr": "diabette de type 2 depuis 2015, HTA, pas d’asthme, ma mère a eu un cancer du sein",
}
NUMBERS = count()
TAPPED = (
    "main button, main input:not([type=hidden]):not([type=checkbox]):not([type=radio]), "
    "main select, main textarea, main summary, .profile-steps a, .on-file a, .known a"
)
SAVE = "main button[type=submit]"


@dataclass(frozen=True)
class Served:
    """A service on loopback."""

    place: Place
    url: str


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder: Path = tmp_path_factory.mktemp("profile")
    engine = empty_database(folder)
    here = place(folder, engine)
    with running(here.app) as address:
        yield Served(here, address)
    engine.dispose()


@dataclass(frozen=True)
class Person:
    """Somebody in a browser without JavaScript."""

    who: Own
    page: Page
    language: str

    def go(self, path: str) -> None:
        self.page.goto(f"{path}?lang={self.language}")

    def save(self) -> None:
        go(self.page.locator(SAVE))

    def facts(self) -> list[ClinicalFact]:
        now = show_profile(self.who.place.engine, person=self.who.person)
        return [fact for fact in now.profile.facts if isinstance(fact, ClinicalFact)]


def arrive(browser: Browser, served: Served, language: str, *, script: bool) -> Person:
    who = own(served.place, f"person{next(NUMBERS)}@example.org")
    context: BrowserContext = browser.new_context(
        base_url=served.url, java_script_enabled=script, locale="en-GB", viewport=NARROW
    )
    cookie = who.client.get_cookie("session")
    assert cookie
    context.add_cookies([{"name": "session", "value": cookie.value, "url": served.url}])
    return Person(who, context.new_page(), language)


@pytest.fixture
def plain(browser: Browser, served: Served, language: str) -> Iterator[Person]:
    """Without JavaScript, 320 px wide."""
    person = arrive(browser, served, language, script=False)
    yield person
    person.page.context.close()


@pytest.fixture
def seen(browser: Browser, served: Served, language: str) -> Iterator[Person]:
    """With JavaScript, which axe needs."""
    person = arrive(browser, served, language, script=True)
    yield person
    person.page.context.close()


def check(page: Page) -> None:
    """What must hold of a page as it stands, narrow and wide."""
    for size in (NARROW, WIDE):
        page.set_viewport_size(size)
        assert faults(page) == ""
        assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]


def open_choices(page: Page) -> list[Locator]:
    """The things for which nothing is chosen yet."""
    return [g for g in page.locator(".heard fieldset").all() if not g.locator(":checked").count()]


@LANGUAGES
def test_every_step_is_clean(seen: Person) -> None:
    seen.who.tell()
    for step in STEPS:
        seen.go(f"{HOME}{step}")
        check(seen.page)


@LANGUAGES
def test_every_error_is_clean(seen: Person) -> None:
    page = seen.page
    seen.go(f"{HOME}/sex")
    seen.save()
    expect(page.get_by_role("alert")).to_be_visible()
    check(page)
    seen.go(f"{HOME}/conditions")
    page.locator("#words").fill("none")
    seen.save()
    check(page)
    seen.go(f"{HOME}/measures")
    page.locator("#value-height").fill("17")
    seen.save()
    check(page)
    seen.go(f"{HOME}/home")
    page.locator("#postcode").fill("99999")
    seen.save()
    check(page)


@LANGUAGES
def test_the_confirmation_is_clean_and_so_is_its_error(seen: Person) -> None:
    seen.go(f"{HOME}/conditions")
    seen.page.locator("#words").fill(WORDS[seen.language])
    seen.save()
    check(seen.page)
    seen.save()
    expect(seen.page.get_by_role("alert")).to_be_visible()
    check(seen.page)


@LANGUAGES
def test_a_correction_is_clean_and_so_is_its_error(seen: Person) -> None:
    seen.who.tell()
    seen.go(f"{HOME}/facts")
    go(seen.page.locator(".on-file a").first)
    check(seen.page)
    seen.save()
    expect(seen.page.get_by_role("alert")).to_be_visible()
    check(seen.page)


@LANGUAGES
def test_two_windows_that_differ_are_clean(seen: Person) -> None:
    seen.go(f"{HOME}/sex")
    other = seen.page.context.new_page()
    other.goto(f"{HOME}/sex")
    other.locator("#sex").check()
    go(other.locator(SAVE))
    seen.page.locator("#sex-2").check()
    seen.save()
    expect(seen.page.get_by_role("alert")).to_be_visible()
    expect(seen.page.locator("#sex-2")).to_be_checked()
    check(seen.page)


@LANGUAGES
def test_the_whole_way_without_javascript(plain: Person) -> None:
    page = plain.page
    plain.go(HOME)
    go(page.locator("main a[role=button]"))
    page.locator("#sex").check()
    plain.save()
    page.locator("#words").fill(WORDS[plain.language])
    plain.save()
    assert plain.facts() == []
    for group in open_choices(page):
        group.locator("input").first.check()
    plain.save()
    for _ in ("treatments", "operations", "allergies"):
        page.locator("#complete").check()
        plain.save()
    page.locator("#value-height").fill("170")
    page.locator("#value-weight").fill("82,5")
    page.locator("#value-hba1c").fill("7,8")
    page.locator("#date-hba1c").fill("03/2026")
    plain.save()
    page.locator("#smoker-3").check()
    plain.save()
    page.locator("#language-fr").check()
    plain.save()
    page.locator("#postcode").fill("75 012")
    plain.save()
    page.locator("#words").fill("migraine")
    plain.save()
    plain.save()
    expect(page.locator("main h1")).to_be_visible()
    expect(page.locator(".profile-steps .told")).to_have_count(10)
    assert [(f.status, f.concepts) for f in plain.facts()] == [
        ("present", ("MESH:D003924",)),
        ("present", ("MESH:D006973",)),
        ("absent", ("MESH:D001249",)),
    ]


@LANGUAGES
def test_by_keyboard_alone(seen: Person) -> None:
    page = seen.page
    seen.go(f"{HOME}/conditions")
    page.locator("#words").focus()
    page.keyboard.type("gout" if seen.language == "en" else "goutte")
    for _ in range(2):
        page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_selector(".heard")
    page.locator(".heard input:checked").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/treatments?saved=conditions")
    assert [fact.concepts for fact in seen.facts()] == [("MESH:D006073",)]


@LANGUAGES
def test_what_is_tapped_is_large_enough(seen: Person) -> None:
    seen.who.tell()
    for step in STEPS:
        seen.go(f"{HOME}{step}")
        small = seen.page.evaluate(
            """names => [...document.querySelectorAll(names)]
               .filter(each => each.getBoundingClientRect().height
                               && each.getBoundingClientRect().height < 43.5)
               .map(each => each.outerHTML)""",
            TAPPED,
        )
        assert small == [], step
