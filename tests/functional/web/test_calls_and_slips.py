"""Calls and reply slips as a coordinator works them, and what others are not told."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import Engine

from recruit.actions.outreach import answers
from recruit.actions.outreach.answers import Answer
from recruit.core.db import reading, unit_of_work
from recruit.notify.channels.letter_code import code_of
from recruit.notify.stages import State
from recruit.people import organisations
from recruit.terminology.lexicon import Lexicon
from recruit.trials import tenants
from recruit.web.throttle import PAIR
from tests.answering import calling, slip_of
from tests.coordinating import ELSEWHERE, STRANGER, Team, team
from tests.outreach import OFFICE_HOURS, state
from tests.web_world import csrf

NOWHERE = code_of("0" * 32)
TODAY = {"day_day": "24", "day_month": "11", "day_year": "2026"}


@pytest.fixture(autouse=True)
def office_hours() -> Iterator[None]:
    with time_machine.travel(OFFICE_HOURS, tick=False):
        yield


@pytest.fixture
def called(tmp_path: Path, sqlite_engine: Engine, lexicon: Lexicon) -> tuple[Team, list[int]]:
    return calling(tmp_path, sqlite_engine, lexicon)


@pytest.fixture
def here(tmp_path: Path, sqlite_engine: Engine, lexicon: Lexicon) -> Team:
    return team(tmp_path, sqlite_engine, lexicon)


def send(client: FlaskClient, address: str, **fields: object) -> tuple[int, str]:
    sent = {**fields, "csrf_token": csrf(client, "/privacy")}
    answer = client.post(address, data=sent, follow_redirects=True)
    return answer.status_code, answer.text


def given(here: Team, name: str) -> list[Answer]:
    with reading(here.engine) as session:
        found = answers.given(session, here.study.trial, here.people[name])
    return [each.answer for each in found]


def test_the_list_shows_pseudonyms_alone(called: tuple[Team, list[int]]) -> None:
    here, _ = called
    text = here.enter().get("/calls").text
    assert here.people["ada"] in text
    for secret in ("Camille", "+336", "ada@example.org"):
        assert secret not in text


def test_a_call_from_the_list_to_its_answer(called: tuple[Team, list[int]]) -> None:
    here, [first, _] = called
    client = here.enter()
    _, text = send(client, f"/calls/{first}")
    assert "Camille Exemple" in text
    assert "tel:+336" in text
    assert re.search(r">\+33 6( \d\d){4}<", text)
    status, text = send(client, f"/calls/{first}/outcome", outcome="talked", answer="not now")
    assert (status, 'role="status"' in text) == (200, True)
    assert given(here, "ada") == [Answer.NOT_NOW]
    assert state(here.engine, first)[0] is State.ACCEPTED


def test_who_has_a_call_in_hand_is_led_back_to_it(called: tuple[Team, list[int]]) -> None:
    here, [first, second] = called
    client = here.enter()
    send(client, f"/calls/{first}")
    _, text = send(client, f"/calls/{second}")
    assert here.people["ada"] in text
    assert state(here.engine, second)[0] is State.QUEUED
    assert f"/calls/{first}" in client.get("/calls").text


def test_a_look_takes_no_call_on(called: tuple[Team, list[int]]) -> None:
    here, [first, _] = called
    client = here.enter()
    assert client.get(f"/calls/{first}").status_code == 404
    assert state(here.engine, first)[0] is State.QUEUED


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ({}, ""),
        ({"outcome": "talked", "words": "Rappelez"}, "Rappelez"),
        ({"outcome": "talked", "answer": "question"}, ""),
        ({"outcome": "odd", "answer": "odd"}, ""),
    ],
)
def test_half_an_outcome_keeps_what_was_typed(
    called: tuple[Team, list[int]], sent: dict[str, str], kept: str
) -> None:
    here, [first, _] = called
    client = here.enter()
    send(client, f"/calls/{first}")
    status, text = send(client, f"/calls/{first}/outcome", **sent)
    assert status == 422
    assert 'role="alert"' in text
    assert kept in text
    assert state(here.engine, first)[0] is State.DATA_SENT


@pytest.mark.parametrize("path", ["/calls/{}", "/calls/{}/outcome"])
def test_another_organisations_call_is_as_one_that_does_not_exist(
    called: tuple[Team, list[int]], path: str
) -> None:
    here, [first, _] = called
    client = here.enter(STRANGER)
    theirs = send(client, path.format(first), outcome="no reply")
    nobodys = send(client, path.format(987654), outcome="no reply")
    assert theirs[0] == nobodys[0] == 404
    assert theirs[1] == nobodys[1]
    assert state(here.engine, first)[0] is State.QUEUED
    assert here.people["ada"] not in client.get("/calls").text


def test_a_sponsors_staff_sees_that_somebody_is_called_and_cannot_call(
    called: tuple[Team, list[int]],
) -> None:
    here, [first, _] = called
    with unit_of_work(here.engine) as session:
        tenants.assign(session, here.study.trial, organisations.find(session, ELSEWHERE))
    client = here.enter(STRANGER)
    page = client.get("/calls").text
    assert (here.people["ada"] in page, f'action="/calls/{first}"' in page) == (True, False)
    status, text = send(client, f"/calls/{first}")
    assert (status, "Camille" in text) == (403, False)


def test_a_slip_is_typed_in(here: Team) -> None:
    client = here.enter()
    code = slip_of(here, "ada").lower().replace(" ", "")
    status, text = send(client, "/slips", code=code, ticked=["yes", "never this study"], **TODAY)
    assert (status, here.people["ada"] in text) == (200, True)
    assert given(here, "ada") == [Answer.NEVER_THIS]
    assert here.people["ada"] not in client.get("/slips").text


def test_another_organisations_slip_is_as_an_unknown_one(here: Team) -> None:
    client = here.enter(STRANGER)
    code = slip_of(here, "ada")
    theirs = send(client, "/slips", code=code, ticked="yes", **TODAY)
    nobodys = send(client, "/slips", code=NOWHERE, ticked="yes", **TODAY)
    assert theirs[0] == nobodys[0] == 422
    assert theirs[1].replace(code, "") == nobodys[1].replace(NOWHERE, "")
    assert given(here, "ada") == []


@pytest.mark.parametrize(
    "sent",
    [
        {"code": "", "ticked": "yes", **TODAY},
        {"code": "K7M2 Q9XD 4T6W", "ticked": "yes", **TODAY},
        {"ticked": "", **TODAY},
        {"ticked": "yes", "day_day": "31", "day_month": "2", "day_year": "2026"},
        {"ticked": "yes", "day_day": "1", "day_month": "2", "day_year": "2027"},
        {"ticked": "question", **TODAY},
    ],
)
def test_a_slip_that_makes_no_sense_keeps_what_was_typed(here: Team, sent: dict[str, str]) -> None:
    fields = {"code": slip_of(here, "ada"), **sent}
    status, text = send(here.enter(), "/slips", **fields)
    assert status == 422
    assert 'role="alert"' in text
    assert f'value="{fields["code"]}"' in text
    assert given(here, "ada") == []


def test_guessing_codes_is_slowed_down(here: Team) -> None:
    client = here.enter()
    for number in range(PAIR.times):
        code = code_of(f"{number:032x}".translate({48: "7"}))
        assert send(client, "/slips", code=code, ticked="yes", **TODAY)[0] == 422
    assert send(client, "/slips", code=slip_of(here, "ada"), ticked="yes", **TODAY)[0] == 429


def test_a_slip_of_long_ago_is_asked_about_once(here: Team) -> None:
    client = here.enter()
    slip = {"code": slip_of(here, "ada"), "ticked": "yes", **TODAY, "day_month": "8"}
    status, text = send(client, "/slips", **slip)
    assert (status, 'name="old"' in text) == (422, True)
    status, _ = send(client, "/slips", **slip, old="yes")
    assert (status, given(here, "ada")) == (200, [Answer.YES])
