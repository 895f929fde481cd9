"""FHIR R4 bundles: what is taken, what is not, and what is refused by name."""

from typing import Any

import pytest

from recruit.core.dates import PartialDate
from recruit.core.errors import Refusal
from recruit.people.facts import (
    ClinicalFact,
    Home,
    OrdinalFact,
    Source,
)
from recruit.people.intake.reading import Intake
from recruit.terminology.concepts import Kind
from recruit.terminology.lexicon import Lexicon
from tests.fhir_intake import (
    PATIENT,
    bundle,
    condition,
    consent,
    facts,
    intake,
    named,
    read,
    status,
)


def one(lexicon: Lexicon, resource: dict[str, Any]) -> ClinicalFact:
    (found,) = facts(lexicon, resource)
    assert isinstance(found, ClinicalFact)
    return found


def test_a_person_comes_without_name_contact_and_day_of_birth(lexicon: Lexicon) -> None:
    profile = intake(lexicon).profile
    assert profile.person == "pat-1"
    assert profile.born == PartialDate.parse("1975-04")
    assert (profile.sex, profile.languages) == ("female", frozenset({"fr"}))
    assert profile.home == Home("FR", "75012", 48.84, 2.39)
    assert not any(word in repr(profile) for word in ("Canary", "Tweety", "555", "04-12"))


@pytest.mark.parametrize(
    ("value", "record", "field"),
    [
        (bundle(), "bundle.json", "Patient"),
        (bundle(condition()), "bundle.json", "Patient"),
        ({"resourceType": "Bundle", "entry": "none"}, "bundle.json", "Patient"),
        ({"resourceType": "Observation"}, "bundle.json", "Patient"),
        (bundle({"resourceType": "Patient"}), "bundle.json", "Patient.id"),
        (bundle({**PATIENT, "id": "p" * 65}), "bundle.json", "Patient.id"),
        (bundle({**PATIENT, "id": "\x1b[31mred"}), "bundle.json", "Patient.id"),
        (bundle({**PATIENT, "birthDate": "2031-01-01"}), "pat-1", "Patient.birthDate"),
        (bundle({**PATIENT, "birthDate": "soon"}), "pat-1", "Patient.birthDate"),
        (bundle({**PATIENT, "gender": 7}), "pat-1", "Patient.gender"),
        (bundle({**PATIENT, "deceasedBoolean": True}), "pat-1", "Patient.deceased"),
    ],
)
def test_a_bundle_that_gives_no_person_is_refused(
    value: dict[str, Any], record: str, field: str, lexicon: Lexicon
) -> None:
    (found,) = read(value, lexicon)
    assert isinstance(found, Refusal)
    assert (found.record, found.field) == (record, field)


def test_a_patient_alone_is_a_person(lexicon: Lexicon) -> None:
    (found,) = read(PATIENT, lexicon)
    assert isinstance(found, Intake)


def test_two_patients_keep_their_own_facts(lexicon: Lexicon) -> None:
    other = {**PATIENT, "id": "pat-2"}
    about_other = condition("Glaucoma", subject={"reference": "urn:uuid:pat-2"})
    found = read(bundle(PATIENT, other, condition(), about_other), lexicon)
    texts = {
        each.profile.person: [fact.text for fact in each.profile.facts]
        for each in found
        if isinstance(each, Intake)
    }
    assert texts == {"pat-1": ["Asthma"], "pat-2": ["Glaucoma"]}


def test_a_resource_that_is_not_valid_is_left_out_and_named(lexicon: Lexicon) -> None:
    found = intake(lexicon, condition(onsetDateTime="long ago"), condition("Glaucoma"))
    assert [note.field for note in found.notes] == ["Condition/c1.onsetDateTime"]
    assert [fact.text for fact in found.profile.facts] == ["Glaucoma"]


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"clinicalStatus": status("active")}, "present"),
        ({"clinicalStatus": status("resolved")}, "past"),
        ({"abatementDateTime": "2019-01-01"}, "past"),
        ({}, "present"),
        ({"verificationStatus": status("refuted", "condition-ver-status")}, "absent"),
        ({"verificationStatus": status("provisional", "condition-ver-status")}, "unknown"),
    ],
)
def test_a_condition_by_its_statuses(more: dict[str, Any], expected: str, lexicon: Lexicon) -> None:
    assert one(lexicon, condition(**more)).status == expected


def test_what_was_entered_in_error_is_nothing(lexicon: Lexicon) -> None:
    error = status("entered-in-error", "condition-ver-status")
    assert facts(lexicon, condition(verificationStatus=error)) == ()


def test_a_condition_with_its_dates_stage_and_code(lexicon: Lexicon) -> None:
    found, stage = facts(
        lexicon,
        condition(
            "Malignant neoplasm of breast (disorder)",
            code=named("unheard of", "C50", "http://hl7.org/fhir/sid/icd-10"),
            onsetDateTime="2017-07-21T23:41:09-04:00",
            stage=[{"summary": {"text": "Stage 3A (qualifier value)"}}],
        ),
    )
    assert isinstance(found, ClinicalFact)
    assert found.concepts == ("MESH:D001943",)
    assert found.began == PartialDate.parse("2017-07-21")
    assert found.detail is not None
    assert found.detail.stage == "iiia"
    assert found.source is Source.RECORD
    # Trials ask for it as a grade of its own.
    assert isinstance(stage, OrdinalFact)
    assert (stage.variable, stage.value) == ("cancer_stage", "IIIA")


