"""A person's own space: seen, handed out, changed and left, and by nobody else."""

import json
from pathlib import Path

import pytest
from fhir.resources.R4B.bundle import Bundle
from sqlalchemy import Engine

from recruit.actions.matching import explain_match
from recruit.audit import trail
from recruit.audit.trail import Tag
from recruit.core.clock import today
from recruit.core.db import reading
from recruit.people import store
from recruit.people.intake.fhir import read_fhir
from recruit.people.intake.reading import Intake
from recruit.people.vault import Item, Vault
from recruit.web.me.record import WHAT
from tests.joining import CODE, EMAIL, MOBILE, Place, code_in, place
from tests.oneself import Own, own
from tests.web_world import lexicon, settled

OTHER = "charlie@example.org"
NEW = "camille.new@example.org"


@pytest.fixture
def here(tmp_path: Path, sqlite_engine: Engine) -> Place:
    return place(tmp_path, sqlite_engine)


@pytest.fixture
def camille(here: Place) -> Own:
    return own(here)


def vault_of(who: Own) -> dict[Item, str]:
    with reading(who.place.engine) as session:
        return Vault(who.place.keyring).read(session, who.person)


def tags(who: Own) -> list[str]:
    with reading(who.place.engine) as session:
        return [row["tag"] for row in trail.about(session, who.person)]


# ---------------------------------------------------------------- the first page
def test_who_has_told_nothing_is_asked_the_first_question(camille: Own) -> None:
    page = camille.page("/me")
    assert "You have not told us anything about your health yet" in page
    assert "Answer this question" in page


def test_what_was_told_stands_on_the_first_page(camille: Own) -> None:
    camille.tell()
    page = camille.page("/me")
    assert "Type 2 diabetes mellitus – since 2015" in page
    assert "You have not told us anything" not in page


def test_a_pause_is_said_first(camille: Own) -> None:
    camille.send("/me/consents/pause", "/me/consents", months="open")
    page = camille.page("/me")
    assert "You are on a pause" in page
    assert "At the moment: nothing." in page


def test_who_took_the_yes_back_reads_that_nothing_happens(camille: Own) -> None:
    camille.send("/me/consents/stop", "/me/consents/stop")
    assert "We are not looking for studies for you" in camille.page("/me")


@pytest.mark.parametrize(
    "path", ["/me", "/me/record", "/me/export", "/me/contact", "/me/representatives", "/me/erase"]
)
def test_nobody_comes_in_without_a_session(here: Place, path: str) -> None:
    answer = here.app.test_client().get(path)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/me/sign-in")


# ---------------------------------------------------------------- the record
def test_the_record_names_roles_and_no_staff(camille: Own) -> None:
    camille.tell()
    explain_match(
        camille.place.engine,
        lexicon(),
        trial="WEB-1",
        person=camille.person,
        on=today(),
        actor="cli",
    )
    page = camille.page("/me/record")
    assert "Somebody looked closely at how a study could suit you." in page
    assert "An administrator of this service" in page
    assert "A weekly tablet for type 2 diabetes" in page
    assert page.index("Somebody looked closely") < page.index("You joined.")
    assert "It begins on" in page


def test_every_deed_about_a_person_has_words() -> None:
    things = {"person", "match", "profile", "contact", "representative", "call", "words"}
    assert {tag for tag in Tag if tag.value.split(":")[1] in things} <= set(WHAT)


def test_a_long_record_has_pages(camille: Own) -> None:
    for _ in range(30):
        camille.client.get("/me/export/recruit-data.json")
    assert camille.page("/me/record").count("<li>\n          <p") == 25
    assert "You joined." in camille.page("/me/record?page=2")


# ---------------------------------------------------------------- the export
def test_everything_stands_on_one_page(camille: Own) -> None:
    camille.tell()
    page = camille.page("/me/export")
    for words in (EMAIL, "Type 2 diabetes", "Look for studies for me", "A weekly tablet"):
        assert words in page
    assert "HbA1c" in page
    assert "please judge it yourself" not in page


