"""The trial exchange format (contract.md): one flat JSON object a trial."""

from pydantic import ConfigDict

from recruit.trials.checks import checked
from recruit.trials.draft import (
    Contact,
    Participation,
    Phase,
    SiteDraft,
    Tongue,
    Translation,
    TrialDraft,
    TrialStatus,
)
from recruit.trials.sources.countries import country_code
from recruit.trials.sources.shape import Many, Shape, Text, Words, distinct, fitted, named, part
from recruit.trials.values import read_age, read_date, read_sex, read_status


class _Plain(Shape):
    """Names with underscores, as the contract writes them."""

    model_config = ConfigDict(alias_generator=None)


class _Contact(_Plain):
    name: Words = ""
    role: Words = ""
    phone: Words = ""
    email: Words = ""


class _Participation(_Plain):
    visits: Words = ""
    burden: Words = ""
    reimbursement: Words = ""


class _Site(_Plain):
    name: Words = ""
    city: Words = ""
    postcode: Words = ""
    country: Text | None = None
    lat: float | None = None
    lon: float | None = None
    status: Text | None = None
    address: Words = ""
    contact: _Contact | None = None
    capacity: int | None = None
    hours: Words = ""
    travel: Words = ""


class _Translation(_Plain):
    language: Tongue
    criteria: Words = ""
    title: Words = ""
    summary: Words = ""
    official_title: Words = ""
    participation: _Participation | None = None


class _Trial(_Plain):
    id: Words = ""
    title: Words = ""
    official_title: Words = ""
    summary: Words = ""
    conditions: Many[Text] = ()
    interventions: Many[Text] = ()
    keywords: Many[Text] = ()
    sex: Text | None = None
    min_age: Text | None = None
    max_age: Text | None = None
    criteria: Words = ""
    language: Tongue = "en"
    healthy_volunteers: bool | None = None
    status: Text | None = None
    phase: Phase | None = None
    sponsor: Words = ""
    start_date: Text | None = None
    completion_date: Text | None = None
    target: int | None = None
    registry_ids: Many[Text] = ()
    url: Text | None = None
    sites: Many[_Site] = ()
    translations: Many[_Translation] = ()
    participation: _Participation | None = None
    contacts: Many[_Contact] = ()


def claims(value: object) -> bool:
    """Whether this looks like the exchange format: it has an identifier or criteria."""
    return isinstance(value, dict) and not value.keys().isdisjoint({"id", "criteria"})


def read_exchange(value: object, where: str) -> TrialDraft:
    """One trial of the exchange format.

    Raises:
        Refusal: naming the trial, or `where` it stands when it has no number, and the field.
    """
    record = named(part(value, "id"), where)
    trial = fitted(_Trial, value, record)
    return checked(
        TrialDraft(
            id=trial.id.strip(),
            criteria=trial.criteria,
            language=trial.language,
            title=trial.title.strip(),
            official_title=trial.official_title.strip(),
            summary=trial.summary.strip(),
            conditions=distinct(trial.conditions),
            interventions=distinct(trial.interventions),
            keywords=distinct(trial.keywords),
            sex=read_sex(trial.sex, record),
            min_age=trial.min_age,
            max_age=trial.max_age,
            youngest=read_age(trial.min_age, record, "min_age"),
            oldest=read_age(trial.max_age, record, "max_age"),
            healthy_volunteers=trial.healthy_volunteers,
            status=read_status(trial.status, record) or TrialStatus.UNKNOWN,
            phase=trial.phase,
            sponsor=trial.sponsor.strip(),
            starts=read_date(trial.start_date, record, "start_date"),
            ends=read_date(trial.completion_date, record, "completion_date"),
            target=trial.target,
            registry_ids=distinct(trial.registry_ids),
            url=trial.url,
            sites=tuple(_site(site, record, i) for i, site in enumerate(trial.sites)),
            translations=tuple(_translation(each) for each in trial.translations),
            participation=_participation(trial.participation),
            contacts=tuple(_contact(each) for each in trial.contacts),
        )
    )


def _translation(said: _Translation) -> Translation:
    return Translation(
        language=said.language,
        criteria=said.criteria,
        title=said.title.strip(),
        summary=said.summary.strip(),
        official_title=said.official_title.strip(),
        participation=_participation(said.participation),
    )


def _participation(said: _Participation | None) -> Participation:
    if said is None:
        return Participation()
    return Participation(said.visits.strip(), said.burden.strip(), said.reimbursement.strip())


def _contact(said: _Contact) -> Contact:
    return Contact(said.name.strip(), said.role.strip(), said.phone.strip(), said.email.strip())


def _site(site: _Site, record: str, number: int) -> SiteDraft:
    return SiteDraft(
        name=site.name.strip(),
        city=site.city.strip(),
        postcode=site.postcode.strip(),
        country=country_code(site.country),
        lat=site.lat,
        lon=site.lon,
        status=read_status(site.status, record, f"sites[{number}].status"),
        address=site.address.strip(),
        contact=None if site.contact is None else _contact(site.contact),
        capacity=site.capacity,
        hours=site.hours.strip(),
        travel=site.travel.strip(),
    )