def test_a_stage_of_what_is_no_cancer_is_none_of_a_cancer(lexicon: Lexicon) -> None:
    kidneys = condition("Chronic kidney disease", stage=[{"summary": {"text": "Stage 3"}}])
    assert isinstance(one(lexicon, kidneys), ClinicalFact)


def test_two_cancers_of_two_stages_tell_none(lexicon: Lexicon) -> None:
    breast = condition("Breast cancer", stage=[{"summary": {"text": "Stage 3A"}}])
    lung = condition("Lung cancer", stage=[{"summary": {"text": "Stage 1"}}])
    lung["id"] = "c2"
    assert not any(isinstance(fact, OrdinalFact) for fact in facts(lexicon, breast, lung))


def test_a_history_is_past(lexicon: Lexicon) -> None:
    found = one(lexicon, condition("History of asthma (situation)"))
    assert (found.status, found.concepts) == ("past", one(lexicon, condition()).concepts)


@pytest.mark.parametrize(
    ("code", "intent", "expected"),
    [
        ("active", "order", ["present"]),
        ("stopped", "order", ["past"]),
        ("active", "proposal", []),
        ("draft", "order", []),
        ("entered-in-error", "order", []),
    ],
)
def test_a_medication_request(
    code: str, intent: str, expected: list[str], lexicon: Lexicon
) -> None:
    request = {
        "resourceType": "MedicationRequest",
        "status": code,
        "intent": intent,
        "subject": {"reference": "Patient/pat-1"},
        "medicationCodeableConcept": {"text": "Metformin 500 MG Oral Tablet"},
    }
    found = facts(lexicon, request)
    assert [f.status for f in found if isinstance(f, ClinicalFact)] == expected
    for fact in found:
        assert isinstance(fact, ClinicalFact)
        assert fact.concepts == ("ATC:A10BA02",)


def test_a_statement_that_a_drug_is_not_taken(lexicon: Lexicon) -> None:
    statement = {
        "resourceType": "MedicationStatement",
        "status": "not-taken",
        "subject": {"reference": "Patient/pat-1"},
        "medicationReference": {"reference": "Medication/m1"},
    }
    medication = {"resourceType": "Medication", "id": "m1", "code": {"text": "metformin"}}
    (fact,) = facts(lexicon, statement, medication)
    assert isinstance(fact, ClinicalFact)
    assert (fact.status, fact.concepts) == ("absent", ("ATC:A10BA02",))


@pytest.mark.parametrize(("code", "expected"), [("completed", "past"), ("not-done", "absent")])
def test_a_procedure_is_an_event(code: str, expected: str, lexicon: Lexicon) -> None:
    procedure = {
        "resourceType": "Procedure",
        "status": code,
        "subject": {"reference": "Patient/pat-1"},
        "code": {"text": "cataract surgery"},
        "performedDateTime": "2019-03-01",
    }
    found = one(lexicon, procedure)
    assert (found.kind, found.status) == (Kind.PROCEDURE, expected)
    assert found.concepts
    assert found.began == PartialDate.parse("2019-03-01")


def test_an_allergy_is_to_the_substance(lexicon: Lexicon) -> None:
    allergy = {
        "resourceType": "AllergyIntolerance",
        "patient": {"reference": "Patient/pat-1"},
        "code": {"text": "Allergy to amoxicillin"},
    }
    found = [f for f in facts(lexicon, allergy) if isinstance(f, ClinicalFact)]
    assert found[0].kind is Kind.ALLERGY
    assert found[0].concepts == ("ATC:J01CA04",)


def nested(deep: int) -> dict[str, Any]:
    extension: dict[str, Any] = {"url": "http://example.org/x", "valueString": "x"}
    for _ in range(deep):
        extension = {"url": "http://example.org/x", "extension": [extension]}
    return extension


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("birthDate", 86400),
        ("birthDate", True),
        ("birthDate", "1975-04-12T00:00:00"),
        ("birthDate", "86400"),
        ("birthDate", None),
        ("address", None),
        ("address", [None]),
        ("communication", None),
        ("meta", None),
        ("extension", [nested(600)]),
    ],
)
def test_an_odd_patient_is_refused_by_name(field: str, value: object, lexicon: Lexicon) -> None:
    (found,) = read(bundle({**PATIENT, field: value}), lexicon)
    assert isinstance(found, Refusal)
    assert found.record == "pat-1"
    assert found.field.startswith(f"Patient.{field}")


@pytest.mark.parametrize(
    ("resource", "field"),
    [
        (condition(onsetDateTime=1577836800), "Condition/c1.onsetDateTime"),
        (condition(onsetDateTime="2020-13"), "Condition/c1.onsetDateTime"),
        (condition(onsetDateTime="0215"), "Condition/c1.onsetDateTime"),
        (condition(onsetPeriod={"start": "0215"}), "Condition/c1.onsetPeriod.start"),
        (condition(stage=None), "Condition/c1.stage"),
        (condition(id={"a": 1}), "Condition/.id"),
        (condition(extension=[nested(600)]), "Condition/c1.extension"),
        (consent(policy=None), "Consent/k1.policy"),
        (consent(meta=None), "Consent/k1.meta"),
        (consent(provision={"purpose": None}), "Consent/k1.provision.purpose"),
    ],
)
def test_an_odd_resource_is_left_out_and_named(
    resource: dict[str, Any], field: str, lexicon: Lexicon
) -> None:
    found = intake(lexicon, resource)
    assert (found.profile.facts, found.claim) == ((), None)
    assert [note.field for note in found.notes] == [field]
