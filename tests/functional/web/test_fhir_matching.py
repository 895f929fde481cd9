"""`POST /getClinicalTrial`: studies for one patient, as CodeX's matching services answer."""

import json
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlmodel import SQLModel
from werkzeug.test import TestResponse

from recruit.api.fhir import matching
from recruit.api.limits import MINUTE
from recruit.core.db import reading
from recruit.core.rates import RATE, Limit
from tests.fhir import (
    BREAST_CANCER,
    DIABETIC,
    Json,
    bundle,
    condition,
    entries,
    measured,
    parameters,
    patient,
    post,
    refused,
    valid,
)
from tests.web_world import World

PATH = "/getClinicalTrial"
GRADE = "http://hl7.org/fhir/StructureDefinition/match-grade"


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """These ask more often in a minute than anybody should."""
    monkeypatch.setattr(matching, "ASKED", Limit(100_000, MINUTE))


def ask(client: FlaskClient, body: object, **headers: str) -> TestResponse:
    return post(client, PATH, body, **headers)


def studies(client: FlaskClient, *resources: Json, **headers: str) -> list[str]:
    """The ids of what is found, best first."""
    found = valid(ask(client, bundle(*resources), **headers), "Bundle")
    return [each["id"] for each in entries(found)]


def match(client: FlaskClient, *resources: Json, **headers: str) -> Json:
    """The one entry that is found."""
    found = valid(ask(client, bundle(*resources), **headers), "Bundle")
    entry: Json
    [entry] = [each for each in found["entry"] if each["search"]["mode"] == "match"]
    return entry


# --------------------------------------------------------------------------------- answering
def test_a_study_for_the_patient_comes_with_score_and_grade(visitor: FlaskClient) -> None:
    entry = match(visitor, *DIABETIC)

    assert entry["resource"]["id"] == "WEB-1"
    assert entry["fullUrl"].endswith("/fhir/ResearchStudy/WEB-1")
    assert 0 < entry["search"]["score"] <= 1
    assert entry["search"]["extension"] == [{"url": GRADE, "valueCode": "probable"}]
    assert [site["display"] for site in entry["resource"]["site"]]


def test_the_study_says_why_in_plain_words(visitor: FlaskClient) -> None:
    notes = [each["text"] for each in match(visitor, *DIABETIC)["resource"]["note"]]

    assert notes[0] == "Fits: Between 18 and 75 years old. On record: Born: 1975."
    assert any(note.startswith("Fits: HbA1c") and "7.8" in note for note in notes)
    assert "Not known yet: Keeps a diary of every single breakfast" in notes


def test_the_reasons_are_said_in_french_too(visitor: FlaskClient) -> None:
    asked = {"Accept-Language": "fr"}
    notes = [each["text"] for each in match(visitor, *DIABETIC, **asked)["resource"]["note"]]
    assert notes[0].startswith("Convient : ")


@pytest.mark.parametrize("kind", ["application/json", "application/fhir+json; charset=utf-8"])
@pytest.mark.parametrize(
    "wrap",
    [
        lambda made: made,
        lambda made: {"patientData": made},
        lambda made: {"patientData": json.dumps(made)},
    ],
    ids=["bundle", "patientData", "text"],
)
def test_every_shape_that_callers_use_is_read(
    visitor: FlaskClient, wrap: Callable[[Json], object], kind: str
) -> None:
    answer = post(visitor, PATH, wrap(bundle(*DIABETIC)), kind)
    assert [each["id"] for each in entries(valid(answer, "Bundle"))] == ["WEB-1"]


def test_the_better_study_comes_first(fresh: World) -> None:
    fresh.add_study("GOUT", "Gout in everybody")
    client = fresh.app.test_client()
    gout = condition("Gout (disorder)", "90560007")
    both = bundle(*DIABETIC, gout)
    found = valid(ask(client, both), "Bundle")

    scores = [each["search"]["score"] for each in found["entry"]]
    assert {each["resource"]["id"] for each in found["entry"]} == {"WEB-1", "GOUT"}
    assert scores == sorted(scores, reverse=True)


def test_a_study_that_something_speaks_against_is_left_out(visitor: FlaskClient) -> None:
    old = patient(birthDate="1940-01-01")
    assert studies(visitor, old, *DIABETIC[1:]) == []


def test_an_amended_study_is_judged_as_it_stands(fresh: World) -> None:
    client = fresh.app.test_client()
    gout = condition("Gout (disorder)", "90560007")
    assert studies(client, patient(), gout) == []
    fresh.add_study("GOUT", "Gout in everybody")
    assert studies(client, patient(), gout) == ["GOUT"]


def test_where_nothing_fits_the_answer_says_so(visitor: FlaskClient) -> None:
    found = valid(ask(visitor, bundle(*BREAST_CANCER)), "Bundle")

    assert (found["total"], entries(found)) == (0, [])
    [said] = entries(found, "outcome")
    assert said["issue"][0]["details"]["text"] == "No study fits what is known."


