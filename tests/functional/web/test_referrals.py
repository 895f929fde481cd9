"""Coordinators see who said yes, and offer times; names only where a person released them."""

import re
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path as Folder

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import Engine
from werkzeug.test import TestResponse

from recruit.actions.accounts import add_account
from recruit.core.clock import now
from recruit.core.db import reading, unit_of_work
from recruit.people import store
from recruit.people.accounts import Role
from recruit.referrals import slots
from recruit.referrals.paths import State
from tests.erasing import erase
from tests.joining import Place, place
from tests.oneself import Own, own
from tests.referring import PARIS, STUDY, SUGAR, interested, offered, path_of, through
from tests.web_world import CHEAP, COORDINATOR, PASSWORD, SPONSOR, csrf, lexicon

ADDRESS = "ada@example.org"


@pytest.fixture
def here(tmp_path: Folder, sqlite_engine: Engine) -> Place:
    made = place(tmp_path, sqlite_engine)
    for email, role in ((COORDINATOR, Role.COORDINATOR), (SPONSOR, Role.SPONSOR)):
        add_account(
            made.engine, email=email, role=role, password=PASSWORD, actor="test", cost=CHEAP
        )
    return made


@pytest.fixture
def camille(here: Place) -> Own:
    who = own(here)
    who.tell()
    interested(here.engine, lexicon(), who.person)
    return who


@pytest.fixture
def desk(here: Place) -> FlaskClient:
    return signed_in(here, COORDINATOR)


def signed_in(here: Place, email: str) -> FlaskClient:
    client = here.app.test_client()
    client.get("/login?lang=en")
    sent = {"email": email, "password": PASSWORD, "csrf_token": csrf(client)}
    assert client.post("/login", data=sent).status_code == 302
    return client


def in_days(days: int) -> dict[str, str]:
    day = now() + timedelta(days=days)
    return {"day_day": str(day.day), "day_month": str(day.month), "day_year": str(day.year)}


def offer(desk: FlaskClient, **changed: str) -> TestResponse:
    fields = {
        "site": f"{SUGAR.id}/{PARIS}",
        **in_days(10),
        "hour": "09:30",
        "minutes": "30",
        "places": "2",
        **changed,
    }
    page = "/referrals/slots"
    return desk.post(page, data={"csrf_token": csrf(desk, page), **fields})


def offers(here: Place) -> list[slots.Slot]:
    with reading(here.engine) as session:
        return slots.of_site(session, SUGAR.id, PARIS, now())


# ---------------------------------------------------------------- who said yes
def test_the_list_has_a_pseudonym_and_no_name(camille: Own, desk: FlaskClient) -> None:
    page = desk.get("/referrals").text
    assert camille.person in page
    assert "Interested, answering questions" in page
    assert ADDRESS not in page


def test_contact_details_are_shown_after_the_release_alone(camille: Own, desk: FlaskClient) -> None:
    address = f"/referrals/{path_of(camille.place.engine, camille.person).number}"
    assert desk.get(address).status_code == 404
    through(camille)
    page = desk.get(address)
    assert ADDRESS in page.text
    camille.send(f"{STUDY}/take-back", STUDY)
    assert desk.get(address).status_code == 404


def test_what_was_told_after_the_release_is_not_shown(camille: Own, desk: FlaskClient) -> None:
    question = camille.client.get(f"{STUDY}/questions", follow_redirects=True).request.path
    through(camille)
    sent = camille.send(question, question, answer="no")
    assert sent.status_code == 302
    page = desk.get(f"/referrals/{path_of(camille.place.engine, camille.person).number}").text
    assert "7.8" in page
    assert "Pregnant" not in page


def test_what_was_taken_away_since_is_shown_no_more(camille: Own, desk: FlaskClient) -> None:
    through(camille)
    with unit_of_work(camille.place.engine) as session:
        known = store.profile(session, camille.person)
        store.save(session, [replace(known, facts=())])
    address = f"/referrals/{path_of(camille.place.engine, camille.person).number}"
    assert "7.8" not in desk.get(address).text


def test_administrators_see_no_contact_details(camille: Own, here: Place) -> None:
    through(camille)
    add_account(
        here.engine,
        email="admin@example.org",
        role=Role.ADMINISTRATOR,
        password=PASSWORD,
        actor="test",
        cost=CHEAP,
    )
    client = signed_in(here, "admin@example.org")
    address = f"/referrals/{path_of(camille.place.engine, camille.person).number}"
    assert client.get(address).status_code == 403
    assert f'{address}"' not in client.get("/referrals").text


