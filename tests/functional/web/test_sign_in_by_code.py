"""Participants come in by link and code, and nobody else does."""

import logging
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import Engine, select
from werkzeug.test import TestResponse

from recruit.audit.tables import AUDIT
from recruit.core.clock import now
from recruit.core.db import reading, unit_of_work
from recruit.notify.letter import Letter
from recruit.people import accounts, codes
from recruit.people.account_tables import Role
from recruit.people.codes import Purpose
from recruit.people.tables import COMMUNITY, PARTICIPANT
from recruit.people.vault import Item, Vault
from tests.joining import CODE, Place, code_in, place
from tests.web_world import empty_database

ANNE, BEN, RUTH = "P-AAAAAAAA", "P-BBBBBBBB", "R-RRRRRRRR"
EMAIL, SHARED, MOBILE = "anne@example.org", "both@example.org", "+33639980012"


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Place]:
    engine = empty_database(tmp_path)
    made = place(tmp_path, engine)
    with unit_of_work(engine) as session:
        people = [
            {"pseudonym": person, "community": "c", "external_id": person, "created_at": now()}
            for person in (ANNE, BEN)
        ]
        session.execute(COMMUNITY.insert(), [{"name": "c", "created_at": now()}])
        session.execute(PARTICIPANT.insert(), people)
        Vault(made.keyring).keep(
            session,
            {
                ANNE: {Item.EMAIL: EMAIL, Item.PHONE: MOBILE},
                BEN: {Item.EMAIL: SHARED},
                RUTH: {Item.EMAIL: SHARED, Item.NAME: "Ruth Exemple"},
            },
        )
    yield made
    engine.dispose()


def visitor(service: Place, language: str = "en") -> FlaskClient:
    client = service.app.test_client()
    client.get(f"/me/sign-in?lang={language}")
    return client


def send(client: FlaskClient, path: str, /, page: str | None = None, **form: str) -> TestResponse:
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get(page or path).text)
    assert found
    return client.post(path, data={"csrf_token": found[1], **form})


def asked(service: Place, contact: str = EMAIL, client: FlaskClient | None = None) -> Letter:
    """The letter that follows when somebody asks to sign in with an address."""
    send(client or visitor(service), "/me/sign-in", contact=contact)
    (letter,) = service.post()
    return letter


def link_in(letter: Letter) -> str:
    found = re.search(r"http://127\.0\.0\.1:8000(/me/sign-in/\S+)", letter.text)
    assert found, letter.text
    return found[1]


def wrong(letter: Letter) -> str:
    return f"{(int(code_in(letter)) + 1) % 10**6:06d}"


def is_in(client: FlaskClient) -> bool:
    return client.get("/me/sign-in").status_code == 302


def test_link_and_code_open_ones_own_space(service: Place) -> None:
    letter = asked(service)
    client = visitor(service)  # another device than the one that asked
    answer = send(client, link_in(letter), code=code_in(letter))
    assert (answer.status_code, answer.headers["Location"]) == (302, "/me")
    assert is_in(client)


def test_a_mobile_number_does_as_well(service: Place) -> None:
    letter = asked(service, "06 39 98 00 12")
    assert (letter.to, letter.subject) == (MOBILE, "")
    client = visitor(service)
    send(client, link_in(letter), code=code_in(letter))
    assert is_in(client)


def test_what_was_wanted_comes_after_signing_in(service: Place) -> None:
    client = visitor(service)
    assert client.get("/me/consents").headers["Location"] == "/me/sign-in"
    letter = asked(service, client=client)
    answer = send(client, link_in(letter), code=code_in(letter))
    assert answer.headers["Location"] == "/me/consents"


def test_what_was_wanted_comes_in_another_browser_too(service: Place) -> None:
    client = visitor(service)
    client.get("/me/messages")
    letter = asked(service, client=client)
    answer = send(visitor(service), link_in(letter), code=code_in(letter))
    assert answer.headers["Location"] == "/me/messages"


def test_a_staff_page_that_was_wanted_is_not_where_a_participant_lands(service: Place) -> None:
    client = visitor(service)
    client.get("/review")
    letter = asked(service, client=client)
    answer = send(client, link_in(letter), code=code_in(letter))
    assert answer.headers["Location"] == "/me"


