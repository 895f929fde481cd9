"""The ways in for everybody in a real browser: passed on, on paper, easy to read, read aloud."""

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from urllib.parse import urlsplit

import pypdfium2
import pytest
import zxingcpp
from playwright.sync_api import Page, expect

from recruit.actions.accounts import add_account
from recruit.core.config import Settings
from recruit.core.db import unit_of_work
from recruit.people.accounts import Role
from recruit.trials import store as trials
from recruit.trials.materials.content import SHARED, Channel
from tests.browser.axe import faults
from tests.browser.conftest import NARROW, Witness, running
from tests.browser.steps import go, toggle
from tests.kit import posted
from tests.paper import OPERATOR, SAID
from tests.web_world import (
    CHEAP,
    COORDINATOR,
    DIABETES,
    PASSWORD,
    empty_database,
    lexicon,
    pages,
)

HEAVIEST = 200_000  # bytes of a page with all that belongs to it
PUBLIC = ["/studies/WEB-1", "/share/WEB-1", "/easy/study/WEB-1", "/easy/joining", "/join"]
# A voice of this machine: headless Chromium has none.
VOICE = """
window.said = [];
const engine = {
  getVoices: () => [
    { lang: "fr-FR", localService: true }, { lang: "en-GB", localService: true },
    { lang: "en-US", localService: false },
  ],
  speak(words) { window.said.push([words.lang, words.text]); window.last = words; },
  pause() { window.paused = true; }, resume() { window.paused = false; },
  cancel() { window.stopped = true; }, addEventListener() {},
};
Object.defineProperty(window, "speechSynthesis", { value: engine });
window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
"""
FAR_VOICE = VOICE.replace("localService: true", "localService: false")
ALOUD = {
    "en": ("Read aloud", "Pause", "Go on reading", "Stop reading"),
    "fr": ("Écouter la page", "Mettre en pause", "Reprendre la lecture", "Arrêter la lecture"),
}
TYPED = {
    "en": ("Keep the first entry", "Compare", "The entries differ", "Type in a form on paper"),
    "fr": (
        "Garder la première saisie",
        "Comparer",
        "Les saisies diffèrent",
        "Saisir un formulaire papier",
    ),
}


@dataclass(frozen=True)
class Here:
    """Where the service is."""

    base: str


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Here]:
    """A service with an operator, a coordinator, and a study whose texts are approved."""
    folder = tmp_path_factory.mktemp("ways")
    engine = empty_database(folder)
    with unit_of_work(engine) as session:
        trials.save(session, DIABETES, lexicon())
    posted(engine, DIABETES, [*SHARED, Channel.EASY])
    add_account(
        engine,
        email=COORDINATOR,
        role=Role.COORDINATOR,
        password=PASSWORD,
        actor="test",
        cost=CHEAP,
    )
    settings = Settings(
        data_folder=folder,
        base_url="http://127.0.0.1:8000",
        operator=OPERATOR,
        phone="01 99 00 12 34",
    )
    with running(pages(settings, engine)) as base:
        yield Here(base)
    engine.dispose()


