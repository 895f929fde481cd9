"""Studies as FHIR: read and searched by anybody."""

import pytest
from flask.testing import FlaskClient

from recruit.api.fhir import studies
from recruit.api.limits import MINUTE
from recruit.core.rates import Limit
from tests.fhir import Json, entries, refused, valid
from tests.web_world import DIABETES, World

STUDY = "/fhir/ResearchStudy"


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """These look more often in a minute than anybody should."""
    monkeypatch.setattr(studies, "LOOKS", Limit(100_000, MINUTE))


def found(client: FlaskClient, **query: str) -> list[str]:
    """The ids of a search's results."""
    return [each["id"] for each in entries(valid(client.get(STUDY, query_string=query), "Bundle"))]


def links(bundle: Json) -> dict[str, str]:
    return {each["relation"]: each["url"] for each in bundle["link"]}


# ---------------------------------------------------------------------------------- reading
def test_a_study_is_read_with_what_its_page_says(visitor: FlaskClient) -> None:
    study = valid(visitor.get(f"{STUDY}/{DIABETES.id}"), "ResearchStudy")

    assert study["title"] == DIABETES.title
    assert study["status"] == "active"
    assert study["description"] == DIABETES.summary
    assert study["enrollment"][0]["display"] == DIABETES.criteria
    assert [each["text"] for each in study["location"]] == ["FR", "US"]
    assert {"system": "http://id.nlm.nih.gov/mesh", "code": "D003924"}.items() <= (
        study["condition"][1]["coding"][0].items()
    )
    places = [each for each in study["contained"] if each["resourceType"] == "Location"]
    assert [each["name"] for each in places][:2] == ["Hôpital Saint-Exemple", "Harbor Clinic"]
    assert [each["reference"] for each in study["site"]] == [f"#{each['id']}" for each in places]


def test_a_study_is_read_in_the_language_that_is_asked_for(visitor: FlaskClient) -> None:
    asked = {"Accept-Language": "fr"}
    study = valid(visitor.get(f"{STUDY}/{DIABETES.id}", headers=asked), "ResearchStudy")

    assert study["language"] == "fr"
    assert study["title"] == DIABETES.translations[0].title


def test_an_unchanged_study_is_not_sent_again(visitor: FlaskClient) -> None:
    first = visitor.get(f"{STUDY}/{DIABETES.id}")
    meta = valid(first, "ResearchStudy")["meta"]

    assert first.headers["ETag"] == f'W/"{meta["versionId"]}"'
    for condition in (
        {"If-None-Match": first.headers["ETag"]},
        {"If-Modified-Since": first.headers["Last-Modified"]},
    ):
        again = visitor.get(f"{STUDY}/{DIABETES.id}", headers=condition)
        assert (again.status_code, again.text) == (304, "")


@pytest.mark.parametrize("name", ["WEB-999", "t-0123", "%00", "é", "x" * 300])
def test_a_study_that_is_not_there_is_an_outcome(visitor: FlaskClient, name: str) -> None:
    refused(visitor.get(f"{STUDY}/{name}"), 404, "not-found")


def test_a_number_that_is_no_fhir_id_is_read_by_its_digest(fresh: World) -> None:
    fresh.add_study("2026/7 éà", "Gout and cherries")
    client = fresh.app.test_client()
    [identifier] = found(client, identifier="2026/7 éà")

    study = valid(client.get(f"{STUDY}/{identifier}"), "ResearchStudy")
    assert study["identifier"][0]["value"] == "2026/7 éà"


def test_contacts_of_a_registry_are_not_handed_on(visitor: FlaskClient) -> None:
    study = visitor.get(f"{STUDY}/{DIABETES.id}").text
    assert "telecom" not in study
    assert '"contact"' not in study


