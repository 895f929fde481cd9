"""A possible adverse event that somebody of the staff heard of and writes down themselves."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select

from recruit.actions.outreach import words
from recruit.actions.outreach.answer_table import How
from recruit.actions.safety.tables import CASE
from recruit.consent.choices import Channel
from recruit.core.clock import now
from recruit.core.db import reading, unit_of_work
from recruit.web.service import EXTENSION
from tests.functional.web.conftest import Stock
from tests.safety_pages import SAID, flagged, heard, person
from tests.web_world import (
    COORDINATOR,
    DIABETES,
    World,
    csrf,
)


@pytest.fixture(scope="module")
def waiting(
    stock: Stock, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[World, FlaskClient, int]]:
    """A case that waits, for tests in which nothing of what they send is done."""
    own = stock.world(tmp_path_factory.mktemp("safety"))
    number = flagged(own)
    yield own, own.enter(COORDINATOR), number
    own.engine.dispose()


def test_words_are_shown_by_the_way_they_came(fresh: World) -> None:
    keyring = fresh.app.extensions[EXTENSION].secrets.vault
    with unit_of_work(fresh.engine) as session:
        words.hear(
            session,
            keyring,
            person=person(fresh),
            trial=None,
            channel=Channel.EMAIL,  # by which an answer goes
            text=SAID,
            at=now(),
            how=How.PAGE,
        )
        number = session.scalars(select(CASE.c.id)).one()
    page = fresh.enter(COORDINATOR).get(f"/safety/{number}").text
    assert "on our page" in page
    assert "by e-mail" not in page.split("Decide</h2>")[0]


def test_a_case_is_begun_by_hand_with_the_moment_of_hearing(fresh: World) -> None:
    with time_machine.travel(datetime(2026, 11, 24, 12, tzinfo=UTC), tick=False):
        client = fresh.enter(COORDINATOR)
        token = csrf(client, "/safety/new")
        sent = {
            "csrf_token": token,
            "person": person(fresh),
            "trial": DIABETES.id,
            "how": "phone",
            "day_day": "24",
            "day_month": "11",
            "day_year": "2026",
            "hour": "11:30",
            "words": "She says that she fell.",
        }
        page = client.post("/safety/new", data=sent, follow_redirects=True).text
    assert "The case is begun." in page
    assert "She says that she fell." in page.replace("<mark>", "").replace("</mark>", "")
    with reading(fresh.engine) as session:
        [aware] = session.scalars(select(CASE.c.aware_at))
    assert aware == datetime(2026, 11, 24, 10, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("field", "value", "problem"),
    [
        ("person", "P-NOBODY", "no person with this code"),
        ("trial", "NOTHING", "no study with this number"),
        ("words", "  ", "in their own words"),
        ("words", "x" * 10_001, "these are 10001"),
        ("day_year", "2041", "has not come yet"),
        ("hour", "25:00", "hours and minutes"),
        ("how", "owl", "how you learned of it"),
    ],
)
def test_a_case_that_cannot_be_begun_says_why(
    waiting: tuple[World, FlaskClient, int], field: str, value: str, problem: str
) -> None:
    own, client, _ = waiting
    sent = {
        "csrf_token": csrf(client, "/safety/new"),
        "person": person(own),
        "trial": "",
        "how": "phone",
        "day_day": "1",
        "day_month": "11",
        "day_year": "2025",
        "hour": "11:30",
        "words": "She fell.",
        field: value,
    }
    answer = client.post("/safety/new", data=sent)
    assert answer.status_code == 422
    assert problem in answer.text


def test_a_case_is_begun_of_a_message_once(fresh: World) -> None:
    number = heard(fresh, "Bonjour, merci.")
    client = fresh.enter(COORDINATOR)
    sent = {"csrf_token": csrf(client, "/safety/new"), "heard": str(number)}
    addresses = {client.post("/safety/new", data=sent).location for _ in range(2)}
    assert len(addresses) == 1