def narrow_enough(page: Page) -> bool:
    wide: int = page.evaluate("document.documentElement.scrollWidth")
    return wide <= NARROW["width"]


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("path", PUBLIC)
def test_a_page_is_light_clean_and_asks_nobody_else(
    here: Here, page: Page, witness: Witness, path: str, language: str
) -> None:
    weights: list[int] = []
    page.on("response", lambda answer: weights.append(len(answer.body())))
    page.set_viewport_size(NARROW)
    page.goto(f"{here.base}{path}?lang={language}", wait_until="networkidle")
    for folded in page.locator("details").all():
        folded.evaluate("each => { each.open = true; }")
    assert faults(page) == ""
    assert narrow_enough(page)
    assert witness.complaints == []
    assert {urlsplit(url).netloc for url in witness.requests} == {urlsplit(here.base).netloc}
    assert sum(weights) <= HEAVIEST


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_poster_from_the_page_leads_back_to_the_study(
    here: Here, page: Page, language: str
) -> None:
    page.goto(f"{here.base}/share/WEB-1?lang={language}")
    sheet = page.locator(f"a[href*='/share/poster/a4/{language}/']").first.get_attribute("href")
    content = page.request.get(f"{here.base}{sheet}").body()
    document = pypdfium2.PdfDocument(BytesIO(content))
    picture = document[0].render(scale=2).to_pil()
    document.close()
    [read] = zxingcpp.read_barcodes(picture)
    page.goto(here.base + urlsplit(read.text).path)
    expect(page).to_have_url(f"{here.base}/studies/WEB-1?via={read.text[-8:]}")
    page.locator("a[href^='/join']").last.click()
    expect(page).to_have_url(f"{here.base}/join?via={read.text[-8:]}")


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_page_is_read_aloud_paused_and_stopped(here: Here, page: Page, language: str) -> None:
    read, pause, go_on, stop = ALOUD[language]
    page.add_init_script(VOICE)
    page.goto(f"{here.base}/easy/joining?lang={language}")
    toggle(page.get_by_role("button", name=read))
    assert page.evaluate("window.said.length") == 1
    page.evaluate("window.last.onend()")
    said = page.evaluate("window.said")
    assert len(said) == 2
    assert {each[0][:2] for each in said} == {language}
    toggle(page.get_by_role("button", name=pause))
    assert page.evaluate("window.paused")
    assert faults(page) == ""
    toggle(page.get_by_role("button", name=go_on))
    assert not page.evaluate("window.paused")
    toggle(page.get_by_role("button", name=stop))
    assert page.evaluate("window.stopped")
    expect(page.get_by_role("button", name=read)).to_be_focused()
    expect(page.get_by_role("button", name=stop)).to_be_hidden()


def test_a_voice_that_speaks_elsewhere_is_not_offered(here: Here, page: Page) -> None:
    page.add_init_script(FAR_VOICE)
    page.goto(f"{here.base}/easy/joining?lang=en")
    expect(page.locator("[data-aloud]")).to_be_hidden()


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_form_on_paper_is_typed_in_twice(
    here: Here, page: Page, tmp_path: Path, language: str
) -> None:
    keep, compare, differ, begin = TYPED[language]
    page.set_viewport_size(NARROW)
    page.goto(f"{here.base}/login?lang={language}")
    page.locator("#email").fill(COORDINATOR)
    page.locator("#password").fill(PASSWORD)
    go(page.locator("main button[type=submit]").first)
    page.goto(f"{here.base}/paper")
    assert faults(page) == ""
    go(page.get_by_role("button", name=begin))
    assert faults(page) == ""
    assert narrow_enough(page)
    page.locator("#reference").fill(f"scan {language}")
    fill(page, born="1950-03-27")
    go(page.get_by_role("button", name=keep))
    expect(page.locator("#born")).to_have_value("")
    assert faults(page) == ""
    fill(page, born="1950-03-28")
    go(page.get_by_role("button", name=compare))
    expect(page.get_by_role("heading", name=differ)).to_be_visible()
    assert faults(page) == ""
    assert narrow_enough(page)
    page.screenshot(path=tmp_path / "differ.png", full_page=True)
    page.locator("#born").fill("1950-03-27")
    go(page.get_by_role("button", name=compare))
    expect(page.get_by_role("status").first).to_contain_text(f"scan {language}")
    assert faults(page) == ""


def fill(page: Page, born: str) -> None:
    """Type in a form, as the sheet has it but for the birth date."""
    for name in ("day", "place", "name", "address", "postcode", "conditions", "drugs"):
        page.locator(f"#{name}").fill(str(SAID[name]))
    page.locator("#born").fill(born)
    page.locator("#sex").select_option("female")
    page.locator("#choice-1").check()
    page.locator("#choice-2").check()
    page.locator("#helper").select_option("relative")
    page.locator("#signed").check()


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_call_is_led_by_a_script(here: Here, page: Page, language: str) -> None:
    page.set_viewport_size(NARROW)
    page.goto(f"{here.base}/login?lang={language}")
    page.locator("#email").fill(COORDINATOR)
    page.locator("#password").fill(PASSWORD)
    go(page.locator("main button[type=submit]").first)
    page.goto(f"{here.base}/paper/new/phone")
    assert faults(page) == ""
    assert narrow_enough(page)
    spell = {"en": "Please spell the street.", "fr": "Épelez la rue"}[language]
    expect(page.get_by_text(spell)).to_be_visible()
