"""Studies as the API of ClinicalTrials.gov gives them, version 2.

Shape and code lists: the API's own OpenAPI description. Of the people it names, those whom a study
calls its contacts are read, since they are there to be asked; investigators are not.
"""

from typing import Final

from recruit.core.i18n import N_
from recruit.trials.checks import checked
from recruit.trials.draft import Contact, Phase, SiteDraft, TrialDraft, TrialStatus
from recruit.trials.sources.countries import country_code
from recruit.trials.sources.shape import Many, Shape, Text, Words, distinct, fitted, named, part
from recruit.trials.values import read_age, read_date, read_sex, read_status, refuse

ADDRESS: Final = "https://clinicaltrials.gov/study/{number}"
CONTACT: Final = "CONTACT"

# Expanded access is no study, but people look for it in the same words.
_ACCESS: Final = {
    "AVAILABLE": TrialStatus.RECRUITING,
    "TEMPORARILY_NOT_AVAILABLE": TrialStatus.SUSPENDED,
    "NO_LONGER_AVAILABLE": TrialStatus.COMPLETED,
    "APPROVED_FOR_MARKETING": TrialStatus.COMPLETED,
    "WITHHELD": TrialStatus.UNKNOWN,
}
_PHASES: Final[dict[tuple[str, ...], Phase | None]] = {
    (): None,
    ("NA",): None,
    ("EARLY_PHASE1",): "early 1",
    ("PHASE1",): "1",
    ("PHASE1", "PHASE2"): "1/2",
    ("PHASE2",): "2",
    ("PHASE2", "PHASE3"): "2/3",
    ("PHASE3",): "3",
    ("PHASE3", "PHASE4"): "3/4",
    ("PHASE4",): "4",
}


class _Number(Shape):
    id: Words = ""


class _Identification(Shape):
    nct_id: Text
    nct_id_aliases: Many[Text] = ()
    org_study_id_info: _Number = _Number()
    secondary_id_infos: Many[_Number] = ()
    brief_title: Words = ""
    official_title: Words = ""


class _Day(Shape):
    date: Words = ""


class _Status(Shape):
    overall_status: Text | None = None
    start_date_struct: _Day = _Day()
    completion_date_struct: _Day = _Day()


class _Lead(Shape):
    name: Words = ""


class _Sponsors(Shape):
    lead_sponsor: _Lead = _Lead()


class _Description(Shape):
    brief_summary: Words = ""


class _Conditions(Shape):
    conditions: Many[Text] = ()
    keywords: Many[Text] = ()


class _Enrolment(Shape):
    count: int | None = None


class _Design(Shape):
    phases: Many[Text] = ()
    enrollment_info: _Enrolment = _Enrolment()


class _Arms(Shape):
    class Intervention(Shape):
        name: Words = ""

    interventions: Many[Intervention] = ()


class _Eligibility(Shape):
    eligibility_criteria: Words = ""
    healthy_volunteers: bool | None = None
    sex: Text | None = None
    minimum_age: Text | None = None
    maximum_age: Text | None = None


class _Point(Shape):
    lat: float
    lon: float


class _Person(Shape):
    name: Words = ""
    role: Text | None = None
    phone: Words = ""
    phone_ext: Words = ""
    email: Words = ""


class _Location(Shape):
    facility: Words = ""
    status: Text | None = None
    city: Words = ""
    zip: Words = ""
    country: Text | None = None
    geo_point: _Point | None = None
    contacts: Many[_Person] = ()


class _Contacts(Shape):
    central_contacts: Many[_Person] = ()
    locations: Many[_Location] = ()


class _Protocol(Shape):
    identification_module: _Identification
    status_module: _Status = _Status()
    sponsor_collaborators_module: _Sponsors = _Sponsors()
    description_module: _Description = _Description()
    conditions_module: _Conditions = _Conditions()
    design_module: _Design = _Design()
    arms_interventions_module: _Arms = _Arms()
    eligibility_module: _Eligibility = _Eligibility()
    contacts_locations_module: _Contacts = _Contacts()


