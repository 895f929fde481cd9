"""The code and the link that prove an address, when somebody joins."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from sqlalchemy import Engine, select

from recruit.consent.tables import CONSENT
from recruit.core.clock import now
from recruit.core.db import reading
from tests.joining import (
    BORN,
    CODE,
    EMAIL,
    Joiner,
    Place,
    code_in,
    nothing_is_kept,
    people,
    place,
    problem,
)


@pytest.fixture
def here(tmp_path: Path, sqlite_engine: Engine) -> Place:
    return place(tmp_path, sqlite_engine)


def steps(joiner: Joiner, contact: str) -> list[tuple[int, str]]:
    """Status and body of each page on the way to the code, without what is random in them."""
    answers = (joiner.begin(), joiner.say_born(*BORN), joiner.say_contact(contact))
    seen = [(answer.status_code, answer.text) for answer in answers]
    asked = joiner.choose("matching")
    page = str(asked.headers["Location"])
    seen += [(asked.status_code, ""), (200, joiner.client.get(page).text)]
    wrong = joiner.show(page, "000000")
    seen.append((wrong.status_code, wrong.text))
    token = page.rpartition("/")[2]
    plain = (text.replace(token, "…") for _, text in seen)
    hidden = [re.sub(r'(csrf_token"\s+value=")[^"]+', r"\1", text) for text in plain]
    return [(status, text) for (status, _), text in zip(seen, hidden, strict=True)]


def test_a_known_address_sees_the_same_pages(here: Place) -> None:
    here.joined()
    known = steps(here.joiner(), EMAIL)
    unknown = steps(here.joiner(), "bob@example.org")
    assert known == unknown


def test_the_owner_of_a_known_address_is_told_how_to_come_in(here: Place) -> None:
    here.joined()
    here.joiner().ask()
    (letter,) = here.post()
    assert "already joined" in letter.text
    assert not CODE.search(letter.text)
    assert len(people(here)) == 1


def test_another_spelling_of_a_known_address_is_known(here: Place) -> None:
    here.joined()
    here.joiner().ask("ADA@EXAMPLE.ORG")
    assert "already joined" in here.post()[0].text


def test_a_code_can_be_tried_five_times(here: Place) -> None:
    joiner = here.joiner()
    page = joiner.ask()
    code = code_in(here.post()[0])
    wrong = "000000" if code != "000000" else "111111"
    for _ in range(5):
        assert "not right" in problem(joiner.show(page, wrong).text, "code")
    sixth = joiner.show(page, code)
    assert "too many wrong codes" in problem(sixth.text, "code")
    assert nothing_is_kept(here)


def test_a_new_code_replaces_the_old_one(here: Place) -> None:
    joiner = here.joiner()
    page = joiner.ask()
    first = code_in(here.post()[0])
    assert joiner.send(f"{page}/new", page).headers["Location"] == page
    second = code_in(here.post()[0])
    if first != second:
        assert joiner.show(page, first).status_code == 422
    assert joiner.show(page, second).status_code == 302


def test_an_old_code_does_not_work(here: Place) -> None:
    with time_machine.travel(now(), tick=False) as time:
        joiner = here.joiner()
        page = joiner.ask()
        code = code_in(here.post()[0])
        time.shift(timedelta(minutes=10, seconds=1))
        assert "older than 10 minutes" in problem(joiner.show(page, code).text, "code")
    assert nothing_is_kept(here)


def test_an_old_link_does_not_work(here: Place) -> None:
    with time_machine.travel(now(), tick=False) as time:
        joiner = here.joiner()
        page = joiner.ask()
        time.shift(timedelta(days=1, seconds=1))
        answer = joiner.client.get(page)
    assert answer.status_code == 410
    assert "too old" in answer.text


def test_a_used_link_leads_to_ones_own_space(here: Place) -> None:
    joiner = here.joiner()
    page = joiner.ask()
    joiner.show(page, code_in(here.post()[0]))
    answer = here.joiner().client.get(page)
    assert answer.status_code == 410
    assert "used already" in answer.text


@pytest.mark.parametrize("cut", [slice(1, None), slice(-1), slice(0, 0)])
def test_a_link_that_was_cut_short_does_not_work(here: Place, cut: slice) -> None:
    joiner = here.joiner()
    token = joiner.ask().rpartition("/")[2]
    assert joiner.client.get(f"/join/code/{token[cut]}").status_code == 404


def test_the_link_alone_tells_nothing(here: Place) -> None:
    page = here.joiner().ask()
    text = here.joiner().client.get(page).text
    assert not re.search("ada|example|1975|matching", text.lower().replace("name@example.org", ""))


def test_the_link_works_in_another_browser_too(here: Place) -> None:
    page = here.joiner().ask()
    answer = here.joiner().show(page, code_in(here.post()[0]))
    assert answer.headers["Location"] == "/join/step/done"


def test_two_links_to_one_address_make_one_participant(here: Place) -> None:
    first, second = here.joiner(), here.joiner()
    one = first.ask(choices=("matching", "contact/email"))
    other = second.ask(choices=("matching", "research-reuse"))
    codes = [code_in(letter) for letter in here.post()]
    assert first.show(one, codes[0]).status_code == 302
    assert second.show(other, codes[1]).status_code == 302
    assert len(people(here)) == 1
    with reading(here.engine) as session:
        query = select(CONSENT.c.purpose).where(CONSENT.c.type == "granted")
        granted = session.execute(query).scalars().all()
    assert sorted(granted) == ["contact", "matching", "research-reuse"]
