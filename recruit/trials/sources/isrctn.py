"""Trials of the ISRCTN registry, its XML turned into JSON: what is single stands without a list."""

from typing import Annotated, Final

from pydantic import BeforeValidator, Field

from recruit.core.i18n import N_
from recruit.trials.checks import checked
from recruit.trials.draft import Phase, SiteDraft, TrialDraft, TrialStatus
from recruit.trials.sources.countries import country_code
from recruit.trials.sources.sections import eligibility_text
from recruit.trials.sources.shape import Many, Shape, Text, Words, distinct, fitted, named, part
from recruit.trials.values import read_date, read_sex, read_status, refuse

ADDRESS: Final = "https://www.isrctn.com/{number}"

_PHASES: Final[dict[str, Phase]] = {
    "phase 0": "early 1",
    "phase i": "1",
    "phase i/ii": "1/2",
    "phase ii": "2",
    "phase ii/iii": "2/3",
    "phase iii": "3",
    "phase iii/iv": "3/4",
    "phase iv": "4",
}
_NO_PHASE: Final = frozenset({"", "not applicable", "not specified"})
_STATUSES: Final = {
    "stopped": TrialStatus.TERMINATED,
    "ongoing": TrialStatus.RECRUITING,
    "no longer recruiting": TrialStatus.ACTIVE_NOT_RECRUITING,
}
_SEXES: Final = {"not specified": "", "males": "male", "females": "female"}
_NO_NUMBER: Final = frozenset({"nil known", "nil", "n/a", ""})


def _listed(value: object) -> object:
    return value if isinstance(value, list) else [] if value in (None, "") else [value]


def _object(value: object) -> object:
    return {} if value in (None, "") else value


Listed = BeforeValidator(_listed)
Object = BeforeValidator(_object)


class _Description(Shape):
    title: Words = ""
    scientific_title: Words = ""
    plain_english_summary: Words = ""


class _SecondaryNumbers(Shape):
    secondary_number: Annotated[Many[Text], Listed] = ()


class _References(Shape):
    eudra_ct_number: Words = Field("", alias="eudraCTNumber")
    iras_number: Words = ""
    clinical_trials_gov_number: Words = ""
    secondary_numbers: Annotated[_SecondaryNumbers, Object] = _SecondaryNumbers()


class _Design(Shape):
    overall_end_date: Words = ""


class _Centre(Shape):
    name: Words = ""
    city: Words = ""
    country: Words = ""
    zip: Words = ""


class _Centres(Shape):
    trial_centre: Annotated[Many[_Centre], Listed] = ()


class _Types(Shape):
    participant_type: Annotated[Many[Text], Listed] = ()


class _Participants(Shape):
    trial_centres: Annotated[_Centres, Object] = _Centres()
    participant_types: Annotated[_Types, Object] = _Types()
    inclusion: Words = ""
    exclusion: Words = ""
    gender: Words = ""
    target_enrolment: Words = ""
    recruitment_start: Words = ""
    recruitment_status_override: Words = ""


class _Condition(Shape):
    description: Words = ""


class _Conditions(Shape):
    condition: Annotated[Many[_Condition], Listed] = ()


class _Intervention(Shape):
    phase: Words = ""
    drug_names: Words = ""


class _Interventions(Shape):
    intervention: Annotated[Many[_Intervention], Listed] = ()


class _Trial(Shape):
    isrctn: Text
    trial_description: _Description = _Description()
    external_refs: Annotated[_References, Object] = _References()
    trial_design: Annotated[_Design, Object] = _Design()
    participants: _Participants = _Participants()
    conditions: Annotated[_Conditions, Object] = _Conditions()
    interventions: Annotated[_Interventions, Object] = _Interventions()


def claims(value: object) -> bool:
    """Whether this looks like a trial of the registry."""
    return isinstance(value, dict) and "isrctn" in value


def read_isrctn(value: object, where: str) -> TrialDraft:
    """One trial of the registry.

    Its age groups ("Adult", "Neonate") are no bounds: the criteria say the ages.

    Raises:
        Refusal: naming the trial, or `where` it stands when it has no number, and the field.
    """
    number = part(value, "isrctn")
    record = named(f"ISRCTN{number}" if isinstance(number, str) and number else None, where)
    trial = fitted(_Trial, value, record)
    people, described = trial.participants, trial.trial_description
    return checked(
        TrialDraft(
            id=f"ISRCTN{trial.isrctn.strip()}",
            criteria=eligibility_text(people.inclusion.strip(), people.exclusion.strip(), "en"),
            title=described.title.strip(),
            official_title=described.scientific_title.strip(),
            summary=described.plain_english_summary.strip(),
            conditions=distinct([each.description for each in trial.conditions.condition]),
            interventions=distinct(
                [
                    name
                    for each in trial.interventions.intervention
                    for name in each.drug_names.split(",")
                ]
            ),
            sex=read_sex(_SEXES.get(people.gender.strip().lower(), people.gender), record),
            healthy_volunteers=_healthy(people.participant_types.participant_type),
            status=_status(people.recruitment_status_override, record),
            phase=_phase(trial.interventions.intervention, record),
            starts=read_date(people.recruitment_start, record, "recruitmentStart"),
            ends=read_date(trial.trial_design.overall_end_date, record, "overallEndDate"),
            target=_target(people.target_enrolment, record),
            registry_ids=_other_numbers(trial.external_refs),
            url=ADDRESS.format(number=f"ISRCTN{trial.isrctn.strip()}"),
            sites=tuple(_site(centre) for centre in people.trial_centres.trial_centre),
        )
    )


def _healthy(types: tuple[str, ...]) -> bool | None:
    return any("healthy" in each.lower() for each in types) if types else None


def _status(word: str, record: str) -> TrialStatus:
    """Only what the registry says outright: the rest would change with the day it is read."""
    known = _STATUSES.get(word.strip().lower())
    return known or read_status(word, record) or TrialStatus.UNKNOWN


def _phase(interventions: tuple[_Intervention, ...], record: str) -> Phase | None:
    named_phases = (each.phase.strip().lower() for each in interventions)
    word = next((each for each in named_phases if each not in _NO_PHASE), None)
    if word is None:
        return None
    if word not in _PHASES:
        refuse(record, "phase", N_("“{value}” is not a phase known here"), value=word[:40])
    return _PHASES[word]


def _target(count: str, record: str) -> int | None:
    if not count.strip():
        return None
    if not (count.isascii() and count.isdigit() and len(count) < 10):  # noqa: PLR2004 - digits
        refuse(record, "targetEnrolment", N_("this must be a whole number"))
    return int(count)


def _other_numbers(other: _References) -> tuple[str, ...]:
    numbers = [
        other.clinical_trials_gov_number,
        other.eudra_ct_number,
        other.iras_number,
        *other.secondary_numbers.secondary_number,
    ]
    return distinct([each for each in numbers if each.strip().lower() not in _NO_NUMBER])


def _site(centre: _Centre) -> SiteDraft:
    return SiteDraft(
        name=centre.name.strip(),
        city=centre.city.strip(),
        postcode=centre.zip.strip(),
        country=country_code(centre.country),
    )
