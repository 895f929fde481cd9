"""Writing a text, measuring it, asking for its approval and giving it, on the pages."""

import re
from io import BytesIO

import pytest
from flask.testing import FlaskClient
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from recruit.actions.posting.materials import file_decision
from recruit.core.clock import today
from recruit.core.db import reading, unit_of_work
from recruit.trials.materials import store
from recruit.trials.materials.checks import BLANK
from recruit.trials.materials.content import SHARED, Channel, Part
from recruit.trials.posting import store as postings
from recruit.trials.posting.reading import begun
from recruit.trials.posting.tables import POSTING
from tests.materials import PDF, Desk, desk, filed
from tests.web_world import (
    ADMINISTRATOR,
    APPROVER,
    COORDINATOR,
    DIABETES,
    SPONSOR,
    World,
    csrf,
    lexicon,
)

BODY = (
    "Hello {{first_name}},\n\nThere is a study in {{site_city}}. You can say no.\n\n"
    "{{link}}\n\nNo more messages: {{stop_link}}"
)


@pytest.fixture
def place(fresh: World) -> Desk:
    """A new posting of the operator's."""
    return desk(fresh.engine, lexicon())


def path(place: Desk, rest: str = "", channel: str = "email", language: str = "en") -> str:
    return f"/sponsor/trials/{place.posting}/materials/{channel}/{language}/FR{rest}"


def send(client: FlaskClient, address: str, form: str, **fields: str) -> tuple[int, str]:
    """Post a form with its token; what came back."""
    sent = {"csrf_token": csrf(client, form), **fields}
    answer = client.post(address, data=sent)
    return answer.status_code, answer.text


def field(page: str, name: str) -> str:
    found = re.search(rf'name="{name}"\s+value="([^"]*)"', page)
    assert found, name
    return found[1]


def written(client: FlaskClient, place: Desk, body: str = BODY, base: str = "0") -> tuple[int, str]:
    return send(client, path(place), path(place), base=base, subject="A study", body=body)


def submitted(fresh: World, place: Desk) -> FlaskClient:
    """The sponsor's browser, after a text was written and submitted."""
    client = fresh.enter(SPONSOR)
    written(client, place)
    number = file_decision(
        fresh.engine, place.posting, filed(), organisation=None, author="account 9"
    ).number
    status, _ = send(
        client, path(place, "/submit"), path(place, "/submit"), base="1", decision=str(number)
    )
    assert status == 302
    return client


def approval(client: FlaskClient, place: Desk) -> tuple[int, str]:
    page = client.get(path(place, "/approval")).text
    base = field(page, "base") if 'name="digest"' in page else "2"
    digest = field(page, "digest") if 'name="digest"' in page else "0" * 64
    return send(client, path(place, "/approval"), path(place), base=base, digest=digest)


def shown(fresh: World, place: Desk) -> bool:
    with reading(fresh.engine) as session:
        found = store.approved(session, place.posting, Channel.EMAIL, "en", "FR", today())
    return found is not None


def test_every_text_has_its_place_in_the_table(fresh: World, place: Desk) -> None:
    page = fresh.enter(SPONSOR).get(f"/sponsor/trials/{place.posting}/materials").text
    assert page.count("Not written") == 2 * len(Channel)


def test_an_empty_text_begins_with_a_suggestion(fresh: World, place: Desk) -> None:
    page = fresh.enter(SPONSOR).get(path(place, channel="page", language="fr")).text
    assert "On ne sait pas encore" in page
    assert "[combien de visites" in page


def test_a_draft_is_kept_as_it_was_typed(fresh: World, place: Desk) -> None:
    client = fresh.enter(SPONSOR)
    assert written(client, place)[0] == 302
    page = client.get(path(place)).text
    assert "There is a study in {{site_city}}. You can say no." in page
    assert "Saved as a draft." in page


@pytest.mark.parametrize("words", ["{{7*7}}", "{{config}}"])
def test_an_odd_field_is_refused_by_name_and_what_was_typed_is_kept(
    fresh: World, place: Desk, words: str
) -> None:
    status, page = written(fresh.enter(SPONSOR), place, f"Mine {words}")
    assert status == 422
    assert f"“{words}” is no field" in page
    assert f"Mine {words}</textarea>" in page


def test_markup_is_shown_as_it_was_typed(fresh: World, place: Desk) -> None:
    client = fresh.enter(SPONSOR)
    written(client, place, f"<script>alert(1)</script> {BODY}")
    for rest in ("", "/preview"):
        page = client.get(path(place, rest)).text
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert" in page


