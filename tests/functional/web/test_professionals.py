"""Professionals: verified before anything, a card without health data, questions without names."""

import re
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pypdfium2
import pytest
import zxingcpp
from flask.testing import FlaskClient
from sqlalchemy import Engine, select
from werkzeug.test import TestResponse

from recruit.actions.accounts import add_account, link_account
from recruit.actions.erasure import erase_person
from recruit.actions.professionals.tables import CARD, QUESTION
from recruit.consent.ledger import Actor
from recruit.consent.ledger import Role as ActorRole
from recruit.core.config import Settings
from recruit.core.db import reading, unit_of_work
from recruit.core.keys import read_secrets
from recruit.people import organisations
from recruit.people.accounts import Role
from recruit.people.organisations import OrganisationKind
from recruit.people.professionals.tables import PROFESSIONAL
from recruit.trials import store as trials
from recruit.trials.materials.content import Channel
from tests.directory import directory
from tests.integration.test_materials import tamper
from tests.joining import Place, place
from tests.kit import posted
from tests.oneself import own
from tests.web_world import CHEAP, DIABETES, MIGRAINE, PASSWORD, csrf, lexicon, pages

DOCTOR = "claude@hospital.example.org"
OTHER = "sacha@hospital.example.org"
STRANGER = "robin@example.org"
COORDINATOR = "coordinator@example.org"
SAID = {
    "register": "rpps",
    "number": "79927398713",
    "profession": "physician",
    "specialty": "general",
    "family": "MARTIN",
    "given": "Claude",
}


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with directory() as found:
        yield found


@pytest.fixture
def here(tmp_path: Path, sqlite_engine: Engine, address: str) -> Place:
    """A service that asks the directory, with two studies and four accounts."""
    return service(place(tmp_path, sqlite_engine), tmp_path, address)


def service(base: Place, folder: Path, directory_url: str) -> Place:
    settings = Settings(
        data_folder=folder,
        base_url="http://127.0.0.1:8000",
        directory_url=directory_url,
        professional_domains="hospital.example.org",
    )
    with unit_of_work(base.engine) as session:
        for draft in (DIABETES, MIGRAINE):
            trials.save(session, draft, lexicon())
    posted(base.engine, DIABETES, [Channel.CARD])
    for email, role in (
        (DOCTOR, Role.PROFESSIONAL),
        (OTHER, Role.PROFESSIONAL),
        (STRANGER, Role.PROFESSIONAL),
        (COORDINATOR, Role.COORDINATOR),
    ):
        add_account(
            base.engine, email=email, role=role, password=PASSWORD, actor="test", cost=CHEAP
        )
    return replace(base, app=pages(settings, base.engine))


def enter(here: Place, email: str) -> FlaskClient:
    client = here.app.test_client()
    client.get("/login?lang=en")
    sent = {"email": email, "password": PASSWORD, "csrf_token": csrf(client)}
    assert client.post("/login", data=sent).status_code == 302
    return client


def send(client: FlaskClient, path: str, **fields: str) -> TestResponse:
    return client.post(path, data={**fields, "csrf_token": csrf(client, "/privacy")})


def doctor(here: Place, email: str = DOCTOR, **said: str) -> FlaskClient:
    client = enter(here, email)
    assert send(client, "/professional/verify", **{**SAID, **said}).status_code == 302
    assert client.get("/professional").status_code == 200
    return client


def card(client: FlaskClient) -> str:
    """The code of a new card for the study of diabetes."""
    page = send(client, "/professional/cards/WEB-1").text
    found = re.search(r"http://127.0.0.1:8000/card/([\w-]+)", page)
    assert found
    return found[1]


def progress(client: FlaskClient) -> str:
    found = re.search(r"<td>([A-Z][a-z ]+)</td>\s*</tr>", client.get("/professional").text)
    assert found
    return found[1]


def test_nothing_is_seen_before_one_is_verified(here: Place) -> None:
    client = enter(here, DOCTOR)
    for path in ("/professional", "/professional/studies/WEB-1"):
        assert client.get(path).location == "/professional/verify"
    assert send(client, "/professional/cards/WEB-1").location == "/professional/verify"
    with reading(here.engine) as session:
        assert session.execute(select(CARD)).all() == []


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("number", "79927398710", "its check digit does not fit"),
        ("number", "7992739871", "needs 11 digits"),
        ("register", "somewhere", "Please choose one"),
        ("family", " ", "Please write your name"),
    ],
)
def test_a_claim_that_cannot_be_right_is_refused(
    here: Place, field: str, value: str, said: str
) -> None:
    client = enter(here, DOCTOR)
    answer = send(client, "/professional/verify", **{**SAID, field: value})
    assert answer.status_code == 422
    assert said in answer.text


def test_an_account_without_a_professional_mail_domain_is_refused(here: Place) -> None:
    answer = send(enter(here, STRANGER), "/professional/verify", **SAID)
    assert answer.status_code == 422
    assert "neither a professional mail domain" in answer.text


