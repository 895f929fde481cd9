"""What leaves of a report: the XML, the PDF, and the copy in which people are marked out."""

import re
from io import BytesIO
from xml.etree.ElementTree import fromstring
from zlib import decompressobj

import pypdfium2
import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from recruit.actions.outreach import words
from recruit.actions.safety import noticing
from recruit.actions.safety.e2b_check import faults
from recruit.actions.safety.tables import WORD
from recruit.audit.trail import Tag
from recruit.consent.choices import Channel
from recruit.core.clock import now
from recruit.core.db import reading, unit_of_work
from recruit.people.tables import PARTICIPANT
from recruit.web.service import EXTENSION
from tests.safety_pages import SAID, flagged, person, report, send, tags
from tests.web_world import (
    COORDINATOR,
    DIABETES,
    World,
)


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
