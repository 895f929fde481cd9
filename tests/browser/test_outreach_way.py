"""The whole way in a real browser, from a mail server's inbox to an appointment in a calendar.

A worker sends the invitation through every gate but the hours, which another clock would decide.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import Engine

from recruit.actions.outreach.gates import GATES, Desk, gates, window
from recruit.actions.outreach.scene import prepare
from recruit.actions.outreach.writing import Writer
from recruit.consent.choices import Channel
from recruit.core.clock import now
from recruit.core.db import unit_of_work
from recruit.core.i18n import translate
from recruit.notify.channels.email import Smtp
from recruit.notify.channels.mail import Sender
from recruit.notify.channels.smtp_line import Server
from recruit.notify.stages import State
from recruit.notify.worker import Sending, Sent, drain
from recruit.referrals import slots
from recruit.referrals.slots import Offer
from recruit.terminology.lexicon import Lexicon
from recruit.trials.centres import site_key
from tests.asking import SUGAR, Invited, invited
from tests.browser.conftest import NARROW, WIDE, running
from tests.browser.steps import go
from tests.faults.processes import free_port
from tests.joining import code_in
from tests.outreach import RING, state

ZONE = ZoneInfo("Europe/Paris")
DESK = Desk(RING, ZONE)
SITE = site_key(SUGAR.sites[0])


class Inbox:
    """What arrived at the mail server."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        """Take a mail."""
        mail = message_from_bytes(envelope.original_content or b"", policy=default)
        assert isinstance(mail, EmailMessage)
        self.mails.append(mail)
        return "250 OK"


@contextmanager
def mail_server() -> Iterator[tuple[Inbox, int]]:
    """A real mail server on loopback, and its port."""
    inbox, port = Inbox(), free_port()
    controller = Controller(inbox, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield inbox, port
    finally:
        controller.stop()


def sent(engine: Engine, base_url: str, port: int) -> Sent:
    """Let one worker send what is due."""
    any_hour = tuple(look for look in GATES if look is not window)
    server = Smtp("smtp", Server("127.0.0.1", port), Sender("study@example.org"))
    sending = Sending(
        engine,
        partial(prepare, desk=DESK),
        gates(DESK, any_hour),
        Writer(RING, base_url, ZONE),
        {Channel.EMAIL: (server,)},
        "one",
    )
    try:
        return drain(sending, timedelta(seconds=30))
    finally:
        server.hang_up()


@pytest.fixture
def here(sqlite_engine: Engine, lexicon: Lexicon, tmp_path: Path) -> Invited:
    """Somebody whose invitation is due, and a time that the site of the study offers."""
    found = invited(tmp_path, sqlite_engine, lexicon)
    starts = (now() + timedelta(days=3)).replace(minute=0, second=0, microsecond=0)
    offer = Offer(found.study.trial, SITE, starts, 30, 1, "Europe/Paris")
    with unit_of_work(sqlite_engine) as session:
        slots.offer(session, offer, now(), by="account 5")
    return found


@pytest.fixture(params=[True, False], ids=["scripts", "no-scripts-320px"])
def page(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    """A wide page, and a narrow one without JavaScript."""
    size = WIDE if request.param else NARROW
    context = browser.new_context(java_script_enabled=request.param, viewport=size)
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("language", ["en", "fr"])
def test_from_the_mail_to_the_appointment(here: Invited, page: Page, language: str) -> None:
    with running(here.app) as base_url, mail_server() as (inbox, port):
        assert sent(here.engine, base_url, port) == Sent(sent=1)
        assert state(here.engine, here.message)[0] is State.ACCEPTED
        link = link_in(inbox.mails[0], f"{base_url}/i/")
        way = Way(page, language)
        page.goto(f"{link}?lang={language}")
        way.press("Yes, tell me more")
        page.get_by_role("textbox").fill(code_in(here.place.post()[-1]))
        way.press("Open my space")
        way.press("Go to the questions")
        way.answer_all("No")
        way.press("Choose a study centre")
        page.locator(f"input[value='{SITE}']").check()
        way.press("Go on")
        way.tick("By e-mail")
        way.tick("In the morning")
        way.press("Go on")
        page.locator("#agree").check()
        way.press("Give it to this centre")
        way.press("Choose an appointment")
        page.locator("input[name='slot']").first.check()
        way.press("Take this time")
        way.says("Your appointment")
        letters = here.place.post()
    assert any("BEGIN:VCALENDAR" in each.calendar for each in letters)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_from_the_mail_to_never_again(here: Invited, page: Page, language: str) -> None:
    with running(here.app) as base_url, mail_server() as (inbox, port):
        sent(here.engine, base_url, port)
        page.goto(f"{link_in(inbox.mails[0], f'{base_url}/i/')}?lang={language}")
        Way(page, language).press("Never again for any study")
        expect(page.get_by_role("status")).to_be_visible()
        [confirmation] = here.place.post()
    assert confirmation.to == "camille@example.org"


class Way:
    """Presses what stands on a page, in its language."""

    def __init__(self, page: Page, language: str) -> None:
        self.page, self.language = page, language

    def press(self, words: str) -> None:
        """A button, or a link that looks like one."""
        said = translate(words, self.language)
        button = self.page.get_by_role("button", name=said, exact=True)
        go(self.page.get_by_role("link", name=said, exact=True).or_(button).first)

    def tick(self, words: str) -> None:
        self.page.get_by_label(translate(words, self.language), exact=True).check()

    def says(self, words: str) -> None:
        expect(self.page.get_by_text(translate(words, self.language)).first).to_be_visible()

    def answer_all(self, words: str) -> None:
        """The same answer to every question there is."""
        done = translate("It looks possible. The study centre decides.", self.language)
        while not self.page.get_by_text(done).count():
            self.tick(words)
            self.press("Save and go on")


def link_in(mail: EmailMessage, begins: str) -> str:
    """The link of a mail that begins so, which stands in its text."""
    body = mail.get_body(("plain",))
    assert body is not None
    words = str(body.get_content()).split()
    return next(word.rstrip(".,)") for word in words if word.startswith(begins))