def test_what_cannot_be_read_is_left_out_and_named(visitor: FlaskClient) -> None:
    odd = {**condition("Gout"), "id": "odd", "onsetDateTime": "yesterday"}
    found = valid(ask(visitor, bundle(*DIABETIC, odd)), "Bundle")

    [said] = entries(found, "outcome")
    assert said["issue"][0]["diagnostics"] == "Condition/odd.onsetDateTime"
    assert [each["id"] for each in entries(found)] == ["WEB-1"]


# --------------------------------------------------------------------------------- narrowing
@pytest.mark.parametrize(
    ("given", "found"),
    [
        ({}, True),
        ({"zipCode": "75012", "travelRadius": "15"}, True),
        ({"zipCode": "69003", "travelRadius": "15"}, False),  # the site there is not open
        ({"zipCode": "69003", "travelRadius": "300 miles"}, True),
        ({"zipCode": "13001", "travelRadius": "400"}, False),  # 400 miles are 644 km, 661 are asked
        ({"zipCode": "75012"}, True),
        ({"recruitmentStatus": "active"}, True),
        ({"recruitmentStatus": "RECRUITING"}, True),
        ({"recruitmentStatus": "all"}, True),
        ({"recruitmentStatus": "completed"}, False),
        ({"recruitmentStatus": "not-yet-recruiting"}, False),
        ({"phase": "any"}, True),
        ({"phase": ""}, True),
        ({"phase": "phase-2"}, False),
    ],
    ids=str,
)
def test_parameters_narrow_what_is_found(
    visitor: FlaskClient, given: dict[str, str], *, found: bool
) -> None:
    assert studies(visitor, parameters(**given), *DIABETIC) == (["WEB-1"] if found else [])


@pytest.mark.parametrize(
    ("asked", "country", "told"),
    [
        ({"zipCode": "00000", "travelRadius": "5"}, None, "postcode is not known"),
        ({"zipCode": "02139", "travelRadius": "5"}, "US", "only those of France"),
        ({"zipCode": "75012", "travelRadius": "5"}, "US", "only those of France"),
        ({"zipCode": "02139-4307"}, "US", "only those of France"),
        ({"travelRadius": "5"}, "US", "No place was given"),
    ],
)
def test_a_place_that_is_not_known_narrows_nothing_and_is_told(
    visitor: FlaskClient, asked: dict[str, str], country: str | None, told: str
) -> None:
    who, *facts = DIABETIC
    lives = {**who, "address": [{"country": country}]} if country else who
    found = valid(ask(visitor, bundle(parameters(**asked), lives, *facts)), "Bundle")

    assert [each["id"] for each in entries(found)] == ["WEB-1"]
    [said] = entries(found, "outcome")[0]["issue"]
    assert told in said["details"]["text"]


def test_the_nearest_site_comes_first(visitor: FlaskClient) -> None:
    study = match(visitor, parameters(zipCode="75012", travelRadius="9000"), *DIABETIC)["resource"]
    assert study["site"][0]["display"] == "Hôpital Saint-Exemple"


@pytest.mark.parametrize("called", ["search_patient", "", None, "P-1"])
def test_a_patient_may_be_called_anything(visitor: FlaskClient, called: str | None) -> None:
    who, *told = DIABETIC
    about = {"reference": f"Patient/{called}"} if called else None
    told = [{**each, "subject": about} if about else _without_subject(each) for each in told]
    named = {**who, "id": called} if called is not None else {k: who[k] for k in who if k != "id"}
    assert studies(visitor, named, *told) == ["WEB-1"]


def test_a_patient_may_be_known_by_the_address_of_the_entry(visitor: FlaskClient) -> None:
    who, *told = DIABETIC
    address = "urn:uuid:61ebe359-bfdc-4613-8bf2-c5e300945f0a"
    made = bundle(who, *({**each, "subject": {"reference": address}} for each in told))
    made["entry"][0]["fullUrl"] = address
    assert [each["id"] for each in entries(valid(ask(visitor, made), "Bundle"))] == ["WEB-1"]


def test_a_bundle_as_codex_s_app_writes_it_is_read(visitor: FlaskClient) -> None:
    who, disease, value = DIABETIC
    short = {name: disease[name] for name in disease if name in {"resourceType", "code"}}
    loose = {k: value[k] for k in value if k not in {"subject", "status"}}
    ecog = {
        "resourceType": "Observation",
        "id": "mcode-ecog-performance-status",
        "code": {"coding": [{"system": "http://loinc.org", "code": "89247-1"}]},
        "valueString": "1",
    }
    asked = parameters(zipCode="75012", travelRadius="100")
    found = valid(ask(visitor, bundle(asked, who, short, loose, ecog)), "Bundle")

    assert [each["id"] for each in entries(found)] == ["WEB-1"]
    assert entries(found, "outcome") == []


def test_what_is_about_somebody_else_does_not_count(visitor: FlaskClient) -> None:
    who, *told = DIABETIC
    others = ({**each, "subject": {"reference": "Patient/another"}} for each in told)
    assert studies(visitor, who, *others) == []


