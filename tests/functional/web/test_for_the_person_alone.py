"""What nobody does in a person's place, and what nobody does with a session that was left open."""

from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from sqlalchemy import Engine

from recruit.consent import ledger
from recruit.core.clock import now
from recruit.core.db import reading, unit_of_work
from recruit.people.vault import Item, Vault
from recruit.web.sessions import FRESH
from tests.joining import EMAIL, Joiner, Place, code_in, place
from tests.oneself import Own, guardian, own, relative

CHOICES = "/me/consents"
MOBILE = "06 39 98 12 34"
E164 = "+33639981234"


@pytest.fixture
def here(tmp_path: Path, sqlite_engine: Engine) -> Place:
    return place(tmp_path, sqlite_engine)


@pytest.fixture
def camille(here: Place) -> Own:
    return own(here)


def shown(browser: Joiner, path: str) -> str:
    answer = browser.client.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    return answer.text


def events(who: Own) -> int:
    with reading(who.place.engine) as session:
        return len(ledger.history(session, who.person))


def vault_of(who: Own) -> dict[Item, str]:
    with reading(who.place.engine) as session:
        return Vault(who.place.keyring).read(session, who.person)


def test_a_relative_says_yes_to_nothing_and_gives_no_address(camille: Own) -> None:
    notice = camille.browser.hidden(CHOICES, "notice")
    browser = relative(camille)
    before = events(camille)
    address = "1 rue d’Autrui\n75012 Paris"
    answer = browser.send(
        f"{CHOICES}/give", CHOICES, notice=notice, choice="contact/letter", address=address
    )
    assert answer.status_code == 403
    assert events(camille) == before
    assert Item.ADDRESS not in vault_of(camille)


def test_a_relative_is_not_asked_to_say_yes(camille: Own) -> None:
    assert "Say yes to something more" in camille.page(CHOICES)
    assert "Say yes to something more" not in shown(relative(camille), CHOICES)


def test_a_relative_takes_a_yes_back(camille: Own) -> None:
    browser = relative(camille)
    before = events(camille)
    browser.send(f"{CHOICES}/take-back", CHOICES, choice="matching")
    assert events(camille) == before + 1


def test_a_relative_does_not_end_the_persons_pause(camille: Own) -> None:
    browser = relative(camille)
    camille.send(f"{CHOICES}/pause", CHOICES, months="open")
    assert "End the pause" not in shown(browser, CHOICES)
    assert browser.send(f"{CHOICES}/resume", CHOICES).status_code == 403
    assert "You are on a pause" in camille.page(CHOICES)


# ---------------------------------------------------------------- what one signs in with
def test_a_guardian_does_not_set_what_the_person_signs_in_with(camille: Own) -> None:
    browser = guardian(camille)
    page = "/me/contact"
    assert "New e-mail address or mobile number" not in shown(browser, page)
    assert browser.send(page, page, contact="dominique.too@example.org").status_code == 403
    assert browser.send(f"{page}/remove", page, item="email").status_code == 403
    assert camille.place.post() == []
    assert vault_of(camille)[Item.EMAIL] == EMAIL


def test_a_guardian_says_where_letters_go(camille: Own) -> None:
    browser = guardian(camille)
    browser.send("/me/contact/address", "/me/contact", address="1 rue de l’Exemple\n75012 Paris")
    assert Item.ADDRESS in vault_of(camille)


def test_every_way_that_was_good_is_told_of_a_new_one(camille: Own) -> None:
    """Else whoever finds an open session adds a number of theirs, and nobody learns of it."""
    prove(camille, MOBILE)
    assert [letter.to for letter in camille.place.post()] == [EMAIL]
    prove(camille, "another@example.org")
    assert sorted(letter.to for letter in camille.place.post()) == [E164, EMAIL]


def test_both_are_told_and_other_sessions_end_when_one_is_removed(camille: Own) -> None:
    prove(camille, MOBILE)
    camille.place.post()
    elsewhere = camille.place.app.test_client()
    with camille.client.session_transaction() as mine, elsewhere.session_transaction() as theirs:
        theirs.update(mine)
    camille.send("/me/contact/remove", "/me/contact", item="email")
    assert sorted(letter.to for letter in camille.place.post()) == [E164, EMAIL]
    assert elsewhere.get("/me").status_code == 302
    assert camille.client.get("/me").status_code == 200


@pytest.mark.parametrize(
    ("path", "fields"),
    [("/me/contact", {"contact": MOBILE}), ("/me/contact/remove", {"item": "email"})],
)
def test_a_session_that_was_left_open_changes_nothing_one_signs_in_with(
    camille: Own, path: str, fields: dict[str, str]
) -> None:
    token = camille.browser.hidden("/me/contact", "csrf_token")
    with time_machine.travel(now() + FRESH + timedelta(seconds=1)):
        answer = camille.client.post(path, data={"csrf_token": token, **fields})
    assert answer.headers["Location"] == "/me/sign-in"
    assert camille.place.post() == []


def prove(who: Own, contact: str) -> None:
    """Add an address or number, or put it in the place of another."""
    asked = who.send("/me/contact", "/me/contact", contact=contact)
    page = str(asked.headers["Location"])
    [letter] = who.place.post()
    assert who.send(page, page, code=code_in(letter)).status_code == 302


def test_whom_a_guardian_asks_acts_no_longer_than_the_guardian(here: Place) -> None:
    """Else a guardian invites another address of theirs, and goes on at 18 without consent."""
    with time_machine.travel("2026-11-20T23:40:00Z") as clock:
        young = own(here)
        with unit_of_work(here.engine) as session:
            Vault(here.keyring).keep(session, {young.person: {Item.BIRTH_DATE: "2008-11-21"}})
        by_guardian = Own(here, guardian(young), young.person)
        other = relative(by_guardian, contact="dominique.too@example.org")
        assert other.client.get("/me").status_code == 200
        clock.move_to("2026-11-21T00:10:00Z")
        assert other.client.get("/me").headers["Location"] == "/me/for"
