"""How somebody goes through the pages: with a mouse or by keyboard, reading their messages."""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from email import message_from_bytes
from email.policy import SMTP
from pathlib import Path
from typing import Final, Protocol

from playwright.sync_api import BrowserContext, Locator, Page

from recruit.core.i18n import translate
from recruit.core.paths import templates
from tests.browser import axe
from tests.joining import CODE

PATIENCE: Final = 10.0  # seconds until a message that was asked for has arrived
MOST_TABS: Final = 120
LINK: Final = re.compile(r"https?://\S+")

# How the focus stands: whether it can be seen, and where it is on the page.
FOCUS: Final = """target => {
    const at = document.activeElement, box = at.getBoundingClientRect();
    const look = getComputedStyle(at);
    const above = box.bottom <= 0, below = box.top >= innerHeight;
    const inside = !above && !below && box.right > 0 && box.left < innerWidth;
    const ringed = look.outlineStyle !== "none" && parseFloat(look.outlineWidth) >= 2;
    return {
        there: at === target,
        nowhere: at === document.body,
        name: at.outerHTML.slice(0, 120),
        visible: inside && ringed && box.width > 0 && box.height > 0,
        top: box.top + scrollY, bottom: box.bottom + scrollY, left: box.left, right: box.right,
    };
}"""


# Nothing is being fetched or put in by htmx, and nothing moves.
SETTLED: Final = """() => !document.querySelector(".htmx-request, .htmx-settling, .htmx-swapping")
    && document.getAnimations().every(each => each.playState === "finished")"""


def go(target: Locator) -> None:
    """Press a link or a button, and wait until the page that it leads to has come.

    Whoever asks a page at once, without waiting, asks the one before.
    """
    with target.page.expect_navigation():
        target.click()


def press_enter(page: Page) -> None:
    """Press Enter where the focus is, and wait for the page that it leads to."""
    with page.expect_navigation():
        page.keyboard.press("Enter")


def toggle(target: Locator) -> None:
    """Press what leads nowhere: the page as it stands has changed when this ends."""
    target.click()


def unfold(page: Page) -> None:
    """Open all that is folded."""
    for each in page.locator("summary").all():
        toggle(each)


class Hand(Protocol):
    """What somebody works a page with."""

    def press(self, target: Locator) -> None:
        """Press a link or a button."""

    def write(self, target: Locator, words: str) -> None:
        """Write into a field that is empty, or replace what is in it."""

    def tick(self, target: Locator) -> None:
        """Tick a box, or the first of several choices."""


@dataclass(frozen=True)
class Mouse:
    """Points and clicks."""

    def press(self, target: Locator) -> None:
        target.click()

    def write(self, target: Locator, words: str) -> None:
        target.fill(words)

    def tick(self, target: Locator) -> None:
        target.check()


@dataclass
class Keys:
    """Nothing but Tab, Enter, Space and letters; notes where the focus is out of sight or jumps."""

    page: Page
    faults: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """What is focused is in sight at once: a page that still scrolls would be looked at."""
        self.page.emulate_media(reduced_motion="reduce")

    def press(self, target: Locator) -> None:
        self.reach(target)
        self.page.keyboard.press("Enter")

    def write(self, target: Locator, words: str) -> None:
        self.reach(target)
        self.page.keyboard.press("Control+a")
        self.page.keyboard.type(words)

    def tick(self, target: Locator) -> None:
        self.reach(target)
        self.page.keyboard.press("Space")

    def reach(self, target: Locator) -> None:
        before = None
        for _ in range(MOST_TABS):
            self.page.keyboard.press("Tab")
            at = target.evaluate(FOCUS)
            if at["nowhere"]:  # past the end of the page, which begins again
                before = None
                continue
            if not at["visible"]:
                self.faults.append(f"{self.page.url}: the focus is not to be seen on {at['name']}")
            if before and at["bottom"] <= before["top"] and at["left"] < before["right"]:
                self.faults.append(f"{self.page.url}: the focus jumps up to {at['name']}")
            if at["there"]:
                return
            before = at
        raise AssertionError((self.page.url, str(target)))


