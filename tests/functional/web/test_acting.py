"""Relatives and guardians: asked, named, held to what they may do, and stopped."""

from datetime import date
from pathlib import Path

import pytest
import time_machine
from sqlalchemy import Engine, select

from recruit.actions.matching import match_all
from recruit.audit import trail
from recruit.consent import ledger
from recruit.core.clock import today
from recruit.core.db import reading, unit_of_work
from recruit.people import representatives, store
from recruit.people.representative_tables import REPRESENTATION
from recruit.people.representatives import State
from recruit.people.vault import Item, Vault
from tests.joining import EMAIL, Joiner, Place, code_in, place
from tests.oneself import (
    RELATIVE,
    Own,
    accepts,
    guardian,
    links_on,
    own,
    path_in,
    recorded,
    relative,
)
from tests.web_world import lexicon, settled

PAGE = "/me/representatives"
OTHER = "charlie@example.org"


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


def actors(who: Own) -> list[str]:
    with reading(who.place.engine) as session:
        return [row["actor"] for row in trail.about(session, who.person)]


def events(who: Own) -> int:
    with reading(who.place.engine) as session:
        return len(ledger.history(session, who.person))


def link_of(who: Own) -> representatives.Representation:
    with reading(who.place.engine) as session:
        return representatives.of_person(session, who.person)[0]


# ---------------------------------------------------------------- the way in
def test_the_link_of_an_invitation_names_nobody(camille: Own) -> None:
    letter = camille.invite()
    page = shown(camille.place.joiner(), path_in(letter))
    assert "Camille" not in page + letter.text
    assert camille.person not in page + letter.text


def test_a_relative_acts_only_after_the_person_has_confirmed(camille: Own) -> None:
    browser = accepts(camille.place, camille.invite())
    assert "The person now confirms that it is you" in shown(browser, "/me/for")
    assert browser.client.get("/me").headers["Location"] == "/me/for"
    link = links_on(camille.page(PAGE), "confirm")[0]
    browser.send("/me/for", "/me/for", link=link)
    assert browser.client.get("/me").headers["Location"] == "/me/for"


def test_the_person_sees_who_has_accepted(camille: Own) -> None:
    accepts(camille.place, camille.invite(), "Dominique Exemple")
    assert "Dominique Exemple" in camille.page(PAGE)
    assert "waits for your answer" in camille.page("/me")


def test_a_confirmed_relative_sees_for_whom_they_act_on_every_page(camille: Own) -> None:
    browser = relative(camille)
    for path in ("/me", "/me/record", "/me/consents", "/studies", "/privacy"):
        assert "You act for Camille." in shown(browser, path)


def test_nobody_else_sees_that_line(camille: Own) -> None:
    relative(camille)
    assert "You act for" not in camille.page("/me")


@pytest.mark.parametrize("name", ["", " ", "x" * 61, "a\r\nb", "Dominique\u202e"])
def test_a_name_that_cannot_be_shown_is_refused_and_the_code_stays_good(
    camille: Own, name: str
) -> None:
    letter = camille.invite()
    path, browser = path_in(letter), camille.place.joiner()
    assert browser.send(path, path, name=name, code=code_in(letter)).status_code == 422
    accepts(camille.place, letter)


def test_a_wrong_code_lets_nobody_in(camille: Own) -> None:
    letter = camille.invite()
    path, browser = path_in(letter), camille.place.joiner()
    wrong = "000000" if code_in(letter) != "000000" else "000001"
    assert browser.send(path, path, name="Dominique", code=wrong).status_code == 422
    assert browser.client.get("/me").headers["Location"] == "/me/sign-in"


def test_an_invitation_is_good_once(camille: Own) -> None:
    letter = camille.invite()
    accepts(camille.place, letter)
    missing = camille.place.joiner().client.get("/represent/" + "x" * 32)
    used = camille.place.joiner().client.get(path_in(letter))
    assert (missing.status_code, used.status_code) == (404, 404)
    assert settled(missing.text) == settled(used.text)


def test_an_invitation_that_was_ended_lets_nobody_in(camille: Own) -> None:
    letter = camille.invite()
    camille.send(f"{PAGE}/{link_of(camille).id}/end", PAGE)
    path, browser = path_in(letter), camille.place.joiner()
    answer = browser.send(path, path, name="Dominique", code=code_in(letter))
    assert answer.status_code == 404


