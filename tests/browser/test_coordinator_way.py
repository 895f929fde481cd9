"""One person's way from a match to an enrolment: a coordinator, the person, and a site's own staff.

Each of the three has a browser of their own, and every step stands in the audit trail.
"""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, ViewportSize
from sqlalchemy import Engine, select

from recruit.actions.accounts import add_account
from recruit.actions.following.stages import Stage, stage_of
from recruit.actions.outreach import waves
from recruit.audit.tables import AUDIT
from recruit.core.clock import now
from recruit.core.config import Settings
from recruit.core.db import reading, unit_of_work
from recruit.people import organisations
from recruit.people.accounts import Role
from recruit.people.organisations import OrganisationKind
from recruit.terminology.lexicon import Lexicon
from recruit.trials import centres
from tests.asking import KEY, SUGAR, Invited, publish_page
from tests.browser.axe import faults
from tests.browser.conftest import NARROW, WIDE, running
from tests.browser.steps import go, press_enter
from tests.browser.test_outreach_way import SITE, Way, link_in, mail_server, sent
from tests.joining import code_in
from tests.outreach import matched, study, willing
from tests.web_world import BASE_URL, CHEAP, COORDINATOR, PASSWORD, pages

NURSE = "nurse@example.org"
CENTRE = "Hôpital Saint-Exemple"
WAY = (
    "matching:match:decided",
    "outreach:invitation:answered",
    "referrals:path:released",
    "referrals:path:contact-shown",
)
"""What the audit trail tells of it besides the reports of the site."""


@pytest.fixture
def here(sqlite_engine: Engine, lexicon: Lexicon, tmp_path: Path) -> Invited:
    """Somebody who is matched with a study, one of whose sites a centre staffs."""
    found = study(sqlite_engine, lexicon, SUGAR)
    publish_page(sqlite_engine, found.posting, "en")
    publish_page(sqlite_engine, found.posting, "fr")
    person = willing(sqlite_engine)
    match = matched(sqlite_engine, lexicon, found.trial, person)
    with unit_of_work(sqlite_engine) as session:
        centre = organisations.add(session, CENTRE, OrganisationKind.CENTRE)
        centres.assign(session, found.posting, SITE, centre)
    for email, where in ((COORDINATOR, ""), (NURSE, CENTRE)):
        add_account(
            sqlite_engine,
            email=email,
            role=Role.COORDINATOR,
            password=PASSWORD,
            actor="test",
            organisation=where,
            cost=CHEAP,
        )
    settings = Settings(data_folder=tmp_path, base_url=BASE_URL, vault_keys=(KEY,))
    return Invited(pages(settings, sqlite_engine), sqlite_engine, found, person, match)


Enter = Callable[[ViewportSize], Page]


@pytest.fixture
def enter(browser: Browser) -> Iterator[Enter]:
    """A browser that nobody used before."""
    contexts = []

    def entered(size: ViewportSize) -> Page:
        contexts.append(browser.new_context(viewport=size))
        return contexts[-1].new_page()

    yield entered
    for each in contexts:
        each.close()


@pytest.mark.parametrize("language", ["en", "fr"])
def test_from_a_match_to_an_enrolment(here: Invited, enter: Enter, language: str) -> None:
    with running(here.app) as base_url, mail_server() as (inbox, port):
        coordinator, person, nurse = enter(WIDE), enter(NARROW), enter(WIDE)
        sign_in(coordinator, base_url, COORDINATOR, language)
        approve(coordinator, base_url, here.message, language)
        waves.begin_waves(here.engine, now() + timedelta(minutes=1))
        sent(here.engine, base_url, port)
        take_part(here, person, f"{link_in(inbox.mails[0], f'{base_url}/i/')}?lang={language}")
        sign_in(nurse, base_url, NURSE, language)
        report(nurse, base_url, language)
        look(coordinator, f"{base_url}/funnel?lang={language}")
    with reading(here.engine) as session:
        assert stage_of(session, here.study.trial, here.person, now()) is Stage.ENROLLED
        told = session.scalars(select(AUDIT.c.tag).where(AUDIT.c.subject == here.person)).all()
    assert [each for each in told if each in WAY] == [*WAY]
    assert told.count("referrals:path:reported") == len(("contacted", "screening", "enrolled"))


def sign_in(page: Page, base_url: str, email: str, language: str) -> None:
    """Somebody of the staff, with a password."""
    page.goto(f"{base_url}/login?lang={language}")
    page.locator("input[name=email]").fill(email)
    page.locator("input[name=password]").fill(PASSWORD)
    press_enter(page)


def approve(page: Page, base_url: str, match: int, language: str) -> None:
    """By keyboard alone, beside the queue."""
    look(page, f"{base_url}/review?lang={language}")
    look(page, f"{base_url}/review/{match}?lang={language}")
    with page.expect_navigation():
        page.keyboard.press("a")
    assert faults(page) == ""


def take_part(here: Invited, page: Page, link: str) -> None:
    """From the invitation to the second yes."""
    page.goto(link)
    way = Way(page, page.locator("html").get_attribute("lang") or "")
    way.press("Yes, tell me more")
    page.get_by_role("textbox").fill(code_in(here.place.post()[-1]))
    way.press("Open my space")
    way.press("Go to the questions")
    way.answer_all("No")
    way.press("Choose a study centre")
    page.locator(f"input[value='{SITE}']").check()
    way.press("Go on")
    way.tick("By e-mail")
    way.press("Go on")
    page.locator("#agree").check()
    way.press("Give it to this centre")
    way.says("Take this back: the centre sees me no more")


def report(page: Page, base_url: str, language: str) -> None:
    """Looks how to reach them, and writes down what came of it, to the end."""
    look(page, f"{base_url}/referrals?lang={language}")
    go(page.locator("a[href$='/referrals/1']").first)
    assert faults(page) == ""
    for state in ("contacted", "screening", "enrolled"):
        look(page, f"{base_url}/referrals/1/way?lang={language}")
        go(page.locator(f"button[name=state][value={state}]"))
        assert faults(page) == ""


def look(page: Page, address: str) -> None:
    """Open a page, and find nothing to complain of."""
    page.goto(address)
    assert faults(page) == ""