def test_the_person_reads_that_somebody_looked(camille: Own, desk: FlaskClient) -> None:
    through(camille)
    desk.get(f"/referrals/{path_of(camille.place.engine, camille.person).number}")
    assert "Your name and contact details were looked at." in camille.page("/me/record")


def test_who_took_back_everything_stands_in_no_list(camille: Own, desk: FlaskClient) -> None:
    through(camille)
    camille.send("/me/consents/stop", "/me/consents/stop")
    assert camille.person not in desk.get("/referrals").text


def test_a_path_that_is_not_there_is_404(desk: FlaskClient) -> None:
    assert desk.get("/referrals/99999").status_code == 404


@pytest.mark.usefixtures("camille")
def test_sponsors_see_nobody(here: Place) -> None:
    client = signed_in(here, SPONSOR)
    assert client.get("/referrals").status_code == 403


# ---------------------------------------------------------------- what a site writes down
def way_of(who: Own) -> str:
    return f"/referrals/{path_of(who.place.engine, who.person).number}"


def write(desk: FlaskClient, who: Own, deed: str, **fields: str) -> TestResponse:
    """Send a form of somebody's page as it stands now."""
    page = desk.get(f"{way_of(who)}/way").text
    [mark, *_] = re.findall(r'name="mark" value="([^"]+)"', page) or [""]
    sent = {"csrf_token": csrf(desk, "/privacy"), "mark": mark, **fields}
    return desk.post(f"{way_of(who)}/{deed}", data=sent)


def test_a_site_writes_down_the_whole_way_and_sees_no_name(camille: Own, desk: FlaskClient) -> None:
    through(camille)
    for state in ("contacted", "screening", "enrolled"):
        assert write(desk, camille, "report", state=state).status_code == 302
    page = desk.get(f"{way_of(camille)}/way").text
    assert "Written down: Takes part." in page
    assert ADDRESS not in page
    assert path_of(camille.place.engine, camille.person).state is State.ENROLLED
    assert "You take part in this study." in camille.page(STUDY)


def test_a_call_in_vain_is_counted_and_taken_back(camille: Own, desk: FlaskClient) -> None:
    through(camille)
    assert write(desk, camille, "call").status_code == 302
    page = desk.get(f"{way_of(camille)}/way").text
    assert "Tried once, and nobody answered." in page
    assert "I wrote, and nobody answered" in page  # Camille chose to be written to
    assert write(desk, camille, "undo").status_code == 302
    assert "Tried once" not in desk.get(f"{way_of(camille)}/way").text


def test_an_end_wants_a_reason_and_names_the_criterion(camille: Own, desk: FlaskClient) -> None:
    through(camille)
    write(desk, camille, "report", state="contacted")
    assert "HbA1c between 7.0 and 10.5" in desk.get(f"{way_of(camille)}/end/failed").text
    assert write(desk, camille, "end/failed").status_code == 422
    sent = {"reason": "criterion-2", "version": "1"}
    assert write(desk, camille, "end/failed", **sent).status_code == 302
    assert "HbA1c between 7.0 and 10.5" in desk.get(f"{way_of(camille)}/way").text


def test_an_old_page_writes_nothing_and_says_so(camille: Own, desk: FlaskClient) -> None:
    through(camille)
    answer = write(desk, camille, "report", state="contacted", mark="0-0-0")
    assert answer.status_code == 409
    assert "Nothing of yours was written" in answer.text
    assert path_of(camille.place.engine, camille.person).state is State.RELEASED


@pytest.mark.parametrize("deed", ["report", "call", "undo", "end/declined"])
def test_who_took_everything_back_while_the_page_was_open_is_gone(
    camille: Own, desk: FlaskClient, deed: str
) -> None:
    through(camille)
    camille.send("/me/consents/stop", "/me/consents/stop")
    answer = write(desk, camille, deed, state="contacted", reason="too far", mark="1-0-0")
    assert answer.status_code in {404, 409}
    assert "Nothing was" in answer.text
    assert path_of(camille.place.engine, camille.person).state is State.WITHDRAWN


