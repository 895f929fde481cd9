"""FHIR R4 as the doors speak it: what a valid answer is, and patients in mCODE's words."""

import json
import re
from collections.abc import Iterator
from typing import Any

from fhir.resources.R4B import get_fhir_model_class
from flask.testing import FlaskClient
from pydantic import BaseModel
from werkzeug.test import TestResponse

Json = dict[str, Any]

ID = re.compile(r"[A-Za-z0-9.-]{1,64}")
SNOMED = "http://snomed.info/sct"
LOINC = "http://loinc.org"
SCOPE = "http://terminology.hl7.org/CodeSystem/consentscope"
MCODE = "http://hl7.org/fhir/us/mcode/StructureDefinition/"


def valid(answer: TestResponse, kind: str, status: int = 200) -> Json:
    """The resource of an answer, which is of this kind and valid R4."""
    assert answer.status_code == status, answer.text
    assert answer.mimetype == "application/fhir+json", answer.text
    found: Json = json.loads(answer.text)
    assert found["resourceType"] == kind
    check(found)
    return found


def refused(answer: TestResponse, status: int, code: str | None = None) -> Json:
    """The first issue of an error."""
    found = valid(answer, "OperationOutcome", status)
    issue: Json = found["issue"][0]
    assert issue["severity"] in {"error", "fatal"}
    assert code is None or issue["code"] == code
    return issue


def check(resource: Json) -> None:
    """Fails where a resource is not valid R4.

    As fhir.resources checks it (R4B, which has the same resources), and what that lets pass: empty
    lists and objects, codes outside of a required value set, ids that are none.
    """
    assert list(_hollow(resource, "")) == []
    model = get_fhir_model_class(resource["resourceType"]).model_validate(resource)
    assert list(_odd_codes(model, "")) == []
    for inner in _resources(resource):
        assert ID.fullmatch(inner.get("id", "x")), inner.get("id")


def entries(bundle: Json, mode: str = "match") -> list[Json]:
    """The resources of a searchset that were searched for, or that tell about the search."""
    return [e["resource"] for e in bundle.get("entry", []) if e["search"]["mode"] == mode]


def _hollow(value: object, path: str) -> Iterator[str]:
    if value is None or value in ([], {}, ""):
        yield path
    inner = value.items() if isinstance(value, dict) else ()
    for name, each in enumerate(value) if isinstance(value, list) else inner:
        yield from _hollow(each, f"{path}.{name}")


def _odd_codes(model: BaseModel, path: str) -> Iterator[str]:
    for name, field in type(model).model_fields.items():
        value = getattr(model, name)
        extra = field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}
        allowed = extra.get("enum_values")
        for each in value if isinstance(value, list) else [value]:
            if isinstance(each, BaseModel):
                yield from _odd_codes(each, f"{path}.{name}")
            elif name == "format":
                continue  # any MIME type; fhir.resources has the words of R4's summary instead
            elif isinstance(allowed, list) and each is not None and str(each) not in allowed:
                yield f"{path}.{name} {each}"


def _resources(value: object) -> Iterator[Json]:
    if isinstance(value, dict):
        if "resourceType" in value:
            yield value
        for each in value.values():
            yield from _resources(each)
    elif isinstance(value, list):
        for each in value:
            yield from _resources(each)


# -------------------------------------------------------------------------------- patients
def coded(system: str, code: str, display: str) -> Json:
    return {"coding": [{"system": system, "code": code, "display": display}]}


def patient(called: str = "search_patient", **more: object) -> Json:
    return {
        "resourceType": "Patient",
        "id": called,
        "gender": "female",
        "birthDate": "1975",
        **more,
    }


def condition(display: str, code: str = "44054006", about: str = "search_patient") -> Json:
    return {
        "resourceType": "Condition",
        "id": f"condition-{code}",
        "clinicalStatus": coded(
            "http://terminology.hl7.org/CodeSystem/condition-clinical", "active", "Active"
        ),
        "code": coded(SNOMED, code, display),
        "subject": {"reference": f"Patient/{about}"},
    }


