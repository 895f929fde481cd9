"""Conditions, medicines, procedures and allergies from FHIR R4 resources."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from recruit.core.dates import PartialDate
from recruit.criteria.nodes import Detail
from recruit.people.facts import ClinicalFact, Fact, FactStatus, Source, StateFact
from recruit.people.intake.fhir_values import Json, code, codes, dated, day, words
from recruit.people.intake.resolve import concepts_of, drugs_of, keys_of
from recruit.terminology.concepts import Kind, Vocabulary
from recruit.terminology.lexicon import Lexicon
from recruit.terminology.scales import read_grade, scales

# Whether a diagnosis is meant at all (ConditionVerificationStatus, AllergyIntoleranceVerification).
UNSURE: Final = frozenset({"unconfirmed", "provisional", "differential"})
OVER: Final = frozenset({"inactive", "remission", "resolved"})
HISTORY: Final = re.compile(
    r"^(?:past )?(?:history of|h/o|status post|s/p|ant[ée]c[ée]dents? (?:de |d['’]))\s*",
    re.IGNORECASE,
)

# MedicationRequest.status and MedicationStatement.status; what is missing here says nothing.
TAKEN: Final[Mapping[str, FactStatus]] = {
    "active": "present",
    "on-hold": "present",
    "completed": "past",
    "stopped": "past",
    "not-taken": "absent",
    "unknown": "unknown",
}
ORDERED: Final = frozenset({"order", "original-order", "reflex-order", "filler-order", ""})
DONE: Final[Mapping[str, FactStatus]] = {
    "completed": "past",  # a procedure is an event: once done, it lies behind
    "in-progress": "present",
    "stopped": "past",
    "not-done": "absent",
}


@dataclass(frozen=True, slots=True)
class Clinical:
    """Reads the clinical resources of one bundle; `medicines` are its Medication resources."""

    lexicon: Lexicon
    medicines: Mapping[str, Json]

    def condition(self, resource: Json) -> Iterator[Fact]:
        """A Condition: refuted is absent, unconfirmed unknown, over is past.

        A pregnancy and the like are on record as conditions; they become states.
        """
        began = _began(resource)
        ended = day(resource.get("abatementDateTime")) or dated(resource, "abatement")[1]
        names = words(resource.get("code"))
        status = _condition_status(resource, over=ended is not None)
        if status is None:
            return
        kind, said = Kind.CONDITION, names
        if names and HISTORY.match(names[0]):
            said = tuple(HISTORY.sub("", name) for name in names)
            status = "past" if status == "present" else status
        found = concepts_of(
            self.lexicon, kind, said, codes(resource.get("code")), or_broader=status != "absent"
        )
        if not found and (procedure := concepts_of(self.lexicon, Kind.PROCEDURE, said)):
            kind, found = Kind.PROCEDURE, procedure
        state = () if found else keys_of(self.lexicon, Vocabulary.STATE, said)
        if state:
            yield StateFact(state[0], status, text=_text(names), source=Source.RECORD)
            return
        yield ClinicalFact(
            kind,
            _text(names),
            found,
            status,
            began=began,
            ended=ended if status == "past" else None,
            detail=_stage(resource),
            source=Source.RECORD,
        )

    def medicine(self, resource: Json) -> Iterator[ClinicalFact]:
        """A MedicationRequest that was an order, or a MedicationStatement."""
        status = TAKEN.get(resource.get("status", ""))
        if status is None or resource.get("intent", "") not in ORDERED:
            return
        concept = resource.get("medicationCodeableConcept") or self._referenced(resource)
        names = words(concept)
        began, ended = dated(resource, "effective")
        yield ClinicalFact(
            Kind.DRUG,
            _text(names),
            drugs_of(self.lexicon, names, codes(concept)),
            status,
            began=began or day(resource.get("authoredOn")),
            ended=ended if status == "past" else None,
            source=Source.RECORD,
        )

    def _referenced(self, resource: Json) -> Json | None:
        reference = (resource.get("medicationReference") or {}).get("reference", "")
        contained = {f"#{inner.get('id')}": inner for inner in resource.get("contained", ())}
        name = reference.replace(":", "/").rpartition("/")[2]
        medicine = contained.get(reference) or self.medicines.get(name) or {}
        found: Json | None = medicine.get("code")
        return found

    def procedure(self, resource: Json) -> Iterator[ClinicalFact]:
        """A Procedure that was done, is going on, or was expressly not done."""
        status = DONE.get(resource.get("status", ""))
        if status is None:
            return
        began, ended = dated(resource, "performed")
        names = words(resource.get("code"))
        yield ClinicalFact(
            Kind.PROCEDURE,
            _text(names),
            concepts_of(self.lexicon, Kind.PROCEDURE, names, codes(resource.get("code"))),
            status,
            began=began,
            ended=ended if status == "past" else None,
            source=Source.RECORD,
        )

    def allergy(self, resource: Json) -> Iterator[ClinicalFact]:
        """An AllergyIntolerance, and the diagnosis that it is where the lexicon has one."""
        names = words(resource.get("code"))
        status = _condition_status(resource, over=False)
        if status is None:
            return
        began = day(resource.get("onsetDateTime"))
        for kind in (Kind.ALLERGY, Kind.CONDITION):
            found = concepts_of(self.lexicon, kind, names, codes(resource.get("code")))
            if found or kind is Kind.ALLERGY:
                yield ClinicalFact(
                    kind, _text(names), found, status, began=began, source=Source.RECORD
                )


def _condition_status(resource: Json, *, over: bool) -> FactStatus | None:
    """What the two status codes say together; None for what was entered in error."""
    verified = code(resource.get("verificationStatus"))
    if verified == "entered-in-error":
        return None
    if verified == "refuted":
        return "absent"
    if verified in UNSURE:
        return "unknown"
    clinical = code(resource.get("clinicalStatus"))
    return "past" if clinical in OVER or (over and not clinical) else "present"


def _began(resource: Json) -> PartialDate | None:
    return day(resource.get("onsetDateTime")) or dated(resource, "onset")[0]


def _stage(resource: Json) -> Detail | None:
    """The stage in its short form ("iiia"), when the record names one."""
    for stage in resource.get("stage", ()):
        for name in words(stage.get("summary")):
            label = read_grade(scales()["cancer_stage"], name.partition("(")[0])
            if label:
                return Detail(stage=label.lower())
    return None


def _text(names: tuple[str, ...]) -> str:
    return names[0] if names else ""