def test_a_line_break_in_a_subject_is_refused(fresh: World, place: Desk) -> None:
    client = fresh.enter(SPONSOR)
    status, page = send(
        client, path(place), path(place), base="0", subject="A\r\nBcc: x@example.org", body=BODY
    )
    assert status == 422
    assert "one line" in page


def test_an_address_with_a_script_is_refused(fresh: World, place: Desk) -> None:
    assert written(fresh.enter(SPONSOR), place, "Go to javascript:alert(1)")[0] == 422


def test_two_who_write_at_once_are_told(fresh: World, place: Desk) -> None:
    one, other = fresh.enter(SPONSOR), fresh.enter(APPROVER)
    written(one, place)
    status, page = written(other, place, "Mine")
    assert status == 409
    assert "Mine</textarea>" in page
    assert "There is a study in" in page
    assert field(page, "base") == "1"


def test_the_meter_says_what_it_would_say_after_saving(fresh: World, place: Desk) -> None:
    client = fresh.enter(SPONSOR)
    status, page = send(
        client, path(place, "/meter"), path(place), subject="Your diabetes", body="It is safe."
    )
    assert status == 200
    assert "<html" not in page
    assert 'class="ban"' in page
    assert "names an illness" in page
    with reading(fresh.engine) as session:
        assert store.draft(session, place.place) is None


def test_a_ban_stands_in_the_way_of_submitting(fresh: World, place: Desk) -> None:
    client = fresh.enter(SPONSOR)
    written(client, place, f"{BODY}\n\nThe tablet is safe.")
    number = place.decide()
    page = client.get(path(place, "/submit")).text
    assert 'name="decision"' not in page
    status, _ = send(
        client, path(place, "/submit"), path(place), base="1", decision=str(number), signed="yes"
    )
    assert status == 422
    with reading(fresh.engine) as session:
        assert store.waiting(session, None) == []


def test_a_warning_is_signed(fresh: World, place: Desk) -> None:
    client = fresh.enter(SPONSOR)
    written(client, place, f"{BODY}\n\nThe visits are free of charge.")
    form = path(place, "/submit")
    decision = str(place.decide())
    assert send(client, form, form, base="1", decision=decision)[0] == 422
    assert send(client, form, form, base="1", decision=decision, signed="yes")[0] == 302
    assert "free of charge" in fresh.enter(APPROVER).get(path(place, "/approval")).text


def test_a_second_account_approves(fresh: World, place: Desk) -> None:
    submitted(fresh, place)
    approver = fresh.enter(APPROVER)
    page = approver.get(path(place, "/approval")).text
    assert "CPP Exemple I" in page
    assert "You can say no." in page
    assert approval(approver, place)[0] == 302
    assert shown(fresh, place)


def test_an_author_approves_nothing_by_form_or_by_their_own_request(
    fresh: World, place: Desk
) -> None:
    author = submitted(fresh, place)
    assert 'name="digest"' not in author.get(path(place, "/approval")).text
    page = fresh.enter(APPROVER).get(path(place, "/approval")).text
    status, said = send(
        author,
        path(place, "/approval"),
        path(place),
        base=field(page, "base"),
        digest=field(page, "digest"),
    )
    assert status == 403
    assert "somebody else approves it" in said
    assert not shown(fresh, place)


def test_an_administrator_approves_too_and_a_coordinator_does_not(
    fresh: World, place: Desk
) -> None:
    submitted(fresh, place)
    assert fresh.enter(COORDINATOR).get(path(place, "/approval")).status_code == 403
    assert approval(fresh.enter(ADMINISTRATOR), place)[0] == 302


def test_a_text_is_sent_back_with_a_reason(fresh: World, place: Desk) -> None:
    author = submitted(fresh, place)
    approver = fresh.enter(APPROVER)
    assert send(approver, path(place, "/send-back"), path(place), base="2", reason="")[0] == 422
    send(approver, path(place, "/send-back"), path(place), base="2", reason="Who pays?")
    assert "Who pays?" in author.get(path(place)).text


def test_a_suspended_text_is_shown_as_such(fresh: World, place: Desk) -> None:
    author = submitted(fresh, place)
    approval(fresh.enter(APPROVER), place)
    form = path(place, "/approval")
    assert send(author, path(place, "/suspend"), form, version="1", why=" ")[0] == 422
    assert send(author, path(place, "/suspend"), form, version="1", why="A fault")[0] == 302
    assert "Suspended" in author.get(f"/sponsor/trials/{place.posting}/materials").text
    assert not shown(fresh, place)


