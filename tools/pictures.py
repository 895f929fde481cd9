"""Makes docs/images/guides: the pages of the guides, as the demonstration shows them.

    python tools/pictures.py

A demonstration of its own is filled and served on loopback; each role signs in, in both languages.
Chromium is Debian's. The pictures are of 1,100 × 760 points, so that their words can be read where
a guide shows them at three quarters of that.
"""

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email import message_from_bytes
from email.policy import SMTP
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final
from urllib.request import urlopen

from playwright.sync_api import Browser, Page, sync_playwright

CHROMIUM: Final = "/usr/bin/chromium"
FLAGS: Final = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
]
PORT: Final = 8471
BASE: Final = f"http://127.0.0.1:{PORT}"
IMAGES: Final = Path("docs/images/guides")
LANGUAGES: Final = ("en", "fr")
STUDY: Final = "DEMO-001"
PARTICIPANT: Final = "camille@example.org"
CODE: Final = re.compile(r"\b\d{6}\b")
LINK: Final = re.compile(rf"{BASE}/me\S+")
PATIENCE: Final = 60.0  # seconds for the service to be there, and for a message to arrive


@dataclass(frozen=True)
class Demonstration:
    """The one that is served: its folder, and the password of each account."""

    folder: Path
    passwords: dict[str, str]

    def newest_mail(self, after: float) -> tuple[str, str]:
        """Link and code in the newest message, once there is one newer than `after`."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            files = [each for each in (self.folder / "outbox").rglob("*") if each.is_file()]
            for each in sorted(files, key=lambda file: -file.stat().st_mtime):
                if each.stat().st_mtime >= after and (found := _link_and_code(each.read_bytes())):
                    return found
            time.sleep(0.2)
        sys.exit("pictures: no message with a code arrived")


Visit = tuple[str, str]  # the name of a picture, and the address it is taken at

PUBLIC: Final[tuple[Visit, ...]] = (
    ("studies", "/studies"),
    ("study", f"/studies/{STUDY}"),
    ("join", "/join"),
)
OWN: Final[tuple[Visit, ...]] = (
    ("me", "/me"),
    ("profile", "/me/profile"),
    ("consents", "/me/consents"),
    ("trials", "/me/trials"),
)
STAFF: Final[dict[str, tuple[Visit, ...]]] = {
    "coordinator": (
        ("review", "/review"),
        ("referrals", "/referrals"),
        ("inbox", "/inbox"),
        ("outreach", f"/outreach/{STUDY}"),
    ),
    "sponsor": (("trials", "/sponsor/trials"), ("new", "/sponsor/trials/new")),
    "administrator": (
        ("users", "/admin/users"),
        ("communities", "/admin/communities"),
        ("deliveries", "/admin/deliveries"),
        ("audit", "/admin/audit"),
    ),
}


def main() -> None:
    """Fill, serve, look."""
    with (
        TemporaryDirectory(prefix="recruit-pictures-") as folder,
        _served(Path(folder)) as there,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for language in LANGUAGES:
            _of_everybody(browser, there, language)
        browser.close()


def _of_everybody(browser: Browser, there: Demonstration, language: str) -> None:
    _look(browser, language, "participant", PUBLIC, lambda _: None)
    _look(browser, language, "participant", OWN, lambda page: _come_in(page, there))
    for role, visits in STAFF.items():
        password = there.passwords[f"{role}@demo.example"]
        _look(browser, language, role, visits, lambda page: _sign_in(page, role, password))  # noqa: B023 - called at once


def _look(
    browser: Browser,
    language: str,
    role: str,
    visits: tuple[Visit, ...],
    enter: Callable[[Page], None],
) -> None:
    page = browser.new_page(base_url=BASE, viewport={"width": 1100, "height": 760})
    page.goto(f"/?lang={language}")
    enter(page)
    for name, address in visits:
        page.goto(address)
        page.wait_for_load_state("networkidle")
        file = IMAGES / language / f"{role}-{name}.png"
        file.parent.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=str(file))
    page.close()


def _sign_in(page: Page, role: str, password: str) -> None:
    page.goto("/login")
    page.locator("#email").fill(f"{role}@demo.example")
    page.locator("#password").fill(password)
    page.locator("#password").press("Enter")
    page.wait_for_url(lambda url: not url.endswith("/login"))


def _come_in(page: Page, there: Demonstration) -> None:
    """As a participant does: an address, and the code that comes to it."""
    page.goto("/me/sign-in")
    asked = time.time() - 1
    page.locator("#contact").fill(PARTICIPANT)
    page.locator("#contact").press("Enter")
    page.wait_for_url("**/me/sign-in/sent")
    link, code = there.newest_mail(asked)
    page.goto(link)
    page.locator("#code").fill(code)
    page.locator("#code").press("Enter")
    page.wait_for_url("**/me")


@contextmanager
def _served(folder: Path) -> Iterator[Demonstration]:
    recruit = [sys.executable, "-m", "recruit"]
    environment = {**os.environ, "RECRUIT_DATA_FOLDER": str(folder), "RECRUIT_BASE_URL": BASE}
    environment["RECRUIT_SECOND_FACTOR"] = "offered"  # as the demonstration itself does
    said = subprocess.run(  # noqa: S603 - our own command
        [*recruit, "demo", "--no-serve"],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    passwords = dict(re.findall(r"^  (\S+@demo\.example) +(\S+)$", said, re.MULTILINE))
    server = subprocess.Popen(  # noqa: S603 - the same
        [*recruit, "serve", "--port", str(PORT)],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait(f"{BASE}/readyz")
        yield Demonstration(folder, passwords)
    finally:
        server.terminate()
        server.wait(timeout=PATIENCE)


def _wait(address: str) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        try:
            with urlopen(address, timeout=2):  # noqa: S310 - loopback
                return
        except OSError:
            time.sleep(0.2)
    sys.exit("pictures: the service did not begin")


def _link_and_code(content: bytes) -> tuple[str, str] | None:
    message = message_from_bytes(content, policy=SMTP)
    body = message.get_body(("plain",))
    text = body.get_content() if body else ""
    link, code = LINK.search(text), CODE.search(text)
    return (link[0], code[0]) if link and code else None


if __name__ == "__main__":
    main()
