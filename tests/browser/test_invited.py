"""An invitation in a real browser: read, answered and stopped, at 320 px, without scripts."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, expect
from sqlalchemy import Engine

from recruit.actions.outreach import answers
from recruit.actions.outreach.answers import Answer
from recruit.consent import ledger
from recruit.consent.choices import Channel, Choice, Purpose
from recruit.core.clock import now
from recruit.core.db import connect, reading, unit_of_work, upgrade
from recruit.core.i18n import translate
from recruit.notify.links import Purpose as Link
from recruit.terminology.lexicon import Lexicon
from tests.asking import Invited, invited
from tests.browser.conftest import NARROW, WIDE, Witness, running
from tests.browser.steps import go, toggle, unfold
from tests.browser.test_pages import check
from tests.joining import code_in
from tests.outreach import OWN, agreement, willing
from tests.staying import time_to_stay

LANGUAGES = pytest.mark.parametrize("language", ["en", "fr"])
SIZES = pytest.mark.parametrize("size", [NARROW, WIDE], ids=["320px", "wide"])


@pytest.fixture(scope="session")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """A database of these tests alone."""
    database = connect(f"sqlite:///{tmp_path_factory.mktemp('invited') / 'recruit.db'}")
    upgrade(database)
    yield database
    database.dispose()


@pytest.fixture(scope="session")
def here(engine: Engine, lexicon: Lexicon, tmp_path_factory: pytest.TempPathFactory) -> Invited:
    """Somebody with a message about a study."""
    return invited(tmp_path_factory.mktemp("pages"), engine, lexicon)


@pytest.fixture(scope="session")
def address(here: Invited) -> Iterator[str]:
    """Where its pages are served: another address than that of the other tests' pages."""
    with running(here.app) as served:
        yield served


@pytest.fixture
def context(browser: Browser, address: str) -> Iterator[BrowserContext]:
    """A browser that has never been there."""
    fresh = browser.new_context(base_url=address)
    yield fresh
    fresh.close()


@pytest.fixture
def plain(browser: Browser, address: str) -> Iterator[Page]:
    """A narrow page without JavaScript."""
    context = browser.new_context(base_url=address, java_script_enabled=False, viewport=NARROW)
    yield context.new_page()
    context.close()


def last(here: Invited) -> Answer:
    with reading(here.engine) as session:
        return answers.given(session, here.study.trial, here.person)[-1].answer


def agree_again(here: Invited) -> None:
    """What other tests have stopped, there is to be stopped once more."""
    contact = (Choice(Purpose.CONTACT, channel) for channel in Channel)
    proof = replace(agreement(Choice(Purpose.MATCHING), *contact), at=now())
    with unit_of_work(here.engine) as session:
        ledger.grant(session, [(here.person, proof)], OWN)


def press(page: Page, words: str, language: str) -> None:
    go(page.get_by_role("button", name=translate(words, language), exact=True))


@SIZES
@LANGUAGES
def test_the_invitation_reads_well(
    page: Page, witness: Witness, here: Invited, language: str, size: ViewportSize
) -> None:
    page.set_viewport_size(size)
    page.goto(f"{here.link()}?lang={language}")
    check(page, witness, size)
    unfold(page)
    check(page, witness, size)


@SIZES
@LANGUAGES
@pytest.mark.parametrize("words", ["Not now", "Never for this study"])
def test_what_an_answer_says_reads_well(  # noqa: PLR0913, PLR0917 - each page in each way
    page: Page, witness: Witness, here: Invited, language: str, size: ViewportSize, words: str
) -> None:
    page.set_viewport_size(size)
    page.goto(f"{here.link()}?lang={language}")
    press(page, words, language)
    expect(page.get_by_role("status")).to_be_visible()
    check(page, witness, size)


@SIZES
@LANGUAGES
def test_an_empty_question_is_asked_for_again(
    page: Page, witness: Witness, here: Invited, language: str, size: ViewportSize
) -> None:
    page.set_viewport_size(size)
    page.goto(f"{here.link()}?lang={language}")
    toggle(page.get_by_text(translate("I have a question", language), exact=True))
    press(page, "Send my question", language)
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.get_by_role("textbox")).to_be_visible()
    check(page, witness, size)


@SIZES
@LANGUAGES
def test_stopping_reads_well(
    page: Page, witness: Witness, here: Invited, language: str, size: ViewportSize
) -> None:
    agree_again(here)
    page.set_viewport_size(size)
    page.goto(f"{here.link(Link.STOP)}?lang={language}")
    check(page, witness, size)
    press(page, "Stop this", language)
    expect(page.get_by_role("status")).to_be_visible()
    check(page, witness, size)


@LANGUAGES
def test_every_answer_can_be_changed_without_scripts(
    plain: Page, here: Invited, language: str
) -> None:
    plain.goto(f"{here.link()}?lang={language}")
    for words, said in (
        ("Not now", Answer.NOT_NOW),
        ("Never for this study", Answer.NEVER_THIS),
        ("Never again for any study", Answer.NEVER),
    ):
        press(plain, words, language)
        expect(plain.get_by_role("status")).to_be_visible()
        assert last(here) is said


@LANGUAGES
def test_a_yes_leads_to_the_questions_by_a_code_without_scripts(
    plain: Page, here: Invited, language: str
) -> None:
    here.place.post()  # what other tests left
    plain.goto(f"{here.link()}?lang={language}")
    press(plain, "Yes, tell me more", language)
    assert last(here) is Answer.YES
    code = code_in(here.place.post()[-1])
    plain.get_by_role("textbox").fill(code)
    press(plain, "Open my space", language)
    assert f"/me/trials/{here.study.trial}" in plain.url


def test_an_answer_is_given_by_keyboard_alone(page: Page, here: Invited) -> None:
    page.goto(f"{here.link()}?lang=en")
    wanted = page.get_by_role("button", name="Not now", exact=True)
    for _ in range(40):
        page.keyboard.press("Tab")
        if wanted.evaluate("button => button === document.activeElement"):
            break
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_be_visible()
    assert last(here) is Answer.NOT_NOW


@SIZES
@LANGUAGES
def test_one_press_is_enough_to_stay(
    page: Page, witness: Witness, here: Invited, language: str, size: ViewportSize
) -> None:
    page.set_viewport_size(size)
    person = willing(here.engine, f"{language}-{size['width']}")
    with time_to_stay(here.engine, person) as link:
        page.goto(f"{link}?lang={language}")
        check(page, witness, size)
        press(page, "Yes, I want to stay", language)
        expect(page.get_by_role("status")).to_be_visible()
        check(page, witness, size)
