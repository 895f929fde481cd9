"""`/inbox`: what people wrote, until somebody of the operator has read it."""

import re

from flask.testing import FlaskClient

from recruit.actions.accounts import add_account
from recruit.actions.match_table import MatchRow
from recruit.actions.outreach import words
from recruit.consent.choices import Channel
from recruit.core.clock import now
from recruit.core.db import unit_of_work
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
    keyring = world.app.extensions[EXTENSION].secrets.vault
    with unit_of_work(world.engine) as session:
        return words.hear(
            session,
            keyring,
            person=whose,
            trial=trial,
            channel=Channel.SMS,
            text=text,
            at=now(),
        )


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


def test_an_empty_inbox_says_so(fresh: World) -> None:
    page = fresh.enter(COORDINATOR).get("/inbox").text
    assert "Everything is read" in page


def test_words_are_shown_as_they_were_written(fresh: World) -> None:
    whose = person(fresh)
    hear(fresh, SECRET, whose, DIABETES.id)
    page = fresh.enter(COORDINATOR).get("/inbox").text
    assert "J’ai &lt;b&gt;mal&lt;/b&gt; {{ 7 * 7 }}\nà la tête" in page
    assert whose in page
    assert DIABETES.title in page
    assert "by text message" in page


def test_a_message_that_was_read_leaves_the_list(fresh: World) -> None:
    number = hear(fresh, "bonjour", person(fresh))
    browser = fresh.enter(COORDINATOR)
    sent = {"csrf_token": csrf(browser, "/inbox")}
    answer = browser.post(f"/inbox/{number}/read", data=sent, follow_redirects=True)
    assert "The message is marked as read." in answer.text
    assert "bonjour" not in answer.text


def test_the_list_comes_in_pages(fresh: World) -> None:
    whose = person(fresh)
    for number in range(words.SIZE + 1):
        hear(fresh, f"message-{number:02}-", whose)
    browser = fresh.enter(COORDINATOR)
    assert "message-20-" not in browser.get("/inbox").text
    assert "message-20-" in browser.get("/inbox?page=2").text


def test_a_number_of_nobodys_is_shown_to_those_who_see_all(fresh: World) -> None:
    keyring = fresh.app.extensions[EXTENSION].secrets.vault
    words.hear_strange(fresh.engine, keyring, Channel.SMS, "+33639980077", "bonjour", now(), "SM1")
    assert "+33639980077" in fresh.enter(ADMINISTRATOR).get("/inbox").text


def test_an_organisation_sees_no_words_and_hears_of_its_matches_alone(fresh: World) -> None:
    whose = person(fresh)
    number = hear(fresh, "about the study", whose, DIABETES.id)
    hear(fresh, "about no study", whose)
    theirs = tenant(fresh, "theirs@example.org", DIABETES.id)
    page = theirs.get("/inbox").text
    assert (whose in page, "1 message waits" in page) == (True, True)
    for hidden in ("about the study", "about no study", "Mark as read"):
        assert hidden not in page
    mine = {"csrf_token": csrf(theirs, "/privacy")}
    assert theirs.post(f"/inbox/{number}/read", data=mine).status_code == 403
    others = tenant(fresh, "others@example.org", "WEB-2")
    assert "Everything is read" in others.get("/inbox").text
    sent = {"csrf_token": csrf(others, "/inbox")}
    foreign = others.post(f"/inbox/{number}/read", data=sent)
    unknown = others.post("/inbox/999999/read", data=sent)
    assert (foreign.status_code, foreign.text) == (404, unknown.text)
    assert "about the study" in fresh.enter(COORDINATOR).get("/inbox").text


def test_a_sponsor_reads_no_words(fresh: World) -> None:
    assert fresh.enter(SPONSOR).get("/inbox").status_code == 403


def test_nothing_is_marked_without_the_token(fresh: World) -> None:
    number = hear(fresh, "bonjour", person(fresh))
    browser = fresh.enter(COORDINATOR)
    assert browser.post(f"/inbox/{number}/read").status_code == 400
    assert "bonjour" in browser.get("/inbox").text


def test_it_is_said_in_french_too(fresh: World) -> None:
    hear(fresh, "bonjour", person(fresh))
    page = fresh.enter(COORDINATOR).get("/inbox?lang=fr").text
    assert "1 message attend" in re.sub(r"\s+", " ", page)
    assert "Marquer comme lu" in page
