"""Consent in FHIR bundles: who permits what, for how long, and whose word counts."""

import hashlib
from typing import Any

import pytest

from recruit.people.intake.reading import Intake
from recruit.terminology.lexicon import Lexicon
from tests.fhir_intake import (
    PATIENT,
    bundle,
    condition,
    consent,
    intake,
    named,
    observation,
    quantity,
    read,
)


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