def test_the_file_for_programs_holds_everything(camille: Own) -> None:
    camille.tell()
    answer = camille.client.get("/me/export/recruit-data.json")
    whole = json.loads(answer.text)
    assert whole["contact"]["email"] == EMAIL
    assert whole["profiles"][-1]["profile"]["facts"][0]["text"] == "diabète de type 2"
    assert whole["consents"][0]["purpose"] == "matching"
    assert whole["matches"][0]["reasons"][0]["verdict"] == "yes"
    assert whole["record"][0]["tag"] == "people:person:exported"
    assert set(whole) == {
        "format", "person", "community", "id", "since", "contact", "account", "representatives",
        "told", "announced", "sign_ins", "cards", "judged", "profiles", "consents", "matches",
        "studies", "messages", "answers", "words",
        "questions", "record", "safety", "decisions", "files", "our_answers",
    }  # fmt: skip


@pytest.mark.parametrize("file", ["recruit-data.json", "recruit-data.fhir.json"])
def test_a_download_is_recorded_and_kept_in_no_cache(camille: Own, file: str) -> None:
    answer = camille.client.get(f"/me/export/{file}")
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{file}"'
    assert tags(camille)[-1] == "people:person:exported"


def test_the_fhir_file_is_valid_and_comes_back_as_it_was(camille: Own) -> None:
    camille.tell()
    bundle = json.loads(camille.client.get("/me/export/recruit-data.fhir.json").text)
    Bundle.model_validate(bundle)
    [read] = read_fhir(bundle, "line 1", lexicon(), today())
    assert isinstance(read, Intake)
    with reading(camille.place.engine) as session:
        known = store.profile(session, camille.person)
    assert set(read.profile.facts) == set(known.facts)
    assert read.claim is not None
    assert read.claim["purposes"] == ["contact/email", "matching"]


# ---------------------------------------------------------------- contact
def change(who: Own, contact: str) -> str:
    answer = who.send("/me/contact", "/me/contact", contact=contact)
    assert answer.status_code == 302, answer.text
    return str(answer.headers["Location"])


def test_a_new_address_counts_once_it_is_proved_and_the_old_one_is_told(camille: Own) -> None:
    page = change(camille, NEW)
    [letter] = camille.place.post()
    assert (letter.to, vault_of(camille)[Item.EMAIL]) == (NEW, EMAIL)
    assert camille.send(page, page, code=code_in(letter)).status_code == 302
    assert vault_of(camille)[Item.EMAIL] == NEW
    assert [each.to for each in camille.place.post()] == [EMAIL]
    assert "From now on we use the new address" in camille.page("/me/contact")


def test_codes_are_not_sent_to_all_the_world(camille: Own) -> None:
    for number in range(5):
        change(camille, f"stranger{number}@example.org")
    camille.place.post()
    answer = camille.send("/me/contact", "/me/contact", contact=NEW)
    assert answer.status_code == 422
    assert camille.place.post() == []


def test_a_wrong_code_changes_nothing(camille: Own) -> None:
    page = change(camille, NEW)
    right = code_in(camille.place.post()[0])
    wrong = "000000" if right != "000000" else "000001"
    assert camille.send(page, page, code=wrong).status_code == 422
    assert vault_of(camille)[Item.EMAIL] == EMAIL


def test_other_sessions_end_with_a_new_address(camille: Own) -> None:
    elsewhere = camille.place.app.test_client()
    with camille.client.session_transaction() as mine, elsewhere.session_transaction() as theirs:
        theirs.update(mine)
    assert elsewhere.get("/me").status_code == 200
    page = change(camille, NEW)
    camille.send(page, page, code=code_in(camille.place.post()[0]))
    assert (elsewhere.get("/me").status_code, camille.client.get("/me").status_code) == (302, 200)


def test_somebody_elses_address_is_answered_alike_and_never_taken(camille: Own) -> None:
    own(camille.place, OTHER)
    page = change(camille, OTHER)
    [letter] = camille.place.post()
    assert letter.to == OTHER
    assert not CODE.search(letter.text)
    assert "Type the code we sent there" in camille.page(page)


def test_the_last_way_to_be_reached_is_not_removed(camille: Own) -> None:
    answer = camille.send("/me/contact/remove", "/me/contact", item="email")
    assert answer.status_code == 422
    assert vault_of(camille)[Item.EMAIL] == EMAIL


