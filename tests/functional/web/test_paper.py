"""Joining on paper and by phone: two entries that agree, a consent that names sheet and typist."""

import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pypdfium2
import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, select
from werkzeug.test import TestResponse

from recruit.actions.accounts import add_account
from recruit.actions.paper.tables import PAPER_FORM
from recruit.audit.tables import AUDIT
from recruit.audit.trail import Tag
from recruit.consent.choices import Channel, Purpose
from recruit.consent.notices import texts
from recruit.consent.permit import permit
from recruit.consent.tables import CONSENT
from recruit.core.clock import now, today
from recruit.core.config import Settings
from recruit.core.db import reading, unit_of_work
from recruit.core.errors import ConsentMissing
from recruit.people import organisations, store
from recruit.people.account_tables import Account
from recruit.people.accounts import Role
from recruit.people.organisations import OrganisationKind
from recruit.people.representative_tables import REPRESENTATION
from recruit.people.tables import PARTICIPANT
from recruit.people.vault import Item, Vault
from tests.joining import Place, place
from tests.web_world import CHEAP, COORDINATOR, PASSWORD, csrf, pages

OTHER = "other@example.org"
NURSE = "nurse@example.org"
OPERATOR = "Recruit, 1 rue des Essais, 75012 PARIS"
SAID = {
    "reference": "scan 2026-17",
    "spoken": "fr",
    "community": "direct",
    "day": today().isoformat(),
    "place": "Lyon",
    "name": "Ada Exemple",
    "address": "2 rue des Essais\n69003 LYON",
    "born": "1950-03-27",
    "sex": "female",
    "postcode": "69003",
    "conditions": "diabète de type 2",
    "drugs": "metformine",
    "choice": ["matching", "contact/letter"],
    "helper": "relative",
    "signed": "yes",
    "notice": "1",
}


@pytest.fixture
def here(tmp_path: Path, sqlite_engine: Engine) -> Place:
    return service(tmp_path, sqlite_engine)


def service(folder: Path, engine: Engine) -> Place:
    """A service with an operator, two of its coordinators, and one of a study centre."""
    base = place(folder, engine)
    settings = Settings(data_folder=folder, base_url="http://127.0.0.1:8000", operator=OPERATOR)
    with unit_of_work(engine) as session:
        organisations.add(session, "Hospital", OrganisationKind.CENTRE)
    for email, whose in ((COORDINATOR, ""), (OTHER, ""), (NURSE, "Hospital")):
        add_account(
            engine,
            email=email,
            role=Role.COORDINATOR,
            password=PASSWORD,
            actor="test",
            organisation=whose,
            cost=CHEAP,
        )
    return replace(base, app=pages(settings, engine))


def enter(here: Place, email: str = COORDINATOR) -> FlaskClient:
    client = here.app.test_client()
    client.get("/login?lang=en")
    sent = {"email": email, "password": PASSWORD, "csrf_token": csrf(client)}
    assert client.post("/login", data=sent).status_code == 302
    return client


def send(client: FlaskClient, path: str, **fields: object) -> TestResponse:
    return client.post(path, data={**fields, "csrf_token": csrf(client, "/privacy")})


def begun(client: FlaskClient, way: str = "paper", **more: object) -> str:
    """The address of a form that was typed in once."""
    answer = send(client, f"/paper/new/{way}", **{**SAID, **more})
    assert answer.status_code == 302, re.findall(r'class="problem"[^>]*>([^<]+)', answer.text)
    return str(answer.location)


def people(here: Place) -> list[str]:
    with reading(here.engine) as session:
        return list(session.scalars(select(PARTICIPANT.c.pseudonym)))


# ---------------------------------------------------------------- two entries
def test_two_entries_that_agree_make_a_participant(here: Place) -> None:
    client = enter(here)
    form = begun(client)
    assert people(here) == []
    assert send(enter(here, OTHER), form, **SAID).location == "/paper"
    [person] = people(here)
    with reading(here.engine) as session:
        profile = store.profile(session, person)
        known = Vault(here.keyring).read(session, person)
    assert [each.text for each in profile.facts] == ["diabète de type 2", "metformine"]
    assert (profile.sex, str(profile.born), profile.home.postcode) == ("female", "1950-03", "69003")
    assert known == {
        Item.NAME: "Ada Exemple",
        Item.ADDRESS: "2 rue des Essais\n69003 LYON",
        Item.BIRTH_DATE: "1950-03-27",
    }


