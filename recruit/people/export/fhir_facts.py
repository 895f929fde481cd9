"""Each fact as a FHIR R4 resource.

It says what every reader of FHIR understands, and beside it, in codes and extensions of our own
(people/intake/fhir_own.py), what brings the fact back as it is.
"""

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any, Final, assert_never

from recruit.core.dates import PartialDate
from recruit.people.facts import ClinicalFact, Fact, MeasureFact, OrdinalFact, StateFact
from recruit.people.intake.fhir_own import FACT, KIND, SCALE, SOURCE, STATE, VARIABLE
from recruit.people.intake.fhir_values import SYSTEMS
from recruit.terminology.concepts import Kind
from recruit.terminology.lexicon import Lexicon
from recruit.terminology.scales import scale
from recruit.terminology.states import state
from recruit.terminology.variables import variable

Json = dict[str, Any]

CODES: Final = "http://terminology.hl7.org/CodeSystem"
UCUM: Final = "http://unitsofmeasure.org"
CONCEPT: Final = "urn:recruit:concept"  # concepts that no standard names
ADDRESSES: Final = {name: address for address, name in reversed(SYSTEMS.items())}
# (clinicalStatus, verificationStatus) of a condition or allergy; "" leaves it out.
VERIFIED: Final[Mapping[str, tuple[str, str]]] = {
    "present": ("active", "confirmed"),
    "past": ("resolved", "confirmed"),
    "absent": ("", "refuted"),
    "unknown": ("active", "unconfirmed"),
}
TAKEN: Final = {
    "present": "active",
    "past": "stopped",
    "absent": "not-taken",
    "unknown": "unknown",
}
DONE: Final = {
    "present": "in-progress",
    "past": "completed",
    "absent": "not-done",
    "unknown": "unknown",
}


def resource(fact: Fact, person: str, lexicon: Lexicon) -> Json:
    """The resource of one fact; `person` is the address of the patient in the bundle."""
    match fact:
        case ClinicalFact():
            made = _clinical(fact, person, lexicon)
        case MeasureFact():
            made = _measure(fact, person)
        case OrdinalFact():
            made = _observation(person, _named(SCALE, fact.variable, _scale(fact), fact.text))
            made["valueString"] = fact.value
            made |= _taken(fact.taken)
        case StateFact():
            made = _observation(person, _named(STATE, fact.state, _state(fact), fact.text))
            made["valueString"] = fact.status
        case _ as never:
            assert_never(never)
    made["meta"] = {"source": f"{SOURCE}{fact.source}"}
    own = list(_own(fact))
    if own:
        made["extension"] = own
    return made


def _clinical(fact: ClinicalFact, person: str, lexicon: Lexicon) -> Json:
    concept = _concept(fact, lexicon)
    about = {"reference": person}
    match fact.kind:
        case Kind.CONDITION:
            return {
                "resourceType": "Condition",
                **_verified(fact, "condition", "condition-ver-status"),
                "code": concept,
                "subject": about,
                **_dated("onset", fact.began),
                **(_dated("abatement", fact.ended) if fact.status == "past" else {}),
            }
        case Kind.ALLERGY:
            return {
                "resourceType": "AllergyIntolerance",
                **_verified(fact, "allergyintolerance-clinical", "allergyintolerance-verification"),
                "code": concept,
                "patient": about,
                **_dated("onset", fact.began),
            }
        case Kind.DRUG:
            return {
                "resourceType": "MedicationStatement",
                "status": TAKEN[fact.status],
                "medicationCodeableConcept": concept,
                "subject": about,
                **_period("effective", fact),
            }
        case Kind.PROCEDURE:
            return {
                "resourceType": "Procedure",
                "status": DONE[fact.status],
                "code": concept,
                "subject": about,
                **_period("performed", fact),
            }
        case Kind.DEVICE | Kind.BIOMARKER | Kind.EXPOSURE:
            made = _observation(person, _named(KIND, fact.kind, fact.kind, fact.text))
            return {**made, "valueCodeableConcept": concept}


