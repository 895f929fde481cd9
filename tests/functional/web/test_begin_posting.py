"""From nothing to a draft: by number, by upload, by pasting, by form; and what goes wrong there."""

import re
from collections.abc import Iterator

import pytest
import requests
import responses
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlmodel import col
from werkzeug.test import TestResponse

from recruit.audit.tables import AUDIT
from recruit.core.clock import now
from recruit.core.db import reading, unit_of_work
from recruit.people import organisations
from recruit.people.accounts import Account
from recruit.people.organisations import OrganisationKind
from recruit.trials import registry, tenants
from recruit.trials.posting import store
from tests.unit.trials.samples import ctgov, ctis_now
from tests.web_world import ADMINISTRATOR, APPROVER, COORDINATOR, DIABETES, SPONSOR, World, csrf

NEW = "/sponsor/trials/new"
LIST = "/sponsor/trials"
NUMBER = "NCT90000001"
ADDRESS = f"https://clinicaltrials.gov/api/v2/studies/{NUMBER}"
TEXT = """Inclusion Criteria:

* Age 18 to 75 years
* Type 2 diabetes mellitus
* Keeps a diary of every single breakfast

Exclusion Criteria:

* Pregnant or breastfeeding
"""


@pytest.fixture
def net() -> Iterator[responses.RequestsMock]:
    """The internet, as far as a test says that there is any."""
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        yield mock


@pytest.fixture
def sponsor(fresh: World) -> FlaskClient:
    """A sponsor's browser."""
    return fresh.enter(SPONSOR)


def organise(world: World, email: str, name: str) -> int:
    """Put an account into an organisation of its own; its number."""
    with unit_of_work(world.engine) as session:
        made = organisations.add(session, name, OrganisationKind.SPONSOR)
        account = session.scalars(select(Account).where(col(Account.email) == email)).one()
        account.organisation = made.id
        assert made.id is not None
        return made.id


def begin(client: FlaskClient, way: str, **fields: object) -> TestResponse:
    """Send one of the four forms."""
    sent = {"csrf_token": csrf(client, NEW), "way": way, **fields}
    return client.post(NEW, data=sent, content_type="multipart/form-data")


def paste(client: FlaskClient, text: str = TEXT, **fields: str) -> TestResponse:
    """Paste a text."""
    given = {"text_title": "Sugar at night", "text_language": "en", **fields}
    return begin(client, "paste", text=text, **given)


def postings(world: World) -> list[store.Posting]:
    """All that there are."""
    with reading(world.engine) as session:
        found = store.of(session, None)
        return [store.get(session, each.id, None) for each in found]


def the_one(world: World) -> store.Posting:
    """The only posting that there is."""
    (found,) = postings(world)
    return found


def tags(world: World) -> list[str]:
    """What the trail says of postings."""
    with reading(world.engine) as session:
        query = select(AUDIT.c.tag).where(AUDIT.c.tag.like("trials:posting:%"))
        return list(session.scalars(query.order_by(AUDIT.c.sequence)))


def test_a_registry_number_becomes_a_draft(
    fresh: World, sponsor: FlaskClient, net: responses.RequestsMock
) -> None:
    net.get(ADDRESS, json=ctgov(NUMBER))
    answer = begin(sponsor, "registry", number=f" {NUMBER.lower()} ")
    found = the_one(fresh)
    assert (answer.status_code, answer.location) == (302, f"{LIST}/{found.id}")
    assert found.content.draft.id == found.heading.trial == NUMBER
    assert found.content.criteria
    assert found.newest.author.startswith("account ")
    assert tags(fresh) == ["trials:posting:begun"]


def test_a_number_of_the_eu_register_becomes_a_draft(
    fresh: World, sponsor: FlaskClient, net: responses.RequestsMock
) -> None:
    record = ctis_now()
    number = record["ctNumber"]
    net.get(f"https://euclinicaltrials.eu/ctis-public-api/retrieve/{number}", json=record)
    assert begin(sponsor, "registry", number=number).status_code == 302
    assert the_one(fresh).heading.trial == number


def test_the_overview_says_what_was_read(sponsor: FlaskClient) -> None:
    page = sponsor.get(paste(sponsor).location or "").text
    assert "4 criteria read" in page
    assert re.search(r"1 to look at", page)
    assert "0 of 4 decided" in page


def test_a_pasted_text_keeps_its_words_and_language(fresh: World, sponsor: FlaskClient) -> None:
    paste(sponsor, TEXT.replace("\n", "\r\n"), text_language="fr")
    draft = the_one(fresh).content.draft
    assert (draft.criteria, draft.language, draft.title) == (TEXT, "fr", "Sugar at night")
    assert draft.id == the_one(fresh).id


