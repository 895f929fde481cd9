"""One person's whole way, from joining to the last page, and what is left of them: nothing.

Walked in each language at 320 px without JavaScript, and once by keyboard alone.
"""

import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote, urlsplit

import pytest
from playwright.sync_api import Browser

from recruit.actions.matching import match_all
from recruit.bootstrap import Recruit
from recruit.core.clock import today
from recruit.core.i18n import translate
from tests.browser.conftest import NARROW, WIDE, served
from tests.browser.steps import Bare, Keys, Letter, Mailbox, Mouse, Walk
from tests.erasing import LISTENED, files, found, listening

EMAIL: Final = "zqxemail@example.org"
CANARIES: Final = {
    "email": (EMAIL,),
    "phone": ("+33639981793", "06 39 98 17 93", "0639981793"),
    "birth date": ("1963-11", "17/11/1963"),
    "address": ("17 rue Zqxaddress",),
    "words": ("zqxsyndrome",),
}
HEALTH: Final = {
    "en": "type 2 diabetis since 2015, no asthma, my mother had breast cancer, zqxsyndrome",
    "fr": "diabette de type 2 depuis 2015, pas d’asthme, ma mère a eu un cancer, zqxsyndrome",
}
WAYS: Final = [("en", "mouse"), ("fr", "mouse"), ("fr", "keyboard")]


@dataclass
class Gone:
    """What was noted on the way, and what is left when it has ended."""

    base: str
    folder: Path
    language: str
    logs: StringIO = field(default_factory=StringIO)
    requests: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    letters: list[Letter] = field(default_factory=list)
    shown: set[str] = field(default_factory=set)
    taken: dict[str, set[str]] = field(default_factory=dict)
    before: set[str] = field(default_factory=set)
    cookies: list[Any] = field(default_factory=list)

    def said(self, words: str) -> str:
        return translate(words, self.language)


@pytest.fixture(scope="module", params=WAYS, ids="-".join)
def gone(
    request: pytest.FixtureRequest, browser: Browser, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Gone]:
    """Somebody who went the whole way, and the service that they left."""
    language, hand = request.param
    folder = tmp_path_factory.mktemp("way")
    with served(folder) as (base, recruit):
        way = Gone(base, folder, language)
        context = browser.new_context(
            base_url=base,
            locale="de-DE",  # neither language is the browser's own
            reduced_motion="reduce",  # where the focus is now, not where it is scrolling to
            viewport=NARROW if hand == "mouse" else WIDE,
        )
        context.on("request", lambda asked: way.requests.append(asked.url))
        bare, looked_at = Bare(context), set[str]()

        def look() -> None:
            if bare.page.locator("html").get_attribute("lang") != language:
                way.faults.append(f"{bare.page.url}: not in {language}")
            words = bare.page.inner_text("body")
            if hand == "mouse" and words not in looked_at:
                looked_at.add(words)  # one's space is come back to, and is as it was
                way.faults.extend(bare.faults())

        fingers = Keys(bare.page, way.faults) if hand == "keyboard" else Mouse()
        walk = Walk(bare.page, fingers, language, look)
        with listening(way.logs):
            go_the_whole_way(walk, way, recruit)
        context.close()
        yield way


def go_the_whole_way(walk: Walk, way: Gone, recruit: Recruit) -> None:
    """Join, tell, choose, look, take along, take back, leave."""
    mailbox = Mailbox(recruit.settings.outbox, walk.language, way.letters)
    join(walk, mailbox)
    tell(walk)
    match_all(recruit.engine, recruit.lexicon, on=today(), actor="job")
    choose(walk, mailbox)
    add_a_number(walk, mailbox)
    look_and_take_along(walk, way)
    stop_everything(walk, mailbox)
    leave(walk, mailbox, way)


def join(walk: Walk, mailbox: Mailbox) -> None:
    walk.come(f"/?lang={walk.language}")
    walk.link("Join")
    walk.button("Start")
    walk.refused("Continue")
    walk.write("When were you born?", born="17", born_month="11", born_year="1963")
    walk.button("Continue")
    walk.write("How can we reach you?", contact="zqx")
    walk.refused("Continue")
    walk.write("How can we reach you?", contact=EMAIL)
    walk.button("Continue")
    walk.refused("Send me the code")
    for words in ("Look for studies for me", "Write to me by e-mail", "Write to me by letter"):
        walk.tick(words)
    walk.write("What do you allow?", address="17 rue Zqxaddress")
    walk.button("Send me the code")
    walk.write("Look at your messages", code="no code")
    walk.refused("Take part")
    letter = mailbox.email("join-code")
    walk.come(letter.links[0])
    walk.write("Look at your messages", code=letter.code)
    walk.button("Take part")
    mailbox.email("consent-receipt")
    walk.titled("Welcome. You take part now")


def tell(walk: Walk) -> None:
    walk.button("Tell us about your health")
    walk.go(walk.page.locator("main a[role=button]"))
    walk.refused("Save and go on")
    walk.tick("Female")
    walk.button("Save and go on")
    walk.write("Your health problems", words="none" if walk.language == "en" else "aucun")
    walk.refused("Save and go on")
    walk.write("Your health problems", words=HEALTH[walk.language])
    walk.button("Save and go on")
    walk.refused("Save these lines")
    for group in walk.page.locator(".heard fieldset").all():
        if not group.locator(":checked").count():
            walk.hand.tick(group.locator("input").first)
    walk.tick("This list is complete")
    walk.button("Save these lines")
    walk.titled("Your treatments")
    walk.tick("I do not know")
    walk.button("Save and go on")
    walk.titled("Operations and procedures")
    walk.tick("This list is complete")
    walk.button("Save and go on")
    walk.titled("Allergies")
    walk.link("Leave this question for now")
    walk.write("A few measures", value_height="17")
    walk.refused("Save and go on")
    walk.write("A few measures", value_height="170", value_hba1c="7,8", date_hba1c="03/2026")
    walk.button("Save and go on")
    walk.link("My space")