def test_the_ledger_names_the_sheet_the_typist_and_the_helper(here: Place) -> None:
    send(enter(here, OTHER), begun(enter(here)), **SAID)
    with reading(here.engine) as session:
        rows = session.execute(select(CONSENT).order_by(CONSENT.c.sequence)).all()
        other = session.query(Account).filter_by(email=OTHER).one().id
    assert [(row.type, row.purpose) for row in rows] == [
        ("granted", "matching"),
        ("granted", "contact"),
        ("denied", "research-reuse"),
    ]
    first = rows[0]
    assert (first.actor, first.role) == (f"account {other}", "staff")
    assert first.authority == "paper scan 2026-17"
    assert first.how == {
        "method": "paper",
        "source": "paper scan 2026-17, Lyon",
        "helper": "relative",
    }
    assert first.shown["controls"] == "on paper"
    assert first.shown["language"] == "fr"


def test_what_was_allowed_is_permitted_and_nothing_else(here: Place) -> None:
    send(enter(here, OTHER), begun(enter(here)), **SAID)
    [person] = people(here)
    with reading(here.engine) as session:
        permit(session, person, Purpose.CONTACT, channel=Channel.LETTER, at=now())
        with pytest.raises(ConsentMissing):
            permit(session, person, Purpose.CONTACT, channel=Channel.PHONE, at=now())


def test_a_helper_is_nobody_and_gets_no_right(here: Place) -> None:
    send(enter(here, OTHER), begun(enter(here)), **SAID)
    assert len(people(here)) == 1
    with reading(here.engine) as session:
        assert session.execute(select(REPRESENTATION)).all() == []


def test_entries_that_differ_make_nobody_and_show_both(here: Place) -> None:
    client = enter(here)
    form = begun(client)
    answer = send(client, form, **{**SAID, "born": "1950-03-28"})
    assert answer.status_code == 422
    assert "The entries differ" in answer.text
    assert "1950-03-27" in answer.text
    assert "1950-03-28" in answer.text
    assert people(here) == []


def test_a_third_look_decides_field_by_field(here: Place) -> None:
    client = enter(here)
    form = begun(client)
    send(client, form, **{**SAID, "born": "1950-03-28", "name": "Ada Example"})
    assert send(client, form, **{**SAID, "born": "1950-03-29"}).status_code == 422
    assert people(here) == []
    assert send(client, form, **{**SAID, "born": "1950-03-28"}).status_code == 302
    [person] = people(here)
    with reading(here.engine) as session:
        assert Vault(here.keyring).read(session, person)[Item.BIRTH_DATE] == "1950-03-28"


def test_the_second_entry_is_typed_without_seeing_the_first(here: Place) -> None:
    client = enter(here)
    page = client.get(begun(client)).text
    for words in ("Ada Exemple", "1950-03-27", "diabète", "rue des Essais"):
        assert words not in page


def test_spaces_and_capitals_of_a_line_are_no_difference_where_they_say_nothing(
    here: Place,
) -> None:
    client = enter(here)
    form = begun(client)
    said = {**SAID, "name": "  Ada   Exemple ", "address": "2 rue des Essais \r\n\r\n69003  LYON"}
    assert send(client, form, **said).status_code == 302


def test_a_sheet_is_typed_in_once_and_no_more(here: Place) -> None:
    client = enter(here)
    send(client, begun(client), **SAID)
    answer = send(client, "/paper/new/paper", **SAID)
    assert answer.status_code == 422
    assert "was typed in already" in answer.text
    assert client.get("/paper/1").status_code == 404


