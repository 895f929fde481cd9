"""A person from a FHIR R4 bundle. Names and contacts are not taken; a birth date to the month.

Each resource that is read is checked by fhir.resources (R4B, which R4 resources satisfy); one that
is not valid is refused by name, the others go on.
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Final

from pydantic import ValidationError

from recruit.core.dates import PartialDate
from recruit.core.errors import Refusal
from recruit.core.i18n import N_
from recruit.criteria.nodes import SexValue
from recruit.people.facts import Fact, Home, Profile
from recruit.people.intake.born import birth_month
from recruit.people.intake.derive import with_consequences
from recruit.people.intake.fhir_clinical import Clinical
from recruit.people.intake.fhir_observations import Observations
from recruit.people.intake.fhir_values import Json, codings, target
from recruit.people.intake.reading import Intake, Notes
from recruit.terminology.lexicon import Lexicon

READ: Final = (
    "Patient",
    "Condition",
    "MedicationRequest",
    "MedicationStatement",
    "Medication",
    "Procedure",
    "Observation",
    "AllergyIntolerance",
    "Consent",
)
INVALID: Final = N_("this is not as FHIR R4 wants it")
SEXES: Final[Mapping[str, SexValue | None]] = {
    "female": "female",
    "male": "male",
    "other": None,
    "unknown": None,
}
COUNTRY: Final = re.compile("[A-Z]{2}")
HASHED: Final = re.compile(r"urn:sha-?256:([0-9a-fA-F]{64})")
# HL7's reasons for using data, and the purposes that they are here.
PURPOSES: Final = {"CLINTRCH": "matching", "HRESCH": "research-reuse"}


def is_fhir(value: object) -> bool:
    """Whether a JSON value is a FHIR resource."""
    return isinstance(value, dict) and "resourceType" in value


def read_fhir(
    value: Mapping[str, object], where: str, lexicon: Lexicon, on: date
) -> Iterator[Intake | Refusal]:
    """Every person of a bundle (or the one of a Patient), or why there is none."""
    resources = list(_resources(value))
    patients = [r for r in resources if r.get("resourceType") == "Patient"]
    if not patients:
        yield Refusal(record=where, field="Patient", problem=N_("the bundle holds no patient"))
    for patient in patients:
        others = resources if len(patients) == 1 else _of(patient, resources)
        try:
            yield _person(patient, others, where, lexicon, on)
        except Refusal as refusal:
            yield refusal


def _resources(value: Mapping[str, object]) -> Iterator[dict[str, Any]]:
    """The resources of a bundle that are read here; a resource alone is a bundle of one."""
    is_bundle = value.get("resourceType") == "Bundle"
    entries = value.get("entry") if is_bundle else [{"resource": value}]
    for entry in entries if isinstance(entries, list) else []:
        resource = entry.get("resource") if isinstance(entry, dict) else None
        if isinstance(resource, dict) and resource.get("resourceType") in READ:
            yield resource


def _of(patient: Json, resources: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What speaks of this patient, and what speaks of nobody."""
    own = str(patient.get("id", ""))
    return [
        r
        for r in resources
        if "subject" not in r and "patient" not in r
        if r.get("resourceType") != "Patient"
    ] + [r for r in resources if own and _about(r) == own]


def _about(resource: Json) -> str:
    about = resource.get("subject") or resource.get("patient")
    return target(about) if isinstance(about, dict) else ""


def _person(
    patient: Json, others: list[dict[str, Any]], where: str, lexicon: Lexicon, on: date
) -> Intake:
    identifier = patient.get("id")
    if not isinstance(identifier, str) or not identifier:
        raise Refusal(record=where, field="Patient.id", problem=N_("the identifier is missing"))
    problem = invalid(patient)
    if problem:
        raise Refusal(record=identifier, field=f"Patient.{problem}", problem=INVALID)
    if patient.get("deceasedBoolean") or patient.get("deceasedDateTime"):
        raise Refusal(
            record=identifier, field="Patient.deceased", problem=N_("this person has died")
        )
    born = patient.get("birthDate")
    notes = Notes(identifier)
    valid = [resource for resource in others if _is_valid(resource, notes)]
    profile = Profile(
        person=identifier,
        born=birth_month(PartialDate.parse(born), identifier, "Patient.birthDate", on)
        if born
        else None,
        sex=SEXES.get(patient.get("gender", "unknown")),
        home=_home(patient),
        languages=frozenset(_languages(patient)),
        facts=tuple(dict.fromkeys(_facts(valid, lexicon, notes))),
    )
    return Intake(with_consequences(profile), _claim(valid), tuple(notes.refused))


