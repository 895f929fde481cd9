"""A closed world, small enough that invented people and invented rules meet often."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from recruit.terminology.concepts import Concept, Kind

TODAY: Final = date(2026, 11, 21)


def _concept(id: str, kind: Kind, english: str, french: str) -> Concept:  # noqa: A002 - its name
    return Concept(id, kind, english, french, ())


CONCEPTS: Final = (
    _concept("MESH:D003920", Kind.CONDITION, "diabetes", "diabète"),
    _concept("MESH:D003922", Kind.CONDITION, "type 1 diabetes", "diabète de type 1"),
    _concept("MESH:D003924", Kind.CONDITION, "type 2 diabetes", "diabète de type 2"),
    _concept("MESH:D007674", Kind.CONDITION, "kidney disease", "maladie rénale"),
    _concept("MESH:D003928", Kind.CONDITION, "diabetic nephropathy", "néphropathie diabétique"),
    _concept("MESH:D001249", Kind.CONDITION, "asthma", "asthme"),
    _concept("ATC:A10", Kind.DRUG, "antidiabetic drug", "antidiabétique"),
    _concept("ATC:A10BA02", Kind.DRUG, "metformin", "metformine"),
    _concept("ATC:A10A", Kind.DRUG, "insulin", "insuline"),
    _concept("RECRUIT:eye_surgery", Kind.PROCEDURE, "eye surgery", "chirurgie de l’œil"),
    _concept("MESH:D002387", Kind.PROCEDURE, "cataract surgery", "chirurgie de la cataracte"),
    _concept("MESH:D010138", Kind.DEVICE, "pacemaker", "stimulateur cardiaque"),
    _concept("MESH:D010406", Kind.ALLERGY, "penicillin", "pénicilline"),
    _concept("RECRUIT:egfr", Kind.BIOMARKER, "EGFR", "EGFR"),
    _concept("MESH:D001194", Kind.EXPOSURE, "asbestos", "amiante"),
)

PARENTS: Final = {
    "MESH:D003922": ("MESH:D003920",),
    "MESH:D003924": ("MESH:D003920",),
    "MESH:D003928": ("MESH:D003920", "MESH:D007674"),
    "ATC:A10BA02": ("ATC:A10",),
    "ATC:A10A": ("ATC:A10",),
    "MESH:D002387": ("RECRUIT:eye_surgery",),
}


@dataclass(frozen=True, slots=True)
class World:
    """Stands for the lexicon and its hierarchy: names, ancestors and descendants."""

    concepts: dict[str, Concept]
    parents: dict[str, tuple[str, ...]]

    def concept(self, code: str) -> Concept | None:
        return self.concepts.get(code)

    def ancestors(self, code: str) -> frozenset[str]:
        """The concept and all above it; empty for an unknown one, as the lexicon does it."""
        if code not in self.concepts:
            return frozenset()
        above = self.parents.get(code, ())
        return frozenset({code}).union(*(self.ancestors(parent) for parent in above))

    def descendants(self, code: str) -> frozenset[str]:
        """The concept and all below it; empty for an unknown one."""
        return frozenset(other for other in self.concepts if code in self.ancestors(other))


WORLD: Final = World({concept.id: concept for concept in CONCEPTS}, PARENTS)

UNITS: Final = {"hba1c": "%", "creatinine": "mg/dL", "alt": "U/L"}
GRADES: Final = {"ecog": ("0", "1", "2", "3", "4"), "child_pugh": ("A", "B", "C")}
STATES: Final = ("pregnant", "smoker", "able_to_consent", "healthy")
LANGUAGES: Final = ("en", "fr", "es")


@dataclass(frozen=True, slots=True)
class Town:
    """A place with its country and its position in degrees (WGS 84)."""

    country: str
    lat: float
    lon: float


PLACES: Final = (Town("FR", 48.86, 2.35), Town("FR", 45.76, 4.84), Town("GB", 51.51, -0.13))
