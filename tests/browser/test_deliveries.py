"""The pages of deliveries in a real browser: both languages, wide and narrow, axe clean."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import time_machine
from playwright.sync_api import Page, ViewportSize, expect
from sqlalchemy import Engine, update

from recruit.actions.retention.announcing import announce
from recruit.actions.retention.unreached import letter
from recruit.consent import ledger
from recruit.consent.choices import Channel
from recruit.core.clock import now
from recruit.core.crypto import Keyring
from recruit.core.db import unit_of_work
from recruit.notify import reputation, suppression
from recruit.notify.channels.letter_page import Sender
from recruit.notify.outbox_tables import OUTBOX
from recruit.notify.stages import Reason, State
from recruit.notify.suppression import Cause
from recruit.people.vault import Item, Vault
from recruit.web.service import EXTENSION
from tests import outreach
from tests.browser.conftest import Witness, running
from tests.browser.steps import go
from tests.browser.test_pages import LANGUAGES, SIZES, check
from tests.outreach import ADDRESS
from tests.staying import HERALD, NEAR
from tests.web_world import ADMINISTRATOR, PASSWORD, World, empty_database, fill, lexicon, world

STANDS = (
    (State.COMPLAINED, Reason.RECEIPT),
    (State.COMPLAINED, Reason.RECEIPT),
    (State.COMPLAINED, Reason.RECEIPT),
    (State.COMPLAINED, Reason.RECEIPT),
    (State.UNKNOWN, Reason.NO_ANSWER),
    (State.DELIVERED, Reason.RECEIPT),
    (State.BOUNCED, Reason.RECEIPT),
    (State.DEFERRED, Reason.WINDOW),
    (State.SUPPRESSED, Reason.CONSENT),
)


@pytest.fixture(scope="module")
def deliveries(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[World, str]]:
    """A service whose e-mail has stopped, with a message in each of some states."""
    folder: Path = tmp_path_factory.mktemp("deliveries")
    engine = empty_database(folder)
    own = world(folder, engine, fill(engine))
    trial = outreach.study(engine, lexicon())
    for number, (state, reason) in enumerate(STANDS):
        message = outreach.queued(engine, trial, outreach.willing(engine, f"person{number}"))
        with unit_of_work(engine) as session:
            values = {"state": state.value, "reason": reason.value, "sent_at": now()}
            session.execute(update(OUTBOX).where(OUTBOX.c.id == message).values(values))
    reputation.look(engine, now())
    ring = own.app.extensions[EXTENSION].secrets.vault
    with unit_of_work(engine) as session:
        where = "camille@example.org"
        suppression.suppress(session, ring, Channel.EMAIL, where, Cause.BOUNCE, now())
    wait_for_letters(engine, ring)
    with running(own.app) as address:
        yield own, address
    engine.dispose()


def wait_for_letters(engine: Engine, ring: Keyring) -> None:
    """One who can be sent a letter, one without any address, and one whose do not open."""
    herald = replace(HERALD, keyring=ring)
    with time_machine.travel(now() - NEAR):
        people = [outreach.willing(engine, name) for name in ("by-post", "nowhere", "closed")]
        with unit_of_work(engine) as session:
            vault = Vault(ring)
            for person in people[:2]:
                vault.forget(session, person)
            vault.keep(session, {people[0]: {Item.NAME: "Camille", Item.ADDRESS: ADDRESS}})
            for person in people:
                ledger.withdraw(session, person, None, outreach.OWN, "link")
    announce(engine, herald, now())
    sender = Sender("Recruit, 1 rue des Essais, 75012 Paris", "")
    letter(engine, herald, people[0], sender, now(), actor="account 1")


@pytest.fixture
def inside(page: Page, deliveries: tuple[World, str]) -> str:
    """An administrator is signed in; where the service is."""
    _, address = deliveries
    page.goto(f"{address}/login?lang=en")
    page.locator("#email").fill(ADMINISTRATOR)
    page.locator("#password").fill(PASSWORD)
    page.locator("form:has(#password) button").click()
    page.wait_for_url("**/review")
    return address


@SIZES
@pytest.mark.parametrize("language", LANGUAGES)
def test_deliveries_read_well_everywhere(
    page: Page, inside: str, witness: Witness, language: str, size: ViewportSize
) -> None:
    page.set_viewport_size(size)
    page.goto(f"{inside}/admin/deliveries?lang={language}")
    for each in page.locator("details").all():
        each.evaluate("opened => opened.open = true")

    picture = page.locator(".sheet img")
    picture.scroll_into_view_if_needed()
    expect(picture).to_have_js_property("complete", value=True)
    assert picture.evaluate("img => img.naturalWidth") > 0
    check(page, witness, size)


@SIZES
@pytest.mark.parametrize("language", LANGUAGES)
def test_an_address_is_asked_about_everywhere(
    page: Page, inside: str, witness: Witness, language: str, size: ViewportSize
) -> None:
    page.set_viewport_size(size)
    page.goto(f"{inside}/admin/deliveries/addresses?lang={language}")
    page.locator("#where").fill("camille@example.org")
    page.locator("button[value=ask]").click()

    expect(page.locator("#lifting")).to_be_visible()
    check(page, witness, size)


@SIZES
def test_an_error_leads_to_the_box_to_tick(
    page: Page, inside: str, witness: Witness, size: ViewportSize
) -> None:
    page.set_viewport_size(size)
    page.goto(f"{inside}/admin/deliveries?lang=en")
    go(page.locator(".undecided button[value=again]"))
    page.locator("#problems a").click()

    expect(page.locator(".undecided [type=checkbox]")).to_be_focused()
    check(page, witness, size)


@SIZES
@pytest.mark.parametrize("language", LANGUAGES)
def test_who_waits_for_a_letter_reads_well_everywhere(
    page: Page, inside: str, witness: Witness, language: str, size: ViewportSize
) -> None:
    page.set_viewport_size(size)
    page.goto(f"{inside}/admin/deliveries/unreached?lang={language}")

    expect(page.locator("main tbody th")).to_have_count(3)
    check(page, witness, size)