def test_the_link_alone_opens_a_page_that_tells_nothing(service: Place) -> None:
    letter = asked(service)
    client = visitor(service)
    page = client.get(link_in(letter))
    assert page.status_code == 200
    for known in (ANNE, EMAIL, "anne", code_in(letter)):
        assert known not in page.text
    assert not is_in(client)


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize(
    "contact",
    [EMAIL, "nobody@example.org", "not@plausible", "x..y@example.org", "0639980012", "0639980099"],
)
def test_known_unknown_and_strange_addresses_are_answered_alike(
    service: Place, contact: str, language: str
) -> None:
    client = visitor(service, language)
    plain = re.compile(r'(csrf_token" value|nonce)="[^"]+"')
    answer = send(client, "/me/sign-in", contact=contact)
    expected = send(visitor(service, language), "/me/sign-in", contact="else@example.org")
    assert (answer.status_code, answer.data) == (302, expected.data)
    assert answer.headers["Location"] == "/me/sign-in/sent"
    assert sorted(answer.headers.keys()) == sorted(expected.headers.keys())
    following = [
        plain.sub("", c.get("/me/sign-in/sent").text) for c in (client, visitor(service, language))
    ]
    assert following[0] == following[1]


@pytest.mark.parametrize(
    "contact", ["", "   ", "anne", "12", "a@b\n@c", "x" * 300 + "@e.org", "\x00@x"]
)
def test_what_is_no_address_at_all_is_said_and_kept(service: Place, contact: str) -> None:
    answer = send(visitor(service), "/me/sign-in", contact=contact)
    assert answer.status_code == 422
    assert "problems" in answer.text
    assert service.post() == []


def test_an_unknown_address_is_told_so_by_mail_and_nowhere_else(service: Place) -> None:
    letter = asked(service, "nobody@example.org")
    assert letter.subject == "You asked to sign in"
    assert "http://127.0.0.1:8000/join" in letter.text
    assert not CODE.search(letter.text)


def test_the_message_comes_in_the_language_of_the_page(service: Place) -> None:
    assert asked(service, client=visitor(service, "fr")).subject == "Votre code pour vous connecter"


def test_a_sixth_answer_is_refused_even_when_it_is_right(service: Place) -> None:
    letter = asked(service)
    client = visitor(service)
    for _ in range(5):
        answer = send(client, link_in(letter), code=wrong(letter))
        assert (answer.status_code, "This code is not right" in answer.text) == (422, True)
    answer = send(client, link_in(letter), code=code_in(letter))
    assert (answer.status_code, "too many wrong codes" in answer.text) == (422, True)
    assert not is_in(client)


def test_a_new_code_comes_for_the_same_link(service: Place) -> None:
    letter = asked(service)
    client = visitor(service)
    page = link_in(letter)
    assert send(client, f"{page}/new", page).headers["Location"] == page
    assert "We have sent a new message" in client.get(page).text
    (newer,) = service.post()
    assert link_in(newer) == page
    send(client, page, code=code_in(newer))
    assert is_in(client)


def test_an_hour_brings_five_messages_and_no_more_guesses_than_25(service: Place) -> None:
    letter = asked(service)
    client, page = visitor(service), link_in(letter)
    messages, guesses = 1, 0
    while True:
        while "not right" in send(client, page, code=wrong(letter)).text:
            guesses += 1
        if send(client, f"{page}/new", page).status_code != 302:
            break
        found = service.post()
        messages += len(found)
        letter = found[0]
    assert (messages, guesses) == (5, 25)


def test_who_asks_more_often_is_told_the_same_and_nothing_is_sent(service: Place) -> None:
    client = visitor(service)
    answers = {send(client, "/me/sign-in", contact=EMAIL).headers["Location"] for _ in range(7)}
    assert answers == {"/me/sign-in/sent"}
    assert len(service.post()) == 5


def test_a_code_without_digits_is_asked_for_again_and_not_counted(service: Place) -> None:
    letter = asked(service)
    client = visitor(service)
    for _ in range(6):
        assert send(client, link_in(letter), code=" ").status_code == 422
    send(client, link_in(letter), code=code_in(letter))
    assert is_in(client)


def test_a_used_link_says_so(service: Place) -> None:
    letter = asked(service)
    send(visitor(service), link_in(letter), code=code_in(letter))
    page = visitor(service).get(link_in(letter))
    assert (page.status_code, "has been used already" in page.text) == (410, True)


