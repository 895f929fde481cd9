"""A person from a FHIR R4 bundle. Names and contacts are not taken; a birth date to the month.

Each resource that is read is checked by fhir.resources (R4B, which R4 resources satisfy); one that
is not valid is refused by name, the others go on.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from recruit.core.dates import PartialDate
from recruit.core.errors import Refusal
from recruit.core.i18n import N_
from recruit.criteria.nodes import SexValue
from recruit.people.facts import Fact, Home, Profile
from recruit.people.intake.born import TOO_OLD, birth_month, is_too_old
from recruit.people.intake.derive import with_consequences
from recruit.people.intake.exchange import sought
from recruit.people.intake.fhir_clinical import Clinical
from recruit.people.intake.fhir_consent import claim
from recruit.people.intake.fhir_observations import Observations
from recruit.people.intake.fhir_own import (
    born_of,
    complete_of,
    has_all_languages,
    is_own,
    own_fact,
    place_of,
    seeking_of,
)
from recruit.people.intake.fhir_shape import invalid
from recruit.people.intake.fhir_values import Json, codings, days, kind_and_target, target
from recruit.people.intake.reading import Intake, Notes
from recruit.people.intake.staged import with_stage
from recruit.people.places import located
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
# Where a resource says whom it is about, if not in `subject`.
WHOSE: Final = {"AllergyIntolerance": "patient", "Consent": "patient"}
SOMEBODY_ELSE: Final = N_("this does not name the patient of the bundle")
INVALID: Final = N_("this is not as FHIR R4 wants it")
SEXES: Final[Mapping[str, SexValue | None]] = {
    "female": "female",
    "male": "male",
    "other": None,
    "unknown": None,
}
ID: Final = re.compile(r"[A-Za-z0-9.-]{1,64}")  # FHIR R4's data type `id`
COUNTRY: Final = re.compile("[A-Z]{2}")


def is_fhir(value: object) -> bool:
    """Whether a JSON value is a FHIR resource."""
    return isinstance(value, dict) and "resourceType" in value


def read_fhir(
    value: Mapping[str, object], where: str, lexicon: Lexicon, on: date
) -> Iterator[Intake | Refusal]:
    """Every person of a bundle (or the one of a Patient), or why there is none."""
    entries = list(_entries(value))
    patients = [entry for entry in entries if entry.resource["resourceType"] == "Patient"]
    if not patients:
        yield Refusal(record=where, field="Patient", problem=N_("the bundle holds no patient"))
    for patient in patients:
        notes = Notes(str(patient.resource.get("id", "")))
        others = list(_of(patient, entries, notes, alone=len(patients) == 1))
        try:
            yield _person(patient.resource, others, notes, where, lexicon, on)
        except Refusal as refusal:
            yield refusal


@dataclass(frozen=True, slots=True)
class _Entry:
    """A resource of a bundle and what its full address ends in, "" without one."""

    resource: dict[str, Any]
    address: str

    @property
    def names(self) -> set[str]:
        """What a reference to it may end in."""
        return {str(self.resource.get("id", "")), self.address} - {""}


def _entries(value: Mapping[str, object]) -> Iterator[_Entry]:
    """The resources of a bundle that are read here; a resource alone is a bundle of one."""
    is_bundle = value.get("resourceType") == "Bundle"
    entries = value.get("entry") if is_bundle else [{"resource": value}]
    for entry in entries if isinstance(entries, list) else []:
        resource = entry.get("resource") if isinstance(entry, dict) else None
        if isinstance(resource, dict) and resource.get("resourceType") in READ:
            yield _Entry(resource, target({"reference": entry.get("fullUrl", "")}))


def _of(
    patient: _Entry, entries: list[_Entry], notes: Notes, *, alone: bool
) -> Iterator[dict[str, Any]]:
    """What speaks of this patient; a Medication speaks of nobody.

    In a bundle with one patient an observation may leave out whom it is about; a Consent may not.
    What names somebody who is not there is left out and noted where there is but one to note it.
    """
    for entry in entries:
        resource = entry.resource
        kind = resource["resourceType"]
        about = resource.get("subject", resource.get("patient"))
        if kind == "Patient":
            continue
        if _names(about, patient) or kind == "Medication" or (alone and _is_open(kind, about)):
            yield resource
        elif alone:
            notes.refuse(f"{_name(resource)}.{WHOSE.get(kind, 'subject')}", SOMEBODY_ELSE)


def _is_open(kind: str, about: object) -> bool:
    return about is None and kind != "Consent"


def _names(about: object, patient: _Entry) -> bool:
    reference = about.get("reference") if isinstance(about, dict) else None
    if not isinstance(reference, str):
        return False
    kind, name = kind_and_target(reference)
    return kind in {"", "Patient"} and name in patient.names


def _name(resource: Json) -> str:
    own = resource.get("id")
    return f"{resource['resourceType']}/{own if _is_id(own) else ''}"


def _is_id(value: object) -> bool:
    return isinstance(value, str) and ID.fullmatch(value) is not None


def _person(  # noqa: PLR0913, PLR0917 - all that one person is read from
    patient: Json,
    others: list[dict[str, Any]],
    notes: Notes,
    where: str,
    lexicon: Lexicon,
    on: date,
) -> Intake:
    identifier = patient.get("id")
    if not isinstance(identifier, str) or not identifier:
        raise Refusal(record=where, field="Patient.id", problem=N_("the identifier is missing"))
    if not _is_id(identifier):  # nothing to name the record by
        raise Refusal(record=where, field="Patient.id", problem=INVALID)
    problem = invalid(patient)
    if problem:
        raise Refusal(record=identifier, field=f"Patient.{problem}", problem=INVALID)
    if patient.get("deceasedBoolean") or patient.get("deceasedDateTime"):
        raise Refusal(
            record=identifier, field="Patient.deceased", problem=N_("this person has died")
        )
    valid = [resource for resource in others if _is_valid(resource, notes)]
    seeking = seeking_of(patient)
    born = _born(patient, identifier)
    profile = Profile(
        person=identifier,
        born=birth_month(born, identifier, "Patient.birthDate", on) if born else None,
        sex=SEXES.get(patient.get("gender", "unknown")),
        home=_home(patient),
        languages=frozenset(_languages(patient)),
        all_languages=has_all_languages(patient),
        facts=with_stage(list(_facts(valid, lexicon, notes, on)), lexicon),
        complete=complete_of(patient),
        seeking=sought(seeking, lexicon),
        seeking_text=seeking,
    )
    claimed = _claim(others, valid, on)
    return Intake(with_consequences(profile), claimed, tuple(notes.refused), born)


def _born(patient: Json, identifier: str) -> PartialDate | None:
    """The birth date; a span that our own export wrote goes before the date beside it."""
    text = born_of(patient) or patient.get("birthDate")
    if not text:
        return None
    try:
        return PartialDate.parse(text)
    except ValueError as error:
        raise Refusal(record=identifier, field="Patient.birthDate", problem=INVALID) from error


def _claim(
    others: list[dict[str, Any]], valid: list[dict[str, Any]], on: date
) -> Mapping[str, object] | None:
    """The evidence of all Consents; none when one cannot be read: it may be the no."""
    given = [resource for resource in others if resource["resourceType"] == "Consent"]
    return claim(given, on) if all(consent in valid for consent in given) else None


def _is_valid(resource: Json, notes: Notes) -> bool:
    problem = invalid(resource)
    if problem:
        notes.refuse(f"{_name(resource)}.{problem}", INVALID)
    return not problem


def _home(patient: Json) -> Home:
    address: Json = next(iter(patient.get("address", ())), {})
    country = str(address.get("country") or "").strip().upper()
    postcode = str(address.get("postalCode") or "").strip()[:12]
    lat, lon = place_of(address)
    known = country if COUNTRY.fullmatch(country) else None
    return located(Home(known, postcode or None, lat, lon))


def _languages(patient: Json) -> Iterator[str]:
    for spoken in patient.get("communication", ()):
        for _, tag in codings(spoken.get("language")):
            if tag[:2].isalpha() and tag[2:3] in {"", "-"}:
                yield tag[:2].lower()


def _facts(
    resources: list[dict[str, Any]], lexicon: Lexicon, notes: Notes, on: date
) -> Iterator[Fact]:
    medicines = {r.get("id", ""): r for r in resources if r["resourceType"] == "Medication"}
    clinical = Clinical(lexicon, medicines)
    readers = {
        "Condition": clinical.condition,
        "MedicationRequest": clinical.medicine,
        "MedicationStatement": clinical.medicine,
        "Procedure": clinical.procedure,
        "AllergyIntolerance": clinical.allergy,
    }
    recent = [resource for resource in resources if _is_of_a_life(resource, notes, on)]
    for resource in filter(is_own, recent):
        if fact := own_fact(resource, lexicon, notes, on):
            yield fact
    others = [resource for resource in recent if not is_own(resource)]
    for resource in others:
        reader = readers.get(resource["resourceType"])
        if reader:
            yield from reader(resource)
    observed = (r for r in others if r["resourceType"] == "Observation")
    yield from Observations(lexicon, notes).facts(observed)


def _is_of_a_life(resource: Json, notes: Notes, on: date) -> bool:
    """Whether no date of the resource lies before anybody's birth: "0215" is a slip."""
    for name, day in days(resource):
        if is_too_old(day, on):
            notes.refuse(f"{_name(resource)}.{name}", TOO_OLD)
            return False
    return True