def test_an_empty_form_leads_to_the_first_step(fresh: World, sponsor: FlaskClient) -> None:
    answer = begin(sponsor, "form", form_title="", form_language="en", form_number="")
    assert answer.location == f"{LIST}/{the_one(fresh).id}/details/titles"
    assert sponsor.get(answer.location).status_code == 200


def test_a_number_that_comes_with_a_text_is_the_trials(fresh: World, sponsor: FlaskClient) -> None:
    paste(sponsor, text_number="nct90000001")
    assert the_one(fresh).heading.trial == NUMBER


@pytest.mark.parametrize("number", ["S-7F3K92QX", "two words", "x" * 101, "a\x00b"])
def test_a_number_that_cannot_be_is_named(fresh: World, sponsor: FlaskClient, number: str) -> None:
    answer = paste(sponsor, text_number=number)
    assert answer.status_code == 422
    assert 'href="#text_number"' in answer.text
    assert "Keeps a diary" in answer.text
    assert postings(fresh) == []


def test_two_clicks_make_one_posting(
    fresh: World, sponsor: FlaskClient, net: responses.RequestsMock
) -> None:
    net.get(ADDRESS, json=ctgov(NUMBER))
    begin(sponsor, "registry", number=NUMBER)
    answer = begin(sponsor, "registry", number=NUMBER)
    assert answer.status_code == 409
    assert f'href="{LIST}/{the_one(fresh).id}"' in answer.text
    assert NUMBER in answer.text


def test_another_organisation_learns_nothing_of_a_draft(
    fresh: World, net: responses.RequestsMock
) -> None:
    net.get(ADDRESS, json=ctgov(NUMBER))
    organise(fresh, SPONSOR, "Ours")
    organise(fresh, APPROVER, "Theirs")
    begin(fresh.enter(SPONSOR), "registry", number=NUMBER)
    assert begin(fresh.enter(APPROVER), "registry", number=NUMBER).status_code == 302
    assert len(postings(fresh)) == 2


@pytest.mark.parametrize(
    ("given", "status", "said"),
    [
        ({"status": 404}, 422, "The registry has no trial with this number"),
        ({"status": 403}, 422, "turns this number away"),
        ({"status": 503}, 503, "does not answer at the moment"),
        ({"status": 429, "headers": {"Retry-After": "3600"}}, 503, "does not answer at the moment"),
        ({"body": requests.ConnectionError()}, 503, "does not answer at the moment"),
        ({"body": '{"protocolSection": {"identif'}, 422, "it ends too early"),
        ({"body": "<!doctype html><title>CTIS</title>"}, 422, "a web page"),
        ({"json": {}}, 422, NUMBER),
        ({"status": 302, "headers": {"Location": "http://127.0.0.1/"}}, 422, "another address"),
        ({"json": ctgov("NCT90000002")}, 422, "another trial"),
    ],
)
def test_a_registry_that_fails_shows_the_way_on(  # noqa: PLR0913, PLR0917 - cases and what they need
    fresh: World,
    sponsor: FlaskClient,
    net: responses.RequestsMock,
    monkeypatch: pytest.MonkeyPatch,
    given: dict[str, object],
    status: int,
    said: str,
) -> None:
    monkeypatch.setattr(registry.HASTY.retry, "backoff_factor", 0)
    net.get(ADDRESS, **given)
    answer = begin(sponsor, "registry", number=NUMBER)
    assert answer.status_code == status
    assert said in answer.text
    assert "The way on" in answer.text
    assert answer.text.count(f'value="{NUMBER}"') == 3
    assert postings(fresh) == []


def test_a_study_without_criteria_is_kept(
    fresh: World, sponsor: FlaskClient, net: responses.RequestsMock
) -> None:
    study = ctgov(NUMBER)
    study["protocolSection"]["eligibilityModule"]["eligibilityCriteria"] = ""
    net.get(ADDRESS, json=study)
    page = sponsor.get(begin(sponsor, "registry", number=NUMBER).location or "").text
    assert the_one(fresh).content.draft.title
    assert "Paste the eligibility section, or write the first one." in page


@pytest.mark.parametrize("number", ["", "nonsense", "NCT1", "a\x00b", "{{7*7}}"])
def test_what_is_no_number_is_said(fresh: World, sponsor: FlaskClient, number: str) -> None:
    answer = begin(sponsor, "registry", number=number)
    assert answer.status_code == 422
    assert 'href="#number"' in answer.text
    assert postings(fresh) == []