def test_one_of_two_ways_can_be_removed(camille: Own) -> None:
    page = change(camille, MOBILE)
    camille.send(page, page, code=code_in(camille.place.post()[0]))
    assert camille.send("/me/contact/remove", "/me/contact", item="email").status_code == 302
    assert Item.EMAIL not in vault_of(camille)


@pytest.mark.parametrize("written", ["", "no address", "a@b\r\nBcc: x@example.org", "x" * 10_000])
def test_what_is_no_address_is_refused_and_kept_for_another_try(camille: Own, written: str) -> None:
    answer = camille.send("/me/contact", "/me/contact", contact=written)
    assert answer.status_code == 422
    assert "neither an e-mail address nor a mobile number" in answer.text


def test_a_postal_address_is_kept_and_removed(camille: Own) -> None:
    address = "1 rue de l’Exemple\r\n75012 Paris"
    camille.send("/me/contact/address", "/me/contact", address=address)
    assert vault_of(camille)[Item.ADDRESS] == "1 rue de l’Exemple\n75012 Paris"
    camille.send("/me/contact/address", "/me/contact", address="")
    assert Item.ADDRESS not in vault_of(camille)


# ---------------------------------------------------------------- leaving
def leave(who: Own) -> tuple[str, str]:
    """The page of the code that an erasure needs, and the code."""
    answer = who.send("/me/erase", "/me/erase")
    assert answer.status_code == 302
    return str(answer.headers["Location"]), code_in(who.place.post()[0])


def test_whoever_types_the_code_is_forgotten_and_told_a_last_time(camille: Own) -> None:
    camille.tell()
    page, code = leave(camille)
    answer = camille.send(page, page, code=code)
    assert answer.headers["Location"] == "/goodbye"
    assert "Everything is erased" in camille.page("/goodbye")
    assert vault_of(camille) == {}
    [letter] = camille.place.post()
    assert (letter.to, letter.subject) == (EMAIL, "Your data is erased")


def test_nothing_is_erased_without_the_code(camille: Own) -> None:
    page, code = leave(camille)
    wrong = "000000" if code != "000000" else "000001"
    assert camille.send(page, page, code=wrong).status_code == 422
    assert vault_of(camille)[Item.EMAIL] == EMAIL


def test_the_code_of_another_person_erases_nobody(camille: Own) -> None:
    charlie = own(camille.place, OTHER)
    page, code = leave(charlie)
    assert camille.client.get(page).status_code == 404
    answer = camille.send(page, "/me/erase", code=code)
    assert answer.status_code == 404
    assert (vault_of(camille)[Item.EMAIL], vault_of(charlie)[Item.EMAIL]) == (EMAIL, OTHER)


def test_a_page_that_was_open_in_another_window_says_that_all_is_gone(camille: Own) -> None:
    elsewhere = camille.place.app.test_client()
    with camille.client.session_transaction() as mine, elsewhere.session_transaction() as theirs:
        theirs.update(mine)
    page, code = leave(camille)
    camille.send(page, page, code=code)
    answer = elsewhere.get("/me/export")
    assert answer.status_code == 410
    assert "Your data is erased" in answer.text


# ---------------------------------------------------------------- nobody else's
def test_no_identifier_of_anybody_stands_in_an_address(camille: Own) -> None:
    charlie = own(camille.place, OTHER)
    for path in ("/me/export", "/me/record", "/me", "/me/export/recruit-data.json"):
        for query in (f"?person={charlie.person}", f"?id={charlie.person}", f"/{charlie.person}"):
            answer = camille.client.get(path + query)
            assert OTHER not in answer.text


def test_the_codes_page_of_anothers_new_address_is_as_good_as_none(camille: Own) -> None:
    charlie = own(camille.place, OTHER)
    page = change(charlie, NEW)
    [letter] = camille.place.post()
    missing = camille.client.get("/me/contact/code/" + "x" * 32)
    foreign = camille.client.get(page)
    assert (missing.status_code, foreign.status_code) == (404, 404)
    assert settled(missing.text) == settled(foreign.text)
    assert camille.send(page, "/me/contact", code=code_in(letter)).status_code == 404
    assert vault_of(charlie)[Item.EMAIL] == OTHER
