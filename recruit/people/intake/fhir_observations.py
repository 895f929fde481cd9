"""Measurements, grades, states and markers from FHIR R4 Observations."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

from recruit.core.dates import PartialDate
from recruit.people.facts import (
    ClinicalFact,
    Fact,
    FactStatus,
    MeasureFact,
    OrdinalFact,
    Source,
    StateFact,
)
from recruit.people.intake.fhir_values import Json, code, dated, day, loinc, words
from recruit.people.intake.markers import marker_facts
from recruit.people.intake.measures import grade, measure
from recruit.people.intake.reading import Notes
from recruit.people.intake.resolve import TAG, keys_of
from recruit.terminology.concepts import Kind, Vocabulary
from recruit.terminology.lexicon import Lexicon
from recruit.terminology.mentions import find_mentions
from recruit.terminology.variables import variables

TAKEN: Final = frozenset({"final", "amended", "corrected", "preliminary"})

# LOINC codes of grades, as mCODE uses them.
SCALES: Final[Mapping[str, str]] = {
    "89247-1": "ecog",
    "89243-0": "karnofsky",
    "88020-3": "nyha",
    "21908-9": "cancer_stage",
    "21902-2": "cancer_stage",
    "21914-7": "cancer_stage",
}
SMOKING: Final = "72166-2"
PREGNANCY: Final = "82810-3"
# What these observations answer, by SNOMED CT and LOINC answer codes: the states that follow.
SMOKES: Final[Mapping[str, FactStatus]] = {"smoker": "present", "never_smoker": "absent"}
SMOKED: Final[Mapping[str, FactStatus]] = {"smoker": "past"}
NEVER_SMOKED: Final[Mapping[str, FactStatus]] = {"smoker": "absent", "never_smoker": "present"}
PREGNANT: Final[Mapping[str, FactStatus]] = {"pregnant": "present"}
NOT_PREGNANT: Final[Mapping[str, FactStatus]] = {"pregnant": "absent"}
ANSWERS: Final[Mapping[str, Mapping[str, FactStatus]]] = {
    "449868002": SMOKES,
    "428041000124106": SMOKES,
    "428071000124103": SMOKES,
    "428061000124105": SMOKES,
    "LA18976-3": SMOKES,
    "LA18977-7": SMOKES,
    "LA18981-3": SMOKES,
    "LA18982-1": SMOKES,
    "8517006": SMOKED,
    "LA15920-4": SMOKED,
    "266919005": NEVER_SMOKED,
    "LA18978-9": NEVER_SMOKED,
    "77386006": PREGNANT,
    "LA15173-0": PREGNANT,
    "60001007": NOT_PREGNANT,
    "LA26683-5": NOT_PREGNANT,
}
RESULTS: Final[Mapping[str, str]] = {
    "10828004": "positive",
    "LA6576-8": "positive",
    "260385009": "negative",
    "LA6577-6": "negative",
}


@cache
def by_loinc() -> Mapping[str, str]:
    """The key of the variable that each LOINC code measures."""
    return {number: key for key, known in variables().items() for number in known.loinc}


@dataclass(frozen=True, slots=True)
class Dated:
    """A fact and its day, so that the latest of its sort can be told."""

    fact: Fact
    taken: PartialDate | None


@dataclass(frozen=True, slots=True)
class Observations:
    """Reads the Observations of one bundle; what cannot be a fact goes to `notes`."""

    lexicon: Lexicon
    notes: Notes

    def facts(self, resources: Iterator[Json]) -> Iterator[Fact]:
        """The facts of all Observations, of repeated ones only the latest."""
        return latest(dated_fact for resource in resources for dated_fact in self.read(resource))

    def read(self, resource: Json) -> Iterator[Dated]:
        """The facts of one Observation and its components."""
        if resource.get("status") not in TAKEN:
            return
        began, ended = dated(resource, "effective")
        taken = ended or began or day(resource.get("effectiveInstant"))
        field = f"Observation/{resource.get('id', '')}"
        for part in (resource, *resource.get("component", ())):
            for fact in self._part(part, field, taken):
                yield Dated(fact, taken)

    def _part(self, part: Json, field: str, taken: PartialDate | None) -> Iterator[Fact]:
        numbers = loinc(part.get("code"))
        names = words(part.get("code"))
        if "valueQuantity" in part:
            fact = self._measure(part, field, taken, numbers, names)
        elif {SMOKING, PREGNANCY} & set(numbers):
            yield from _states(part)
            return
        else:
            fact = self._grade(part, field, taken, numbers, names)
            yield from () if fact else self._marker(part, names)
        if fact:
            yield fact

    def _measure(
        self,
        part: Json,
        field: str,
        taken: PartialDate | None,
        numbers: tuple[str, ...],
        names: tuple[str, ...],
    ) -> Fact | None:
        key = next((by_loinc()[number] for number in numbers if number in by_loinc()), None)
        if key is None and not numbers:
            found = keys_of(self.lexicon, Vocabulary.VARIABLE, names)
            key = found[0] if len(found) == 1 else None
        quantity = part["valueQuantity"]
        if key is None or quantity.get("comparator"):
            return None
        limits: Json = next(iter(part.get("referenceRange", ())), {})
        return measure(
            self.notes,
            field,
            key,
            _plain(quantity.get("value")),
            quantity.get("code") or quantity.get("unit"),
            taken=taken,
            normal=(_limit(limits, "low"), _limit(limits, "high")),
            text=names[0] if names else "",
            source=Source.RECORD,
        )

    def _grade(
        self,
        part: Json,
        field: str,
        taken: PartialDate | None,
        numbers: tuple[str, ...],
        names: tuple[str, ...],
    ) -> Fact | None:
        key = next((SCALES[number] for number in numbers if number in SCALES), None)
        if key is None:
            key = next(iter(keys_of(self.lexicon, Vocabulary.SCALE, names)), None)
        value = part.get("valueInteger")
        if value is None:
            said = words(part.get("valueCodeableConcept")) or (part.get("valueString"),)
            value = TAG.sub("", said[0]) if said[0] else code(part.get("valueCodeableConcept"))
        if key is None or value == "":
            return None
        return grade(
            self.notes,
            field,
            key,
            value,
            taken=taken,
            text=names[0] if names else "",
            source=Source.RECORD,
        )

    def _marker(self, part: Json, names: tuple[str, ...]) -> Iterator[Fact]:
        """A biomarker that was found or not found."""
        result = RESULTS.get(code(part.get("valueCodeableConcept")))
        for name in names if result else ():
            for mention in find_mentions(name, self.lexicon):
                for reading in mention.readings:
                    if reading.what is Kind.BIOMARKER:
                        keys = reading.keys
                        yield from marker_facts(self.lexicon, keys, name, result, Source.RECORD)
                        return


def latest(facts: Iterator[Dated]) -> Iterator[Fact]:
    """Of facts about the same thing those of the latest day; undated ones stay."""
    kept: dict[object, list[Dated]] = {}
    for each in facts:
        others = kept.setdefault(_thing(each.fact), [])
        known = next((other.taken for other in others if other.taken), None)
        if known is None or each.taken is None or each.taken.latest == known.latest:
            others.append(each)
        elif each.taken.latest > known.latest:
            others[:] = [other for other in others if other.taken is None] + [each]
    for others in kept.values():
        yield from dict.fromkeys(other.fact for other in others)


def _thing(fact: Fact) -> object:
    match fact:
        case MeasureFact(variable=key) | OrdinalFact(variable=key):
            return type(fact), key
        case StateFact(state=key):
            return type(fact), key
        case ClinicalFact(kind=kind, concepts=concepts, text=text):
            return kind, concepts or text


def _states(part: Json) -> Iterator[StateFact]:
    value = part.get("valueCodeableConcept")
    for coding in (value or {}).get("coding", ()):
        if coding.get("code") in ANSWERS:
            for state, status in ANSWERS[coding["code"]].items():
                text = next(iter(words(value)), "")
                yield StateFact(state, status, text=text, source=Source.RECORD)
            return


def _limit(limits: Json, which: str) -> object:
    return _plain((limits.get(which) or {}).get("value"))


def _plain(number: object) -> object:
    """Decimals of the reader's own kind as the number they are."""
    return number if isinstance(number, (int, float, str)) or number is None else float(str(number))
