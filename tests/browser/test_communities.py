"""Pages of a community in a real browser: joining in its colours, and what its staff look after."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page
from sqlalchemy import update

from recruit.actions import hearing, pulling, tenants
from recruit.actions.communities import add_community, issue_key
from recruit.actions.membership import set_provider
from recruit.core.clock import now
from recruit.core.db import unit_of_work
from recruit.people import store
from recruit.people.communities import hooks
from recruit.people.communities.providers import Provider
from recruit.people.communities.pulls import Source
from recruit.people.communities.tables import EVENT, PULL
from tests.browser.conftest import Witness, running
from tests.browser.steps import go
from tests.browser.test_pages import LANGUAGES, check
from tests.community_samples import FOLDER
from tests.web_world import ADMINISTRATOR, PASSWORD, World, empty_database, fill, world

NAME = "breast-cancer"
MINE = f"/admin/communities/{NAME}"
PATHS = ("/admin/communities", MINE, f"{MINE}/figures", f"{MINE}/terms", f"{MINE}/mapping")


@dataclass(frozen=True)
class Service:
    """A service with a community that has everything set up, and something lost."""

    world: World
    address: str


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    folder = tmp_path_factory.mktemp("communities")
    engine = empty_database(folder)
    here = world(folder, engine, fill(engine))
    secrets = here.app.extensions["recruit"].secrets
    add_community(engine, name=NAME, actor="test")
    text = (FOLDER / f"{NAME}.toml").read_text("utf-8")
    tenants.configure(engine, community=NAME, text=text, actor="test")
    issue_key(engine, community=NAME, actor="test")
    hearing.listen(engine, secrets.vault, community=NAME, actor="test")
    source = Source("https://community.example.org/people", 60, "key")
    pulling.set_pull(engine, secrets.vault, community=NAME, source=source, actor="test")
    provider = Provider(NAME, "https://community.example.org/", "recruit", "secret")
    set_provider(engine, secrets, provider, actor="test")
    with unit_of_work(engine) as session:
        hooks.set_hook(session, secrets.vault, NAME, "https://community.example.org/hook")
        for who in store.enrol(session, NAME, ["a", "b"]).values():
            hooks.tell(session, who, hooks.Event.WITHDRAWN)
        lost = {"due_at": None, "sealed": None, "tried_at": now(), "answer": "status 500"}
        session.execute(update(EVENT).values(**lost))
        failed = {"outcome": "failed", "problem": "status 503", "ended_at": now(), "failures": 2}
        session.execute(update(PULL).values(**failed))
    with running(here.app) as address:
        yield Service(here, address)
    engine.dispose()


def test_joining_under_a_community_reads_well_in_both_themes(
    page: Page, service: Service, witness: Witness
) -> None:
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        for language in LANGUAGES:
            page.goto(f"{service.address}/join/{NAME}?lang={language}")
            colour = page.evaluate(
                "getComputedStyle(document.documentElement).getPropertyValue('--pico-primary')"
            )
            assert colour.strip() == {"light": "#9c1f5f", "dark": "#f5a3c7"}[scheme]
            check(page, witness)
            go(page.locator("main form button").first)
            check(page, witness)


def test_what_is_agreed_reads_well_everywhere(
    page: Page, service: Service, witness: Witness
) -> None:
    page.goto(f"{service.address}/login?lang=en")
    page.locator("#email").fill(ADMINISTRATOR)
    page.locator("#password").fill(PASSWORD)
    go(page.locator("form:has(#password) button"))
    for language in LANGUAGES:
        for path in PATHS:
            page.goto(f"{service.address}{path}?lang={language}")
            check(page, witness)
    page.goto(f"{service.address}{MINE}?lang=en")
    for box in page.locator("input[name=scope]").all():
        box.uncheck()
    go(page.get_by_role("button", name="Make a key"))
    check(page, witness)
