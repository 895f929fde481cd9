"""The inbox in a real browser: both languages, wide and 320 px, by keyboard, with axe."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count

import pytest
from playwright.sync_api import Page, ViewportSize, expect
from sqlalchemy import delete, select

from recruit.actions.inbox import snippets
from recruit.actions.match_table import MatchRow
from recruit.actions.outreach import attachments, words
from recruit.actions.safety.tables import CASE, STEP, WORD
from recruit.actions.words_table import CONVERSATION, HEARD, REPLY, SNIPPET, SNIPPET_VERSION
from recruit.consent.choices import Channel
from recruit.core.clock import now
from recruit.core.db import unit_of_work
from recruit.notify.attached import Attached, Kind, Refused
from recruit.web.service import EXTENSION
from tests.browser.conftest import NARROW, Witness
from tests.browser.steps import press_enter
from tests.browser.test_oneself import carry
from tests.browser.test_pages import LANGUAGES, SIZES, check, visit
from tests.joining import Place
from tests.oneself import own
from tests.web_world import DIABETES, World

STRANGE = "Bonjour, j’ai changé de numéro."
TEXTS = (
    "Depuis le comprimé j’ai de violents maux de tête.\n\nFaut-il que je dise stop ?",
    "Recevez-vousmesmessagesquandilssontécritssansaucunespacecommecelui-ci?",
)
FILES = (
    Attached("compte rendu.pdf", Kind.PDF, 9, b"%PDF-1.4\n"),
    Attached("programme.exe", Kind.OTHER, 9_000_000, b"", Refused.LARGE),
)
NUMBERS = count()


@dataclass(frozen=True)
class Inbox:
    """The conversation of somebody known, and an approved answer."""

    number: int
    snippet: int


@pytest.fixture
def inbox(browser_world: World) -> Iterator[Inbox]:
    """Two messages of somebody with files, and one from a number of nobody's."""
    service, engine = browser_world.app.extensions[EXTENSION], browser_world.engine
    keyring = service.secrets.vault
    words.hear_strange(engine, keyring, Channel.SMS, "+33639980077", STRANGE, now(), "SM1")
    stored = attachments.store(service.settings.data_folder, FILES)
    texts = {"en": "You can come by bus.", "fr": "Vous pouvez venir en bus."}
    snippet = snippets.add(engine, "Venir", {"en": texts["en"], "fr": texts["fr"]}, actor="author")
    snippets.approve(engine, snippet, 1, actor="approver")
    with unit_of_work(engine) as session:
        match = session.get(MatchRow, browser_world.matches["known"])
        assert match is not None
        for text in TEXTS:
            heard = words.hear(
                session,
                keyring,
                person=match.person,
                trial=DIABETES.id,
                channel=Channel.EMAIL,
                text=text,
                at=now(),
            )
        attachments.keep(session, keyring, heard, stored)
        query = select(CONVERSATION.c.id).where(CONVERSATION.c.person == match.person)
        number = session.scalars(query).one()
    yield Inbox(number, snippet)
    with unit_of_work(engine) as session:
        for table in (REPLY, STEP, WORD, CASE, HEARD, CONVERSATION, SNIPPET_VERSION, SNIPPET):
            session.execute(delete(table))


@SIZES
@pytest.mark.usefixtures("staff")
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_inbox_and_its_pages(
    page: Page, witness: Witness, inbox: Inbox, language: str, size: ViewportSize
) -> None:
    page.set_viewport_size(size)
    visit(page, "/inbox", language)
    expect(page.get_by_text(TEXTS[1], exact=True)).to_be_visible()
    check(page, witness, size)
    visit(page, f"/inbox/{inbox.number}", language)
    expect(page.locator("mark").first).to_be_visible()
    check(page, witness, size)
    visit(page, "/inbox/snippets", language)
    check(page, witness, size)
    visit(page, f"/inbox/snippets/{inbox.snippet}", language)
    check(page, witness, size)


@SIZES
@pytest.mark.usefixtures("staff")
@pytest.mark.parametrize("language", LANGUAGES)
def test_an_empty_inbox(page: Page, witness: Witness, language: str, size: ViewportSize) -> None:
    page.set_viewport_size(size)
    visit(page, "/inbox", language)
    expect(page.get_by_role("status")).to_be_visible()
    check(page, witness, size)


@pytest.mark.usefixtures("staff")
def test_a_conversation_is_answered_by_keyboard_alone(
    page: Page, witness: Witness, inbox: Inbox
) -> None:
    visit(page, f"/inbox/{inbox.number}", "en")
    press(page, "button", "No stop was meant")
    expect(page.get_by_text("nothing was meant to stop")).to_be_visible()
    press(page, "button", "Write an answer")
    press(page, "link", "Venir")
    page.get_by_label("Your answer").focus()
    page.keyboard.press("Control+End")
    page.keyboard.type(" Cela guérit.")
    press(page, "button", "Send the answer")
    expect(page.get_by_role("alert")).to_contain_text("must not be said")
    page.set_viewport_size(NARROW)
    check(page, witness, NARROW)
    field = page.get_by_label("Your answer")
    field.focus()
    page.keyboard.press("Control+A")
    page.keyboard.type("Oui, en bus.")
    press(page, "button", "Send the answer")
    expect(page.get_by_text("Your answer waits on the person’s page.")).to_be_visible()
    expect(page.get_by_text("Oui, en bus.", exact=True)).to_be_visible()


@pytest.mark.parametrize("language", LANGUAGES)
def test_ones_own_messages(
    page: Page, witness: Witness, browser_world: World, base_url: str, language: str
) -> None:
    keyring = browser_world.app.extensions[EXTENSION].secrets.vault
    place = Place(browser_world.app, browser_world.engine, keyring)
    place.post()
    who = own(place, f"messages{next(NUMBERS)}@example.org")
    carry(who.client, page, base_url)
    page.set_viewport_size(NARROW)
    visit(page, "/me/messages", language)
    check(page, witness, NARROW)
    page.locator("#words").fill(TEXTS[1])
    page.locator("form:has(#words) button").focus()
    press_enter(page)
    expect(page.get_by_role("status")).to_contain_text("112")
    check(page, witness, NARROW)


def press(page: Page, role: str, name: str) -> None:
    """Press what has this name, by keyboard."""
    page.get_by_role(role, name=name).focus()  # type: ignore[arg-type]  # a button or a link
    press_enter(page)
