"""How coordinators press the review pages; locust runs this file (bench/review.py)."""

import random
import re
import time
from typing import Final

from locust import HttpUser, task

from bench.shared import COORDINATOR, PASSWORD

TOKEN: Final = re.compile(r'name="csrf_token" value="([^"]+)"')
ROW: Final = re.compile(r'href="(/review/\d+[^"]*)"\s+data-row')
STUDY: Final = re.compile(r'<option value="(DEMO-[^"]+)"')
NEXT: Final = re.compile(r'rel="next"\s+href="([^"]+)"')
CHANCE: Final = random.Random()  # noqa: S311 - which page comes next, no secret
FILTERS: Final = ("unknowns=2", "km=50", "verdict=eligible", "waiting=0&km=100", "search=P-0001")


class Coordinator(HttpUser):
    """Looks at the queue, turns its pages, narrows it, and goes from match to match."""

    def wait_time(self) -> float:
        """Seconds until the next page: a page a second on average, at moments of their own.

        With one exactly each second, all who began together would ask together ever after.
        """
        self.due += CHANCE.expovariate(1)
        return max(0.0, self.due - time.monotonic())

    def on_start(self) -> None:
        """Sign in, and remember what there is to look at."""
        self.due = time.monotonic()
        [token] = TOKEN.findall(self.client.get("/login", name="sign in").text)[:1]
        sent = {"email": COORDINATOR, "password": PASSWORD, "csrf_token": token}
        self.client.post("/login", sent, name="sign in")
        page = self.client.get("/review", name="sign in").text
        self.studies = STUDY.findall(page)
        self.later = self._next(page)
        self.rows = ROW.findall(page)
        CHANCE.shuffle(self.rows)

    @task(3)
    def first_page(self) -> None:
        """The queue from its beginning."""
        self._look("/review", "queue")

    @task(3)
    def another_page(self) -> None:
        """The page after the one that was looked at."""
        self._look(self.later or "/review", "queue, further on")

    @task(2)
    def one_study(self) -> None:
        """The queue of one study."""
        self._look(f"/review?study={CHANCE.choice(self.studies)}", "queue of a study")

    @task(3)
    def narrowed(self) -> None:
        """A filter, of one study or of all."""
        study = CHANCE.choice(("", f"&study={CHANCE.choice(self.studies)}"))
        self._look(f"/review?{CHANCE.choice(FILTERS)}{study}", "queue, filtered")

    @task(9)
    def one_match(self) -> None:
        """The next match of the last page."""
        if self.rows:
            self.client.get(self.rows.pop().replace("&amp;", "&"), name="match")
        else:
            self.first_page()

    @task(1)
    def decide(self) -> None:
        """Say no to a match."""
        if not self.rows:
            return
        address = self.rows.pop().replace("&amp;", "&")
        page = self.client.get(address, name="match").text
        token = TOKEN.search(page)
        number = address.split("?", 1)[0]
        if token and f"{number}/decide" in page:
            sent = {"csrf_token": token[1], "decision": "no", "reason": "other"}
            with self.client.post(
                f"{number}/decide",
                sent,
                name="decision",
                allow_redirects=False,
                catch_response=True,
            ) as answer:
                # Somebody else may have been quicker: 409 is what they are told.
                if answer.status_code in {302, 409}:
                    answer.success()

    def _look(self, address: str, name: str) -> None:
        page = self.client.get(address, name=name).text
        self.later = self._next(page)
        self.rows = ROW.findall(page) or self.rows
        CHANCE.shuffle(self.rows)

    def _next(self, page: str) -> str | None:
        found = NEXT.search(page)
        return found[1].replace("&amp;", "&") if found else None
