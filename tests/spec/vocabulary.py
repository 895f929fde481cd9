"""The words in which spec pages speak of people, so that a clinician can read the tables.

A person is what is known about her: `person(has("type 2 diabetes", since="2015"), born="1975-04")`.
The words stand for real concepts, in a hierarchy small enough to be seen at a glance (KIND_OF).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from recruit.core.dates import PartialDate
from recruit.criteria.nodes import Clinical, Detail, SexValue, Status, Window
from recruit.people.facts import (
    ClinicalFact,
    Fact,
    FactStatus,
    Home,
    MeasureFact,
    OrdinalFact,
    Profile,
    StateFact,
)
from recruit.terminology.concepts import Concept, Kind

ON: Final = date(2026, 12, 1)
"""The day on which every table is judged."""

TERMS: Final[dict[str, Concept]] = {
    "diabetes": Concept("MESH:D003920", Kind.CONDITION, "diabetes", "diabète", ()),
    "type 1 diabetes": Concept(
        "MESH:D003922", Kind.CONDITION, "type 1 diabetes", "diabète de type 1", ()
    ),
    "type 2 diabetes": Concept(
        "MESH:D003924", Kind.CONDITION, "type 2 diabetes", "diabète de type 2", ()
    ),
    "cancer": Concept("MESH:D009369", Kind.CONDITION, "cancer", "cancer", ()),
    "lung cancer": Concept("MESH:D008175", Kind.CONDITION, "lung cancer", "cancer du poumon", ()),
    "non-small cell lung cancer": Concept(
        "MESH:D002289",
        Kind.CONDITION,
        "non-small cell lung cancer",
        "cancer du poumon non à petites cellules",
        (),
    ),
    "breast cancer": Concept("MESH:D001943", Kind.CONDITION, "breast cancer", "cancer du sein", ()),
    "glaucoma": Concept("MESH:D005901", Kind.CONDITION, "glaucoma", "glaucome", ()),
    "myocardial infarction": Concept(
        "MESH:D009203", Kind.CONDITION, "myocardial infarction", "infarctus du myocarde", ()
    ),
    "stroke": Concept("MESH:D020521", Kind.CONDITION, "stroke", "accident vasculaire cérébral", ()),
    "infection": Concept("MESH:D007239", Kind.CONDITION, "infection", "infection", ()),
    "tuberculosis": Concept("MESH:D014376", Kind.CONDITION, "tuberculosis", "tuberculose", ()),
    "antidiabetic drug": Concept("ATC:A10", Kind.DRUG, "antidiabetic drug", "antidiabétique", ()),
    "metformin": Concept("ATC:A10BA02", Kind.DRUG, "metformin", "metformine", ()),
    "insulin": Concept("ATC:A10A", Kind.DRUG, "insulin", "insuline", ()),
    "rituximab": Concept("ATC:L01FA01", Kind.DRUG, "rituximab", "rituximab", ()),
    "operation": Concept("MESH:D013514", Kind.PROCEDURE, "operation", "opération", ()),
    "cataract surgery": Concept(
        "MESH:D002387", Kind.PROCEDURE, "cataract surgery", "opération de la cataracte", ()
    ),
    "radiotherapy": Concept("MESH:D011878", Kind.PROCEDURE, "radiotherapy", "radiothérapie", ()),
    "implant": Concept("MESH:D019736", Kind.DEVICE, "implant", "implant", ()),
    "pacemaker": Concept("MESH:D010138", Kind.DEVICE, "pacemaker", "stimulateur cardiaque", ()),
    "allergy to penicillins": Concept(
        "MESH:D010406", Kind.ALLERGY, "penicillins", "pénicillines", ()
    ),
    "allergy to amoxicillin": Concept(
        "MESH:D000658", Kind.ALLERGY, "amoxicillin", "amoxicilline", ()
    ),
    "EGFR": Concept("MESH:D066246", Kind.BIOMARKER, "EGFR", "EGFR", ()),
    "asbestos": Concept("MESH:D001194", Kind.EXPOSURE, "asbestos", "amiante", ()),
}

KIND_OF: Final = {
    "type 1 diabetes": "diabetes",
    "type 2 diabetes": "diabetes",
    "lung cancer": "cancer",
    "breast cancer": "cancer",
    "non-small cell lung cancer": "lung cancer",
    "tuberculosis": "infection",
    "metformin": "antidiabetic drug",
    "insulin": "antidiabetic drug",
    "cataract surgery": "operation",
    "pacemaker": "implant",
    "allergy to amoxicillin": "allergy to penicillins",
}


@dataclass(frozen=True, slots=True)
class SmallHierarchy:
    """KIND_OF, as engines ask for it."""

    above: dict[str, frozenset[str]]

    def ancestors(self, concept: str) -> frozenset[str]:
        return self.above.get(concept, frozenset({concept}))

    def descendants(self, concept: str) -> frozenset[str]:
        return frozenset(c for c in self.above if concept in self.above[c]) | {concept}


def _above(term: str) -> Iterable[str]:
    yield TERMS[term].id
    if term in KIND_OF:
        yield from _above(KIND_OF[term])


HIERARCHY: Final = SmallHierarchy({TERMS[t].id: frozenset(_above(t)) for t in TERMS})


class SmallLexicon:
    """TERMS, as sentences ask for them."""

    def concept(self, code: str) -> Concept | None:
        return next((known for known in TERMS.values() if known.id == code), None)


# ------------------------------------------------------------------------------------- rules
def having(
    *terms: str,
    status: Status = "current",
    within: Window | None = None,
    besides: str | None = None,
    **detail: str,
) -> Clinical:
    """The rule that asks for any of `terms`, which are of one kind, other than `besides`."""
    (kind,) = {TERMS[term].kind for term in terms}
    concepts = tuple(TERMS[term].id for term in terms)
    narrowed = Detail(**detail) if detail else None
    left_out = (TERMS[besides].id,) if besides else ()
    text = " or ".join(terms)
    return Clinical(kind, text, concepts, status, within, narrowed, besides=left_out)


# ------------------------------------------------------------------------------------- facts
def has(term: str, since: str | None = None, **detail: str) -> ClinicalFact:
    """It is so now."""
    return _clinical(term, "present", since, None, detail)


def had(
    term: str, since: str | None = None, until: str | None = None, **detail: str
) -> ClinicalFact:
    """It was so and is over."""
    return _clinical(term, "past", since, until, detail)


def underwent(term: str, when: str | None = None) -> ClinicalFact:
    """Something that happens on a day: it begins and ends there."""
    return _clinical(term, "past", when, when, {})


def has_not(term: str) -> ClinicalFact:
    """The person or a record says that it is not so."""
    return _clinical(term, "absent", None, None, {})


def unclear(term: str) -> ClinicalFact:
    """It was spoken of, but nobody knows whether it is so."""
    return _clinical(term, "unknown", None, None, {})


def measured(
    variable: str,
    value: float,
    on: str | None = None,
    *,
    uln: float | None = None,
    lln: float | None = None,
) -> MeasureFact:
    """A value in the variable's own unit, the day it was taken, the laboratory's limits."""
    return MeasureFact(variable, value, PartialDate.parse(on) if on else None, uln, lln)


def graded(scale: str, grade: str, on: str | None = None) -> OrdinalFact:
    """A grade on a scale and the day it was given."""
    return OrdinalFact(scale, grade, PartialDate.parse(on) if on else None)


def is_now(state: str) -> StateFact:
    """The person is in this state."""
    return StateFact(state, "present")


def is_not(state: str) -> StateFact:
    """The person is not in this state."""
    return StateFact(state, "absent")


def unsure_of(state: str) -> StateFact:
    """The person does not know."""
    return StateFact(state, "unknown")


def was(state: str) -> StateFact:
    """The person was in this state and is no longer."""
    return StateFact(state, "past")


def person(  # noqa: PLR0913 - a person is many things, each named
    *facts: Fact,
    born: str | None = None,
    sex: SexValue | None = None,
    lives: Home | None = None,
    speaks: tuple[str, ...] = (),
    and_no_other_language: bool = False,
    complete: tuple[Kind | Literal["state"], ...] = (),
    seeks: tuple[str, ...] = (),
) -> Profile:
    """Somebody of whom nothing is known but this."""
    return Profile(
        person="P",
        born=PartialDate.parse(born) if born else None,
        sex=sex,
        home=lives or Home(),
        languages=frozenset(speaks),
        all_languages=and_no_other_language,
        facts=facts,
        complete=frozenset(complete),
        seeking=tuple(TERMS[term].id for term in seeks),
        seeking_text=seeks,
    )


def _clinical(
    term: str, status: FactStatus, since: str | None, until: str | None, detail: dict[str, str]
) -> ClinicalFact:
    concept = TERMS[term]
    return ClinicalFact(
        concept.kind,
        term,
        (concept.id,),
        status,
        PartialDate.parse(since) if since else None,
        PartialDate.parse(until) if until else None,
        Detail(**detail) if detail else None,
    )