def upload(
    client: FlaskClient, place: Desk, data: bytes, name: str = "avis.pdf"
) -> tuple[int, str]:
    address = f"/sponsor/trials/{place.posting}/materials/decisions"
    day = today()
    sent = {
        "csrf_token": csrf(client, address),
        "country": "FR",
        "committee": "CPP Exemple I",
        "reference": "2026-A00000-00",
        "decided_day": str(day.day),
        "decided_month": str(day.month),
        "decided_year": str(day.year),
        "expires_day": "1",
        "expires_month": "1",
        "expires_year": str(day.year + 2),
        "document": FileStorage(BytesIO(data), name, content_type="application/pdf"),
    }
    boundary, body = encode_multipart(sent)
    kind = f"multipart/form-data; boundary={boundary}"
    answer = client.post(address, data=body, content_type=kind)
    return answer.status_code, answer.text


def test_a_document_is_only_ever_saved_never_shown(fresh: World, place: Desk) -> None:
    client = fresh.enter(SPONSOR)
    assert upload(client, place, PDF)[0] == 302
    answer = client.get(f"/sponsor/trials/{place.posting}/materials/decisions/1/document")
    assert answer.data == PDF
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Content-Disposition"] == "attachment; filename=avis.pdf"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("data", [b"<html><script>alert(1)</script>", b"", b"%PDF-1.7 cut off"])
def test_what_is_no_pdf_is_refused_whatever_it_is_called(
    fresh: World, place: Desk, data: bytes
) -> None:
    status, page = upload(fresh.enter(SPONSOR), place, data)
    assert status == 422
    assert 'id="document-problem"' in page
    assert 'value="CPP Exemple I"' in page


def test_a_document_above_ten_megabytes_is_refused(fresh: World, place: Desk) -> None:
    client = fresh.enter(SPONSOR)
    large = PDF[:12] + b"\n" * (10 * 1024 * 1024) + b"%%EOF"
    assert upload(client, place, large)[0] == 422
    assert upload(client, place, large + b"\n" * (10 * 1024 * 1024))[0] == 413


def test_a_page_and_its_documents_are_nobody_elses(fresh: World, place: Desk) -> None:
    client = fresh.enter(SPONSOR)
    for address in (
        "/sponsor/trials/S-NOTTHERE/materials",
        "/sponsor/trials/S-NOTTHERE/materials/email/en/FR",
        "/sponsor/trials/S-NOTTHERE/materials/decisions/1/document",
        path(place).replace("/FR", "/XX"),
        path(place).replace("/FR", "/fr"),
    ):
        assert client.get(address).status_code == 404, address


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("channel", list(Channel))
def test_every_text_has_a_preview_without_a_field_left(
    filled: World, channel: Channel, language: str
) -> None:
    found = desk(filled.engine, lexicon())
    page = filled.enter(SPONSOR).get(path(found, "/preview", channel, language)).text
    assert "{{" not in page
    for_everybody = SHARED | {Channel.PAGE, Channel.EASY}
    assert ("Camille" in page) is (channel not in for_everybody)


def published_page(fresh: World) -> None:
    """The study of the first test trial gets an approved French page."""
    with unit_of_work(fresh.engine) as session:
        posting = postings.begin(
            session, postings.new_id(), begun(DIABETES, lexicon()), organisation=None, author="a"
        )
    found = Desk(fresh.engine, lexicon(), posting.id).on(Channel.PAGE, "fr")
    texts = {part: BLANK.sub("une chose", words) for part, words in found.texts.items()}
    texts[Part.SUMMARY] = "Le but est de savoir si un comprimé aide. <b>{7*7}</b>"
    found.approve(found.submitted(texts=texts))
    with unit_of_work(fresh.engine) as session:
        session.execute(POSTING.update().where(POSTING.c.id == posting.id).values(published=1))


def test_the_approved_page_is_shown_instead_of_the_registrys_summary(fresh: World) -> None:
    published_page(fresh)
    page = fresh.app.test_client().get("/studies/WEB-1?lang=fr").text
    assert "Le but est de savoir si un comprimé aide." in page
    assert "<b>{7*7}" not in page
    assert "Ce que l’on ne sait pas" in page
    assert "Cette étude compare" not in page


def test_a_page_in_the_other_language_says_so(fresh: World) -> None:
    published_page(fresh)
    page = fresh.app.test_client().get("/studies/WEB-1?lang=en").text
    assert '<p class="lead" lang="fr">Le but est de savoir' in page
