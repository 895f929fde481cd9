"""The words of a report for people: on the page, in the form and on paper."""

from collections.abc import Mapping
from typing import Final

from recruit.actions.safety.report import (
    Change,
    Criterion,
    Kind,
    Outcome,
    Product,
    Related,
    Report,
    Sex,
    Source,
)
from recruit.core.i18n import N_, translate
from recruit.core.written import country, known_date

SEXES: Final[Mapping[Sex, str]] = {
    Sex.FEMALE: N_("Female"),
    Sex.MALE: N_("Male"),
    Sex.UNKNOWN: N_("Not known"),
}
SOURCES: Final[Mapping[Source, str]] = {
    Source.PATIENT: N_("The patient"),
    Source.RELATIVE: N_("A relative, or somebody else who is no professional"),
    Source.PHYSICIAN: N_("A physician"),
    Source.PHARMACIST: N_("A pharmacist"),
    Source.PROFESSIONAL: N_("Another health professional"),
}
KINDS: Final[Mapping[Kind, str]] = {
    Kind.STUDY: N_("Report from a study"),
    Kind.SPONTANEOUS: N_("Spontaneous report"),
    Kind.OTHER: N_("Other"),
}
ROLES: Final[Mapping[Product, str]] = {
    Product.SUSPECT: N_("Suspect"),
    Product.CONCOMITANT: N_("Concomitant"),
    Product.INTERACTING: N_("Interacting"),
    Product.NOT_GIVEN: N_("Not given, or not yet"),
}
CRITERIA: Final[Mapping[Criterion, str]] = {
    Criterion.DEATH: N_("Results in death"),
    Criterion.LIFE_THREATENING: N_("Is life-threatening"),
    Criterion.HOSPITALISATION: N_("Needs a stay in hospital, or makes it longer"),
    Criterion.DISABILITY: N_("Leaves a lasting or significant disability"),
    Criterion.ANOMALY: N_("Is a congenital anomaly or a birth defect"),
    Criterion.IMPORTANT: N_("Is medically important otherwise"),
}
OUTCOMES: Final[Mapping[Outcome, str]] = {
    Outcome.RECOVERED: N_("Recovered"),
    Outcome.RECOVERING: N_("Recovering"),
    Outcome.NOT_RECOVERED: N_("Not recovered, or going on"),
    Outcome.SEQUELAE: N_("Recovered with sequelae"),
    Outcome.FATAL: N_("Fatal"),
    Outcome.UNKNOWN: N_("Not known"),
}
RELATED: Final[Mapping[Related, str]] = {
    Related.NOT_SAID: N_("No investigator has said so yet"),
    Related.RELATED: N_("Related, an investigator says"),
    Related.UNRELATED: N_("Not related, an investigator says"),
}
CHANGES: Final[Mapping[Change, str]] = {
    Change.FIRST: N_("First report"),
    Change.FOLLOW_UP: N_("Follow-up: something more is known"),
    Change.AMENDMENT: N_("Amendment: something is put right"),
}
NONE_APPLIES: Final = N_("None of these, as far as it is known")
NOT_KNOWN: Final = N_("Not known")

PATIENT: Final = N_("Patient")
PRODUCT: Final = N_("Study and product")
EVENT: Final = N_("Event")
REPORTER: Final = N_("Reporter")
KIND: Final = N_("Kind of report")

Row = tuple[str, str]


def sections(report: Report, language: str) -> list[tuple[str, list[Row]]]:
    """All of a report but its long texts: heading, then label and words of each line."""

    def say(message: str) -> str:
        return translate(message, language)

    criteria = [say(CRITERIA[each]) for each in Criterion if each in report.criteria]
    age = str(report.age) if report.age is not None else say(NOT_KNOWN)
    onset = known_date(report.onset, language) if report.onset else say(NOT_KNOWN)
    change = [say(CHANGES[report.change]), report.reason]
    return [
        (
            say(PATIENT),
            [
                (say(N_("Identified as")), report.patient),
                (say(N_("Sex")), say(SEXES[report.sex])),
                (say(N_("Age at the onset, in years")), age),
            ],
        ),
        (
            say(EVENT),
            [
                (say(N_("What happened, as the reporter says")), report.event),
                (say(N_("Onset")), onset),
                (say(N_("Seriousness")), "; ".join(criteria) or say(NONE_APPLIES)),
                (say(N_("Outcome")), say(OUTCOMES[report.outcome])),
                (say(N_("Relatedness")), say(RELATED[report.related])),
            ],
        ),
        (
            say(PRODUCT),
            [
                (say(N_("Study")), " · ".join(filter(None, (report.study, report.trial)))),
                (say(N_("Sponsor")), report.sponsor or say(NOT_KNOWN)),
                (say(N_("Product or treatment")), report.product),
                (say(N_("Part it plays")), say(ROLES[report.role])),
            ],
        ),
        (
            say(REPORTER),
            [
                (say(N_("Who told of it")), say(SOURCES[report.source])),
                (say(N_("Country")), country(report.country, language)),
                (say(KIND), say(KINDS[report.kind])),
                (say(N_("Version")), ": ".join(filter(None, change))),
            ],
        ),
    ]
