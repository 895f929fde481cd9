"""Who looks at which pages on any day, and how often; locust runs this file (bench/load.py)."""

import json
import os
import random
import re
import time
from pathlib import Path
from typing import Any, Final

from locust import HttpUser, task

KNOWN: Final[dict[str, list[str]]] = json.loads(
    Path(os.environ["BENCH_VISITORS"]).read_text("utf-8")
)
CHANCE: Final = random.Random()  # noqa: S311 - which page comes next, no secret
STUDY: Final = re.compile(r'href="(/studies/[^"?#]+)"')
ROW: Final = re.compile(r'href="(/review/\d+[^"]*)"\s+data-row')
TRIAL: Final = re.compile(r'href="(/sponsor/trials/S-[0-9A-Z]+)"')
WORDS: Final = ("diabetes", "cancer du sein", "migraine", "asthme", "knee pain", "", "hypertension")
OWN_PAGES: Final = ("/me", "/me/consents", "/me/profile", "/me/trials", "/me/messages")


class Visitor(HttpUser):
    """Asks for a page a second on average, at moments of their own, however long answers take."""

    abstract = True

    def wait_time(self) -> float:
        """Seconds until the next page; who fell behind goes on at once."""
        self.due += CHANCE.expovariate(1)
        return max(0.0, self.due - time.monotonic())

    def on_start(self) -> None:
        """Come in."""
        self.due = time.monotonic()
        self.seen: list[str] = []

    def look(self, address: str, name: str, **more: Any) -> str:  # noqa: ANN401 - what requests takes
        """Ask for a page; its text."""
        text: str = self.client.get(address, name=name, **more).text
        return text

    def enter(self, who: str) -> None:
        """Be one of those who are signed in."""
        self.client.cookies.set("session", CHANCE.choice(KNOWN[who]))


class Public(Visitor):
    """Looks for studies and reads them; some follow a link out of a message."""

    weight = 45

    @task(6)
    def search(self) -> None:
        """Studies about something."""
        page = self.look("/studies", "studies, searched", params={"q": CHANCE.choice(WORDS)})
        self.seen = STUDY.findall(page) or self.seen

    @task(5)
    def study(self) -> None:
        """One of those that were found."""
        if self.seen:
            self.look(CHANCE.choice(self.seen), "study")
        else:
            self.search()

    @task(2)
    def home(self) -> None:
        """The first page."""
        self.look("/", "first page")

    @task(1)
    def stop(self) -> None:
        """The page behind a message's stop link; not everybody who looks stops."""
        self.look(f"/u/{CHANCE.choice(KNOWN['stops'])}", "stop link")


class Participant(Visitor):
    """Looks at their own pages."""

    weight = 25

    def on_start(self) -> None:
        """Come in, signed in."""
        super().on_start()
        self.enter("participants")

    @task
    def own(self) -> None:
        """One of them."""
        address = CHANCE.choice(OWN_PAGES)
        self.look(address, address)


class Coordinator(Visitor):
    """Works through the queue, and looks at what comes back."""

    weight = 25

    def on_start(self) -> None:
        """Come in, signed in."""
        super().on_start()
        self.enter("coordinators")

    @task(4)
    def queue(self) -> None:
        """Who waits."""
        self.seen = ROW.findall(self.look("/review", "queue")) or self.seen

    @task(8)
    def match(self) -> None:
        """One of them."""
        if self.seen:
            self.look(CHANCE.choice(self.seen).replace("&amp;", "&"), "match")
        else:
            self.queue()

    @task(2)
    def others(self) -> None:
        """What people wrote, and where they are on their way."""
        address = CHANCE.choice(("/inbox", "/referrals", "/safety"))
        self.look(address, address)


class Sponsor(Visitor):
    """Looks at studies and their funnels."""

    weight = 5

    def on_start(self) -> None:
        """Come in, signed in."""
        super().on_start()
        self.enter("sponsors")

    @task
    def trials(self) -> None:
        """The list, and one of it."""
        self.seen = TRIAL.findall(self.look("/sponsor/trials", "/sponsor/trials")) or self.seen
        if self.seen:
            self.look(f"{CHANCE.choice(self.seen)}/funnel", "funnel of a study")
