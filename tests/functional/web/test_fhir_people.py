"""People as FHIR: the staff read their tenant's under pseudonyms, a community its own consents."""

import json
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, select
from werkzeug.test import TestResponse

from recruit.actions import account_keys, communities
from recruit.actions.export import export_fhir
from recruit.actions.fhir import communications, subjects
from recruit.audit.tables import AUDIT
from recruit.audit.trail import Tag
from recruit.consent import ledger
from recruit.consent.choices import Channel, Choice, Purpose
from recruit.consent.entry import Actor, Role
from recruit.core.db import reading, unit_of_work
from recruit.notify import stages
from recruit.people.scopes import Scope
from recruit.people.tables import PARTICIPANT
from recruit.referrals.paths import State
from tests.fhir import Json, check, entries, refused, valid
from tests.following import centre_of_paris, nurse_of, on_the_way, staff
from tests.functional.web.conftest import Stock
from tests.outreach import RING, matched, queued, study, willing
from tests.referring import SUGAR, path_of
from tests.web_world import World, lexicon

SUBJECTS, MESSAGES, CONSENTS = "/fhir/ResearchSubject", "/fhir/Communication", "/fhir/Consent"
NURSE, CENTRE, ELSEWHERE = "nurse@example.org", "centre@example.org", "north@example.org"


@dataclass(frozen=True)
class Ward:
    """A person on the way to the site in Paris, one who was written to, and who may look."""

    world: World
    camille: str
    dominique: str
    nurse: str
    centre: str
    elsewhere: str
    community: str

    @property
    def engine(self) -> Engine:
        return self.world.engine

    def get(self, path: str, key: str = "", **query: str) -> TestResponse:
        client: FlaskClient = self.world.app.test_client()
        shown = {"Authorization": f"Bearer {key}"} if key else {}
        return client.get(path, headers=shown, query_string=query or None)

    def found(self, path: str, key: str, **query: str) -> list[Json]:
        """The resources of a search, which is valid."""
        return entries(valid(self.get(path, key, **query), "Bundle"))


@pytest.fixture(scope="module")
def ward(stock: Stock, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ward]:
    world = stock.world(tmp_path_factory.mktemp("ward"))
    engine = world.engine
    camille = on_the_way(engine, lexicon())
    centre, other = centre_of_paris(engine)
    for email, place in ((CENTRE, centre), (ELSEWHERE, other)):
        nurse_of(engine, place, email)
    staff(engine, NURSE)
    posted = study(engine, lexicon())
    dominique = willing(engine, "dominique")
    matched(engine, lexicon(), posted.trial, dominique)
    queued(engine, posted, dominique, Channel.EMAIL)
    with reading(engine) as session:
        query = select(PARTICIPANT.c.community).where(PARTICIPANT.c.pseudonym == camille)
        name = session.scalar(query) or ""
    yield Ward(
        world,
        camille,
        dominique,
        nurse=key_of(engine, NURSE),
        centre=key_of(engine, CENTRE),
        elsewhere=key_of(engine, ELSEWHERE),
        community=communities.issue_key(engine, community=name, actor="test").text,
    )
    engine.dispose()


def key_of(engine: Engine, email: str) -> str:
    scopes = (Scope.REFERRALS_READ, Scope.CONSENTS_READ)
    made = account_keys.issue_key(engine, email=email, title="t", scopes=scopes, actor="test")
    return made.text


# ---------------------------------------------------------------------------- who may look
@pytest.mark.parametrize("path", [SUBJECTS, MESSAGES, CONSENTS])
def test_nobody_looks_without_a_key(ward: Ward, path: str) -> None:
    refused(ward.get(path), 401, "login")
    refused(ward.get(f"{path}/1"), 401, "login")
    refused(ward.get(path, "recruit_K-00000000_wrong"), 401, "login")


def test_nobody_looks_by_a_cookie(ward: Ward) -> None:
    client = ward.world.enter("coordinator@example.org")
    refused(client.get(SUBJECTS), 401, "login")


@pytest.mark.parametrize("path", [SUBJECTS, MESSAGES])
def test_a_community_is_not_told_which_studies_its_people_have_to_do_with(
    ward: Ward, path: str
) -> None:
    refused(ward.get(path, ward.community), 403, "forbidden")


