"""The link of the message before an erasure: what happens then, and one press to stay."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from recruit.actions.my_choices import overview
from recruit.consent.choices import Choice, Purpose
from recruit.core.clock import now
from recruit.core.db import reading
from recruit.terminology.lexicon import Lexicon
from tests.asking import Invited, invited
from tests.staying import time_to_stay
from tests.web_world import csrf


@pytest.fixture
def here(tmp_path: Path, sqlite_engine: Engine, lexicon: Lexicon) -> Invited:
    return invited(tmp_path, sqlite_engine, lexicon)


@pytest.fixture
def link(here: Invited) -> Iterator[str]:
    with time_to_stay(here.engine, here.person) as made:
        yield made


def given(here: Invited) -> list[Choice]:
    with reading(here.engine) as session:
        return [line.choice for line in overview(session, here.person, now()).given]


@pytest.mark.parametrize(
    ("language", "said"), [("en", "Yes, I want to stay"), ("fr", "Oui, je veux rester")]
)
def test_looking_does_nothing_and_says_what_a_press_does(
    here: Invited, link: str, language: str, said: str
) -> None:
    page = here.app.test_client().get(f"{link}?lang={language}", follow_redirects=True)
    assert (page.status_code, page.text.count(said)) == (200, 1)
    assert given(here) == []


def test_one_press_and_studies_are_looked_for_again(here: Invited, link: str) -> None:
    client = here.app.test_client()
    answer = client.post(link, data={"csrf_token": csrf(client, link)})
    assert answer.status_code == 200
    assert given(here) == [Choice(Purpose.MATCHING)]
    assert client.get(link).status_code == 404


def test_another_site_cannot_press(here: Invited, link: str) -> None:
    assert here.app.test_client().post(link).status_code == 400
    assert given(here) == []


def test_a_link_that_is_none_says_so(here: Invited) -> None:
    client = here.app.test_client()
    assert client.get("/stay/nothing").status_code == 404
    token = csrf(client, "/login")
    assert client.post("/stay/nothing", data={"csrf_token": token}).status_code == 404
