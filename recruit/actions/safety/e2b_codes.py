"""The words of a report in the code lists of ICH E2B(R3)."""

from typing import Final

from recruit.actions.safety.report import (
    Criterion,
    Kind,
    Outcome,
    Product,
    Related,
    Sex,
    Source,
)

SEXES: Final = {Sex.MALE: "1", Sex.FEMALE: "2"}
KINDS: Final = {Kind.SPONTANEOUS: "1", Kind.STUDY: "2", Kind.OTHER: "3"}
QUALIFICATIONS: Final = {
    Source.PHYSICIAN: "1",
    Source.PHARMACIST: "2",
    Source.PROFESSIONAL: "3",
    Source.PATIENT: "5",
    Source.RELATIVE: "5",
}
ROLES: Final = {
    Product.SUSPECT: "1",
    Product.CONCOMITANT: "2",
    Product.INTERACTING: "3",
    Product.NOT_GIVEN: "4",
}
CRITERIA: Final = {
    Criterion.DEATH: "34",
    Criterion.LIFE_THREATENING: "21",
    Criterion.HOSPITALISATION: "33",
    Criterion.DISABILITY: "35",
    Criterion.ANOMALY: "12",
    Criterion.IMPORTANT: "26",
}
OUTCOMES: Final = {
    Outcome.RECOVERED: "1",
    Outcome.RECOVERING: "2",
    Outcome.NOT_RECOVERED: "3",
    Outcome.SEQUELAE: "4",
    Outcome.FATAL: "5",
    Outcome.UNKNOWN: "0",
}
LANGUAGES: Final = {"fr": "fra", "en": "eng"}  # ISO 639-2/T
RELATED: Final = {Related.RELATED: "Related", Related.UNRELATED: "Not related"}
