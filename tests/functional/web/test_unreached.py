"""An administrator sees whom no message tells of their erasure, prints a letter, and posts it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import time_machine
from sqlalchemy import Engine

from recruit.actions.accounts import add_account
from recruit.actions.retention.announcing import announce
from recruit.actions.retention.unreached import Why
from recruit.consent import ledger
from recruit.core.clock import now
from recruit.core.config import Settings
from recruit.core.db import unit_of_work
from recruit.people.accounts import Role
from recruit.people.vault import Item
from recruit.people.vault_tables import ITEM
from recruit.web.admin.unreached import WHYS
from tests.joining import Place
from tests.outreach import OWN, RING, SECRET, willing
from tests.paper import OPERATOR, enter
from tests.staying import HERALD, NEAR
from tests.web_world import ADMINISTRATOR, CHEAP, COORDINATOR, PASSWORD, csrf, pages

PAGE = "/admin/deliveries/unreached"


@pytest.fixture
def here(tmp_path: Path, sqlite_engine: Engine) -> Place:
    """A service with an operator, an administrator and a coordinator."""
    settings = Settings(
        data_folder=tmp_path, base_url=HERALD.base_url, vault_keys=(SECRET,), operator=OPERATOR
    )
    for email, role in ((ADMINISTRATOR, Role.ADMINISTRATOR), (COORDINATOR, Role.COORDINATOR)):
        add_account(
            sqlite_engine, email=email, role=role, password=PASSWORD, actor="test", cost=CHEAP
        )
    return Place(pages(settings, sqlite_engine), sqlite_engine, RING)


@pytest.fixture
def person(here: Place) -> Iterator[str]:
    """Somebody without an e-mail address, in the days when their erasure comes near."""
    found = willing(here.engine)
    with unit_of_work(here.engine) as session:
        ledger.withdraw(session, found, None, OWN, "link")
        email = ITEM.c.item == Item.EMAIL.value
        session.execute(ITEM.delete().where(ITEM.c.holder == found, email))
    with time_machine.travel(now() + NEAR):
        announce(here.engine, HERALD, now())
        yield found


def test_only_administrators_see_who_waits(here: Place) -> None:
    assert enter(here, COORDINATOR).get(PAGE).status_code == 403
    assert here.app.test_client().get(PAGE).status_code == 302


def test_nobody_waits_and_the_page_says_so(here: Place) -> None:
    assert "Nobody waits for a letter." in enter(here, ADMINISTRATOR).get(PAGE).text


def test_who_waits_stands_there_by_pseudonym_and_with_the_reason(here: Place, person: str) -> None:
    page = enter(here, ADMINISTRATOR).get(PAGE).text
    assert person in page
    assert WHYS[Why.NO_ADDRESS] in page
    assert "Camille" not in page


def test_a_letter_is_printed_posted_and_leaves_the_list(here: Place, person: str) -> None:
    client = enter(here, ADMINISTRATOR)
    assert "It is in the post" not in client.get(PAGE).text
    sent = {"person": person, "csrf_token": csrf(client, PAGE)}
    letter = client.post(f"{PAGE}/letter.pdf", data=sent)
    assert (letter.status_code, letter.mimetype) == (200, "application/pdf")
    assert "It is in the post" in client.get(PAGE).text
    page = client.post(f"{PAGE}/posted", data=sent, follow_redirects=True).text
    assert f"The letter to {person} counts from today." in page
    assert "Nobody waits for a letter." in page


def test_what_was_not_printed_is_not_posted(here: Place, person: str) -> None:
    client = enter(here, ADMINISTRATOR)
    sent = {"person": person, "csrf_token": csrf(client, PAGE)}
    answer = client.post(f"{PAGE}/posted", data=sent)
    assert (answer.status_code, "Print the letter first." in answer.text) == (422, True)


@pytest.mark.parametrize("deed", ["letter.pdf", "posted"])
def test_who_does_not_wait_is_not_found(here: Place, deed: str) -> None:
    client = enter(here, ADMINISTRATOR)
    sent = {"person": willing(here.engine), "csrf_token": csrf(client, PAGE)}
    assert client.post(f"{PAGE}/{deed}", data=sent).status_code == 404
