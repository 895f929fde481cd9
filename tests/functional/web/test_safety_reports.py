"""`/safety`: from a flagged message to a report that was handed on, by the operator's own staff."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import BytesIO
from xml.etree.ElementTree import fromstring
from zlib import decompressobj

import pypdfium2
import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select, update

from recruit.actions.accounts import add_account, add_organisation
from recruit.actions.match_table import MatchRow
from recruit.actions.outreach import words
from recruit.actions.outreach.answer_table import How
from recruit.actions.safety import noticing
from recruit.actions.safety.e2b_check import faults
from recruit.actions.safety.tables import CASE, WORD
from recruit.audit.tables import AUDIT
from recruit.audit.trail import Tag
from recruit.consent.choices import Channel
from recruit.core.clock import now
from recruit.core.db import reading, unit_of_work
from recruit.people.account_tables import Account
from recruit.people.accounts import Role
from recruit.people.organisations import OrganisationKind
from recruit.people.tables import PARTICIPANT
from recruit.web.service import EXTENSION
from tests.functional.web.conftest import Stock
from tests.web_world import (
    ADMINISTRATOR,
    CHEAP,
    COORDINATOR,
    DIABETES,
    PASSWORD,
    SPONSOR,
    World,
    csrf,
)

SAID = "Depuis hier je vomis & j’ai <b>très</b> mal au ventre {{ 7 * 7 }}"


def person(world: World) -> str:
    with reading(world.engine) as session:
        found = session.get(MatchRow, world.matches["known"])
        assert found is not None
        return found.person


def flagged(world: World, text: str = SAID, *, at: datetime | None = None) -> int:
    """A message of a known person that was flagged; the number of its case."""
    keyring = world.app.extensions[EXTENSION].secrets.vault
    moment = at or now()
    with unit_of_work(world.engine) as session:
        number = words.hear(
            session,
            keyring,
            person=person(world),
            trial=DIABETES.id,
            channel=Channel.SMS,
            text=text,
            at=moment,
        )
        noticing.notice(session, number, text, moment)
        return noticing.of_words(session, [number])[number].number


def heard(world: World, text: str) -> int:
    """Another message of the same person, in no case; its number."""
    keyring = world.app.extensions[EXTENSION].secrets.vault
    with unit_of_work(world.engine) as session:
        return words.hear(
            session,
            keyring,
            person=person(world),
            trial=DIABETES.id,
            channel=Channel.EMAIL,
            text=text,
            at=now(),
        )


def centre(world: World) -> FlaskClient:
    """A coordinator of a study centre."""
    add_organisation(world.engine, name="Centre", kind=OrganisationKind.CENTRE, actor="test")
    add_account(
        world.engine,
        email="centre@example.org",
        role=Role.COORDINATOR,
        password=PASSWORD,
        actor="test",
        organisation="Centre",
        cost=CHEAP,
    )
    return world.enter("centre@example.org")


def edit(client: FlaskClient, number: int) -> str:
    found = re.search(r'name="edit" value="(\d+)"', client.get(f"/safety/{number}").text)
    assert found is not None
    return found[1]


def send(client: FlaskClient, address: str, number: int, **fields: object) -> tuple[int, str]:
    """Post a form of a case as it stands; the status and the page it leads to."""
    token = csrf(client, f"/safety/{number}")
    sent = {"csrf_token": token, "edit": edit(client, number), **fields}
    answer = client.post(f"/safety/{number}/{address}", data=sent, follow_redirects=True)
    return answer.status_code, answer.text


VALID: dict[str, object] = {
    "event": "mal au ventre, vomissements",
    "language": "fr",
    "onset_day": "",
    "onset_month": "10",
    "onset_year": "2025",
    "criteria": ["hospitalisation"],
    "outcome": "recovering",
    "narrative": "Seen by the site the same day.",
    "sex": "female",
    "age": "49",
    "source": "patient",
    "country": "fr",
    "kind": "study",
    "product": "Weekly tablet",
    "role": "suspect",
    "related": "not said",
}


def report(client: FlaskClient, number: int, **fields: object) -> tuple[int, str]:
    return send(client, "report", number, **{**VALID, **fields})


def tags(world: World) -> list[str]:
    with reading(world.engine) as session:
        return list(session.scalars(select(AUDIT.c.tag).order_by(AUDIT.c.sequence)))


def test_nothing_waits_at_first(fresh: World) -> None:
    assert "Nothing waits" in fresh.enter(COORDINATOR).get("/safety").text


def test_what_is_overdue_stands_first_and_says_so(fresh: World) -> None:
    late = flagged(fresh, at=now() - timedelta(hours=30))
    early = flagged(fresh)
    page = fresh.enter(COORDINATOR).get("/safety").text
    assert page.index(f"/safety/{late}") < page.index(f"/safety/{early}")
    assert "Overdue by 6 hours" in page
    assert "23 hours left" in page
    assert "2 wait" in page


def test_the_words_are_shown_as_they_are_with_their_signs_marked(fresh: World) -> None:
    number = flagged(fresh)
    page = fresh.enter(COORDINATOR).get(f"/safety/{number}").text
    assert "<b>très</b>" not in page
    assert "{{ 7 * 7 }}" in page
    assert "<mark>" in page


def test_a_look_at_the_list_and_at_a_case_is_recorded(fresh: World) -> None:
    number = flagged(fresh)
    client = fresh.enter(COORDINATOR)
    client.get("/safety")
    client.get(f"/safety/{number}")
    assert {Tag.SAFETY_LISTED.value, Tag.SAFETY_SHOWN.value} <= set(tags(fresh))


def test_an_organisations_staff_has_no_list(fresh: World) -> None:
    client = centre(fresh)
    assert client.get("/safety").status_code == 403
    assert client.get("/safety/new").status_code == 404


def test_an_organisations_staff_learns_of_no_case(fresh: World) -> None:
    number = flagged(fresh)
    client = centre(fresh)
    there = client.get(f"/safety/{number}")
    nowhere = client.get("/safety/99999")
    assert there.status_code == nowhere.status_code == 404
    assert client.get(f"/safety/{number}/1.xml").status_code == 404


def test_a_sponsor_comes_nowhere_near(fresh: World) -> None:
    assert fresh.enter(SPONSOR).get(f"/safety/{flagged(fresh)}").status_code == 403


def test_no_adverse_event_wants_a_reason(waiting: tuple[World, FlaskClient, int]) -> None:
    _, client, number = waiting
    status, page = send(client, "dismiss", number)
    assert status == 422
    assert "Please choose why this is not an adverse event." in page


def test_no_adverse_event_leaves_the_list_and_can_be_opened_again(fresh: World) -> None:
    number = flagged(fresh)
    client = fresh.enter(COORDINATOR)
    _, page = send(client, "dismiss", number, reason="before", words="Known since 2019")
    assert "Known since 2019" in page
    assert f"/safety/{number}" not in client.get("/safety").text
    _, page = send(client, "reopen", number)
    assert "It is open again" in page
    assert f"/safety/{number}" in client.get("/safety").text


def test_a_report_is_written_and_waits_from_awareness(fresh: World) -> None:
    number = flagged(fresh, at=now() - timedelta(hours=2))
    status, page = report(fresh.enter(COORDINATOR), number)
    assert status == 200
    assert "Version 1 is written. Please hand it on now." in page
    assert "21 hours left" in page
    assert "Needs a stay in hospital" in page


def test_a_report_that_was_handed_on_waits_no_more(fresh: World) -> None:
    number = flagged(fresh)
    client = fresh.enter(COORDINATOR)
    report(client, number)
    to = "Safety desk, 01 99 00 00 09"
    _, page = send(client, "forward", number, version="1", to=to, way="portal")
    assert to in page
    assert "Nothing waits" in client.get("/safety").text
    _, page = send(client, "acknowledge", number, version="1", acknowledged="Ref. 77, by phone")
    assert "Version 1 acknowledged: Ref. 77, by phone" in page


def test_handing_on_wants_to_whom_and_how(fresh: World) -> None:
    number = flagged(fresh)
    client = fresh.enter(COORDINATOR)
    report(client, number)
    assert send(client, "forward", number, version="1", to="", way="fax")[0] == 422
    assert send(client, "forward", number, version="1", to="Desk", way="owl")[0] == 422


@pytest.fixture(scope="module")
def waiting(
    stock: Stock, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[World, FlaskClient, int]]:
    """A case that waits, for tests in which nothing of what they send is done."""
    own = stock.world(tmp_path_factory.mktemp("safety"))
    number = flagged(own)
    yield own, own.enter(COORDINATOR), number
    own.engine.dispose()


BAD = [
    ({"event": " "}, "event", "A report is not valid without this"),
    ({"product": ""}, "product", "A report is not valid without this"),
    ({"event": "x" * 251}, "event", "these are 251"),
    ({"narrative": "x" * 20_001}, "narrative", "these are 20001"),
    ({"criteria": []}, "criteria", "tick what applies"),
    ({"criteria": ["death", "none"]}, "criteria", "not both"),
    ({"outcome": "fatal"}, "criteria", "led to death"),
    ({"onset_day": "1", "onset_year": "2031"}, "onset", "has not come yet"),
    ({"onset_year": "1912"}, "onset", "before the person was born"),
    ({"onset_day": "31", "onset_month": "02"}, "onset", "no such day"),
    ({"onset_day": "3", "onset_month": ""}, "onset", "give the year"),
    ({"onset_year": "9999999"}, "onset", "no such day"),
    ({"age": "-3"}, "age", "completed years"),
    ({"age": "fifty"}, "age", "completed years"),
    ({"country": "France"}, "country", "two letters"),
]


@pytest.mark.parametrize(("typed", "field", "problem"), BAD)
def test_what_is_not_valid_is_refused_and_kept(
    waiting: tuple[World, FlaskClient, int], typed: dict[str, object], field: str, problem: str
) -> None:
    _, client, number = waiting
    status, page = report(client, number, **typed)
    assert status == 422
    assert f'href="#{field}"' in page
    assert problem in page
    assert str(VALID["narrative"]) in page or "narrative" in typed


def test_a_megabyte_of_words_is_refused(waiting: tuple[World, FlaskClient, int]) -> None:
    _, client, number = waiting
    status, _ = report(client, number, narrative="x" * 1_000_000)
    assert status in {413, 422}


def test_two_coordinators_at_once_and_the_second_is_told(fresh: World) -> None:
    number = flagged(fresh)
    first, second = fresh.enter(COORDINATOR), fresh.enter(ADMINISTRATOR)
    token, seen = csrf(second, f"/safety/{number}"), edit(second, number)
    report(first, number)
    sent = {"csrf_token": token, "edit": seen, "reason": "before"}
    answer = second.post(f"/safety/{number}/dismiss", data=sent)
    assert answer.status_code == 409
    assert "Somebody else was quicker" in answer.text
    assert "Report, version 1" in first.get(f"/safety/{number}").text


def test_what_was_typed_is_kept_when_somebody_else_was_quicker(fresh: World) -> None:
    number = flagged(fresh)
    first, second = fresh.enter(COORDINATOR), fresh.enter(ADMINISTRATOR)
    token, seen = csrf(second, f"/safety/{number}"), edit(second, number)
    report(first, number)
    sent = {"csrf_token": token, "edit": seen, **VALID, "narrative": "My own words"}
    answer = second.post(f"/safety/{number}/report", data=sent)
    assert answer.status_code == 409
    assert "Somebody else was quicker" in answer.text
    assert "My own words" in answer.text


def test_another_message_is_added_and_waits_for_a_new_version(fresh: World) -> None:
    number = flagged(fresh)
    client = fresh.enter(COORDINATOR)
    report(client, number)
    send(client, "forward", number, version="1", to="Desk", way="hand")
    more = heard(fresh, "Merci pour votre appel")
    _, page = send(client, "words", number, heard=more)
    assert "hours left" in page
    status, page = report(client, number, change="follow-up", reason="She is better")
    assert status == 200
    assert "Report, version 2" in page
    text = client.get(f"/safety/{number}/2.xml").text
    assert "Merci pour votre appel" in text
    assert "She is better" in text


def test_a_second_suspicion_is_made_part_of_the_first_report(fresh: World) -> None:
    first, second = flagged(fresh), flagged(fresh, "Je suis à l’hôpital, j’ai des nausées")
    client = fresh.enter(COORDINATOR)
    report(client, first)
    send(client, "join", second, into=first)
    page = client.get(f"/safety/{first}").text
    assert "des nausées" in page.replace("<mark>", "").replace("</mark>", "")
    assert "Part of another report" in client.get(f"/safety/{second}").text


def test_nobody_elses_message_is_added(fresh: World) -> None:
    number = flagged(fresh)
    client = fresh.enter(COORDINATOR)
    report(client, number)
    assert send(client, "words", number, heard="999999")[0] == 404


def test_the_form_says_of_who_is_not_invited_that_nothing_was_given(fresh: World) -> None:
    number = flagged(fresh)
    page = fresh.enter(COORDINATOR).get(f"/safety/{number}/report").text
    assert re.search(r'value="not given"\s+checked', page)
    assert "No site knows who this is" in page


def test_named_kinds_of_harm_come_before_what_no_table_knows(fresh: World) -> None:
    number = flagged(fresh, "Le zigomar fit tchouk dans la cambuse. Et je vomis.")
    page = fresh.enter(COORDINATOR).get(f"/safety/{number}").text
    told = "stand out: a symptom or complaint, something that is not surely harmless."
    assert told in page


def test_words_are_shown_by_the_way_they_came(fresh: World) -> None:
    keyring = fresh.app.extensions[EXTENSION].secrets.vault
    with unit_of_work(fresh.engine) as session:
        words.hear(
            session,
            keyring,
            person=person(fresh),
            trial=None,
            channel=Channel.EMAIL,  # by which an answer goes
            text=SAID,
            at=now(),
            how=How.PAGE,
        )
        number = session.scalars(select(CASE.c.id)).one()
    page = fresh.enter(COORDINATOR).get(f"/safety/{number}").text
    assert "on our page" in page
    assert "by e-mail" not in page.split("Decide</h2>")[0]


def test_a_case_is_begun_by_hand_with_the_moment_of_hearing(fresh: World) -> None:
    with time_machine.travel(datetime(2026, 11, 24, 12, tzinfo=UTC), tick=False):
        client = fresh.enter(COORDINATOR)
        token = csrf(client, "/safety/new")
        sent = {
            "csrf_token": token,
            "person": person(fresh),
            "trial": DIABETES.id,
            "how": "phone",
            "day_day": "24",
            "day_month": "11",
            "day_year": "2026",
            "hour": "11:30",
            "words": "She says that she fell.",
        }
        page = client.post("/safety/new", data=sent, follow_redirects=True).text
    assert "The case is begun." in page
    assert "She says that she fell." in page.replace("<mark>", "").replace("</mark>", "")
    with reading(fresh.engine) as session:
        [aware] = session.scalars(select(CASE.c.aware_at))
    assert aware == datetime(2026, 11, 24, 10, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("field", "value", "problem"),
    [
        ("person", "P-NOBODY", "no person with this code"),
        ("trial", "NOTHING", "no study with this number"),
        ("words", "  ", "in their own words"),
        ("words", "x" * 10_001, "these are 10001"),
        ("day_year", "2041", "has not come yet"),
        ("hour", "25:00", "hours and minutes"),
        ("how", "owl", "how you learned of it"),
    ],
)
def test_a_case_that_cannot_be_begun_says_why(
    waiting: tuple[World, FlaskClient, int], field: str, value: str, problem: str
) -> None:
    own, client, _ = waiting
    sent = {
        "csrf_token": csrf(client, "/safety/new"),
        "person": person(own),
        "trial": "",
        "how": "phone",
        "day_day": "1",
        "day_month": "11",
        "day_year": "2025",
        "hour": "11:30",
        "words": "She fell.",
        field: value,
    }
    answer = client.post("/safety/new", data=sent)
    assert answer.status_code == 422
    assert problem in answer.text


def test_a_case_is_begun_of_a_message_once(fresh: World) -> None:
    number = heard(fresh, "Bonjour, merci.")
    client = fresh.enter(COORDINATOR)
    sent = {"csrf_token": csrf(client, "/safety/new"), "heard": str(number)}
    addresses = {client.post("/safety/new", data=sent).location for _ in range(2)}
    assert len(addresses) == 1


def test_the_xml_keeps_every_rule_and_the_words_whole(fresh: World) -> None:
    number = flagged(fresh, SAID + " ]]> &amp; \x0b")
    client = fresh.enter(COORDINATOR)
    report(client, number)
    answer = client.get(f"/safety/{number}/1.xml")
    assert answer.mimetype == "application/xml"
    assert faults(answer.data) == []
    narrative = fromstring(answer.data).find(".//{*}investigationEvent/{*}text")  # noqa: S314 - ours
    assert narrative is not None
    assert narrative.text is not None
    assert SAID + " ]]> &amp; \ufffd" in narrative.text
    assert Tag.SAFETY_EXPORTED.value in tags(fresh)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_pdf_is_tagged_and_says_all_of_it(fresh: World, language: str) -> None:
    number = flagged(fresh, SAID + " 你好")
    client = fresh.enter(COORDINATOR)
    report(client, number)
    made = client.get(f"/safety/{number}/1.{language}.pdf").data
    document = pypdfium2.PdfDocument(BytesIO(made))
    assert pypdfium2.raw.FPDFCatalog_IsTagged(document.raw)
    assert any("pdfua/ns/id" in each for each in streams(made))
    text = "".join(page.get_textpage().get_text_bounded() for page in document)
    assert person(fresh) in text
    assert "mal au ventre" in text
    assert {"en": "own words", "fr": "propres mots"}[language] in text


def streams(pdf: bytes) -> list[str]:
    """The text of each stream of a PDF, its description of itself among them."""
    found = re.findall(rb"stream\r?\n(.*?)\nendstream", pdf, re.DOTALL)
    # The last byte of a stream may be a line's end: what follows its content is passed over.
    return [
        decompressobj().decompress(each).decode("utf-8", "replace")
        for each in found
        if each[:1] == b"x"
    ]


def test_a_version_that_is_not_there_is_not_found(fresh: World) -> None:
    number = flagged(fresh)
    client = fresh.enter(COORDINATOR)
    assert client.get(f"/safety/{number}/1.xml").status_code == 404
    assert client.get(f"/safety/{number}/1.fr.pdf").status_code == 404


def test_of_an_erased_person_the_page_says_what_stays(fresh: World) -> None:
    number = flagged(fresh)
    client = fresh.enter(COORDINATOR)
    with unit_of_work(fresh.engine) as session:
        this = PARTICIPANT.c.pseudonym == person(fresh)
        session.execute(PARTICIPANT.update().where(this).values(erased_at=now()))
    assert "This person was erased" in client.get(f"/safety/{number}").text
    _, page = send(client, "dismiss", number, reason="misread")
    assert "The words were deleted" in page
    with reading(fresh.engine) as session:
        assert session.scalar(select(WORD.c.sealed).where(WORD.c.case == number)) is None


SIGNED = "Depuis hier je vomis. Merci de rappeler au 01 99 00 00 42, la rose fane."


def written(client: FlaskClient, number: int) -> str:
    """The narrative of the XML of version 1."""
    narrative = fromstring(client.get(f"/safety/{number}/1.xml").data).find(  # noqa: S314 - ours
        ".//{*}investigationEvent/{*}text"
    )
    assert narrative is not None
    return narrative.text or ""


def test_a_number_is_marked_out_of_the_copy_beside_the_original(fresh: World) -> None:
    number = flagged(fresh, SIGNED)
    client = fresh.enter(COORDINATOR)
    form = client.get(f"/safety/{number}/report").text
    assert "01 99 00 00 42, la rose fane" in form.replace("<mark>", "").replace("</mark>", "")
    assert "rappeler au [phone], la rose fane" in form
    report(client, number, mark=["01 99 00 00 42"])
    assert "[phone], la rose fane" in written(client, number)


def test_a_wrong_proposal_is_taken_back_and_more_is_marked_out(fresh: World) -> None:
    number = flagged(fresh, SIGNED)
    client = fresh.enter(COORDINATOR)
    report(client, number, more="La Rose")
    assert "au 01 99 00 00 42, […] fane" in written(client, number)
    form = client.get(f"/safety/{number}/report").text
    assert "au 01 99 00 00 42, […] fane" in form


def test_what_is_to_be_marked_out_and_stands_nowhere_is_refused(fresh: World) -> None:
    number = flagged(fresh, SIGNED)
    status, page = report(fresh.enter(COORDINATOR), number, more="la tulipe")
    assert status == 422
    assert "Line 1 stands in none of the words." in page


def test_a_look_at_the_copy_writes_nothing(fresh: World) -> None:
    number = flagged(fresh, SIGNED)
    client = fresh.enter(COORDINATOR)
    _, page = report(client, number, more="rose", look="yes")
    assert "la […] fane" in page
    assert "Report, version" not in client.get(f"/safety/{number}").text


def test_what_is_too_long_for_the_xml_is_refused_and_not_cut(fresh: World) -> None:
    number = flagged(fresh)
    client = fresh.enter(COORDINATOR)
    for _ in range(10):
        with unit_of_work(fresh.engine) as session:
            keyring = fresh.app.extensions[EXTENSION].secrets.vault
            more = words.hear(
                session,
                keyring,
                person=person(fresh),
                trial=DIABETES.id,
                channel=Channel.EMAIL,
                text="Merci. " * 1428,
                at=now(),
            )
            noticing.copy_word(session, number, more)
    report(client, number)
    answer = client.get(f"/safety/{number}/1.xml")
    assert answer.status_code == 422
    assert "Nothing was cut and nothing given out" in answer.text


def test_nobody_to_tell_stands_on_the_page(fresh: World) -> None:
    client = fresh.enter(COORDINATOR)
    assert "Nobody is told" not in client.get("/safety").text
    with unit_of_work(fresh.engine) as session:
        session.execute(update(Account).values(email=None))
    assert "Nobody is told" in client.get("/safety").text