# -------------------------------------------------------------------------------- searching
@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ({"condition": "diabetes"}, ["WEB-1"]),
        ({"condition": "diabète"}, ["WEB-1"]),
        ({"condition:text": "diabète de type 2"}, ["WEB-1"]),
        ({"condition": "http://id.nlm.nih.gov/mesh|D003924"}, ["WEB-1"]),
        ({"condition": "http://id.nlm.nih.gov/mesh|D003920"}, ["WEB-1"]),
        ({"condition": "http://snomed.info/sct|0"}, []),
        ({"condition": "asthma,migraine"}, ["WEB-2", "WEB-3"]),
        ({"status": "completed"}, ["WEB-3"]),
        ({"status": "http://hl7.org/fhir/research-study-status|completed"}, ["WEB-3"]),
        ({"status": "active,approved"}, ["WEB-1", "WEB-2", "WEB-4"]),
        ({"status": "disapproved"}, []),
        ({"location": "US"}, ["WEB-1", "WEB-3"]),
        ({"location": "fr", "condition": "migraine"}, ["WEB-2"]),
        ({"_id": "WEB-3,WEB-1"}, ["WEB-1", "WEB-3"]),
        ({"identifier": "web-2"}, ["WEB-2"]),
        ({"near": "48.85|2.35|10|km"}, ["WEB-1"]),
        ({"site.near": "48.85|2.35|10|km"}, ["WEB-1"]),
        ({"near": "45.76|4.86|5|km"}, []),  # the site there is not open
        ({"near": "0|0|5|km"}, []),
    ],
    ids=str,
)
def test_a_search_finds_what_fits(
    visitor: FlaskClient, query: dict[str, str], numbers: list[str]
) -> None:
    assert sorted(found(visitor, **query)) == numbers


def test_all_times_a_parameter_is_given_have_to_hold(visitor: FlaskClient) -> None:
    both = [("condition", "diabetes"), ("condition", "asthma")]
    bundle = valid(visitor.get(STUDY, query_string=both), "Bundle")
    assert bundle["total"] == 0


def test_the_nearest_site_comes_first(visitor: FlaskClient) -> None:
    paris = entries(valid(visitor.get(STUDY, query_string={"near": "48.85|2.35"}), "Bundle"))
    boston = entries(valid(visitor.get(STUDY, query_string={"near": "42.36|-71.06"}), "Bundle"))

    for listed, name in ((paris, "Hôpital Saint-Exemple"), (boston, "Harbor Clinic")):
        first = listed[0]["site"][0]
        assert first["display"] == name


def test_pages_hold_every_study_once(visitor: FlaskClient) -> None:
    seen, address = [], f"{STUDY}?_count=1"
    while address:
        page = valid(visitor.get(address), "Bundle")
        seen += [each["id"] for each in entries(page)]
        assert page["total"] == 4
        address = links(page).get("next", "")
    assert sorted(seen) == ["WEB-1", "WEB-2", "WEB-3", "WEB-4"]


def test_links_repeat_what_was_asked(visitor: FlaskClient) -> None:
    query = {"condition": "diabetes,asthma,migraine", "_count": "2", "odd": "x"}
    page = links(valid(visitor.get(STUDY, query_string=query), "Bundle"))

    assert page["self"].endswith(
        "/fhir/ResearchStudy?_count=2&condition=diabetes%2Casthma%2Cmigraine&page=1"
    )
    assert page["next"].endswith("page=2")
    assert "previous" not in page


def test_a_count_of_nought_says_how_many_there_are(visitor: FlaskClient) -> None:
    page = valid(visitor.get(STUDY, query_string={"_count": "0"}), "Bundle")
    assert (page["total"], entries(page)) == (4, [])


def test_a_page_past_the_last_is_empty(visitor: FlaskClient) -> None:
    assert found(visitor, page="9") == []


# ------------------------------------------------------------------------------- being refused
def test_a_parameter_that_is_not_known_is_passed_over_or_refused(visitor: FlaskClient) -> None:
    query = {"condition": "diabetes", "colour": "blue"}
    assert found(visitor, **query) == ["WEB-1"]
    strict = visitor.get(STUDY, query_string=query, headers={"Prefer": "handling=strict"})
    assert "colour" in refused(strict, 400, "invalid")["details"]["text"]


