"""The trial exchange format (contract.md): one flat JSON object a trial."""

from pydantic import ConfigDict

from recruit.core.errors import Refusal
from recruit.core.i18n import N_
from recruit.trials.checks import checked
from recruit.trials.draft import Phase, SiteDraft, Tongue, Translation, TrialDraft, TrialStatus
from recruit.trials.sources.countries import country_code
from recruit.trials.sources.shape import Many, Shape, Text, Words, distinct, fitted, named, part
from recruit.trials.values import read_age, read_date, read_sex, read_status


class _Plain(Shape):
    """Names with underscores, as the contract writes them."""

    model_config = ConfigDict(alias_generator=None)


class _Site(_Plain):
    name: Words = ""
    city: Words = ""
    postcode: Words = ""
    country: Text | None = None
    lat: float | None = None
    lon: float | None = None
    status: Text | None = None


class _Translation(_Plain):
    language: Tongue
    criteria: Text
    title: Words = ""
    summary: Words = ""


class _Trial(_Plain):
    id: Text
    title: Words = ""
    official_title: Words = ""
    summary: Words = ""
    conditions: Many[Text] = ()
    interventions: Many[Text] = ()
    keywords: Many[Text] = ()
    sex: Text | None = None
    min_age: Text | None = None
    max_age: Text | None = None
    criteria: Text
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
    if not trial.id.strip():
        raise Refusal(record=where, field="id", problem=N_("this must not be empty"))
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
            translations=tuple(
                Translation(each.language, each.criteria, each.title.strip(), each.summary.strip())
                for each in trial.translations
            ),
        )
    )


def _site(site: _Site, record: str, number: int) -> SiteDraft:
    return SiteDraft(
        name=site.name.strip(),
        city=site.city.strip(),
        postcode=site.postcode.strip(),
        country=country_code(site.country),
        lat=site.lat,
        lon=site.lon,
        status=read_status(site.status, record, f"sites[{number}].status"),
    )