def test_what_was_typed_is_sealed_and_emptied_when_done(here: Place) -> None:
    client = enter(here)
    form = begun(client)
    with reading(here.engine) as session:
        [row] = session.execute(select(PAPER_FORM)).all()
    assert "Ada" not in str(row)
    send(client, form, **SAID)
    with reading(here.engine) as session:
        [row] = session.execute(select(PAPER_FORM)).all()
    assert row.sealed == ""
    assert people(here)[0] not in str(row)


def test_a_form_can_be_thrown_away(here: Place) -> None:
    client = enter(here)
    form = begun(client)
    assert send(client, f"{form}/throw-away").status_code == 302
    with reading(here.engine) as session:
        assert session.execute(select(PAPER_FORM)).all() == []


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("day", "2999-01-01", "in the future"),
        ("day", "yesterday", "There is no such day"),
        ("day", f"{today():%Y%m%d}", "There is no such day"),
        ("born", "19500327", "There is no such day"),
        ("born", "1950-W13-1", "There is no such day"),
        ("born", f"{today().year - 10}-01-01", "18 or older"),
        ("place", "", "where it was signed"),
        ("name", "", "a letter needs one"),
        ("address", "", "address that letters go to"),
        ("signed", "", "Without a signature"),
        ("choice", ["contact/letter"], "nobody joins"),
        ("choice", ["matching", "contact/phone"], "not offered"),
        ("reference", "", "is filed under"),
        ("helper", "guardian", "Please choose one"),
        ("notice", "", "no such version of the notice"),
        ("notice", "77", "no such version of the notice"),
    ],
)
def test_a_form_that_cannot_count_is_refused(
    here: Place, field: str, value: object, words: str
) -> None:
    answer = send(enter(here), "/paper/new/paper", **{**SAID, field: value})
    assert answer.status_code == 422
    assert words in answer.text
    with reading(here.engine) as session:
        assert session.execute(select(PAPER_FORM)).all() == []


def test_a_call_is_read_back_and_recorded_as_asked_aloud(here: Place) -> None:
    client = enter(here)
    said = {**SAID, "reference": "call 9", "place": "", "helper": "nurse or carer"}
    assert "Épelez la rue" in client.get("/paper/new/phone?lang=fr").text
    form = begun(client, "phone", **{**said, "spoken": "fr"})
    assert "Je vous relis tout" in client.get(f"{form}?lang=en").text
    assert send(client, form, **said).status_code == 302
    with reading(here.engine) as session:
        row = session.execute(select(CONSENT)).first()
    assert row
    assert (row.how["method"], row.how["source"]) == ("phone", "phone call 9")
    assert row.shown["controls"] == "asked aloud"
    assert row.how["helper"] == "nurse or carer"


def test_whoever_joined_gets_a_receipt_by_post(here: Place) -> None:
    client = enter(here)
    send(client, begun(client), **SAID)
    answer = send(client, "/paper/receipt.pdf")
    document = pypdfium2.PdfDocument(BytesIO(answer.data))
    words = document[0].get_textpage().get_text_range()
    document.close()
    assert "Ada Exemple" in words
    assert "69003 LYON" in words
    assert "Vous participez" in words
    assert receipts(here) == 1


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"address": "", "choice": ["matching"]}, "names no postal address"),
        ({"name": "\u963f\u8fbe"}, "signs that cannot be printed"),
        ({"name": "Ada " * 45}, "does not fit a letter"),
    ],
    ids=["no address", "signs", "length"],
)
def test_a_receipt_that_cannot_be_printed_says_why_and_is_not_recorded(
    here: Place, more: dict[str, object], words: str
) -> None:
    client = enter(here)
    said = {**SAID, **more}
    assert send(client, begun(client, "paper", **said), **said).location == "/paper"
    assert send(client, "/paper/receipt.pdf").status_code == 302
    assert words in client.get("/paper").text
    assert receipts(here) == 0


def receipts(here: Place) -> int:
    with reading(here.engine) as session:
        tags = session.scalars(select(AUDIT.c.tag)).all()
    return tags.count(Tag.PAPER_RECEIPT.value)