class _Study(Shape):
    protocol_section: _Protocol


def claims(value: object) -> bool:
    """Whether this looks like a study of the API."""
    return isinstance(value, dict) and "protocolSection" in value


def read_ctgov(value: object, where: str) -> TrialDraft:
    """One study of the API.

    Raises:
        Refusal: naming the study, or `where` it stands when it has no number, and the field.
    """
    record = named(part(value, "protocolSection", "identificationModule", "nctId"), where)
    study = fitted(_Study, value, record).protocol_section
    identity, status = study.identification_module, study.status_module
    asked, design = study.eligibility_module, study.design_module
    return checked(
        TrialDraft(
            id=identity.nct_id.strip(),
            criteria=asked.eligibility_criteria,
            title=identity.brief_title.strip(),
            official_title=identity.official_title.strip(),
            summary=study.description_module.brief_summary.strip(),
            conditions=distinct(study.conditions_module.conditions),
            interventions=distinct(
                [each.name for each in study.arms_interventions_module.interventions]
            ),
            keywords=distinct(study.conditions_module.keywords),
            sex=read_sex(asked.sex, record),
            min_age=asked.minimum_age,
            max_age=asked.maximum_age,
            youngest=read_age(asked.minimum_age, record, "min_age"),
            oldest=read_age(asked.maximum_age, record, "max_age"),
            healthy_volunteers=asked.healthy_volunteers,
            status=_status(status.overall_status, record, "status") or TrialStatus.UNKNOWN,
            phase=_phase(design.phases, record),
            sponsor=study.sponsor_collaborators_module.lead_sponsor.name.strip(),
            starts=read_date(status.start_date_struct.date, record, "start_date"),
            ends=read_date(status.completion_date_struct.date, record, "completion_date"),
            target=design.enrollment_info.count,
            registry_ids=_other_numbers(identity),
            url=ADDRESS.format(number=identity.nct_id.strip()),
            sites=tuple(
                _site(location, record, number)
                for number, location in enumerate(study.contacts_locations_module.locations)
            ),
            contacts=_contacts(study.contacts_locations_module.central_contacts),
        )
    )


def _status(word: str | None, record: str, field: str) -> TrialStatus | None:
    return _ACCESS.get(word or "") or read_status(word, record, field)


def _phase(phases: tuple[str, ...], record: str) -> Phase | None:
    if phases not in _PHASES:
        refuse(
            record, "phase", N_("“{value}” is not a phase known here"), value="/".join(phases)[:40]
        )
    return _PHASES[phases]


def _other_numbers(identity: _Identification) -> tuple[str, ...]:
    secondary = [each.id for each in identity.secondary_id_infos]
    return distinct([*identity.nct_id_aliases, identity.org_study_id_info.id, *secondary])


def _site(location: _Location, record: str, number: int) -> SiteDraft:
    point = location.geo_point
    return SiteDraft(
        name=location.facility.strip(),
        city=location.city.strip(),
        postcode=location.zip.strip(),
        country=country_code(location.country),
        lat=point.lat if point else None,
        lon=point.lon if point else None,
        status=_status(location.status, record, f"sites[{number}].status"),
        contact=next(iter(_contacts(location.contacts)), None),
    )


def _contacts(people: tuple[_Person, ...]) -> tuple[Contact, ...]:
    """Those who are there to be asked. A record without any role names contacts alone."""
    return tuple(
        Contact(
            name=each.name.strip(),
            phone=_phone(each),
            email=each.email.strip(),
        )
        for each in people
        if (each.role or CONTACT) == CONTACT and (each.name or each.phone or each.email).strip()
    )


def _phone(person: _Person) -> str:
    number, extension = person.phone.strip(), person.phone_ext.strip()
    return f"{number} ext. {extension}" if number and extension else number
