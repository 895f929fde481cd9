"""A real Chromium on the real pages, served by the real server on loopback."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, Page, ViewportSize
from waitress.server import create_server
from waitress.wasyncore import close_all

from recruit.bootstrap import Recruit
from recruit.core.config import Settings
from recruit.core.db import unit_of_work
from recruit.trials import store as trials
from tests.web_world import (
    COORDINATOR,
    DIABETES,
    PASSWORD,
    World,
    empty_database,
    fill,
    lexicon,
    world,
)

CHROMIUM = Path("/usr/bin/chromium")
# The same browser of the same package, without the windows that nobody looks at: a third less work.
WITHOUT_WINDOWS = Path("/usr/bin/chromium-headless-shell")
# Each new window draws two pages for its address bar, which nobody sees: two thirds of its cost.
ADDRESS_BAR = ["WebUIOmniboxPopup", "WebUIOmniboxAimPopup"]
# Chromium follows the last list alone, so that what Playwright itself turns off stands here too.
UNUSED = [
    *ADDRESS_BAR,
    "AimEnabled",
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsFirstBalancedModeAutoEnable",
    "HttpsUpgrades",
    "LensOverlay",
    "MediaRouter",
    "NetworkTimeServiceQuerying",
    "OptimizationHints",
    "PaintHolding",
    "PreconnectToSearch",
    "ThirdPartyStoragePartitioning",
]
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    f"--disable-features={','.join(UNUSED)}",
]
WIDE: ViewportSize = {"width": 1280, "height": 900}
NARROW: ViewportSize = {"width": 320, "height": 640}


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Debian's Chromium, whichever there is; a missing one fails the tests."""
    found = WITHOUT_WINDOWS if WITHOUT_WINDOWS.exists() else CHROMIUM
    assert found.exists(), "Chromium is missing: apt-get install chromium-headless-shell"
    return {**browser_type_launch_args, "executable_path": str(found), "args": FLAGS}


@pytest.fixture(scope="session")
def browser_world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """The service that all browser tests look at."""
    folder = tmp_path_factory.mktemp("browser")
    engine = empty_database(folder)
    yield world(folder, engine, fill(engine))
    engine.dispose()


@pytest.fixture(scope="session")
def base_url(browser_world: World) -> Iterator[str]:
    """Where it is served, for this run."""
    with running(browser_world.app) as address:
        yield address


@contextmanager
def running(app: Flask, door: socket.socket | None = None) -> Iterator[str]:
    """The pages of `app`, served on loopback; their address."""
    door = door or socket.create_server(("127.0.0.1", 0))
    open_doors: dict[int, Any] = {}
    server = create_server(app, map=open_doors, sockets=[door], threads=4)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        yield f"http://127.0.0.1:{door.getsockname()[1]}"
    finally:
        # By the server itself, at once: a connection that a browser keeps would hold it open.
        server.trigger.pull_trigger(partial(close_all, open_doors))
        thread.join(timeout=10)
        assert not thread.is_alive()
        server.task_dispatcher.shutdown()


@contextmanager
def served(folder: Path) -> Iterator[tuple[str, Recruit]]:
    """The service as `recruit serve` puts it together, on loopback, with one study."""
    door = socket.create_server(("127.0.0.1", 0))
    base = f"http://127.0.0.1:{door.getsockname()[1]}"
    recruit = Recruit(Settings(data_folder=folder, base_url=base))
    recruit.__dict__["lexicon"] = lexicon()  # compiled once for all tests
    with unit_of_work(recruit.engine) as session:
        trials.save(session, DIABETES, recruit.lexicon)
    try:
        with running(recruit.pages(), door):
            yield base, recruit
    finally:
        recruit.close()


@pytest.fixture(scope="session")
def signed_in_state(browser: Any, base_url: str) -> Any:  # noqa: ANN401 - Playwright's own shape
    """The cookies of a signed-in coordinator."""
    page = browser.new_page(base_url=base_url)
    page.goto("/login?lang=en")
    page.get_by_label("Email address").fill(COORDINATOR)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/review")
    state = page.context.storage_state()
    page.close()
    return state


@pytest.fixture
def browser_context_args(
    browser_context_args: dict[str, Any], request: pytest.FixtureRequest
) -> dict[str, Any]:
    """Tests that use `staff` begin signed in."""
    if "staff" not in request.fixturenames:
        return browser_context_args
    return {**browser_context_args, "storage_state": request.getfixturevalue("signed_in_state")}


@pytest.fixture
def staff() -> None:
    """The test's page is a signed-in coordinator's."""


class Witness:
    """What a page asked for and complained about."""

    def __init__(self, context: BrowserContext) -> None:
        self.requests: list[str] = []
        self.complaints: list[str] = []
        context.on("request", lambda asked: self.requests.append(asked.url))
        context.on("console", self._heard)
        context.on("weberror", lambda error: self.complaints.append(str(error.error)))

    def _heard(self, message: Any) -> None:  # noqa: ANN401 - Playwright's own type is not exported
        expected = "the server responded with a status of"  # error pages are errors
        if message.type in {"error", "warning"} and expected not in message.text:
            self.complaints.append(message.text)


@pytest.fixture
def witness(context: BrowserContext, page: Page) -> Witness:
    """Watches `page`."""
    del page
    return Witness(context)