def choose(walk: Walk, mailbox: Mailbox) -> None:
    walk.link("See or change my choices")
    walk.go(walk.page.locator("form[action$=take-back]:has([value='contact/email']) button"))
    mailbox.email("withdrawn")
    walk.refused("Say yes to what I ticked")
    walk.tick("Write to me by e-mail")
    walk.button("Say yes to what I ticked")
    mailbox.email("consents-changed")
    walk.refused("Begin the pause")
    walk.tick("One month")
    walk.button("Begin the pause")
    mailbox.email("paused")
    walk.button("End the pause")
    mailbox.email("resumed")
    walk.link("My receipts")
    walk.go(walk.page.locator("main .past a").first)
    walk.go(walk.page.locator("main a[href$=consents]"))
    walk.link("What has happened to my choices")
    walk.link("My space")


def add_a_number(walk: Walk, mailbox: Mailbox) -> None:
    walk.link("How you reach me")
    walk.write("How you reach me", contact="12")
    walk.refused("Send the code")
    walk.write("How you reach me", contact="06 39 98 17 93")
    walk.button("Send the code")
    walk.write("Type the code we sent there", code=mailbox.text_message().code)
    walk.button("Use the new one")
    walk.link("My space")


def look_and_take_along(walk: Walk, way: Gone) -> None:
    walk.link("Who looked at my data")
    walk.titled("Who looked at my data")
    walk.link("My space")
    walk.link("All my data, to read or to keep")
    walk.titled("All my data")
    way.shown = found(walk.page.content().encode(), CANARIES)
    for kind in ("recruit-data.json", "recruit-data.fhir.json"):
        with walk.page.expect_download() as download:
            walk.hand.press(walk.page.locator(f"a[href$='{kind}']"))
        content = Path(download.value.path()).read_bytes()
        assert json.loads(content)
        way.taken[kind] = found(content, CANARIES)


def stop_everything(walk: Walk, mailbox: Mailbox) -> None:
    walk.link("My space")
    walk.link("See or change my choices")
    walk.link("Stop everything")
    walk.button("Stop everything")
    mailbox.email("withdrawn")
    walk.link("My space")


def leave(walk: Walk, mailbox: Mailbox, way: Gone) -> None:
    walk.link("Leave and erase everything")
    walk.button("Send me the code")
    walk.write("Type the code to erase everything", code="no code")
    walk.refused("Erase everything now")
    walk.write("Type the code to erase everything", code=mailbox.email("erase-code").code)
    way.before = found(files(way.folder), CANARIES)
    way.cookies = walk.page.context.cookies()
    walk.button("Erase everything now")
    walk.titled("Everything is erased")
    mailbox.email("erased").file.unlink()  # the last message is in the person's hands, as post is


# ---------------------------------------------------------------- on the way
def test_every_page_and_error_is_sound_and_the_focus_always_in_sight(gone: Gone) -> None:
    assert gone.faults == []


def test_nobody_else_is_asked_for_anything(gone: Gone) -> None:
    assert {urlsplit(url).netloc for url in gone.requests} == {urlsplit(gone.base).netloc}


def test_no_address_says_anything_of_the_person(gone: Gone) -> None:
    assert found(unquote("\n".join(gone.requests)).encode(), CANARIES) == set()


def test_what_is_kept_is_shown_and_taken_along(gone: Gone) -> None:
    assert gone.shown == CANARIES.keys() - {"birth date"}
    assert gone.taken["recruit-data.json"] == CANARIES.keys()


# ---------------------------------------------------------------- afterwards
def test_before_there_was_something_to_be_found(gone: Gone) -> None:
    assert gone.before >= {"email", "phone", "birth date", "words"}


def test_nothing_of_the_person_is_left_in_any_file(gone: Gone) -> None:
    assert found(files(gone.folder), CANARIES) == set()


def test_nothing_of_the_person_is_in_the_logs(gone: Gone) -> None:
    assert LISTENED in gone.logs.getvalue()
    assert found(gone.logs.getvalue().encode(), CANARIES) == set()


def test_the_old_session_is_told_that_everything_is_erased(gone: Gone, browser: Browser) -> None:
    with closing(browser.new_context(base_url=gone.base)) as context:
        context.add_cookies(gone.cookies)
        page = context.new_page()
        answer = page.goto("/me/profile")
        assert answer
        assert answer.status == 410
        assert page.locator("h1").inner_text() == gone.said("Your data is erased")


def test_the_old_links_open_nothing_any_more(gone: Gone, browser: Browser) -> None:
    shut = {"This link does not work", "This link has been used already", "Open my space"}
    with closing(browser.new_context(base_url=gone.base)) as context:
        page = context.new_page()
        page.goto(f"/?lang={gone.language}")
        for link in {link for letter in gone.letters for link in letter.links}:
            page.goto(link)
            assert page.locator("h1").inner_text() in map(gone.said, shut), link