def test_an_erased_person_is_gone_for_everyone(camille: Own, desk: FlaskClient) -> None:
    through(camille)
    address = way_of(camille)
    erase(camille.place.engine, camille.person)
    answer = desk.get(f"{address}/way")
    assert answer.status_code == 404
    assert "This person is not here" in answer.text


def test_administrators_write_nothing_down(camille: Own, here: Place, desk: FlaskClient) -> None:
    through(camille)
    add_account(
        here.engine,
        email="admin@example.org",
        role=Role.ADMINISTRATOR,
        password=PASSWORD,
        actor="test",
        cost=CHEAP,
    )
    client = signed_in(here, "admin@example.org")
    assert client.get(f"{way_of(camille)}/way").status_code == 200
    sent = {"csrf_token": csrf(client, "/privacy"), "mark": "", "state": "contacted"}
    assert client.post(f"{way_of(camille)}/report", data=sent).status_code == 403
    del desk


def test_who_waits_for_too_long_is_listed(camille: Own, desk: FlaskClient, here: Place) -> None:
    through(camille)
    assert "Nobody has waited for too long." in desk.get("/referrals/overdue").text
    with time_machine.travel(now() + timedelta(days=8)):
        late = signed_in(here, COORDINATOR)
        page = late.get("/referrals/overdue").text
        assert "waited for too long" in late.get("/referrals").text
    assert camille.person in page
    assert ADDRESS not in page
    del desk


# ---------------------------------------------------------------- times
@pytest.mark.usefixtures("camille")
def test_a_time_is_offered_by_the_clocks_of_the_site(desk: FlaskClient, here: Place) -> None:
    assert offer(desk).status_code == 302
    [slot] = offers(here)
    assert (slot.offer.zone, slot.offer.minutes, slot.offer.places) == ("Europe/Paris", 30, 2)
    assert "09:30" in desk.get("/referrals/slots").text


WRONG = {
    "a site of nobody": {"site": f"{SUGAR.id}/nowhere"},
    "no hour": {"hour": "half past nine"},
    "no length": {"minutes": "0"},
    "too many places": {"places": "51"},
    "no day": {"day_day": "31", "day_month": "2"},
    "a day that is over": {"day_year": "2020"},
    "a day too far away": {"day_year": "2999"},
}


@pytest.mark.parametrize("case", WRONG)
@pytest.mark.usefixtures("camille")
def test_what_is_wrong_is_said_and_what_was_typed_stays(
    desk: FlaskClient, here: Place, case: str
) -> None:
    answer = offer(desk, **WRONG[case])
    assert answer.status_code == 422
    assert 'class="problems"' in answer.text
    assert offers(here) == []


@pytest.mark.usefixtures("camille")
def test_an_hour_that_the_clocks_skip_is_refused(desk: FlaskClient, here: Place) -> None:
    end = date(now().year + 1, 3, 31)
    sunday = str(31 - (end.weekday() + 1) % 7)  # the last one of March, when summer time begins
    answer = offer(desk, day_day=sunday, day_month="3", day_year=str(end.year), hour="02:30")
    assert "this time does not exist" in answer.text
    assert offers(here) == []


@pytest.mark.usefixtures("camille")
def test_a_time_is_offered_no_more(desk: FlaskClient, here: Place) -> None:
    number, page = offered(here.engine), "/referrals/slots"
    sent = desk.post(f"{page}/{number}/end", data={"csrf_token": csrf(desk, page)})
    assert sent.status_code == 302
    assert offers(here) == []


def test_a_time_that_somebody_booked_is_kept(camille: Own, desk: FlaskClient, here: Place) -> None:
    through(camille)
    number, page = offered(here.engine), "/referrals/slots"
    camille.send(f"{STUDY}/appointment", f"{STUDY}/appointment", slot=number)
    sent = desk.post(f"{page}/{number}/end", data={"csrf_token": csrf(desk, page)})
    assert sent.status_code == 422
    assert len(offers(here)) == 1


def test_the_day_of_an_appointment_stands_at_the_screening(
    camille: Own, desk: FlaskClient, here: Place
) -> None:
    through(camille)
    camille.send(f"{STUDY}/appointment", f"{STUDY}/appointment", slot=offered(here.engine))
    way = f"/referrals/{path_of(here.engine, camille.person).number}/way"
    [station] = [each for each in desk.get(way).text.split("<li ") if "In screening" in each]
    assert re.search(r"Appointment: \w+day \d+ \w+ 20\d\d, \d\d:\d\d", station)