def measured(code: str, value: float, unit: str, about: str = "search_patient") -> Json:
    return {
        "resourceType": "Observation",
        "id": f"observation-{code}",
        "status": "final",
        "code": {"coding": [{"system": LOINC, "code": code}]},
        "valueQuantity": {
            "value": value,
            "unit": unit,
            "system": "http://unitsofmeasure.org",
            "code": unit,
        },
        "subject": {"reference": f"Patient/{about}"},
    }


def parameters(**given: str) -> Json:
    listed = [{"name": name, "valueString": value} for name, value in given.items()]
    return {"resourceType": "Parameters", "id": "0", "parameter": listed}


def bundle(*resources: Json, kind: str = "collection") -> Json:
    return {
        "resourceType": "Bundle",
        "type": kind,
        "entry": [{"resource": each} for each in resources],
    }


DIABETIC = (
    patient(),
    condition("Diabetes mellitus type 2 (disorder)"),
    measured("4548-4", 7.8, "%"),
)
"""Whom the study WEB-1 of tests/web_world.py suits."""
BREAST_CANCER = (
    patient(meta={"profile": [f"{MCODE}mcode-cancer-patient"]}),
    {
        **condition("Malignant neoplasm of breast (disorder)", "254837009"),
        "meta": {"profile": [f"{MCODE}mcode-primary-cancer-condition"]},
        "stage": [{"summary": coded(SNOMED, "261614003", "Stage 2A (qualifier value)")}],
    },
    {
        "resourceType": "Observation",
        "id": "ecog",
        "meta": {"profile": [f"{MCODE}mcode-ecog-performance-status"]},
        "status": "final",
        "code": coded(LOINC, "89247-1", "ECOG Performance Status score"),
        "valueInteger": 1,
        "subject": {"reference": "Patient/search_patient"},
    },
    {
        "resourceType": "MedicationStatement",
        "id": "medicine",
        "meta": {"profile": [f"{MCODE}mcode-cancer-related-medication-statement"]},
        "status": "completed",
        "medicationCodeableConcept": coded(
            "http://www.nlm.nih.gov/research/umls/rxnorm", "583218", "Trastuzumab"
        ),
        "subject": {"reference": "Patient/search_patient"},
    },
)


def post(
    client: FlaskClient, path: str, body: object, kind: str = "application/fhir+json", **more: str
) -> TestResponse:
    """Send JSON, or a text as it is."""
    data = body if isinstance(body, (str, bytes)) else json.dumps(body)
    return client.post(path, data=data, content_type=kind, headers=more)


def consent(about: str, **more: object) -> Json:
    """The proof that somebody agreed to be matched."""
    return {
        "resourceType": "Consent",
        "id": f"consent-{about}",
        "status": "active",
        "scope": coded(
            "http://terminology.hl7.org/CodeSystem/consentscope", "research", "Research"
        ),
        "category": [coded(LOINC, "59284-0", "Consent Document")],
        "patient": {"reference": f"Patient/{about}"},
        "dateTime": "2026-10-01T10:00:00Z",
        "language": "fr",
        "meta": {"versionId": "3"},
        "policy": [{"uri": f"urn:sha256:{'ab' * 32}"}],
        "provision": {
            "type": "permit",
            "purpose": [{"system": "urn:recruit:purpose", "code": "matching"}],
        },
        **more,
    }


def asking(made: Json, method: str = "PUT") -> Json:
    """The same bundle with what is to be done with each entry."""
    return {
        **made,
        "entry": [
            {
                **each,
                "request": {
                    "method": method,
                    "url": f"{each['resource']['resourceType']}/{each['resource'].get('id', '')}",
                },
            }
            for each in made["entry"]
        ],
    }
