"""Joining, page by page: what is asked, what is refused, and what is kept of whom."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from sqlalchemy import Engine, select

from recruit.audit.tables import AUDIT
from recruit.consent.tables import CONSENT
from recruit.core.clock import now
from recruit.core.db import reading, unit_of_work
from recruit.people import store
from recruit.people.tables import PARTICIPANT
from recruit.people.vault import Item, Vault
from tests.joining import BORN, EMAIL, MOBILE, Place, code_in, nothing_is_kept, people, place
from tests.web_world import settled


@pytest.fixture
def here(tmp_path: Path, sqlite_engine: Engine) -> Place:
    return place(tmp_path, sqlite_engine)


def test_somebody_who_shows_the_code_takes_part(here: Place) -> None:
    joiner = here.joiner()
    page = joiner.ask()
    answer = joiner.show(page, code_in(here.post()[0]))
    assert answer.headers["Location"] == "/join/step/done"
    assert "Welcome" in joiner.client.get("/join/step/done").text
    assert len(people(here)) == 1


def test_the_way_goes_on_to_the_profile(here: Place) -> None:
    joiner = here.joined()
    assert 'href="/me/profile"' in joiner.client.get("/join/step/done").text
    assert joiner.client.get("/me/profile").status_code == 200


def test_nothing_is_kept_of_who_has_not_shown_the_code(here: Place) -> None:
    here.joiner().ask()
    assert nothing_is_kept(here)


def test_the_vault_holds_the_address_and_the_birth_date_and_the_profile_the_month(
    here: Place,
) -> None:
    here.joined()
    (person,) = people(here)
    with reading(here.engine) as session:
        assert Vault(here.keyring).read(session, person) == {
            Item.EMAIL: EMAIL,
            Item.BIRTH_DATE: "1975-03-27",
        }
        assert str(store.profile(session, person).born) == "1975-03"


def test_each_choice_is_written_with_what_was_shown(here: Place) -> None:
    here.joined(choices=("matching", "contact/email"))
    with reading(here.engine) as session:
        rows = session.execute(select(CONSENT).order_by(CONSENT.c.sequence)).mappings().all()
    said = {(row["purpose"], row["channel"]): row["type"] for row in rows}
    assert said == {
        ("matching", ""): "granted",
        ("contact", "email"): "granted",
        ("contact", "letter"): "denied",
        ("research-reuse", ""): "denied",
    }
    assert {row["shown"]["controls"] for row in rows} == {"unticked"}
    assert {row["how"]["double_opt_in"] for row in rows} == {"code by e-mail"}
    assert {len(row["shown"]["notice"]) for row in rows} == {64}
    assert len({row["receipt"] for row in rows}) == 1


@pytest.mark.parametrize("helper", ["relative", "nurse or carer", "another helper"])
def test_who_helped_is_noted_with_each_choice_and_on_the_receipt(here: Place, helper: str) -> None:
    joiner = here.joiner("fr")
    joiner.start()
    page = str(joiner.choose("matching", helper=helper).headers["Location"])
    joiner.show(page, code_in(here.post()[0]))
    with reading(here.engine) as session:
        rows = session.execute(select(CONSENT)).mappings().all()
    assert {row["how"]["helper"] for row in rows} == {helper}
    assert {row["role"] for row in rows} == {"self"}  # helping gives no right
    receipt = joiner.client.get(f"/me/consents/receipts/{rows[0]['receipt']}")
    assert "Qui a aidé" in receipt.text


def test_who_needed_no_help_is_not_said_to_have_had_any(here: Place) -> None:
    here.joined()
    with reading(here.engine) as session:
        assert not any("helper" in how for how in session.scalars(select(CONSENT.c.how)))


def test_a_receipt_is_sent_once(here: Place) -> None:
    joiner = here.joiner()
    page = joiner.ask()
    joiner.show(page, code_in(here.post()[0]))
    (receipt,) = here.post()
    assert receipt.to == EMAIL
    assert "Look for studies for me" in receipt.text
    assert here.post() == []


def test_one_may_join_by_text_message(here: Place) -> None:
    here.joined(MOBILE, ("matching", "contact/sms", "contact/phone"))
    (person,) = people(here)
    with reading(here.engine) as session:
        assert Vault(here.keyring).read(session, person)[Item.PHONE] == "+33639981234"


def test_the_audit_trail_tells_of_it_without_any_data(here: Place) -> None:
    here.joined()
    with reading(here.engine) as session:
        rows = session.execute(select(AUDIT)).mappings().all()
    assert [row["tag"] for row in rows if row["tag"].startswith("joining")] == [
        "joining:visitor:asked",
        "joining:person:joined",
    ]
    written = ("actor", "subject", "reason", "old", "new")  # a digest may hold any letters
    told = [row[name] for row in rows for name in written]
    assert not re.search("ada|1975|example", str(told))


@pytest.mark.parametrize("step", ["birth-date", "contact", "choices"])
def test_who_has_lost_the_answers_starts_again(here: Place, step: str) -> None:
    answer = here.joiner().client.get(f"/join/step/{step}")
    assert answer.headers["Location"] == "/join/step/again"
    assert "start again" in here.joiner().client.get("/join/step/again").text


def test_answers_are_kept_for_an_hour(here: Place) -> None:
    with time_machine.travel(now(), tick=False) as time:
        joiner = here.joiner()
        joiner.begin()
        joiner.say_born(*BORN)
        time.shift(timedelta(minutes=59))
        assert 'value="1975"' in joiner.client.get("/join/step/birth-date").text
        time.shift(timedelta(minutes=2))
        assert joiner.client.get("/join/step/birth-date").status_code == 302


def test_the_cookie_can_be_read_by_nobody_but_us(here: Place) -> None:
    joiner = here.joiner()
    joiner.begin()
    joiner.say_born(*BORN)
    joiner.say_contact(EMAIL)
    with joiner.client.session_transaction() as session:
        held = str(dict(session))
    # A bare "1975" turns up in the letters of a sealed text by chance: whole words do not.
    assert not re.search(rf"{re.escape(EMAIL)}|example\.|1975-03|['\"]1975['\"]", held)


def test_an_address_changed_in_another_tab_is_noticed(here: Place) -> None:
    joiner = here.joiner()
    joiner.begin()
    joiner.say_born(*BORN)
    joiner.say_contact(EMAIL)
    step = "/join/step/choices"
    mark, notice = joiner.hidden(step, "mark"), joiner.hidden(step, "notice")
    joiner.say_contact("bob@example.org")
    answer = joiner.send(step, mark=mark, notice=notice, choice=["matching"])
    assert answer.status_code == 422
    assert "no longer up to date" in answer.text
    assert "bob@example.org" in answer.text
    assert here.post() == []


def test_another_notice_than_the_one_shown_is_noticed(here: Place) -> None:
    joiner = here.joiner()
    joiner.begin()
    joiner.say_born(*BORN)
    joiner.say_contact(EMAIL)
    step = "/join/step/choices"
    mark = joiner.hidden(step, "mark")
    answer = joiner.send(step, mark=mark, notice="0" * 64, choice=["matching"])
    assert "no longer up to date" in answer.text


def test_one_joins_under_the_name_of_a_community(here: Place) -> None:
    with unit_of_work(here.engine) as session:
        store.know_community(session, "Les Exemples")
    joiner = here.joiner()
    assert "Les Exemples" in joiner.client.get("/join/Les%20Exemples").text
    joiner.begin("/join/Les%20Exemples")
    joiner.say_born(*BORN)
    joiner.say_contact(EMAIL)
    page = str(joiner.choose("matching").headers["Location"])
    joiner.show(page, code_in(here.post()[0]))
    with reading(here.engine) as session:
        assert session.execute(select(PARTICIPANT.c.community)).scalars().all() == ["Les Exemples"]


@pytest.mark.parametrize("name", ["nobody", "direct", "%00", "<b>", "a" * 10_000])
def test_an_unknown_community_is_no_page(here: Place, name: str) -> None:
    here.joined()  # so that “direct” is one of the table
    client = here.joiner().client
    missing = client.get("/nothing-here")
    found = client.get(f"/join/{name}")
    assert found.status_code == 404
    assert settled(found.text) == settled(missing.text)


def test_nothing_works_without_the_token(here: Place) -> None:
    joiner = here.joiner()
    page = joiner.ask()
    for path in ("/join", "/join/step/birth-date", "/join/step/choices", page, f"{page}/new"):
        assert joiner.client.post(path, data={}).status_code == 400


def test_signing_in_keeps_nothing_of_an_earlier_session(here: Place) -> None:
    joiner = here.joiner()
    with joiner.client.session_transaction() as session:
        session["acting_for"] = "L-00000000"
    page = joiner.ask()
    joiner.show(page, code_in(here.post()[0]))
    with joiner.client.session_transaction() as session:
        assert "acting_for" not in session