@pytest.mark.parametrize(("number", "family"), [("10101234564", "Martin"), ("79927398713", "Bo")])
def test_a_number_or_name_that_the_directory_does_not_know_lets_nobody_in(
    here: Place, number: str, family: str
) -> None:
    client = enter(here, DOCTOR)
    send(client, "/professional/verify", **{**SAID, "number": number, "family": family})
    assert "knows nobody of this number and name" in client.get("/professional/verify").text
    assert client.get("/professional").status_code == 302


def test_a_number_cannot_be_used_twice(here: Place) -> None:
    doctor(here)
    answer = send(enter(here, OTHER), "/professional/verify", **SAID)
    assert answer.status_code == 422
    assert "belongs to another account" in answer.text


def test_with_a_directory_that_is_down_one_waits_and_is_told_so(
    tmp_path: Path, sqlite_engine: Engine, address: str
) -> None:
    base = place(tmp_path, sqlite_engine)
    dead = service(base, tmp_path, "http://127.0.0.1:9/fhir")
    client = enter(dead, DOCTOR)
    send(client, "/professional/verify", **SAID)
    assert "The directory does not answer" in client.get("/professional/verify").text
    assert client.get("/professional").status_code == 302
    settings = Settings(data_folder=tmp_path, directory_url=address)
    up = replace(base, app=pages(settings, base.engine))
    client = enter(up, DOCTOR)
    send(client, "/professional/verify/again")
    assert client.get("/professional").status_code == 200


def test_a_name_is_sealed(here: Place) -> None:
    doctor(here)
    with reading(here.engine) as session:
        [row] = session.execute(select(PROFESSIONAL)).all()
    assert "martin" not in str(row).casefold()


def test_a_physician_sees_what_speaks_against_a_patient_nobody_names(here: Place) -> None:
    page = doctor(here).get("/professional?q=diabetes&age=80").text
    assert "What you said speaks against it:" in page
    page = doctor_page(here, "/professional?q=type+2+diabetes&age=50&sex=female")
    assert "Nothing you said speaks against it" in page


def doctor_page(here: Place, path: str) -> str:
    return enter(here, DOCTOR).get(path).text


def test_a_pharmacist_searches_without_judging(here: Place) -> None:
    page = doctor(here, profession="pharmacist").get("/professional?q=diabetes&age=80").text
    assert "WEB-1" in page
    assert "speaks against" not in page


def test_a_specialty_sees_its_own_studies_first(here: Place) -> None:
    client = doctor(here, specialty="neurology")
    assert re.findall(r"/professional/studies/([\w-]+)", client.get("/professional").text) == [
        "WEB-2"
    ]
    assert "WEB-1" in client.get("/professional?all=yes").text


def test_a_card_says_nothing_of_anybody_and_its_code_leads_to_the_study(here: Place) -> None:
    client = doctor(here)
    code = card(client)
    pdf = send(client, "/professional/card.pdf", code=code)
    assert pdf.mimetype == "application/pdf"
    document = pypdfium2.PdfDocument(BytesIO(pdf.data))
    assert document.is_tagged()
    picture = document[0].render(scale=3).to_pil()
    document.close()
    [read] = zxingcpp.read_barcodes(picture)
    assert read.text == f"http://127.0.0.1:8000/card/{code}"
    assert "A weekly tablet" in here.app.test_client().get(f"/card/{code}?lang=en").text
    with reading(here.engine) as session:
        assert code not in str(session.execute(select(CARD)).all())


def test_without_an_approved_text_there_is_no_card(here: Place) -> None:
    client = doctor(here)
    assert "Make a card" not in client.get("/professional/studies/WEB-2").text
    answer = send(client, "/professional/cards/WEB-2")
    assert answer.status_code == 422
    assert "No card of this study is approved" in answer.text
    with reading(here.engine) as session:
        assert session.execute(select(CARD)).all() == []


def test_a_card_one_sign_of_which_was_changed_is_not_printed(here: Place) -> None:
    client = doctor(here)
    code = card(client)
    tamper(here.engine, "UPDATE material_approved SET text = replace(text, 'card', 'cord')")
    answer = send(client, "/professional/card.pdf", code=code)
    assert answer.status_code == 422
    assert "No card of this study is approved" in answer.text


def test_a_professional_follows_only_while_the_patient_agrees(here: Place) -> None:
    client, patient = doctor(here), own(here)
    code = card(client)
    assert progress(client) == "Card made"
    patient.send(f"/card/{code}", f"/card/{code}")
    assert progress(client) == "Card made"
    patient.send(f"/card/{code}", f"/card/{code}", agreed="yes")
    assert progress(client) == "Received"
    page = client.get("/professional").text
    assert patient.person not in page
    patient.send(f"/card/{code}", f"/card/{code}")
    assert progress(client) == "Card made"


