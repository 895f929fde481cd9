"""FHIR R4 bundles: what is taken, what is not, and what is refused by name."""

import base64
import hashlib
from datetime import date
from typing import Any

import pytest

from recruit.core.dates import PartialDate
from recruit.core.errors import Refusal
from recruit.core.files import Record
from recruit.people.facts import (
    ClinicalFact,
    Fact,
    Home,
    MeasureFact,
    OrdinalFact,
    Source,
    StateFact,
)
from recruit.people.intake.reading import Intake
from recruit.people.intake.records import read_people
from recruit.terminology.concepts import Kind
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


def facts(lexicon: Lexicon, *resources: dict[str, Any]) -> tuple[Fact, ...]:
    found = intake(lexicon, *resources)
    assert found.notes == ()
    return found.profile.facts


def one(lexicon: Lexicon, resource: dict[str, Any]) -> ClinicalFact:
    (found,) = facts(lexicon, resource)
    assert isinstance(found, ClinicalFact)
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


# -------------------------------------------------------------------- the person
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


# -------------------------------------------------------------------- clinical facts
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


# -------------------------------------------------------------------- observations
def test_a_measure_with_its_reference_range(lexicon: Lexicon) -> None:
    (found,) = facts(
        lexicon,
        observation(
            named("Hemoglobin", "718-7"),
            valueQuantity=quantity(102, "g/L"),
            referenceRange=[{"low": quantity(120, "g/L"), "high": quantity(160, "g/L")}],
            effectiveDateTime="2026-10-01T08:00:00Z",
        ),
    )
    assert found == MeasureFact(
        "haemoglobin",
        10.2,
        taken=PartialDate.parse("2026-10-01"),
        uln=16.0,
        lln=12.0,
        text="Hemoglobin",
        source=Source.RECORD,
    )


def test_a_blood_pressure_by_its_components(lexicon: Lexicon) -> None:
    components = [
        {"code": named("Systolic", "8480-6"), "valueQuantity": quantity(140, "mm[Hg]")},
        {"code": named("Diastolic", "8462-4"), "valueQuantity": quantity(90, "mm[Hg]")},
    ]
    found = facts(lexicon, observation(named("BP", "55284-4"), component=components))
    values = {f.variable: f.value for f in found if isinstance(f, MeasureFact)}
    assert values == {"systolic_bp": 140.0, "diastolic_bp": 90.0}


def test_of_repeated_measures_the_latest_day_counts(lexicon: Lexicon) -> None:
    series = [
        observation(
            named("HbA1c", "4548-4"), valueQuantity=quantity(value, "%"), effectiveDateTime=day
        )
        for day, value in (("2025-01-01", 9.0), ("2026-10-01", 7.0), ("2024-01-01", 8.0))
    ]
    found = facts(lexicon, *series)
    assert [f.value for f in found if isinstance(f, MeasureFact)] == [7.0]


@pytest.mark.parametrize(
    ("value", "field"),
    [
        ({"valueQuantity": quantity(7.8, "furlong")}, "Observation/o1.unit"),
        ({"valueQuantity": quantity(7800, "%")}, "Observation/o1.value"),
    ],
)
def test_a_value_that_cannot_be_is_left_out_and_named(
    value: dict[str, Any], field: str, lexicon: Lexicon
) -> None:
    found = intake(lexicon, observation(named("HbA1c", "4548-4"), **value))
    assert ([note.field for note in found.notes], found.profile.facts) == ([field], ())


def test_a_bound_is_no_value(lexicon: Lexicon) -> None:
    below = quantity(5, "%", comparator="<")
    assert facts(lexicon, observation(named("HbA1c", "4548-4"), valueQuantity=below)) == ()


def test_grades(lexicon: Lexicon) -> None:
    ecog = observation(named("ECOG", "89247-1"), valueInteger=1)
    stage = observation(
        named("Stage group", "21908-9"),
        valueCodeableConcept={"text": "Stage 3A (qualifier value)"},
    )
    found = facts(lexicon, ecog, stage)
    assert {f.variable: f.value for f in found if isinstance(f, OrdinalFact)} == {
        "ecog": "1",
        "cancer_stage": "IIIA",
    }