# ----------------------------------------------------------------------------- on their way
def test_somebody_on_the_way_is_a_subject_under_a_pseudonym(ward: Ward) -> None:
    [subject] = ward.found(SUBJECTS, ward.nurse, patient=ward.camille)

    assert subject["status"] == "candidate"
    assert subject["study"]["reference"] == f"ResearchStudy/{SUGAR.id}"
    assert subject["individual"]["identifier"]["value"] == ward.camille
    number = path_of(ward.engine, ward.camille).number
    read = ward.get(f"{SUBJECTS}/{number}", ward.nurse)
    assert valid(read, "ResearchSubject") == subject
    assert read.headers["Last-Modified"]


def test_a_centre_sees_its_own_site_alone(ward: Ward) -> None:
    assert len(ward.found(SUBJECTS, ward.centre)) == 1
    assert ward.found(SUBJECTS, ward.elsewhere) == []
    number = path_of(ward.engine, ward.camille).number
    theirs = ward.get(f"{SUBJECTS}/{number}", ward.elsewhere)
    nobodys = ward.get(f"{SUBJECTS}/999999", ward.elsewhere)
    refused(theirs, 404, "not-found")
    assert theirs.data == nobodys.data


@pytest.mark.parametrize(
    "query",
    [
        {"individual": "Patient/{person}"},
        {"individual:identifier": "urn:recruit:person|{person}"},
        {"study": "ResearchStudy/NCT00000777"},
        {"_id": "{number}"},
    ],
    ids=str,
)
def test_subjects_are_searched_by_person_study_and_id(ward: Ward, query: dict[str, str]) -> None:
    number = path_of(ward.engine, ward.camille).number
    asked = {k: v.format(person=ward.camille, number=number) for k, v in query.items()}
    others = {k: v.format(person="P-00000000", number=0) for k, v in query.items()}

    assert [each["id"] for each in ward.found(SUBJECTS, ward.nurse, **asked)] == [str(number)]
    if others != asked:
        assert ward.found(SUBJECTS, ward.nurse, **others) == []


def test_who_was_looked_at_stands_in_the_audit_trail(ward: Ward) -> None:
    ward.found(SUBJECTS, ward.nurse)
    ward.found(CONSENTS, ward.community)
    with reading(ward.engine) as session:
        rows = session.execute(select(AUDIT.c.tag, AUDIT.c.subject, AUDIT.c.reason)).all()
    for tag in (Tag.REFERRALS_SHOWN, Tag.CONSENTS_SHOWN):
        assert (tag.value, ward.camille, "FHIR") in [tuple(row) for row in rows]


# --------------------------------------------------------------------------------- messages
def test_a_message_says_that_it_was_sent_and_not_what(ward: Ward) -> None:
    [message] = ward.found(MESSAGES, ward.nurse, recipient=ward.dominique)

    assert message["status"] == "preparation"
    assert message["medium"][0]["coding"][0]["code"] == "EMAILWRIT"
    assert message["recipient"][0]["identifier"]["value"] == ward.dominique
    assert "payload" not in message
    valid(ward.get(f"{MESSAGES}/{message['id']}", ward.nurse), "Communication")


def test_a_centre_elsewhere_sees_no_message(ward: Ward) -> None:
    assert ward.found(MESSAGES, ward.elsewhere) == []


# --------------------------------------------------------------------------------- consents
def test_a_community_reads_what_its_people_allow_and_no_study_of_theirs(ward: Ward) -> None:
    found = ward.found(CONSENTS, ward.community, _count="100")

    people = {each["patient"]["identifier"]["value"] for each in found}
    assert {"camille", "dominique"} <= people
    codes = {p["code"] for each in found for p in each["provision"]["purpose"]}
    assert "CLINTRCH" in codes
    assert not any("release" in code or SUGAR.id in code for code in codes)


def test_the_staff_read_a_release_to_a_site_of_theirs(ward: Ward) -> None:
    found = ward.found(CONSENTS, ward.nurse, patient=ward.camille)
    codes = {p["code"] for each in found for p in each["provision"]["purpose"]}

    assert any(code.startswith(f"release/{SUGAR.id}/") for code in codes)
    assert ward.found(CONSENTS, ward.elsewhere) == []