def _without_subject(resource: Json) -> Json:
    return {name: value for name, value in resource.items() if name != "subject"}


@pytest.mark.parametrize(
    "given",
    [
        {"travelRadius": "far"},
        {"travelRadius": "-5"},
        {"travelRadius": "1e999"},
        {"phase": "phase-9"},
        {"recruitmentStatus": "perhaps"},
        {"zipCode": "7" * 100},
        {"zipCode": "75\u0001012"},
    ],
    ids=str,
)
def test_a_parameter_that_makes_no_sense_is_refused(
    visitor: FlaskClient, given: dict[str, str]
) -> None:
    answer = ask(visitor, bundle(parameters(**given), *DIABETIC))
    refused(answer, 422, "processing")


# ---------------------------------------------------------------------------------- refusing
@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("", 400),
        ("{", 400),
        ("[]", 400),
        ("null", 400),
        ('{"resourceType": "Bundle", "resourceType": "Bundle"}', 400),
        ('{"resourceType": "Bundle", "total": NaN}', 400),
        ('{"resourceType": "Bundle", "language": "\\ud800"}', 400),
        ('{"resourceType": "Bundle", "language": "\\u0000"}', 400),
        ('{"resourceType": "Bundle", "total": ' + "9" * 5000 + "}", 400),
        (b"\xff\xfe", 400),
        ({}, 400),
        ({"resourceType": "Patient"}, 400),
        ({"resourceType": "Bundle"}, 400),
        ({"resourceType": "Bundle", "entry": {}}, 400),
        ({"resourceType": "Bundle", "entry": [{}]}, 400),
        ({"resourceType": "Bundle", "entry": [{"resource": {"resourceType": 7}}]}, 400),
        ({"patientData": 7}, 400),
        ({"patientData": "{"}, 400),
        (bundle(condition("Gout")), 400),
        (bundle(patient(), patient("another")), 400),
        (bundle(patient(gender=["female"])), 422),
        (bundle(patient(birthDate="yesterday")), 422),
        (bundle(patient(deceasedBoolean=True)), 422),
        (bundle(patient(name="x" * 65)), 422),
    ],
    ids=lambda value: str(value)[:60],
)
def test_what_is_no_bundle_of_a_patient_is_refused(
    visitor: FlaskClient, body: object, status: int
) -> None:
    refused(ask(visitor, body), status)


def test_another_kind_of_body_is_refused(visitor: FlaskClient) -> None:
    refused(post(visitor, PATH, "<Bundle/>", "application/fhir+xml"), 415, "not-supported")


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (json.dumps({"x": "y" * (10 << 20)}), 413),
        ("[" * 100_000 + "]" * 100_000, 400),
        ('{"resourceType": "Bundle", "entry": ' + "[" * 900 + "]" * 900 + "}", 400),
        (json.dumps(bundle(patient(name=[{"text": "x"}] * 100_001))), 400),
        (json.dumps(bundle(patient(), *[condition("Gout")] * 1_000)), 400),
    ],
    ids=["10 MB", "deep", "900 deep", "300,000 values", "1,001 entries"],
)
def test_a_bomb_is_refused(visitor: FlaskClient, body: str, status: int) -> None:
    refused(ask(visitor, body), status)


def test_whoever_asks_too_often_waits(fresh: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(matching, "ASKED", Limit(2, MINUTE))
    client = fresh.app.test_client()
    answers = [ask(client, bundle(*DIABETIC)) for _ in range(3)]

    assert [each.status_code for each in answers] == [200, 200, 429]
    refused(answers[2], 429, "throttled")
    assert int(answers[2].headers["Retry-After"]) > 0


# ----------------------------------------------------------------------------------- keeping
CANARY = "Zanzibar-Quux"


def test_nothing_of_the_patient_is_kept_or_logged(
    fresh: World, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    named = patient(CANARY, name=[{"family": CANARY}], address=[{"text": CANARY}])
    told = [
        condition(CANARY, CANARY, CANARY),
        measured("4548-4", 7.8, CANARY, CANARY),
        {**condition("Gout", about=CANARY), "onsetDateTime": CANARY},
    ]
    before = rows(fresh)
    client = fresh.app.test_client()
    valid(ask(client, bundle(named, *told)), "Bundle")
    for odd in (bundle(named, named), bundle({**named, "birthDate": CANARY}), CANARY):
        answer = ask(client, odd)
        refused(answer, answer.status_code)
        assert CANARY not in answer.text
        assert not any(CANARY in value for value in answer.headers.values())

    assert rows(fresh) == before
    said = capfd.readouterr()
    assert CANARY not in said.out + said.err + caplog.text


def rows(world: World) -> dict[str, int]:
    """How many rows each table has; that somebody asked is counted, not for whom."""
    with reading(world.engine) as session:
        return {
            name: session.execute(select(func.count()).select_from(table)).scalar_one()
            for name, table in SQLModel.metadata.tables.items()
            if table is not RATE
        }