def test_a_grade_that_is_none_is_left_out_and_named(lexicon: Lexicon) -> None:
    found = intake(lexicon, observation(named("ECOG", "89247-1"), valueInteger=-1))
    assert [note.field for note in found.notes] == ["Observation/o1.value"]


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("266919005", {"smoker": "absent", "never_smoker": "present"}),
        ("8517006", {"smoker": "past", "never_smoker": "absent"}),
        ("449868002", {"smoker": "present", "never_smoker": "absent"}),
    ],
)
def test_smoking(answer: str, expected: dict[str, str], lexicon: Lexicon) -> None:
    smoking = observation(
        named("Tobacco smoking status", "72166-2"),
        valueCodeableConcept=named("said", answer, "http://snomed.info/sct"),
    )
    found = facts(lexicon, smoking)
    assert {f.state: f.status for f in found if isinstance(f, StateFact)} == expected


# -------------------------------------------------------------------- consent
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


def test_a_consent_is_the_claim(lexicon: Lexicon) -> None:
    claim = intake(lexicon, consent()).claim
    assert claim == {
        "purposes": ["matching"],
        "notice": hashlib.sha256(b"the notice").hexdigest(),
        "notice_version": "3",
        "language": "fr",
        "at": "2026-10-01T10:00:00Z",
        "method": "FHIR Consent k1",
    }


@pytest.mark.parametrize(
    "more", [{"status": "inactive"}, {"provision": {"type": "deny"}}], ids=["inactive", "deny"]
)
def test_a_consent_that_permits_nothing_is_no_claim(more: dict[str, Any], lexicon: Lexicon) -> None:
    assert intake(lexicon, consent(**more)).claim is None


def permits(code: str = "CLINTRCH", **more: object) -> dict[str, Any]:
    return {"type": "permit", "purpose": [{"code": code}], **more}


@pytest.mark.parametrize(
    "patient", [{"reference": "Patient/pat-2"}, {"reference": "Group/pat-1"}, {"display": "Jane"}]
)
def test_somebody_elses_consent_is_no_claim(patient: dict[str, str], lexicon: Lexicon) -> None:
    found = intake(lexicon, consent(patient=patient))
    assert found.claim is None
    assert [note.field for note in found.notes] == ["Consent/k1.patient"]


def test_a_consent_that_names_nobody_is_no_claim(lexicon: Lexicon) -> None:
    nobody = consent()
    del nobody["patient"]
    found = intake(lexicon, nobody)
    assert found.claim is None
    assert [note.field for note in found.notes] == ["Consent/k1.patient"]


def test_of_two_patients_only_the_one_who_is_named_consents(lexicon: Lexicon) -> None:
    found = read(bundle(PATIENT, {**PATIENT, "id": "pat-2"}, consent()), lexicon)
    claims = {each.profile.person: each.claim for each in found if isinstance(each, Intake)}
    assert claims["pat-1"] is not None
    assert claims["pat-2"] is None


def test_a_patient_may_be_named_by_the_full_address(lexicon: Lexicon) -> None:
    whole = bundle(PATIENT, consent(patient={"reference": "urn:uuid:77-88"}))
    whole["entry"][0]["fullUrl"] = "urn:uuid:77-88"
    (found,) = read(whole, lexicon)
    assert isinstance(found, Intake)
    assert found.claim is not None


def test_facts_of_somebody_else_are_left_out_and_noted(lexicon: Lexicon) -> None:
    other = condition("Glaucoma", subject={"reference": "Patient/pat-2"})
    found = intake(lexicon, condition(), other)
    assert [fact.text for fact in found.profile.facts] == ["Asthma"]
    assert [note.field for note in found.notes] == ["Condition/c1.subject"]


def test_with_two_patients_what_names_nobody_is_nobodys(lexicon: Lexicon) -> None:
    pressure = observation(named("Body weight", "29463-7"), valueQuantity=quantity(70, "kg"))
    found = read(bundle(PATIENT, {**PATIENT, "id": "pat-2"}, pressure), lexicon)
    assert [each.profile.facts for each in found if isinstance(each, Intake)] == [(), ()]


