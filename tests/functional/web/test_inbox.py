"""`/inbox`: conversations, for the operator's own staff; others see that something came."""

import re
from datetime import UTC, datetime

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from recruit.actions.accounts import add_account
from recruit.actions.match_table import MatchRow
from recruit.actions.outreach import attachments, words
from recruit.actions.outreach.words import SIZE
from recruit.actions.words_table import ATTACHMENT, CONVERSATION, HEARD
from recruit.consent.choices import Channel
from recruit.core.clock import now
from recruit.core.db import reading, unit_of_work
from recruit.notify.attached import Attached, Kind, Refused
from recruit.people import organisations
from recruit.people.accounts import Role
from recruit.people.organisations import OrganisationKind
from recruit.trials import tenants
from recruit.web.service import EXTENSION
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

SECRET = "J’ai <b>mal</b> {{ 7 * 7 }}\nà la tête"


def person(world: World) -> str:
    with unit_of_work(world.engine) as session:
        found = session.get(MatchRow, world.matches["known"])
        assert found is not None
        return found.person


def hear(world: World, text: str, whose: str, trial: str | None = None) -> int:
    """Keep what somebody wrote; the number of the conversation."""
    keyring = world.app.extensions[EXTENSION].secrets.vault
    with unit_of_work(world.engine) as session:
        number = words.hear(
            session,
            keyring,
            person=whose,
            trial=trial,
            channel=Channel.SMS,
            text=text,
            at=now(),
        )
        return int(session.scalars(select(HEARD.c.conversation).where(HEARD.c.id == number)).one())


def send(browser: FlaskClient, number: int, deed: str, **fields: object) -> TestResponse:
    """Press a button of a conversation."""
    sent = {"csrf_token": csrf(browser, f"/inbox/{number}"), **fields}
    return browser.post(f"/inbox/{number}/{deed}", data=sent, follow_redirects=True)