def test_a_new_code_is_sent_to_whom_was_invited(camille: Own) -> None:
    path = path_in(camille.invite())
    browser = camille.place.joiner()
    assert browser.send(f"{path}/new", path).status_code == 302
    [letter] = camille.place.post()
    assert letter.to == RELATIVE
    accepts(camille.place, letter)


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"contact": "nobody"}, "neither an e-mail address"),
        ({"contact": EMAIL}, "your own address"),
        ({"label": ""}, "a name of 1 to 60 letters"),
        ({"powers": "everything"}, "choose what this person may do"),
    ],
)
def test_an_invitation_that_will_not_do_is_refused(
    camille: Own, fields: dict[str, str], problem: str
) -> None:
    given = {"contact": RELATIVE, "label": "Camille", "powers": "act", **fields}
    answer = camille.send(PAGE, PAGE, **given)
    assert answer.status_code == 422
    assert problem in answer.text
    assert camille.place.post() == []


def test_nobody_is_asked_by_the_dozen(camille: Own) -> None:
    for number in range(5):
        camille.invite(contact=f"relative{number}@example.org")
        camille.send(f"{PAGE}/{link_of(camille).id}/end", PAGE)
    answer = camille.send(PAGE, PAGE, contact=RELATIVE, label="Camille", powers="act")
    assert answer.status_code == 422
    assert "five times within an hour" in answer.text
    assert camille.place.post() == []


def test_five_people_at_most_are_asked(camille: Own) -> None:
    for number in range(5):
        camille.invite(contact=f"relative{number}@example.org")
    answer = camille.send(PAGE, PAGE, contact=RELATIVE, label="Camille", powers="act")
    assert answer.status_code == 422


# ---------------------------------------------------------------- what they may do
def test_a_representative_is_named_in_all_they_do(camille: Own) -> None:
    browser = relative(camille)
    authority = link_of(camille).authority
    assert actors(camille)[-1].endswith(f", {authority}")  # they opened the space
    browser.send("/me/consents/pause", "/me/consents", months="open")
    assert actors(camille)[-1].endswith(f", {authority}")
    with reading(camille.place.engine) as session:
        event = ledger.history(session, camille.person)[-1]
    assert (event["role"], event["authority"]) == ("guardian", authority)
    assert "Dominique Exemple, who acts for you" in camille.page("/me/record")


def test_who_may_only_look_changes_nothing(camille: Own) -> None:
    browser = relative(camille, "look")
    assert "My space" in shown(browser, "/me")
    before = events(camille)
    answer = browser.send("/me/consents/pause", "/me/consents", months="open")
    assert answer.status_code == 403
    assert "This is for the person alone to do" in answer.text
    assert events(camille) == before


@pytest.mark.parametrize(
    "path",
    [
        "/me/export", "/me/export/recruit-data.json", "/me/export/recruit-data.fhir.json",
        "/me/contact", "/me/erase", "/me/representatives",
    ],
)  # fmt: skip
def test_a_relative_does_not_do_what_is_for_the_person_alone(camille: Own, path: str) -> None:
    browser = relative(camille)
    answer = browser.client.get(path)
    assert answer.status_code == 403
    assert EMAIL not in answer.text


@pytest.mark.parametrize("path", ["/me/export", "/me/contact", "/me/erase", "/me/representatives"])
def test_a_guardian_stands_in_the_persons_place(camille: Own, path: str) -> None:
    assert "You act for Camille." in shown(guardian(camille), path)


def test_a_guardian_proves_an_erasure_by_a_code_of_their_own(camille: Own) -> None:
    browser = guardian(camille)
    page = str(browser.send("/me/erase", "/me/erase").headers["Location"])
    [letter] = camille.place.post()
    assert letter.to == RELATIVE
    assert browser.send(page, page, code=code_in(letter)).status_code == 302
    assert [each.to for each in camille.place.post()] == [EMAIL]
    assert camille.client.get("/me").status_code == 410


def test_a_representative_is_never_matched_as_a_patient(camille: Own) -> None:
    camille.tell()
    relative(camille)
    report = match_all(camille.place.engine, lexicon(), on=today(), actor="test")
    assert report.people == 1


def test_a_relative_may_take_part_themselves_under_another_account(camille: Own) -> None:
    relative(camille)
    dominique = own(camille.place, RELATIVE)
    assert "You act for" not in dominique.page("/me")
    with reading(camille.place.engine) as session:
        holders = Vault(camille.place.keyring).holders(session, Item.EMAIL, RELATIVE)
    assert sorted(holder[0] for holder in holders) == ["P", "R"]