def invalid(resource: Json) -> str:
    """The path of the first thing that is not valid R4, "" when all is."""
    from fhir.resources.R4B import get_fhir_model_class  # noqa: PLC0415 - slow to import

    try:
        get_fhir_model_class(resource["resourceType"]).model_validate(resource)
    except ValidationError as error:
        return ".".join(map(str, error.errors()[0]["loc"])) or "*"
    return ""


def _is_valid(resource: Json, notes: Notes) -> bool:
    problem = invalid(resource)
    if problem:
        name = f"{resource['resourceType']}/{resource.get('id', '')}"
        notes.refuse(f"{name}.{problem}", INVALID)
    return not problem


def _home(patient: Json) -> Home:
    address: Json = next(iter(patient.get("address", ())), {})
    country = str(address.get("country") or "").strip().upper()
    postcode = str(address.get("postalCode") or "").strip()[:12]
    return Home(country if COUNTRY.fullmatch(country) else None, postcode or None)


def _languages(patient: Json) -> Iterator[str]:
    for spoken in patient.get("communication", ()):
        for _, tag in codings(spoken.get("language")):
            if tag[:2].isalpha() and tag[2:3] in {"", "-"}:
                yield tag[:2].lower()


def _facts(resources: list[dict[str, Any]], lexicon: Lexicon, notes: Notes) -> Iterator[Fact]:
    medicines = {r.get("id", ""): r for r in resources if r["resourceType"] == "Medication"}
    clinical = Clinical(lexicon, medicines)
    readers = {
        "Condition": clinical.condition,
        "MedicationRequest": clinical.medicine,
        "MedicationStatement": clinical.medicine,
        "Procedure": clinical.procedure,
        "AllergyIntolerance": clinical.allergy,
    }
    for resource in resources:
        reader = readers.get(resource["resourceType"])
        if reader:
            yield from reader(resource)
    observed = (r for r in resources if r["resourceType"] == "Observation")
    yield from Observations(lexicon, notes).facts(observed)


def _claim(resources: list[dict[str, Any]]) -> Mapping[str, object] | None:
    """The evidence that an active, permitting Consent gives, in the exchange format's words.

    The notice's hash is that of the attached notice, or stands as `urn:sha256:…` among the
    policies; the purposes stand in `provision.purpose` by our own words or by HL7's.
    """
    for consent in resources:
        provision = consent.get("provision") or {}
        refuses = provision.get("type", "permit") != "permit"
        if (
            consent["resourceType"] == "Consent"
            and consent.get("status") == "active"
            and not refuses
        ):
            attached = consent.get("sourceAttachment") or {}
            purposes = [coding.get("code", "") for coding in provision.get("purpose", ())]
            return {
                "purposes": [PURPOSES.get(purpose, purpose) for purpose in purposes],
                "notice": _notice(consent, attached),
                "notice_version": attached.get("title") or consent.get("meta", {}).get("versionId"),
                "language": attached.get("language") or consent.get("language"),
                "at": consent.get("dateTime"),
                "method": "FHIR Consent " + str(consent.get("id", "")),
            }
    return None


def _notice(consent: Json, attached: Json) -> str | None:
    if attached.get("data"):
        try:
            return hashlib.sha256(base64.b64decode(attached["data"], validate=True)).hexdigest()
        except (binascii.Error, ValueError):
            return None
    for policy in consent.get("policy", ()):
        found = HASHED.fullmatch(str(policy.get("uri", "")))
        if found:
            return found[1].lower()
    return None
