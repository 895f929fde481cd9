"""What anybody may write into an address or a form, and what a record may hold, breaks no page."""

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Engine

from recruit.actions.accounts import add_account
from recruit.core.db import unit_of_work
from recruit.people.accounts import Role
from recruit.trials import store
from tests.web_world import CHEAP, COORDINATOR, DIABETES, PASSWORD, World, csrf, lexicon, world

ODD = ("a%00b", "%00", "%ff%fe", "%ed%a0%80", "%0d%0a", "%e2%80%ae", "x" * 5000)


@pytest.fixture
def bare(engine: Engine, tmp_path: Path) -> World:
    """A service without studies and people, over each kind of database."""
    add_account(
        engine,
        email=COORDINATOR,
        role=Role.COORDINATOR,
        password=PASSWORD,
        actor="test",
        cost=CHEAP,
    )
    return world(tmp_path, engine, {})


@pytest.mark.parametrize("odd", ODD, ids=lambda odd: odd[:12])
def test_a_study_that_cannot_be_is_not_found(bare: World, odd: str) -> None:
    assert bare.app.test_client().get(f"/studies/{odd}").status_code == 404


@pytest.mark.parametrize("path", ["/share", "/share/poster/a4/en/FR"])
def test_nothing_is_handed_out_of_a_study_that_cannot_be(bare: World, path: str) -> None:
    client = bare.app.test_client()
    assert {client.get(f"{path}/{odd}").status_code for odd in ODD} == {404}


@pytest.mark.parametrize("name", ["q", "country", "state", "page", "lang"])
def test_the_list_of_studies_takes_any_value(bare: World, name: str) -> None:
    client = bare.app.test_client()
    assert {client.get(f"/studies?{name}={odd}").status_code for odd in ODD} == {200}


@pytest.mark.parametrize("name", ["study", "verdict", "page", "lang"])
def test_the_match_table_takes_any_value(bare: World, name: str) -> None:
    client = bare.enter(COORDINATOR)
    assert {client.get(f"/review?{name}={odd}").status_code for odd in ODD} == {200}


@pytest.mark.parametrize("email", ["a\0b@example.org", "\0", "a\x1b@b.org", "\u202e@b.org"])
def test_an_address_that_cannot_be_is_a_failed_sign_in(bare: World, email: str) -> None:
    client = bare.app.test_client()
    sent = {"email": email, "password": "x\0" + PASSWORD, "csrf_token": csrf(client)}
    assert client.post("/login", data=sent).status_code == 422


@pytest.mark.parametrize("url", ["http://[x", "https://", "http:///path", "https://a]b"])
def test_a_study_with_a_malformed_address_is_shown_without_it(fresh: World, url: str) -> None:
    with unit_of_work(fresh.engine) as session:
        store.save(session, replace(DIABETES, id="WEB-9", url=url), lexicon())
    answer = fresh.app.test_client().get("/studies/WEB-9")
    assert (answer.status_code, f'"{url}"' in answer.text) == (200, False)
