"""The few data types of FHIR that are read: codings, dates, references.

Resources were validated before: shapes can be relied on, what is optional may be missing.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from recruit.core.dates import PartialDate

# A validated resource or data type.
Json = Mapping[str, Any]

ON: Final = frozenset({"authoredOn"})
SYSTEMS: Final = {
    "http://hl7.org/fhir/sid/icd-10": "ICD10",
    "http://hl7.org/fhir/sid/icd-10-cm": "ICD10CM",
    "http://hl7.org/fhir/sid/icd-10-fr": "ICD10",
    "https://www.icd10data.com": "ICD10CM",
    "http://www.whocc.no/atc": "ATC",
    "http://id.nlm.nih.gov/mesh": "MESH",
    "http://snomed.info/sct": "SNOMED",
    "http://loinc.org": "LOINC",
    "http://www.nlm.nih.gov/research/umls/rxnorm": "RXNORM",
}


def codings(concept: Json | None) -> Iterator[tuple[str, str]]:
    """System ("LOINC", or its address when it is none of ours) and code of each coding."""
    for coding in (concept or {}).get("coding", ()):
        if coding.get("code"):
            system = str(coding.get("system", ""))
            yield SYSTEMS.get(system, system), coding["code"]


def codes(concept: Json | None) -> tuple[str, ...]:
    """The codes as "SYSTEM:code"."""
    return tuple(f"{system}:{code}" for system, code in codings(concept))


def code(concept: Json | None) -> str:
    """The first code without its system, "" when there is none."""
    return next((code for _, code in codings(concept)), "")


def loinc(concept: Json | None) -> tuple[str, ...]:
    """The LOINC codes."""
    return tuple(code for system, code in codings(concept) if system == "LOINC")


def words(concept: Json | None) -> tuple[str, ...]:
    """What the concept is called: its text first, then what its codings display."""
    concept = concept or {}
    said = [concept.get("text")]
    said += [coding.get("display") for coding in concept.get("coding", ())]
    return tuple(dict.fromkeys(word.strip() for word in said if word and word.strip()))


def day(text: str | None) -> PartialDate | None:
    """A date or the day of a moment, as it was written there; None for none."""
    return PartialDate.parse(text[:10]) if text else None


def dated(resource: Json, name: str) -> tuple[PartialDate | None, PartialDate | None]:
    """First and last day of `<name>DateTime` (alike) or `<name>Period`."""
    point = day(resource.get(f"{name}DateTime"))
    if point:
        return point, point
    period = resource.get(f"{name}Period") or {}
    return day(period.get("start")), day(period.get("end"))


def target(reference: Json | None) -> str:
    """The identifier that a reference ends in: "Patient/12" and "urn:uuid:12" are 12."""
    return kind_and_target(str((reference or {}).get("reference", "")))[1]


def kind_and_target(reference: str) -> tuple[str, str]:
    """The kind of resource, where the reference says it, and the identifier it ends in.

    "https://example.org/Patient/12/_history/3" is ("Patient", "12"), "urn:uuid:12" ("", "12").
    """
    parts = reference.partition("/_history/")[0].replace(":", "/").split("/")
    kind = parts[-2] if len(parts) > 1 and parts[-2][:1].isupper() else ""
    return kind, parts[-1]


def days(resource: Json) -> Iterator[tuple[str, PartialDate]]:
    """Every date of the resource's own fields by its name, and both ends of each period."""
    for name, value in resource.items():
        if isinstance(value, str) and (name.endswith(("DateTime", "Instant")) or name in ON):
            yield name, PartialDate.parse(value[:10])
        elif isinstance(value, dict) and name.endswith("Period"):
            yield from (
                (f"{name}.{end}", PartialDate.parse(value[end][:10]))
                for end in ("start", "end")
                if end in value
            )