def test_a_community_reads_nothing_of_anothers_people(ward: Ward) -> None:
    communities.add_community(ward.engine, name="another", actor="test")
    key = communities.issue_key(ward.engine, community="another", actor="test").text
    [first, *_] = ward.found(CONSENTS, ward.community, patient="camille")

    assert ward.found(CONSENTS, key) == []
    assert ward.found(CONSENTS, key, patient="camille") == []
    refused(ward.get(f"{CONSENTS}/{first['id']}", key), 404, "not-found")
    valid(ward.get(f"{CONSENTS}/{first['id']}", ward.community), "Consent")


def test_a_withdrawal_shows_at_once(ward: Ward) -> None:
    person = willing(ward.engine, "sasha")
    sms = Choice(Purpose.CONTACT, Channel.SMS)
    with unit_of_work(ward.engine) as session:
        ledger.withdraw(session, person, sms, Actor("account 1", Role.SELF), "own page")
    found = ward.found(CONSENTS, ward.community, patient="sasha")

    denied = [each for each in found if each["provision"]["type"] == "deny"]
    assert [p["code"] for each in denied for p in each["provision"]["purpose"]] == ["contact/sms"]


@pytest.mark.parametrize("size", ["1", "2", "3"])
def test_pages_hold_every_consent_once(ward: Ward, size: str) -> None:
    whole = [each["id"] for each in ward.found(CONSENTS, ward.community, _count="100")]
    seen: list[str] = []
    address = f"{CONSENTS}?_count={size}"
    while address:
        page = valid(ward.get(address, ward.community), "Bundle")
        seen += [each["id"] for each in entries(page)]
        assert len(entries(page)) <= int(size)
        links = {each["relation"]: each["url"] for each in page["link"]}
        address = links.get("next", "")
    assert seen == whole
    assert len(seen) > 1


def test_a_community_is_told_no_pseudonym_in_any_page_or_link(ward: Ward) -> None:
    with reading(ward.engine) as session:
        pseudonyms = set(session.scalars(select(PARTICIPANT.c.pseudonym)))
    address = f"{CONSENTS}?_count=1"
    pages = 0
    while address:
        answer = ward.get(address, ward.community)
        assert not [each for each in pseudonyms if each in answer.text]
        [first] = entries(valid(answer, "Bundle"))
        read = ward.get(f"{CONSENTS}/{first['id']}", ward.community)
        assert not [each for each in pseudonyms if each in read.text]
        links = {each["relation"]: each["url"] for each in valid(answer, "Bundle")["link"]}
        address, pages = links.get("next", ""), pages + 1
    assert pages > 1


@pytest.mark.parametrize(
    "query",
    [
        {"patient": "a,b"},
        {"patient": "\x00"},
        {"patient": "x", "patient:identifier": "x"},
        {"patient:missing": "true"},
        {"after": "\x00"},
        {"_count": "x"},
    ],
    ids=str,
)
def test_a_search_that_cannot_be_read_is_refused(ward: Ward, query: dict[str, str]) -> None:
    refused(ward.get(CONSENTS, ward.community, **query), 400, "invalid")


@pytest.mark.parametrize("after", ["x", "P-1.-1", "9" * 30, "P-1.99999999", "."])
@pytest.mark.parametrize("path", [SUBJECTS, MESSAGES, CONSENTS])
def test_a_page_that_begins_nowhere_is_answered(ward: Ward, path: str, after: str) -> None:
    key = ward.nurse
    valid(ward.get(path, key, after=after), "Bundle")


def test_the_ways_and_messages_of_a_person_leave_with_them(ward: Ward) -> None:
    whole = [
        export_fhir(ward.engine, RING, lexicon(), person=person, actor="test")
        for person in (ward.camille, ward.dominique)
    ]
    for each in whole:
        check(json.loads(json.dumps(each)))
    [subject] = of_kind(whole[0], "ResearchSubject")
    [message] = of_kind(whole[1], "Communication")
    assert subject["individual"]["reference"] == whole[0]["entry"][0]["fullUrl"]
    assert message["recipient"][0]["reference"] == whole[1]["entry"][0]["fullUrl"]


def of_kind(made: Json, kind: str) -> list[Json]:
    found = [each["resource"] for each in made["entry"]]
    return [each for each in found if each["resourceType"] == kind]


def test_every_state_of_the_way_has_a_status() -> None:
    assert set(subjects.STATUSES) == set(State)
    assert set(communications.STATUSES) == set(stages.State)
    assert set(communications.MODES) == set(Channel)
