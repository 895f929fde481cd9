"""`/safety`: from a flagged message to a report that was handed on, by the operator's own staff."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update

from recruit.actions.accounts import add_account, add_organisation
from recruit.audit.trail import Tag
from recruit.core.clock import now
from recruit.core.db import unit_of_work
from recruit.people.account_tables import Account
from recruit.people.accounts import Role
from recruit.people.organisations import OrganisationKind
from tests.functional.web.conftest import Stock
from tests.safety_pages import VALID, edit, flagged, heard, report, send, tags
from tests.web_world import (
    ADMINISTRATOR,
    CHEAP,
    COORDINATOR,
    PASSWORD,
    SPONSOR,
    World,
    csrf,
)


def centre(world: World) -> FlaskClient:
    """A coordinator of a study centre."""
    add_organisation(world.engine, name="Centre", kind=OrganisationKind.CENTRE, actor="test")
    add_account(
        world.engine,
        email="centre@example.org",
        role=Role.COORDINATOR,
        password=PASSWORD,
        actor="test",
        organisation="Centre",
        cost=CHEAP,
    )
    return world.enter("centre@example.org")


def test_nothing_waits_at_first(fresh: World) -> None:
    assert "Nothing waits" in fresh.enter(COORDINATOR).get("/safety").text


def test_what_is_overdue_stands_first_and_says_so(fresh: World) -> None:
    late = flagged(fresh, at=now() - timedelta(hours=30))
    early = flagged(fresh)
    page = fresh.enter(COORDINATOR).get("/safety").text
    assert page.index(f"/safety/{late}") < page.index(f"/safety/{early}")
    assert "Overdue by 6 hours" in page
    assert "23 hours left" in page
    assert "2 wait" in page


def test_the_words_are_shown_as_they_are_with_their_signs_marked(fresh: World) -> None:
    number = flagged(fresh)
    page = fresh.enter(COORDINATOR).get(f"/safety/{number}").text
    assert "<b>très</b>" not in page
    assert "{{ 7 * 7 }}" in page
    assert "<mark>" in page


def test_a_look_at_the_list_and_at_a_case_is_recorded(fresh: World) -> None:
    number = flagged(fresh)
    client = fresh.enter(COORDINATOR)
    client.get("/safety")
    client.get(f"/safety/{number}")
    assert {Tag.SAFETY_LISTED.value, Tag.SAFETY_SHOWN.value} <= set(tags(fresh))


def test_an_organisations_staff_has_no_list(fresh: World) -> None:
    client = centre(fresh)
    assert client.get("/safety").status_code == 403
    assert client.get("/safety/new").status_code == 404


def test_an_organisations_staff_learns_of_no_case(fresh: World) -> None:
    number = flagged(fresh)
    client = centre(fresh)
    there = client.get(f"/safety/{number}")
    nowhere = client.get("/safety/99999")
    assert there.status_code == nowhere.status_code == 404
    assert client.get(f"/safety/{number}/1.xml").status_code == 404


def test_a_sponsor_comes_nowhere_near(fresh: World) -> None:
    assert fresh.enter(SPONSOR).get(f"/safety/{flagged(fresh)}").status_code == 403


def test_no_adverse_event_wants_a_reason(waiting: tuple[World, FlaskClient, int]) -> None:
    _, client, number = waiting
    status, page = send(client, "dismiss", number)
    assert status == 422
    assert "Please choose why this is not an adverse event." in page


def test_no_adverse_event_leaves_the_list_and_can_be_opened_again(fresh: World) -> None:
    number = flagged(fresh)
    client = fresh.enter(COORDINATOR)
    _, page = send(client, "dismiss", number, reason="before", words="Known since 2019")
    assert "Known since 2019" in page
    assert f"/safety/{number}" not in client.get("/safety").text
    _, page = send(client, "reopen", number)
    assert "It is open again" in page
    assert f"/safety/{number}" in client.get("/safety").text


def test_a_report_is_written_and_waits_from_awareness(fresh: World) -> None:
    number = flagged(fresh, at=now() - timedelta(hours=2))
    status, page = report(fresh.enter(COORDINATOR), number)
    assert status == 200
    assert "Version 1 is written. Please hand it on now." in page
    assert "21 hours left" in page
    assert "Needs a stay in hospital" in page


def test_a_report_that_was_handed_on_waits_no_more(fresh: World) -> None:
    number = flagged(fresh)
    client = fresh.enter(COORDINATOR)
    report(client, number)
    to = "Safety desk, 01 99 00 00 09"
    _, page = send(client, "forward", number, version="1", to=to, way="portal")
    assert to in page
    assert "Nothing waits" in client.get("/safety").text
    _, page = send(client, "acknowledge", number, version="1", acknowledged="Ref. 77, by phone")
    assert "Version 1 acknowledged: Ref. 77, by phone" in page


def test_handing_on_wants_to_whom_and_how(fresh: World) -> None:
    number = flagged(fresh)
    client = fresh.enter(COORDINATOR)
    report(client, number)
    assert send(client, "forward", number, version="1", to="", way="fax")[0] == 422
    assert send(client, "forward", number, version="1", to="Desk", way="owl")[0] == 422


@pytest.fixture(scope="module")
def waiting(
    stock: Stock, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[World, FlaskClient, int]]:
    """A case that waits, for tests in which nothing of what they send is done."""
    own = stock.world(tmp_path_factory.mktemp("safety"))
    number = flagged(own)
    yield own, own.enter(COORDINATOR), number
    own.engine.dispose()


BAD = [
    ({"event": " "}, "event", "A report is not valid without this"),
    ({"product": ""}, "product", "A report is not valid without this"),
    ({"event": "x" * 251}, "event", "these are 251"),
    ({"narrative": "x" * 20_001}, "narrative", "these are 20001"),
    ({"criteria": []}, "criteria", "tick what applies"),
    ({"criteria": ["death", "none"]}, "criteria", "not both"),
    ({"outcome": "fatal"}, "criteria", "led to death"),
    ({"onset_day": "1", "onset_year": "2031"}, "onset", "has not come yet"),
    ({"onset_year": "1912"}, "onset", "before the person was born"),
    ({"onset_day": "31", "onset_month": "02"}, "onset", "no such day"),
    ({"onset_day": "3", "onset_month": ""}, "onset", "give the year"),
    ({"onset_year": "9999999"}, "onset", "no such day"),
    ({"age": "-3"}, "age", "completed years"),
    ({"age": "fifty"}, "age", "completed years"),
    ({"country": "France"}, "country", "two letters"),
]


@pytest.mark.parametrize(("typed", "field", "problem"), BAD)
def test_what_is_not_valid_is_refused_and_kept(
    waiting: tuple[World, FlaskClient, int], typed: dict[str, object], field: str, problem: str
) -> None:
    _, client, number = waiting
    status, page = report(client, number, **typed)
    assert status == 422
    assert f'href="#{field}"' in page
    assert problem in page
    assert str(VALID["narrative"]) in page or "narrative" in typed


def test_a_megabyte_of_words_is_refused(waiting: tuple[World, FlaskClient, int]) -> None:
    _, client, number = waiting
    status, _ = report(client, number, narrative="x" * 1_000_000)
    assert status in {413, 422}


def test_two_coordinators_at_once_and_the_second_is_told(fresh: World) -> None:
    number = flagged(fresh)
    first, second = fresh.enter(COORDINATOR), fresh.enter(ADMINISTRATOR)
    token, seen = csrf(second, f"/safety/{number}"), edit(second, number)
    report(first, number)
    sent = {"csrf_token": token, "edit": seen, "reason": "before"}
    answer = second.post(f"/safety/{number}/dismiss", data=sent)
    assert answer.status_code == 409
    assert "Somebody else was quicker" in answer.text
    assert "Report, version 1" in first.get(f"/safety/{number}").text


def test_what_was_typed_is_kept_when_somebody_else_was_quicker(fresh: World) -> None:
    number = flagged(fresh)
    first, second = fresh.enter(COORDINATOR), fresh.enter(ADMINISTRATOR)
    token, seen = csrf(second, f"/safety/{number}"), edit(second, number)
    report(first, number)
    sent = {"csrf_token": token, "edit": seen, **VALID, "narrative": "My own words"}
    answer = second.post(f"/safety/{number}/report", data=sent)
    assert answer.status_code == 409
    assert "Somebody else was quicker" in answer.text
    assert "My own words" in answer.text


def test_another_message_is_added_and_waits_for_a_new_version(fresh: World) -> None:
    number = flagged(fresh)
    client = fresh.enter(COORDINATOR)
    report(client, number)
    send(client, "forward", number, version="1", to="Desk", way="hand")
    more = heard(fresh, "Merci pour votre appel")
    _, page = send(client, "words", number, heard=more)
    assert "hours left" in page
    status, page = report(client, number, change="follow-up", reason="She is better")
    assert status == 200
    assert "Report, version 2" in page
    text = client.get(f"/safety/{number}/2.xml").text
    assert "Merci pour votre appel" in text
    assert "She is better" in text


def test_a_second_suspicion_is_made_part_of_the_first_report(fresh: World) -> None:
    first, second = flagged(fresh), flagged(fresh, "Je suis à l’hôpital, j’ai des nausées")
    client = fresh.enter(COORDINATOR)
    report(client, first)
    send(client, "join", second, into=first)
    page = client.get(f"/safety/{first}").text
    assert "des nausées" in page.replace("<mark>", "").replace("</mark>", "")
    assert "Part of another report" in client.get(f"/safety/{second}").text


def test_nobody_elses_message_is_added(fresh: World) -> None:
    number = flagged(fresh)
    client = fresh.enter(COORDINATOR)
    report(client, number)
    assert send(client, "words", number, heard="999999")[0] == 404


def test_the_form_says_of_who_is_not_invited_that_nothing_was_given(fresh: World) -> None:
    number = flagged(fresh)
    page = fresh.enter(COORDINATOR).get(f"/safety/{number}/report").text
    assert re.search(r'value="not given"\s+checked', page)
    assert "No site knows who this is" in page


def test_named_kinds_of_harm_come_before_what_no_table_knows(fresh: World) -> None:
    number = flagged(fresh, "Le zigomar fit tchouk dans la cambuse. Et je vomis.")
    page = fresh.enter(COORDINATOR).get(f"/safety/{number}").text
    told = "stand out: a symptom or complaint, something that is not surely harmless."
    assert told in page


def test_nobody_to_tell_stands_on_the_page(fresh: World) -> None:
    client = fresh.enter(COORDINATOR)
    assert "Nobody is told" not in client.get("/safety").text
    with unit_of_work(fresh.engine) as session:
        session.execute(update(Account).values(email=None))
    assert "Nobody is told" in client.get("/safety").text