def test_an_old_code_says_so_and_an_old_link_too(service: Place) -> None:
    letter = asked(service)
    client = visitor(service)
    with time_machine.travel(now() + timedelta(minutes=11)):
        answer = send(client, link_in(letter), code=code_in(letter))
        assert (answer.status_code, "older than 10 minutes" in answer.text) == (422, True)
    with time_machine.travel(now() + timedelta(minutes=61)):
        page = visitor(service).get(link_in(letter))
        assert (page.status_code, "too old" in page.text) == (410, True)


@pytest.mark.parametrize("change", [lambda link: link[:-3], lambda link: link + "x", str.lower])
def test_a_shortened_or_changed_link_says_so(service: Place, change: object) -> None:
    link = link_in(asked(service))
    page = visitor(service).get(change(link))  # type: ignore[operator]  # a change of a text
    assert (page.status_code, "a part of it is missing" in page.text) == (404, True)


def test_a_link_for_something_else_opens_nothing(service: Place) -> None:
    with unit_of_work(service.engine) as session:
        made = codes.issue(session, service.keyring, Purpose.JOIN, {"holders": ANNE}, now())
    page = visitor(service).get(f"/me/sign-in/{made.token}")
    assert page.status_code == 404


def test_an_address_of_several_people_asks_whose_space(service: Place) -> None:
    letter = asked(service, SHARED)
    client = visitor(service)
    answer = send(client, link_in(letter), code=code_in(letter))
    assert answer.headers["Location"] == "/me/sign-in/choose"
    assert not is_in(client)
    page = client.get("/me/sign-in/choose").text
    assert BEN in page
    assert "Ruth Exemple" in page
    send(client, "/me/sign-in/choose", holder=RUTH)
    assert is_in(client)


@pytest.mark.parametrize("holder", [ANNE, "", "P-ZZZZZZZZ"])
def test_nobody_chooses_a_space_that_was_not_proved(service: Place, holder: str) -> None:
    letter = asked(service, SHARED)
    client = visitor(service)
    send(client, link_in(letter), code=code_in(letter))
    assert send(client, "/me/sign-in/choose", holder=holder).status_code == 302
    assert not is_in(client)


def test_the_choice_is_open_for_ten_minutes(service: Place) -> None:
    letter = asked(service, SHARED)
    client = visitor(service)
    send(client, link_in(letter), code=code_in(letter))
    with time_machine.travel(now() + timedelta(minutes=11)):
        assert client.get("/me/sign-in/choose").headers["Location"] == "/me/sign-in"


def test_an_address_taken_away_meanwhile_lets_nobody_in(service: Place) -> None:
    letter = asked(service)
    with unit_of_work(service.engine) as session:
        Vault(service.keyring).forget(session, ANNE)
    client = visitor(service)
    assert send(client, link_in(letter), code=code_in(letter)).status_code == 404
    assert not is_in(client)


def test_a_closed_account_lets_nobody_in(service: Place) -> None:
    with unit_of_work(service.engine) as session:
        accounts.of_holder(session, ANNE, Role.PARTICIPANT).disabled = True
    letter = asked(service)
    client = visitor(service)
    assert send(client, link_in(letter), code=code_in(letter)).status_code == 404
    assert not is_in(client)


def test_nobody_stands_in_logs_addresses_or_the_trail(
    service: Place, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    letter = asked(service)
    client = visitor(service)
    answers = [
        send(client, "/me/sign-in", contact=EMAIL),
        send(client, link_in(letter), code=wrong(letter)),
        send(client, link_in(letter), code=code_in(letter)),
    ]
    told = caplog.text + "".join(str(answer.headers) for answer in answers)
    told += trail_of(service.engine)
    for secret in ("anne", EMAIL, code_in(letter), link_in(letter).rpartition("/")[2]):
        assert secret not in told


def trail_of(engine: Engine) -> str:
    with reading(engine) as session:
        return str(session.execute(select(AUDIT)).all())


def test_each_deed_leaves_its_row(service: Place) -> None:
    letter = asked(service)
    client = visitor(service)
    send(client, link_in(letter), code=wrong(letter))
    send(client, link_in(letter), code=code_in(letter))
    with reading(service.engine) as session:
        tags = list(session.execute(select(AUDIT.c.tag).order_by(AUDIT.c.sequence)).scalars())
    assert tags == [
        "accounts:visitor:code-asked",
        "notify:message:sent",
        "accounts:account:sign-in-refused",
        "accounts:account:signed-in",
    ]