@pytest.mark.parametrize(
    "query",
    [
        {"_count": "-1"},
        {"_count": "many"},
        {"page": "0"},
        {"status": "open"},
        {"status:not": "active"},
        {"condition:below": "x|y"},
        {"condition": ","},
        {"condition": "x|"},
        {"condition": "a" * 300},
        {"condition": "\x00"},
        {"condition": ",".join("abcdefghijklmnopqrstuvwxyz")},
        {"near": "48.85"},
        {"near": "nan|2"},
        {"near": "48.85|2.35|-1|km"},
        {"near": "48.85|2.35|10|parsec"},
        {"near": "91|2"},
        {"near": "1|2", "site.near": "1|2"},
    ],
    ids=str,
)
def test_a_value_that_cannot_be_read_is_refused(
    visitor: FlaskClient, query: dict[str, str]
) -> None:
    refused(visitor.get(STUDY, query_string=query), 400, "invalid")


@pytest.mark.parametrize(
    ("path", "method", "status"),
    [
        ("/fhir", "GET", 405),
        ("/fhir/", "GET", 404),
        ("/fhir/Patient/1", "GET", 404),
        ("/fhir/ResearchStudy/WEB-1/_history", "GET", 404),
        ("/fhir/ResearchStudy/WEB-1", "DELETE", 405),
        ("/fhir/metadata", "POST", 405),
        ("/getClinicalTrial", "GET", 405),
    ],
)
def test_an_address_that_is_not_there_is_an_outcome(
    visitor: FlaskClient, path: str, method: str, status: int
) -> None:
    refused(visitor.open(path, method=method), status)


@pytest.mark.parametrize(
    ("accept", "query", "status"),
    [
        ("application/fhir+json", "", 200),
        ("application/fhir+json;fhirVersion=4.0", "", 200),
        ("application/json", "", 200),
        ("text/html,application/xml;q=0.9,*/*;q=0.8", "", 200),
        ("application/fhir+xml", "", 406),
        ("application/fhir+xml", "?_format=json", 200),
        ("*/*", "?_format=xml", 406),
        ("*/*", "?_format=application/fhir%2Bjson", 200),
        ("*/*", "?_format=application/fhir+json", 200),
    ],
)
def test_json_is_spoken_and_nothing_else(
    visitor: FlaskClient, accept: str, query: str, status: int
) -> None:
    answer = visitor.get(f"/fhir/metadata{query}", headers={"Accept": accept})
    if status == 200:
        valid(answer, "CapabilityStatement")
    else:
        refused(answer, status, "not-supported")


def test_whoever_looks_too_often_waits(fresh: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(studies, "LOOKS", Limit(2, MINUTE))
    answers = [fresh.app.test_client().get(f"{STUDY}/WEB-1") for _ in range(3)]
    assert [each.status_code for each in answers] == [200, 200, 429]
    refused(answers[2], 429, "throttled")


def test_errors_are_said_in_french_too(visitor: FlaskClient) -> None:
    asked = {"Accept-Language": "fr"}
    issue = refused(visitor.get(f"{STUDY}/nobody", headers=asked), 404)
    assert issue["details"]["text"] == "Cela n’existe pas ici."


def test_what_can_be_searched_is_what_the_statement_says(visitor: FlaskClient) -> None:
    statement = valid(visitor.get("/fhir/metadata"), "CapabilityStatement")
    strict = {"Prefer": "handling=strict"}
    values = {"near": "48.85|2.35", "status": "active", "_lastUpdated": "2026"}
    for each in statement["rest"][0]["resource"]:
        if each["type"] == "ResearchStudy":
            for name in [parameter["name"] for parameter in each["searchParam"]]:
                query = {name: values.get(name, "x")}
                valid(visitor.get(STUDY, query_string=query, headers=strict), "Bundle")