def tenant(world: World, email: str, *trials: str) -> FlaskClient:
    """A coordinator of an organisation that has these trials."""
    name = f"Of {email}"
    with unit_of_work(world.engine) as session:
        made = organisations.add(session, name, OrganisationKind.SPONSOR)
        for trial in trials:
            tenants.assign(session, trial, made)
    add_account(
        world.engine,
        email=email,
        role=Role.COORDINATOR,
        password=PASSWORD,
        actor="test",
        organisation=name,
        cost=CHEAP,
    )
    return world.enter(email)


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}"\s+value="([^"]*)"', page)
    assert found
    return found[1]


def test_an_empty_inbox_says_so(fresh: World) -> None:
    assert "Nothing is here" in fresh.enter(COORDINATOR).get("/inbox").text


def test_words_are_shown_as_they_were_written(fresh: World) -> None:
    whose = person(fresh)
    number = hear(fresh, SECRET, whose, DIABETES.id)
    browser = fresh.enter(COORDINATOR)
    assert whose in browser.get("/inbox").text
    page = re.sub("</?mark>", "", browser.get(f"/inbox/{number}").text)
    assert "J’ai &lt;b&gt;mal&lt;/b&gt; {{ 7 * 7 }}" in page
    assert DIABETES.title in page
    assert "wrote by text message" in page
    assert "Proposed by matching" in page


def test_a_conversation_that_was_read_waits_no_more(fresh: World) -> None:
    number = hear(fresh, "bonjour", person(fresh))
    browser = fresh.enter(COORDINATOR)
    up_to = hidden(browser.get(f"/inbox/{number}").text, "up_to")
    answer = send(browser, number, "read", up_to=up_to)
    assert "The conversation is marked as read." in answer.text
    assert "bonjour" not in browser.get("/inbox?which=unread").text
    send(browser, number, "unread")
    assert "bonjour" in browser.get("/inbox?which=unread").text


def test_what_came_in_after_the_page_was_shown_stays_unread(fresh: World) -> None:
    whose = person(fresh)
    number = hear(fresh, "bonjour", whose)
    browser = fresh.enter(COORDINATOR)
    up_to = hidden(browser.get(f"/inbox/{number}").text, "up_to")
    hear(fresh, "one more thing", whose)
    send(browser, number, "read", up_to=up_to)
    assert "one more thing" in browser.get("/inbox?which=unread").text


def test_the_list_goes_on_where_a_page_ended(fresh: World) -> None:
    keyring = fresh.app.extensions[EXTENSION].secrets.vault
    for number in range(26):
        sender = f"+336399800{number:02}"
        words.hear_strange(
            fresh.engine, keyring, Channel.SMS, sender, f"text-{number:02}-", now(), f"SM{number}"
        )
    browser = fresh.enter(COORDINATOR)
    first = browser.get("/inbox").text
    assert ("text-25-" in first, "text-00-" in first) == (True, False)
    found = re.search(r'rel="next" href="([^"]+)"', first)
    assert found
    second = browser.get(found[1].replace("&amp;", "&")).text
    assert ("text-25-" in second, "text-00-" in second) == (False, True)
    assert browser.get("/inbox?after=1-99999999999999999-1").status_code == 200
    assert browser.get("/inbox?after=nonsense&which=nonsense&study=none").status_code == 200


def test_a_number_of_nobodys_is_shown_and_deleted_once_it_is_read(fresh: World) -> None:
    keyring = fresh.app.extensions[EXTENSION].secrets.vault
    words.hear_strange(fresh.engine, keyring, Channel.SMS, "+33639980077", "bonjour", now(), "SM1")
    browser = fresh.enter(ADMINISTRATOR)
    assert "+33639980077" in browser.get("/inbox").text
    with reading(fresh.engine) as session:
        number = session.scalars(select(CONVERSATION.c.id)).one()
    send(browser, number, "read", up_to=10)
    assert "bonjour" not in browser.get("/inbox").text
    assert browser.get(f"/inbox/{number}").status_code == 404


def test_an_organisation_sees_no_words_and_hears_of_its_matches_alone(fresh: World) -> None:
    whose = person(fresh)
    number = hear(fresh, "about the study", whose, DIABETES.id)
    hear(fresh, "about no study", whose)
    theirs = tenant(fresh, "theirs@example.org", DIABETES.id)
    page = theirs.get("/inbox").text
    assert (whose in page, "1 message waits" in page) == (True, True)
    for text in ("about the study", "about no study", "Mark as read"):
        assert text not in page
    for address in (f"/inbox/{number}", "/inbox/999999", "/inbox/snippets"):
        assert theirs.get(address).status_code == 404
    mine = {"csrf_token": csrf(theirs, "/privacy")}
    for deed in ("read", "unread", "close", "assign", "hold", "answer", "stop"):
        assert theirs.post(f"/inbox/{number}/{deed}", data=mine).status_code == 404
    assert theirs.get(f"/inbox/{number}/files/1").status_code == 404
    others = tenant(fresh, "others@example.org", "WEB-2")
    assert "Everything is read" in others.get("/inbox").text
    assert "about the study" in fresh.enter(COORDINATOR).get("/inbox").text


def test_what_an_organisation_hears_of_comes_in_pages(fresh: World) -> None:
    whose = person(fresh)
    for number in range(SIZE + 1):
        hear(fresh, f"message-{number:02}-", whose, DIABETES.id)
    theirs = tenant(fresh, "theirs@example.org", DIABETES.id)
    assert "Page 2 of 2" in theirs.get("/inbox?page=2").text


def test_a_sponsor_reads_no_words(fresh: World) -> None:
    assert fresh.enter(SPONSOR).get("/inbox").status_code == 403


def test_nothing_is_marked_without_the_token(fresh: World) -> None:
    number = hear(fresh, "bonjour", person(fresh))
    browser = fresh.enter(COORDINATOR)
    assert browser.post(f"/inbox/{number}/read", data={"up_to": 1}).status_code == 400
    assert "bonjour" in browser.get("/inbox?which=unread").text


def test_it_is_said_in_french_too(fresh: World) -> None:
    hear(fresh, "bonjour", person(fresh))
    page = fresh.enter(COORDINATOR).get("/inbox?lang=fr").text
    assert "1 conversation non lue" in re.sub(r"\s+", " ", page)


def test_it_is_given_to_somebody_and_found_among_theirs(fresh: World) -> None:
    number = hear(fresh, "bonjour", person(fresh))
    browser = fresh.enter(COORDINATOR)
    found = re.search(
        rf'<option value="(\d+)"\s*>{COORDINATOR}', browser.get(f"/inbox/{number}").text
    )
    assert found
    send(browser, number, "assign", assigned=found[1])
    assert "bonjour" in browser.get("/inbox?which=mine").text
    assert "bonjour" not in browser.get("/inbox?which=unassigned").text
    refused = send(browser, number, "assign", assigned=999)
    assert refused.status_code == 422


def test_the_second_who_wants_to_answer_is_told(fresh: World) -> None:
    number = hear(fresh, "une question", person(fresh))
    first, second = fresh.enter(COORDINATOR), fresh.enter(ADMINISTRATOR)
    assert "Send the answer" in send(first, number, "hold").text
    told = send(second, number, "hold")
    assert told.status_code == 409
    assert f"{COORDINATOR} is writing an answer" in told.text
    assert "Send the answer" not in told.text


def test_an_answer_is_kept_once_however_often_it_is_sent(fresh: World) -> None:
    number = hear(fresh, "une question", person(fresh))
    browser = fresh.enter(COORDINATOR)
    page = send(browser, number, "hold").text
    form = {name: hidden(page, name) for name in ("key", "seen", "up_to")}
    form |= {"language": "fr", "words": "Oui, vous pouvez venir en bus."}
    once = send(browser, number, "answer", **form)
    assert "Your answer waits on the person’s page." in once.text
    send(browser, number, "answer", **form)
    assert browser.get(f"/inbox/{number}").text.count("Oui, vous pouvez venir en bus.") == 1
    late = send(browser, number, "answer", **{**form, "key": "another", "words": "Autre chose."})
    assert late.status_code == 409
    assert "Somebody else has answered this in the meantime" in late.text


def test_what_must_not_be_said_is_refused_and_kept_in_the_form(fresh: World) -> None:
    number = hear(fresh, "une question", person(fresh))
    browser = fresh.enter(COORDINATOR)
    page = send(browser, number, "hold").text
    form = {name: hidden(page, name) for name in ("key", "seen", "up_to")}
    text = "This drug will cure you."
    refused = send(browser, number, "answer", **form, language="en", words=text)
    assert refused.status_code == 422
    assert text in refused.text
    assert refused.text.count("must not be said") == 2  # above the form, and at the field
    long = send(browser, number, "answer", **form, language="en", words="a" * 5000)
    assert (long.status_code, "at most 2,000 letters" in long.text) == (422, True)


def test_words_that_may_mean_stop_are_offered_and_taken_back(fresh: World) -> None:
    number = hear(fresh, "Faut-il que je vous dise stop pour avoir la paix ?", person(fresh))
    browser = fresh.enter(COORDINATOR)
    assert "May mean stop" in browser.get("/inbox?which=flagged").text
    assert "These words may mean stop" in browser.get(f"/inbox/{number}").text
    assert send(browser, number, "stop").status_code == 422
    assert "nothing was meant to stop" in send(browser, number, "stop", meant="nothing").text
    assert "May mean stop" not in browser.get("/inbox").text


def test_a_stop_that_was_done_is_told_with_who_did_it(fresh: World) -> None:
    text = "Faut-il que je vous dise stop pour avoir la paix ?"
    number = hear(fresh, text, person(fresh), DIABETES.id)
    browser = fresh.enter(COORDINATOR)
    assert "Owed by the end of" in browser.get(f"/inbox/{number}").text
    page = re.sub(r"\s+", " ", send(browser, number, "stop", meant="study").text)
    assert f"about this study was stopped, as the person asks:</strong> by {COORDINATOR}" in page
    assert "None is owed" in page


def test_an_answer_is_owed_by_the_end_of_a_day(fresh: World) -> None:
    with time_machine.travel(datetime(2026, 11, 20, 12, tzinfo=UTC), tick=False):
        number = hear(fresh, "une question", person(fresh))
        browser = fresh.enter(COORDINATOR)
        assert "Owed by the end of 25 November 2026" in browser.get(f"/inbox/{number}").text
        assert "Réponse due au plus tard le 25 novembre 2026" in browser.get("/inbox?lang=fr").text


def test_a_file_is_handed_out_and_never_shown(fresh: World) -> None:
    whose, service = person(fresh), fresh.app.extensions[EXTENSION]
    number = hear(fresh, "voici mon compte rendu", whose)
    files = (
        Attached("a\u202egnp.pdf", Kind.PDF, 9, b"%PDF-1.4\n"),
        Attached("big.exe", Kind.OTHER, 9_000_000, b"", Refused.LARGE),
    )
    stored = attachments.store(service.settings.data_folder, files)
    with unit_of_work(fresh.engine) as session:
        heard = session.scalars(select(HEARD.c.id)).one()
        attachments.keep(session, service.secrets.vault, heard, stored)
    browser = fresh.enter(COORDINATOR)
    assert "not kept: larger than 5 megabytes" in browser.get(f"/inbox/{number}").text
    with reading(fresh.engine) as session:
        kept, refused = session.scalars(select(ATTACHMENT.c.id).order_by(ATTACHMENT.c.id)).all()
    answer = browser.get(f"/inbox/{number}/files/{kept}")
    assert answer.data == b"%PDF-1.4\n"
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert browser.get(f"/inbox/{number}/files/{refused}").status_code == 404
    other = hear(fresh, "autre", whose, DIABETES.id)
    assert browser.get(f"/inbox/{other}/files/{kept}").status_code == 404
    assert fresh.app.test_client().get(f"/inbox/{number}/files/{kept}").status_code == 302


def test_an_answer_written_beforehand_is_approved_by_somebody_else_and_used(fresh: World) -> None:
    author, other = fresh.enter(COORDINATOR), fresh.enter(ADMINISTRATOR)
    texts = {"name": "How to come", "en": "You can come by bus.", "fr": "Vous pouvez venir en bus."}
    made = author.post(
        "/inbox/snippets", data={"csrf_token": csrf(author, "/inbox/snippets"), **texts}
    )
    address = made.headers["Location"]
    version = {"csrf_token": csrf(author, address), "version": "1"}
    own = author.post(f"{address}/approve", data=version)
    assert (own.status_code, "somebody else approves it" in own.text) == (422, True)
    number = hear(fresh, "une question", person(fresh))
    send(author, number, "hold")
    assert "How to come" not in author.get(f"/inbox/{number}").text
    version = {"csrf_token": csrf(other, address), "version": "1"}
    assert other.post(f"{address}/approve", data=version).status_code == 302
    page = author.get(f"/inbox/{number}?snippet={address.rpartition('/')[2]}").text
    assert "Vous pouvez venir en bus.</textarea>" in page


@pytest.mark.parametrize(
    ("deed", "field"),
    [("read", "up_to"), ("answer", "up_to"), ("answer", "seen"), ("answer", "snippet")],
)
def test_a_number_that_no_database_counts_to_is_none(fresh: World, deed: str, field: str) -> None:
    number = hear(fresh, SECRET, person(fresh))
    sent = send(fresh.enter(COORDINATOR), number, deed, words="Oui.", **{field: "9" * 30})
    assert sent.status_code < 500


@pytest.mark.parametrize("field", ["assigned", "base", "version"])
def test_nor_is_it_of_somebody_or_of_a_version(fresh: World, field: str) -> None:
    client = fresh.enter(COORDINATOR)
    number = hear(fresh, SECRET, person(fresh))
    text = {"name": "Way", "en": "By bus.", "fr": "En bus."}
    token = csrf(client, "/inbox/snippets")
    made = client.post("/inbox/snippets", data={**text, "csrf_token": token})
    snippet = made.headers["Location"]
    addresses = {"base": snippet, "version": f"{snippet}/approve"}
    address = addresses.get(field, f"/inbox/{number}/assign")
    sent = client.post(address, data={**text, field: "9" * 30, "csrf_token": token})
    assert sent.status_code < 500