def test_a_card_is_handed_in_by_one_person_alone(here: Place) -> None:
    code = card(doctor(here))
    first = own(here)
    assert first.send(f"/card/{code}", f"/card/{code}").status_code == 302
    with unit_of_work(here.engine) as session:
        [row] = session.execute(select(CARD)).all()
    assert row.person == first.person


def test_a_card_that_somebody_has_handed_in_is_nobody_elses(here: Place) -> None:
    client, first, second = doctor(here), own(here), own(here, "second@example.org")
    code = card(client)
    first.send(f"/card/{code}", f"/card/{code}")
    assert second.send(f"/card/{code}", f"/card/{code}", agreed="yes").status_code == 404
    with reading(here.engine) as session:
        [row] = session.execute(select(CARD)).all()
    assert (row.person, row.agreed) == (first.person, False)
    assert progress(client) == "Card made"


def test_the_page_of_all_data_says_what_the_file_says_of_a_card(here: Place) -> None:
    code, patient = card(doctor(here)), own(here)
    assert "A weekly tablet" not in patient.page("/me/export?lang=en")
    patient.send(f"/card/{code}", f"/card/{code}", agreed="yes")
    page = patient.page("/me/export?lang=en")
    assert "A weekly tablet" in page
    assert "may see how far you have come" in page


def test_a_sign_in_by_a_provider_stands_for_a_professional_mail_domain(here: Place) -> None:
    link_account(here.engine, email=STRANGER, subject="psc-899700123456", actor="test")
    client = enter(here, STRANGER)
    assert send(client, "/professional/verify", **SAID).status_code == 302
    assert client.get("/professional").status_code == 200


@pytest.mark.parametrize("path", ["/inbox/public", "/inbox/professionals"])
def test_staff_of_a_centre_find_no_such_inbox(here: Place, path: str) -> None:
    nurse = enter_for(here, "nurse@example.org", Role.COORDINATOR, OrganisationKind.CENTRE)
    assert nurse.get(path).status_code == 404
    assert enter(here, COORDINATOR).get(path).status_code == 200


def test_another_organisations_staff_find_no_words_of_professionals(here: Place) -> None:
    send(doctor(here), "/professional/ask/WEB-1", words="Is parking free?")
    sponsor = enter_for(here, "other@example.org", Role.COORDINATOR, OrganisationKind.SPONSOR)
    assert sponsor.get("/inbox/professionals").status_code == 404
    assert send(sponsor, "/inbox/professionals/1", words="Yes.").status_code == 404


def enter_for(here: Place, email: str, role: Role, kind: OrganisationKind) -> FlaskClient:
    """Somebody of an organisation of its own, signed in."""
    name = f"{email} at work"
    with unit_of_work(here.engine) as session:
        organisations.add(session, name, kind)
    add_account(
        here.engine,
        email=email,
        role=role,
        password=PASSWORD,
        actor="test",
        cost=CHEAP,
        organisation=name,
    )
    return enter(here, email)


def test_another_physician_sees_nothing_of_it(here: Place) -> None:
    first = doctor(here)
    card(first)
    send(first, "/professional/ask/WEB-1", words="Is parking free?")
    second = doctor(here, OTHER, register="npi", number="1234567893", family="O'Hara")
    assert "You have made no card yet" in second.get("/professional").text
    assert "Is parking free" not in second.get("/professional/studies/WEB-1").text


def test_a_question_that_seems_to_name_a_patient_is_stopped(here: Place) -> None:
    client = doctor(here)
    words = "Mrs Smith, born 12/03/1961, would like to come."
    answer = send(client, "/professional/ask/WEB-1", words=words)
    assert answer.status_code == 422
    assert "seems to say who somebody is" in answer.text
    with reading(here.engine) as session:
        assert session.execute(select(QUESTION)).all() == []


def test_a_question_is_answered_by_the_coordinator(here: Place) -> None:
    client, staff = doctor(here), enter(here, COORDINATOR)
    send(client, "/professional/ask/WEB-1", words="Is the visit of week 12 in the morning?")
    assert "week 12" in staff.get("/inbox/professionals").text
    assert send(staff, "/inbox/professionals/1", words="Yes, at nine.").status_code == 302
    assert "Yes, at nine." in client.get("/professional/studies/WEB-1").text
    assert send(staff, "/inbox/professionals/1", words="No.").status_code == 409


def test_an_erasure_takes_the_card_along(here: Place, tmp_path: Path) -> None:
    code, patient = card(doctor(here)), own(here)
    patient.send(f"/card/{code}", f"/card/{code}", agreed="yes")
    with reading(here.engine) as session:
        assert len(session.execute(select(CARD)).all()) == 1
    settings = Settings(data_folder=tmp_path)
    by = Actor(patient.person, ActorRole.SELF)
    erase_person(
        here.engine, read_secrets(settings), settings.outbox, person=patient.person, actor=by
    )
    with reading(here.engine) as session:
        assert session.execute(select(CARD)).all() == []
