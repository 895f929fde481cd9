"""Facts from bundles of our own, which come back as they left.

FHIR has no place for a date known as a span, for a finding's line of treatment, or for who told a
fact. Our export (people/export) writes these as extensions and codes under `urn:recruit:…` beside
what every reader of FHIR understands.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any, Final, Literal, get_args

from recruit.core.dates import PartialDate
from recruit.core.i18n import N_
from recruit.criteria.nodes import Detail
from recruit.people.facts import ClinicalFact, Fact, FactStatus, Source, StateFact
from recruit.people.intake.born import is_too_old
from recruit.people.intake.exchange import (
    COMPLETE,
    LONGEST_SOUGHT,
    MOST_SOUGHT,
    coarse,
)
from recruit.people.intake.fhir_values import Json, codes
from recruit.people.intake.measures import grade, measure
from recruit.people.intake.reading import Notes
from recruit.terminology.concepts import Kind
from recruit.terminology.lexicon import Lexicon
from recruit.terminology.scales import scale
from recruit.terminology.states import state
from recruit.terminology.variables import variable

SOURCE: Final = "urn:recruit:source:"  # in meta.source, followed by who told the fact
FACT: Final = "urn:recruit:fact:"  # an extension, followed by the name of a part of the fact
VARIABLE: Final = "urn:recruit:variable"  # systems of codes: our own tables
SCALE: Final = "urn:recruit:scale"
STATE: Final = "urn:recruit:state"
KIND: Final = "urn:recruit:kind"  # of facts that FHIR has no resource for
PERSON: Final = "urn:recruit:person:"  # an extension of the patient
GEOLOCATION: Final = "http://hl7.org/fhir/StructureDefinition/geolocation"
NORTHMOST: Final = 90
EASTMOST: Final = 180
DETAIL: Final = ("stage", "severity", "line", "value")
KINDS: Final = {
    "Condition": Kind.CONDITION,
    "MedicationStatement": Kind.DRUG,
    "Procedure": Kind.PROCEDURE,
    "AllergyIntolerance": Kind.ALLERGY,
}
SOURCES: Final = {f"{SOURCE}{each}": each for each in Source if each is not Source.DERIVED}
STATUSES: Final[dict[str, FactStatus]] = {each: each for each in get_args(FactStatus)}
ODD: Final = N_("this is not as FHIR R4 wants it")


def is_own(resource: Json) -> bool:
    """Whether our own export made the resource."""
    return (resource.get("meta") or {}).get("source") in SOURCES


def extensions(resource: Json, url: str) -> Iterator[Any]:
    """The values of all extensions with this address."""
    for each in resource.get("extension", ()):
        if each.get("url") == url:
            yield from (value for name, value in each.items() if name.startswith("value"))


def own_fact(resource: Json, lexicon: Lexicon, notes: Notes, on: date) -> Fact | None:
    """The fact of a resource of our own; None, with a note, when it was changed and says none."""
    field = f"{resource['resourceType']}/{resource.get('id', '')}"
    try:
        return _fact(resource, lexicon, notes, on, field)
    except (KeyError, ValueError):
        notes.refuse(field, ODD)
        return None


def born_of(patient: Json) -> str | None:
    """The birth date as a span, where our own export knew no more."""
    return next(map(str, extensions(patient, f"{PERSON}born")), None)


def has_all_languages(patient: Json) -> bool:
    """Whether the person speaks no other languages."""
    return True in extensions(patient, f"{PERSON}all-languages")


def complete_of(patient: Json) -> frozenset[Kind | Literal["state", "measure"]]:
    """The kinds of fact whose list the person says is complete."""
    return frozenset(
        COMPLETE[kind] for kind in extensions(patient, f"{PERSON}complete") if kind in COMPLETE
    )


def seeking_of(patient: Json) -> tuple[str, ...]:
    """What the person looks for a trial for, in their words."""
    texts = map(str, extensions(patient, f"{PERSON}seeking"))
    return tuple(text for text in texts if 0 < len(text) <= LONGEST_SOUGHT)[:MOST_SOUGHT]


def place_of(address: Json) -> tuple[float | None, float | None]:
    """Degrees of an address, kept to a hundredth as everywhere; none where they cannot be."""
    found: Json = next((e for e in address.get("extension", ()) if e.get("url") == GEOLOCATION), {})
    given = {e.get("url"): e.get("valueDecimal") for e in found.get("extension", ())}
    lat, lon = (coarse(_decimal(given.get(name))) for name in ("latitude", "longitude"))
    if lat is None or lon is None or abs(lat) > NORTHMOST or abs(lon) > EASTMOST:
        return None, None
    return lat, lon


def _decimal(value: object) -> float | None:
    return None if value is None else float(str(value))


def _fact(resource: Json, lexicon: Lexicon, notes: Notes, on: date, field: str) -> Fact | None:
    concept = resource.get("code") or resource.get("medicationCodeableConcept") or {}
    text = concept.get("text", "")
    source = SOURCES[resource["meta"]["source"]]
    named = {each.get("system"): each.get("code") for each in concept.get("coding", ())}
    taken = _day(resource, "taken", on)
    if variable(named.get(VARIABLE, "")):
        quantity = resource["valueQuantity"]
        limits: Json = next(iter(resource.get("referenceRange", ())), {})
        normal = (_number(limits.get("low")), _number(limits.get("high")))
        return measure(
            notes, field, named[VARIABLE], _number(quantity), quantity["code"],
            taken=taken, normal=normal, text=text, source=source,
        )  # fmt: skip
    if scale(named.get(SCALE, "")):
        return grade(
            notes, field, named[SCALE], resource["valueString"],
            taken=taken, text=text, source=source,
        )  # fmt: skip
    status = STATUSES[next(extensions(resource, f"{FACT}status"), "")]
    if state(named.get(STATE, "")):
        return StateFact(named[STATE], status, text, source)
    return ClinicalFact(
        KINDS.get(resource["resourceType"]) or Kind(named[KIND]),
        text,
        _concepts(resource.get("valueCodeableConcept") or concept, lexicon),
        status,
        began=_day(resource, "began", on),
        ended=_day(resource, "ended", on),
        detail=_detail(resource),
        source=source,
    )


def _concepts(concept: Json, lexicon: Lexicon) -> tuple[str, ...]:
    """The concepts that are coded; what an older lexicon had and this one has not is left out."""
    written = (code.removeprefix("urn:recruit:concept:") for code in codes(concept))
    found = (lexicon.concept(code) for code in written)
    return tuple(dict.fromkeys(each.id for each in found if each))


def _day(resource: Json, part: str, on: date) -> PartialDate | None:
    text = next(extensions(resource, f"{FACT}{part}"), None)
    if text is None:
        return None
    day = PartialDate.parse(str(text))
    if day.earliest > on or is_too_old(day, on):
        raise ValueError(part)
    return day


def _detail(resource: Json) -> Detail | None:
    said = {name: next(extensions(resource, f"{FACT}{name}"), None) for name in DETAIL}
    return Detail(**said) if any(said.values()) else None


def _number(quantity: Json | None) -> float | None:
    return _decimal((quantity or {}).get("value"))