NEWER = "2026-10-02T10:00:00Z"
OLDER = "2026-09-30T10:00:00Z"


@pytest.mark.parametrize(
    "other",
    [
        {"dateTime": NEWER, "provision": {"type": "deny"}},
        {"dateTime": NEWER, "provision": {**permits(), "type": "deny"}},
        {"dateTime": NEWER, "status": "rejected"},
        {"dateTime": NEWER, "status": "inactive", "provision": permits()},
        {"dateTime": NEWER, "provision": permits(period={"end": "2026-10-30"})},
        {"dateTime": "2026-10-01T12:00:00+02:00", "provision": {"type": "deny"}},
        {"dateTime": "2026", "provision": {"type": "deny"}},
        {"dateTime": None, "provision": {"type": "deny"}},
        {"dateTime": "soon", "provision": {"type": "deny"}},
    ],
)
def test_a_newer_no_decides(other: dict[str, Any], lexicon: Lexicon) -> None:
    for given in ((consent(), consent(**other)), (consent(**other), consent())):
        assert intake(lexicon, *given).claim is None


@pytest.mark.parametrize(
    "other",
    [
        {"dateTime": OLDER, "provision": {"type": "deny"}},
        {"dateTime": OLDER, "status": "inactive"},
        {"dateTime": NEWER, "status": "draft", "provision": {"type": "deny"}},
        {"dateTime": NEWER, "status": "entered-in-error"},
        {"dateTime": NEWER, "provision": permits("HRESCH", type="deny")},
        {"dateTime": NEWER, "provision": permits("HRESCH")},
    ],
)
def test_an_older_no_or_one_to_something_else_does_not(
    other: dict[str, Any], lexicon: Lexicon
) -> None:
    claim = intake(lexicon, consent(**other), consent()).claim
    assert claim is not None
    assert (claim["purposes"], claim["at"]) == (["matching"], "2026-10-01T10:00:00Z")


def test_of_two_yeses_the_newest_is_the_evidence(lexicon: Lexicon) -> None:
    claim = intake(lexicon, consent(dateTime=NEWER), consent(dateTime=OLDER)).claim
    assert claim is not None
    assert claim["at"] == NEWER


@pytest.mark.parametrize(
    ("inner", "purposes"),
    [
        ({"type": "deny", "purpose": [{"code": "CLINTRCH"}]}, None),
        ({"type": "deny"}, None),
        ({"type": "permit", "provision": [{"type": "deny"}]}, None),
        ({"type": "deny", "purpose": [{"code": "HRESCH"}]}, ["matching"]),
        ({"type": "deny", "purpose": [{"code": "HMARKT"}]}, ["matching", "research-reuse"]),
    ],
)
def test_an_exception_takes_its_purpose_out(
    inner: dict[str, Any], purposes: list[str] | None, lexicon: Lexicon
) -> None:
    both = {"type": "permit", "purpose": [{"code": "CLINTRCH"}, {"code": "HRESCH"}]}
    claim = intake(lexicon, consent(provision={**both, "provision": [inner]})).claim
    assert (claim["purposes"] if claim else None) == purposes


@pytest.mark.parametrize(
    ("period", "until"),
    [
        ({"start": "2020-01-01", "end": "2026-10-31"}, None),
        ({"start": "2026-11-02"}, None),
        ({"end": "2027"}, "2028-01-01T00:00:00+00:00"),
        ({"end": "2026-11-01"}, "2026-11-02T00:00:00+00:00"),
        ({"end": "2027-02-01T08:00:00+02:00"}, "2027-02-01T06:00:00+00:00"),
    ],
)
def test_a_consent_holds_in_its_period(
    period: dict[str, str], until: str | None, lexicon: Lexicon
) -> None:
    claim = intake(lexicon, consent(provision=permits(period=period))).claim
    assert (claim["valid_until"] if claim else None) == until


# -------------------------------------------------------------------- odd JSON
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