# ---------------------------------------------------------------- the notice
@pytest.fixture
def newer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], None]]:
    """Publishes a second version of the notice."""
    folder = tmp_path / "notices"

    def publish() -> None:
        shutil.copytree(texts.FOLDER, folder, ignore=shutil.ignore_patterns("*.py*"))
        for language in ("en", "fr"):
            (folder / f"2.{language}.md").write_text("# 2", "utf-8")
        monkeypatch.setattr(texts, "FOLDER", folder)
        monkeypatch.setattr(texts, "_newest", lambda: "2")  # it keeps what it found

    yield publish
    texts.notice.cache_clear()


def shown_notices(here: Place) -> set[tuple[str, str]]:
    with reading(here.engine) as session:
        rows = session.execute(select(CONSENT).where(CONSENT.c.type == "granted")).all()
    return {(row.shown["notice_version"], row.shown["notice"]) for row in rows}


def test_the_notice_that_the_sheet_names_is_recorded_and_not_a_newer_one(
    here: Place, newer: Callable[[], None]
) -> None:
    first = texts.notice("1", "fr").digest
    newer()
    client = enter(here)
    assert re.search(r'id="notice"[^>]*value="2"', client.get("/paper/new/paper").text)
    form = begun(client, notice="1")
    assert send(client, form, **{**SAID, "notice": "2"}).status_code == 422
    assert send(client, form, **{**SAID, "notice": "1"}).location == "/paper"
    assert shown_notices(here) == {("1", first)}


def test_a_call_keeps_the_notice_that_was_current_when_it_began(
    here: Place, newer: Callable[[], None]
) -> None:
    first = texts.notice("1", "fr").digest
    client = enter(here)
    said = {**SAID, "reference": "call 9", "place": "", "notice": ""}
    form = begun(client, "phone", **said)
    newer()
    assert 'id="notice"' not in client.get(form).text
    assert send(client, form, **said).location == "/paper"
    assert shown_notices(here) == {("1", first)}


def test_the_staff_read_of_a_helper_as_of_somebody_elses(here: Place) -> None:
    page = enter(here).get("/paper/new/paper?lang=fr").text
    assert "Un soignant ou un aidant" in page
    assert "qui me soigne" not in page


@pytest.mark.parametrize("path", ["/paper", "/paper/new/paper", "/paper/1"])
def test_a_centres_staff_find_no_forms(here: Place, path: str) -> None:
    begun(enter(here))
    assert enter(here, NURSE).get(path).status_code == 404


# ---------------------------------------------------------------- the empty form
@pytest.mark.parametrize("tongue", ["en", "fr"])
@pytest.mark.parametrize(("size", "points"), [("normal", 11), ("large", 18)])
def test_the_form_is_tagged_and_has_the_whole_notice(
    here: Place, size: str, points: int, tongue: str
) -> None:
    answer = here.app.test_client().get(f"/join/form/{size}-{tongue}.pdf")
    document = pypdfium2.PdfDocument(BytesIO(answer.data))
    assert document.is_tagged()
    words = " ".join(page.get_textpage().get_text_range() for page in document)
    heights = [
        round(found.get_bounds()[3] - found.get_bounds()[1])
        for found in document[0].get_objects(max_depth=3)
        if found.type == 1
    ]
    document.close()
    assert "1 rue des Essais" in words
    assert "CNIL" in words
    assert max(heights) >= points


def test_a_form_says_whose_community_it_is_of_and_a_strange_one_is_not_found(here: Place) -> None:
    with unit_of_work(here.engine) as session:
        store.know_community(session, "testers")
    client = here.app.test_client()
    assert client.get("/join/testers/form/normal-fr.pdf").status_code == 200
    assert client.get("/join/strangers/form/normal-fr.pdf").status_code == 404
    assert "/join/testers/form/large-fr.pdf" in client.get("/join/testers?lang=fr").text


def test_without_an_operator_there_is_no_form(tmp_path: Path, sqlite_engine: Engine) -> None:
    bare = place(tmp_path, sqlite_engine)
    assert bare.app.test_client().get("/join/form/normal-fr.pdf").status_code == 404
