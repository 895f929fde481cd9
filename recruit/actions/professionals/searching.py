"""Recruiting studies for a patient of whom only an age, a sex and an illness are said.

Nothing of it is kept. What speaks against is worked out by the law itself (matching/reference.py);
what nobody said is unknown, and unknown speaks against nothing.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final, Literal

from sqlalchemy.orm import Session

from recruit.core.clock import today
from recruit.core.dates import PartialDate
from recruit.core.i18n import N_
from recruit.criteria.phrase import phrase
from recruit.criteria.truth import Truth
from recruit.matching.reference import explain
from recruit.people.facts import ClinicalFact, Profile
from recruit.terminology.concepts import Kind
from recruit.terminology.lexicon import SURE, Lexicon
from recruit.trials import store

NOBODY: Final = "P-"

# Specialties, and the diseases whose studies each sees first (MeSH); None is all of them.
SPECIALTIES: Final[dict[str, tuple[str, str | None]]] = {
    "general": (N_("General practice"), None),
    "cardiology": (N_("Cardiology"), "Cardiovascular Diseases"),
    "dermatology": (N_("Dermatology"), "Skin Diseases"),
    "endocrinology": (N_("Endocrinology and diabetology"), "Diabetes Mellitus"),
    "gastroenterology": (N_("Gastroenterology"), "Digestive System Diseases"),
    "neurology": (N_("Neurology"), "Nervous System Diseases"),
    "oncology": (N_("Oncology"), "Neoplasms"),
    "psychiatry": (N_("Psychiatry"), "Mental Disorders"),
    "pulmonology": (N_("Pulmonology"), "Lung Diseases"),
    "rheumatology": (N_("Rheumatology"), "Rheumatic Diseases"),
    "other": (N_("Another specialty"), None),
}


@dataclass(frozen=True, slots=True)
class Patient:
    """What is said of a patient; nothing of it names anybody."""

    illness: str = ""
    age: int | None = None
    sex: Literal["female", "male"] | None = None


def within(specialty: str, lexicon: Lexicon) -> str | None:
    """The concept whose studies a specialty sees first; None for all."""
    _, name = SPECIALTIES.get(specialty, ("", None))
    found = lexicon.lookup(name, kinds={Kind.CONDITION}, near=False) if name else []
    return found[0].concept.id if found else None


def against(
    session: Session, trials: Collection[str], patient: Patient, language: str, lexicon: Lexicon
) -> dict[str, list[str]]:
    """What of each trial speaks against the patient, as sentences; empty where nothing does."""
    profile = _profile(patient, lexicon)
    found = {}
    for version in store.current_among(session, trials):
        criteria = version.eligibility.criteria
        outcome = explain(version.eligibility, profile, lexicon, today())
        found[version.draft.id] = [
            phrase(criterion.rule, language, lexicon)
            for criterion, each in zip(criteria, outcome.criteria, strict=True)
            if each.holds is Truth.NO
        ]
    return found


def _profile(patient: Patient, lexicon: Lexicon) -> Profile:
    candidates = lexicon.lookup(patient.illness, kinds={Kind.CONDITION}, near=False)
    concepts = tuple(each.concept.id for each in candidates if each.score >= SURE)
    fact = ClinicalFact(Kind.CONDITION, patient.illness, concepts)
    return Profile(
        person=NOBODY,
        born=None if patient.age is None else PartialDate.of_age(patient.age, today()),
        sex=patient.sex,
        facts=(fact,) if concepts else (),
    )