def _measure(fact: MeasureFact, person: str) -> Json:
    known = variable(fact.variable)
    unit = known.unit if known else "1"
    name = known.name_en if known else fact.variable
    concept = _named(VARIABLE, fact.variable, name, fact.text)
    concept["coding"] += [
        {"system": ADDRESSES["LOINC"], "code": number}
        for number in (known.loinc if known else ())[:1]
    ]
    made = _observation(person, concept)
    made["valueQuantity"] = _quantity(fact.value, unit)
    limits = {"low": fact.lln, "high": fact.uln}
    given = {name: _quantity(value, unit) for name, value in limits.items() if value is not None}
    if given:
        made["referenceRange"] = [given]
    return made | _taken(fact.taken)


def _observation(person: str, concept: Json) -> Json:
    return {
        "resourceType": "Observation",
        "status": "final",
        "code": concept,
        "subject": {"reference": person},
    }


def _named(system: str, key: str, name: str, text: str) -> Json:
    concept: Json = {"coding": [{"system": system, "code": str(key), "display": str(name)}]}
    return {**concept, "text": text} if text.strip() else concept


def _concept(fact: ClinicalFact, lexicon: Lexicon) -> Json:
    coding = [_coding(code, lexicon) for code in fact.concepts]
    said: Json = {"text": fact.text} if fact.text.strip() else {}
    return {**said, "coding": coding} if coding else said


def _coding(concept: str, lexicon: Lexicon) -> Json:
    standard, _, code = concept.partition(":")
    known = lexicon.concept(concept)
    name = {"display": known.name_en} if known else {}
    if standard in ADDRESSES:
        return {"system": ADDRESSES[standard], "code": code, **name}
    return {"system": CONCEPT, "code": concept, **name}


def _verified(fact: ClinicalFact, clinical: str, verification: str) -> Json:
    state_now, sure = VERIFIED[fact.status]
    clinical = clinical if clinical != "condition" else "condition-clinical"
    made = {"verificationStatus": _coded(verification, sure)}
    return {"clinicalStatus": _coded(clinical, state_now), **made} if state_now else made


def _coded(system: str, code: str) -> Json:
    return {"coding": [{"system": f"{CODES}/{system}", "code": code}]}


def _quantity(value: float, unit: str) -> Json:
    return {"value": value, "unit": unit, "system": UCUM, "code": unit}


def _dated(name: str, day: PartialDate | None) -> Json:
    """A day, month or year; a longer span has no place but our own."""
    return {f"{name}DateTime": str(day)} if day and "/" not in str(day) else {}


def _taken(day: PartialDate | None) -> Json:
    return _dated("effective", day)


def _period(name: str, fact: ClinicalFact) -> Json:
    if fact.began == fact.ended:
        return _dated(name, fact.began)
    ends = {"start": fact.began, "end": fact.ended}
    written = {end: str(day) for end, day in ends.items() if day and "/" not in str(day)}
    return {f"{name}Period": written} if written else {}


def _own(fact: Fact) -> Iterator[Json]:
    """What FHIR's own fields leave open, part by part."""
    parts: dict[str, object] = {}
    match fact:
        case ClinicalFact():
            parts = {"status": fact.status, "began": fact.began, "ended": fact.ended}
            parts |= asdict(fact.detail) if fact.detail else {}
        case StateFact():
            parts = {"status": fact.status}
        case MeasureFact() | OrdinalFact():
            parts = {"taken": fact.taken}
    for name, value in parts.items():
        if value is not None:
            yield {"url": f"{FACT}{name}", "valueString": str(value)}


def _scale(fact: OrdinalFact) -> str:
    known = scale(fact.variable)
    return known.name_en if known else fact.variable


def _state(fact: StateFact) -> str:
    known = state(fact.state)
    return known.name_en if known else fact.state