@pytest.mark.parametrize("text", ["", "  \n "])
def test_an_empty_paste_names_the_field(fresh: World, sponsor: FlaskClient, text: str) -> None:
    answer = paste(sponsor, text)
    assert answer.status_code == 422
    assert 'href="#text"' in answer.text
    assert 'value="Sugar at night"' in answer.text
    assert postings(fresh) == []


def test_a_language_that_is_none_is_named(sponsor: FlaskClient) -> None:
    assert 'href="#text_language"' in paste(sponsor, text_language="xx").text


def test_a_megabyte_of_text_is_taken_and_more_is_not(sponsor: FlaskClient) -> None:
    sent = {"csrf_token": csrf(sponsor, NEW), "way": "paste", "text_language": "fr"}
    assert sponsor.post(NEW, data={**sent, "text": "é" * 1_000_000}).status_code == 302
    answer = sponsor.post(NEW, data={**sent, "text": "é" * 1_000_001})
    assert (answer.status_code, 'href="#text"' in answer.text) == (422, True)


def test_a_stranger_sends_no_more_than_a_common_form(fresh: World) -> None:
    client = fresh.app.test_client()
    sent = {"csrf_token": csrf(client), "way": "paste", "text": "x" * 100_000}
    assert client.post(NEW, data=sent).status_code == 413


def test_hostile_words_are_shown_as_typed(sponsor: FlaskClient) -> None:
    words = "{{7*7}} <script>alert(1)</script> {{config}}"
    answer = paste(sponsor, TEXT + words, text_title=words)
    for page in (LIST, answer.location or "", f"{answer.location}/details/titles"):
        text = sponsor.get(page).text
        assert "{{7*7}} &lt;script&gt;alert(1)&lt;/script&gt; {{config}}" in text, page
        assert "<script>alert" not in text
    refused = paste(sponsor, "", text_title=words)
    assert "{{7*7}} &lt;script&gt;" in refused.text


def test_another_organisations_posting_is_not_there(fresh: World) -> None:
    organise(fresh, SPONSOR, "Ours")
    organise(fresh, APPROVER, "Theirs")
    paste(fresh.enter(SPONSOR))
    found = the_one(fresh)
    stranger = fresh.enter(APPROVER)
    with time_machine.travel(now(), tick=False):  # a form's token holds the second
        nothing = stranger.get("/nothing-here").data
        for part in ("", "/ctml", "/details", "/details/titles"):
            answer = stranger.get(f"{LIST}/{found.id}{part}")
            assert (answer.status_code, answer.data == nothing) == (404, True), part
    assert found.id not in stranger.get(LIST).text
    sent = {"csrf_token": csrf(stranger, NEW), "base": "1", "title_en": "Mine now"}
    assert stranger.post(f"{LIST}/{found.id}/details/titles", data=sent).status_code == 404
    assert the_one(fresh) == found


def test_coordinators_post_nothing(fresh: World) -> None:
    assert fresh.enter(COORDINATOR).get(NEW).status_code == 403


def test_administrators_find_the_trials(fresh: World) -> None:
    assert f'href="{LIST}"' in fresh.enter(ADMINISTRATOR).get("/").text


def test_the_list_shows_where_a_posting_stands_and_what_is_next(sponsor: FlaskClient) -> None:
    paste(sponsor)
    page = sponsor.get(LIST).text
    assert "Sugar at night" in page
    assert "Draft" in page
    assert re.search(r'href="/sponsor/trials/S-\w{8}/details"', page)


def test_a_published_trial_is_taken_up_once(fresh: World, sponsor: FlaskClient) -> None:
    sent = {"csrf_token": csrf(sponsor, NEW), "trial": DIABETES.id}
    first = sponsor.post(f"{LIST}/take-up", data=sent)
    again = sponsor.post(f"{LIST}/take-up", data=sent)
    found = the_one(fresh)
    assert first.location == again.location == f"{LIST}/{found.id}"
    assert found.content.draft == DIABETES
    assert len(found.content.criteria) == 6
    assert sponsor.get(LIST).text.count("Take up for editing") == 3


@pytest.mark.parametrize("trial", ["WEB-2", "NOTHING", "a\x00b", ""])
def test_nobody_takes_up_what_they_do_not_see(fresh: World, trial: str) -> None:
    ours = organise(fresh, SPONSOR, "Ours")
    with unit_of_work(fresh.engine) as session:
        organisation = session.get_one(organisations.Organisation, ours)
        tenants.assign(session, DIABETES.id, organisation)
    client = fresh.enter(SPONSOR)
    sent = {"csrf_token": csrf(client, NEW), "trial": trial}
    assert client.post(f"{LIST}/take-up", data=sent).status_code == 404
    assert postings(fresh) == []
