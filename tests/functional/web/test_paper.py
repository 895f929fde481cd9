"""Joining on paper and by phone: two entries that agree, a consent that names sheet and typist."""

from io import BytesIO
from pathlib import Path

import pypdfium2
import pytest
from sqlalchemy import Engine, select

from recruit.actions.paper.tables import PAPER_FORM
from recruit.audit.tables import AUDIT
from recruit.audit.trail import Tag
from recruit.consent.choices import Channel, Purpose
from recruit.consent.permit import permit
from recruit.consent.tables import CONSENT
from recruit.core.clock import now, today
from recruit.core.db import reading
from recruit.core.errors import ConsentMissing
from recruit.people import store
from recruit.people.account_tables import Account
from recruit.people.representative_tables import REPRESENTATION
from recruit.people.tables import PARTICIPANT
from recruit.people.vault import Item, Vault
from tests.joining import Place
from tests.paper import OTHER, SAID, begun, enter, send, service


@pytest.fixture
def here(tmp_path: Path, sqlite_engine: Engine) -> Place:
    return service(tmp_path, sqlite_engine)


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
