"""Answers that joining does not take: each is said to be odd, and nothing is kept."""

import re
from datetime import date
from pathlib import Path

import pytest
import time_machine
from sqlalchemy import Engine, select

from recruit.consent.tables import CONSENT
from recruit.core.db import reading
from recruit.people.account_tables import Account
from recruit.people.tables import PARTICIPANT
from recruit.people.vault import Item, Vault
from tests.joining import (
    BORN,
    EMAIL,
    Place,
    code_in,
    nothing_is_kept,
    people,
    place,
    problem,
)

TODAY = date(2026, 11, 21)


@pytest.fixture
def here(tmp_path: Path, sqlite_engine: Engine) -> Place:
    return place(tmp_path, sqlite_engine)


def test_a_helper_of_no_kind_is_refused_and_nothing_is_sent(here: Place) -> None:
    joiner = here.joiner()
    joiner.start()
    answer = joiner.choose("matching", helper="Anne Exemple")
    assert (answer.status_code, here.post()) == (422, [])
    assert problem(answer.text, "helper")


@pytest.mark.parametrize("box", ["contact/email", "matching", "research-reuse"])
def test_no_address_ticks_a_box(here: Place, box: str) -> None:
    joiner = here.joiner()
    joiner.begin()
    joiner.say_born(*BORN)
    joiner.say_contact(EMAIL)
    page = joiner.client.get(f"/join/step/choices?choice={box}&{box}=yes&checked=1").text
    found = re.findall(r'<input[^>]*type="checkbox"[^>]*>', page)
    assert len(found) == 4
    assert not any(re.search(r"\schecked", each) for each in found)


def test_only_what_was_offered_can_be_agreed_to(here: Place) -> None:
    choices = ("matching", "contact/sms", "contact/phone", "release/one", "anything", "matching\0")
    here.joined(choices=choices)
    with reading(here.engine) as session:
        query = select(CONSENT.c.purpose).where(CONSENT.c.type == "granted")
        assert session.execute(query).scalars().all() == ["matching"]


def test_further_fields_change_nothing(here: Place) -> None:
    joiner = here.joiner()
    joiner.begin()
    joiner.say_born(*BORN)
    joiner.send("/join/step/contact", contact=EMAIL, role="administrator", community="testers")
    page = str(joiner.choose("matching").headers["Location"])
    joiner.send(page, code=code_in(here.post()[0]), role="administrator", person="P-00000000")
    with reading(here.engine) as session:
        account = session.scalars(select(Account)).one()
        assert account.role.value == "participant"
        assert session.execute(select(PARTICIPANT.c.community)).scalars().all() == ["direct"]


def test_without_the_yes_to_matching_one_is_told_that_it_is_needed(here: Place) -> None:
    joiner = here.joiner()
    joiner.begin()
    joiner.say_born(*BORN)
    joiner.say_contact(EMAIL)
    answer = joiner.choose("contact/email")
    assert answer.status_code == 422
    assert "Without this yes" in problem(answer.text, "matching")
    assert re.search(r'value="contact/email"\s+checked', answer.text)


def test_letters_need_an_address(here: Place) -> None:
    joiner = here.joiner()
    joiner.begin()
    joiner.say_born(*BORN)
    joiner.say_contact(EMAIL)
    answer = joiner.choose("matching", "contact/letter")
    assert "Please write the address" in problem(answer.text, "address")
    page = joiner.choose("matching", "contact/letter", address="1 rue d’Exemple\r\n75012 Paris")
    joiner.show(str(page.headers["Location"]), code_in(here.post()[0]))
    (person,) = people(here)
    with reading(here.engine) as session:
        kept = Vault(here.keyring).read(session, person)
    assert kept[Item.ADDRESS] == "1 rue d’Exemple\n75012 Paris"


@pytest.mark.parametrize(
    "address",
    ["a" * 10_000, "1 rue\x00 d’Exemple", "1 rue \u202ed’Exemple", "\r\n" * 50 + "a\n" * 9],
)
def test_an_odd_address_is_refused_and_shown_again(here: Place, address: str) -> None:
    joiner = here.joiner()
    joiner.begin()
    joiner.say_born(*BORN)
    joiner.say_contact(EMAIL)
    answer = joiner.choose("matching", "contact/letter", address=address)
    assert answer.status_code == 422
    assert problem(answer.text, "address")
    assert "\x00" not in answer.text
    assert "\u202e" not in answer.text


@pytest.mark.parametrize(
    ("born", "path"),
    [
        (("22", "11", "2008"), "/join/step/not-yet"),
        (("21", "11", "2008"), "/join/step/contact"),
        (("1", "1", "2026"), "/join/step/not-yet"),
        (("01", "02", "1950"), "/join/step/contact"),
        (("٢٧", "٣", "١٩٧٥"), None),
    ],
)
def test_whoever_is_not_surely_18_goes_no_further(
    here: Place, born: tuple[str, str, str], path: str | None
) -> None:
    with time_machine.travel(f"{TODAY}T12:00:00+00:00", tick=False):
        joiner = here.joiner()
        joiner.begin()
        assert joiner.say_born(*born).headers.get("Location") == path


@pytest.mark.parametrize(("day", "adult"), [("2026-02-28", False), ("2026-03-01", True)])
def test_born_on_29_february_one_may_join_from_1_march(
    here: Place, day: str, *, adult: bool
) -> None:
    with time_machine.travel(f"{day}T12:00:00+00:00", tick=False):
        joiner = here.joiner()
        joiner.begin()
        wanted = "contact" if adult else "not-yet"
        assert joiner.say_born("29", "2", "2008").headers["Location"] == f"/join/step/{wanted}"


def test_of_a_minor_nothing_stays_not_even_in_the_browser(here: Place) -> None:
    joiner = here.joiner()
    joiner.begin()
    joiner.say_born("1", "1", "2020")
    with joiner.client.session_transaction() as session:
        assert "joining" not in session
    assert "18th birthday" in joiner.client.get("/join/step/not-yet").text
    assert nothing_is_kept(here)


@pytest.mark.parametrize(
    "born",
    [
        ("", "", ""),
        ("30", "2", "1975"),
        ("29", "2", "1975"),
        ("27", "13", "1975"),
        ("0", "3", "1975"),
        ("27", "3", "75"),
        ("27", "3", "0000"),
        ("27", "3", "1875"),
        ("27", "3", "9999"),
        ("-1", "3", "1975"),
        ("27", "mars", "1975"),
        ("2" * 10_000, "3", "1975"),
    ],
)
def test_an_impossible_birth_date_is_refused_and_shown_again(
    here: Place, born: tuple[str, str, str]
) -> None:
    joiner = here.joiner()
    joiner.begin()
    answer = joiner.say_born(*born)
    assert answer.status_code == 422
    assert problem(answer.text, "born")


@pytest.mark.parametrize("day", ["27\x00", "\u202e27", " 27 ", "２７"])
def test_signs_that_nobody_sees_do_not_count(here: Place, day: str) -> None:
    joiner = here.joiner()
    joiner.begin()
    assert joiner.say_born(day, "3", "1975").headers["Location"] == "/join/step/contact"


@pytest.mark.parametrize(
    "contact", ["", "nobody", "ada@example.org\r\nBcc: b@example.org", "a" * 10_000, "a\x00@b.org"]
)
def test_an_impossible_address_is_refused(here: Place, contact: str) -> None:
    joiner = here.joiner()
    joiner.begin()
    joiner.say_born(*BORN)
    answer = joiner.say_contact(contact)
    assert answer.status_code == 422
    assert problem(answer.text, "contact")
    assert here.post() == []
