"""Bundles of FHIR R4 with a patient, and what is read of them."""

import base64
from datetime import date
from typing import Any

from recruit.core.errors import Refusal
from recruit.core.files import Record
from recruit.people.facts import Fact
from recruit.people.intake.reading import Intake
from recruit.people.intake.records import read_people
from recruit.terminology.lexicon import Lexicon

ON = date(2026, 11, 1)
LOINC = "http://loinc.org"
PATIENT: dict[str, Any] = {
    "resourceType": "Patient",
    "id": "pat-1",
    "name": [{"family": "Canary", "given": ["Tweety"]}],
    "telecom": [{"system": "phone", "value": "555-0100"}],
    "gender": "female",
    "birthDate": "1975-04-12",
    "address": [{"line": ["12 Canary Road"], "country": "FR", "postalCode": "75012"}],
    "communication": [{"language": {"coding": [{"system": "urn:ietf:bcp:47", "code": "fr-FR"}]}}],
}


def bundle(*resources: dict[str, Any]) -> dict[str, Any]:
    entries = [{"resource": resource} for resource in resources]
    return {"resourceType": "Bundle", "type": "collection", "entry": entries}


def read(value: dict[str, Any], lexicon: Lexicon) -> list[Intake | Refusal]:
    return list(read_people(Record("bundle.json", value), lexicon, ON))


def intake(lexicon: Lexicon, *resources: dict[str, Any]) -> Intake:
    (found,) = read(bundle(PATIENT, *resources), lexicon)
    assert isinstance(found, Intake), found
    return found


def named(text: str, code: str = "", system: str = LOINC) -> dict[str, Any]:
    coding = {"system": system, "code": code, "display": text}
    return {"coding": [coding], "text": text} if code else {"text": text}


def status(code: str, system: str = "condition-clinical") -> dict[str, Any]:
    return {"coding": [{"system": f"http://terminology.hl7.org/CodeSystem/{system}", "code": code}]}


def condition(text: str = "Asthma", **more: object) -> dict[str, Any]:
    return {
        "resourceType": "Condition",
        "id": "c1",
        "subject": {"reference": "Patient/pat-1"},
        "code": named(text),
        **more,
    }


def observation(code: dict[str, Any], **more: object) -> dict[str, Any]:
    return {"resourceType": "Observation", "id": "o1", "status": "final", "code": code, **more}


def quantity(value: float, unit: str, **more: object) -> dict[str, Any]:
    return {"value": value, "unit": unit, **more}


def consent(**more: object) -> dict[str, Any]:
    notice = base64.b64encode(b"the notice").decode()
    return {
        "resourceType": "Consent",
        "id": "k1",
        "status": "active",
        "scope": status("research", "consentscope"),
        "category": [status("research", "x")],
        "patient": {"reference": "Patient/pat-1"},
        "dateTime": "2026-10-01T10:00:00Z",
        "policyRule": {"text": "notice"},
        "sourceAttachment": {"data": notice, "language": "fr", "title": "3"},
        "provision": {"type": "permit", "purpose": [{"code": "CLINTRCH"}]},
        **more,
    }


def facts(lexicon: Lexicon, *resources: dict[str, Any]) -> tuple[Fact, ...]:
    found = intake(lexicon, *resources)
    assert found.notes == ()
    return found.profile.facts