# ---------------------------------------------------------------- the end
def test_the_person_ends_it_and_nothing_opens_from_then_on(camille: Own) -> None:
    browser = relative(camille)
    other = own(camille.place, OTHER)
    second = relative(other)  # the same relative, so that their account stays
    assert second.client.get("/me").status_code == 200
    camille.send(f"{PAGE}/{link_of(camille).id}/end", PAGE)
    assert browser.client.get("/me").headers["Location"] == "/me/for"


def test_who_acts_for_nobody_any_more_is_forgotten(camille: Own) -> None:
    browser = relative(camille)
    camille.send(f"{PAGE}/{link_of(camille).id}/end", PAGE)
    assert browser.client.get("/me").status_code == 410
    with reading(camille.place.engine) as session:
        vault = Vault(camille.place.keyring)
        assert vault.holders(session, Item.EMAIL, RELATIVE) == []


def test_a_representative_can_stop_by_themselves(camille: Own) -> None:
    browser = relative(camille)
    browser.send("/me/for/stop", "/me/for", link=link_of(camille).id)
    assert link_of(camille).state(today()) is State.ENDED


@pytest.mark.parametrize("deed", ["confirm", "allow", "end"])
def test_a_strangers_link_and_a_missing_one_are_the_same(camille: Own, deed: str) -> None:
    charlie = own(camille.place, OTHER)
    camille.invite()
    found = [
        charlie.send(f"{PAGE}/{link}/{deed}", PAGE) for link in (link_of(camille).id, "L-00000000")
    ]
    assert [answer.status_code for answer in found] == [404, 404]
    assert settled(found[0].text) == settled(found[1].text)
    assert link_of(camille).ended_at is None


def test_nobody_chooses_a_person_who_did_not_let_them(camille: Own) -> None:
    browser = relative(camille)
    charlie = own(camille.place, OTHER)
    accepts(camille.place, charlie.invite(contact="sam@example.org"))
    with reading(camille.place.engine) as session:
        query = select(REPRESENTATION.c.id).where(REPRESENTATION.c.person == charlie.person)
        foreign = session.execute(query).scalar_one()
    found = [browser.send("/me/for", "/me/for", link=link) for link in (foreign, "L-00000000")]
    assert [answer.status_code for answer in found] == [404, 404]
    assert settled(found[0].text) == settled(found[1].text)
    assert "You act for Camille." in shown(browser, "/me")


def test_when_the_person_is_erased_the_representative_is_led_away(camille: Own) -> None:
    browser = relative(camille)
    page = str(camille.send("/me/erase", "/me/erase").headers["Location"])
    camille.send(page, page, code=code_in(camille.place.post()[0]))
    assert browser.client.get("/me").status_code == 410


# ---------------------------------------------------------------- coming of age
@pytest.mark.parametrize(
    ("born", "eve", "birthday"),
    [
        ("2008-11-22", "2026-11-21", "2026-11-22"),
        ("2008-02-29", "2026-02-28", "2026-03-01"),
    ],
)
def test_a_guardian_is_blocked_at_18_until_the_person_consents(
    here: Place, born: str, eve: str, birthday: str
) -> None:
    with time_machine.travel(f"{eve}T23:40:00Z") as clock:
        young = own(here)
        with unit_of_work(here.engine) as session:
            Vault(here.keyring).keep(session, {young.person: {Item.BIRTH_DATE: born}})
        browser = guardian(young)
        assert browser.client.get("/me").status_code == 200
        clock.move_to(f"{birthday}T00:10:00Z")
        assert browser.client.get("/me").headers["Location"] == "/me/for"
        link = link_of(young).id
        assert young.send(f"{PAGE}/{link}/allow", PAGE).status_code == 302
        browser.send("/me/for", "/me/for", link=link)
        assert browser.client.get("/me").status_code == 200


def test_an_adults_guardian_is_not_blocked(camille: Own) -> None:
    assert recorded(camille).blocked_from is None


def test_a_guardians_link_ends_with_its_last_day(camille: Own) -> None:
    browser = guardian(camille)
    with unit_of_work(camille.place.engine) as session:
        session.execute(REPRESENTATION.update().values(valid_until=date(2020, 1, 1)))
    assert browser.client.get("/me").headers["Location"] == "/me/for"


def test_the_persons_profile_stays_theirs(camille: Own) -> None:
    camille.tell()
    browser = relative(camille)
    assert "Type 2 diabetes" in shown(browser, "/me")
    with reading(camille.place.engine) as session:
        assert [person for person, _, _ in store.current(session, None)] == [camille.person]