@dataclass(frozen=True)
class Letter:
    """A message as it arrived."""

    file: Path
    text: str

    @property
    def links(self) -> list[str]:
        return [each.rstrip(".") for each in LINK.findall(self.text)]

    @property
    def code(self) -> str:
        [code] = CODE.findall(self.text)
        return str(code)


@dataclass
class Mailbox:
    """The folder where messages land while a service has no provider; each is read once."""

    folder: Path
    language: str
    read: list[Letter] = field(default_factory=list)

    def email(self, name: str) -> Letter:
        """The next e-mail of this name."""
        subject = (templates() / "messages" / name / self.language / "subject.txt").read_text()
        return self._next(".eml", subject.strip())

    def text_message(self) -> Letter:
        """The next text message."""
        return self._next(".sms.txt", "")

    def _next(self, ending: str, beginning: str) -> Letter:
        """Wait for a message that is not read yet and begins so."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            for file in sorted(
                {*self.folder.glob(f"[!.]*{ending}")} - {each.file for each in self.read}
            ):
                letter = Letter(file, _opened(file))
                if letter.text.startswith(beginning):
                    self.read.append(letter)
                    return letter
            time.sleep(0.02)
        raise AssertionError(beginning)


def _opened(file: Path) -> str:
    if file.suffix != ".eml":
        return file.read_text()
    message = message_from_bytes(file.read_bytes(), policy=SMTP)
    body = message.get_body(("plain",))
    assert body
    return f"{message['Subject']}\n\n{body.get_content()}"


class Bare:
    """A page on which no script of ours runs; only axe's, which looks at it in between."""

    def __init__(self, context: BrowserContext) -> None:
        self.page = context.new_page()
        self._session = context.new_cdp_session(self.page)
        self._allow_scripts(allowed=False)

    def faults(self) -> list[str]:
        """What axe finds, and whether one has to scroll sideways."""
        self._allow_scripts(allowed=True)
        report = axe.faults(self.page)
        beyond = self.page.evaluate("document.documentElement.scrollWidth - innerWidth")
        self._allow_scripts(allowed=False)
        found = [report] if report else []
        return [f"{self.page.url}: {each}" for each in (*found, *["too wide"] * (beyond > 0))]

    def _allow_scripts(self, *, allowed: bool) -> None:
        disabled = {"value": not allowed}
        self._session.send("Emulation.setScriptExecutionDisabled", disabled)


@dataclass
class Walk:
    """Somebody on their way in one language; each page that comes up is looked at."""

    page: Page
    hand: Hand
    language: str
    look: Callable[[], None]

    def said(self, words: str, **fields: object) -> str:
        """The English words in the language of the way."""
        return translate(words, self.language, **fields)

    def come(self, address: str) -> None:
        """Type an address, or open a link."""
        self.page.goto(address)
        self.look()

    def button(self, words: str) -> None:
        """Press the button that is called so, and look at the page it leads to."""
        self.go(self.page.get_by_role("button", name=self.said(words), exact=True))

    def link(self, words: str) -> None:
        """Press the link that is called so, and look at the page it leads to."""
        self.go(self.page.get_by_role("link", name=self.said(words), exact=True).first)

    def go(self, target: Locator) -> None:
        with self.page.expect_navigation():
            self.hand.press(target)
        self.look()

    def write(self, words: str, /, **fields: str) -> None:
        """On the page called `words`, write into the fields with these ids, "_" for "-" in them."""
        self.titled(words)
        for name, text in fields.items():
            self.hand.write(self.page.locator(f"#{name.replace('_', '-')}"), text)

    def titled(self, words: str) -> None:
        """Be sure to be on the page with this heading."""
        heading = self.page.locator("main h1")
        assert heading.inner_text() == self.said(words), (heading.inner_text(), self.page.url)

    def tick(self, words: str) -> None:
        """Tick the box or choice with this label."""
        self.hand.tick(self.page.get_by_label(self.said(words), exact=True))

    def refused(self, button: str) -> None:
        """Press a button that leads back to the form, with what is wrong at its head."""
        self.button(button)
        assert self.page.locator("[role=alert]").count(), self.page.url
