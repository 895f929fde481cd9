"""Trials as the EU register gives them: CTIS, `retrieve/{ctNumber}`.

The register changed its answer in June 2024: what stood at the top went below
`authorizedApplication`, and words became numbers. One shape fits both. Whom a sponsor names for the
public is read, and a site's department; the investigators are not: they are no one's to ask yet.
"""

from typing import Final

from recruit.core.i18n import N_
from recruit.trials.checks import checked
from recruit.trials.draft import (
    Asked,
    Contact,
    Phase,
    SiteDraft,
    Tongue,
    Translation,
    TrialDraft,
    TrialStatus,
)
from recruit.trials.sources import ctis_codes as codes
from recruit.trials.sources.countries import country_code
from recruit.trials.sources.ctis_criteria import chosen, said, translated
from recruit.trials.sources.ctis_shape import (
    Application,
    Dictionary,
    Identifiers,
    Information,
    OtherNumbers,
    PartOne,
    PartTwo,
    Population,
    Site,
    Sponsor,
    Trial,
)
from recruit.trials.sources.shape import distinct, fitted, named, part
from recruit.trials.values import read_age, read_date, refuse

ADDRESS: Final = "https://euclinicaltrials.eu/ctis-public/view/{number}"

_TONGUES: Final[tuple[Tongue, ...]] = ("en", "fr")
_NOT_GIVEN: Final = frozenset({"", "n/a", "na"})


def claims(value: object) -> bool:
    """Whether this looks like a trial of the register, in either shape."""
    return isinstance(value, dict) and "ctNumber" in value


def read_ctis(value: object, where: str) -> TrialDraft:
    """One trial of the register.

    Raises:
        Refusal: naming the trial, or `where` it stands when it has no number, and the field.
    """
    record = named(part(value, "ctNumber"), where)
    trial = fitted(Trial, value, record)
    application = fitted(Application, part(value, "authorizedApplication") or value, record)
    details = application.part_one.trial_details
    titles, protocol = details.clinical_trial_identifiers, details.trial_information
    population, planned = protocol.population_of_trial_subjects, protocol.trial_duration
    criteria, conditions = protocol.eligibility_criteria, protocol.medical_condition
    starts = trial.start_date or planned.estimated_recruitment_start_date
    ends = trial.end_date or planned.estimated_end_date
    lowest, highest = _ages(population, record)
    text, language = chosen(criteria)
    status = _status(trial, application.parts_two, record)
    return checked(
        TrialDraft(
            id=trial.ct_number.strip(),
            criteria=text,
            language=language,
            title=titles.public_title.strip(),
            official_title=titles.full_title.strip(),
            summary=protocol.trial_objective.main_objective.strip(),
            conditions=distinct([each.medical_condition for each in conditions.conditions]),
            interventions=_interventions(application.part_one),
            keywords=distinct([each.term_name for each in conditions.meddra_condition_terms]),
            sex=_sex(population),
            min_age=lowest,
            max_age=highest,
            youngest=read_age(lowest, record, "min_age"),
            oldest=read_age(highest, record, "max_age"),
            healthy_volunteers=_healthy(population),
            status=status,
            phase=_phase(protocol.trial_category.trial_phase, record),
            sponsor=_sponsor(application.part_one),
            starts=read_date(starts, record, "start_date"),
            ends=read_date(ends, record, "completion_date"),
            target=_target(application),
            registry_ids=_other_numbers(titles, application),
            url=ADDRESS.format(number=trial.ct_number.strip()),
            sites=_sites(application.parts_two, status),
            translations=_translations(titles, protocol, language),
            contacts=_contacts(application.part_one),
        )
    )


def _translations(
    titles: Identifiers, protocol: Information, language: Tongue
) -> tuple[Translation, ...]:
    """The texts in each other language that has all criteria or at least a title."""
    found = (
        Translation(
            language=other,
            criteria=translated(protocol.eligibility_criteria, other) or "",
            title=said(titles.public_title_translations, other),
            summary=said(protocol.trial_objective.main_objective_translations, other),
            official_title=said(titles.full_title_translations, other),
        )
        for other in _TONGUES
        if other != language
    )
    return tuple(each for each in found if each.criteria or each.title)


def _status(trial: Trial, countries: tuple[PartTwo, ...], record: str) -> TrialStatus:
    word = (trial.ct_public_status_code or trial.ct_status or "").strip().lower()
    if not word:
        return TrialStatus.UNKNOWN
    if word == "authorised":  # the older shape says no more than that
        begun = any(each.msc_info.has_recruitment_started for each in countries)
        return TrialStatus.RECRUITING if begun else TrialStatus.NOT_YET_RECRUITING
    if word not in codes.STATUSES:
        refuse(record, "status", N_("“{value}” is not a status known here"), value=word[:40])
    return codes.STATUSES[word]


def _ages(population: Population, record: str) -> tuple[str | None, str | None]:
    """The bounds of all age groups together; none when no group is given."""
    groups = {
        each.age_range_category_code or each.age_range_category for each in population.age_ranges
    }
    unknown = groups - codes.AGE_GROUPS.keys()
    if unknown:
        value = str(unknown.pop())[:40]
        refuse(record, "ageRanges", N_("“{value}” is not an age group known here"), value=value)
    if not groups:
        return None, None
    ages = [codes.AGE_GROUPS[group] for group in sorted(group for group in groups if group)]
    return ages[0][0], ages[-1][1]


def _sex(population: Population) -> Asked | None:
    match population.is_female_subjects, population.is_male_subjects:
        case True, True:
            return "all"
        case True, _:
            return "female"
        case _, True:
            return "male"
    return None


def _healthy(population: Population) -> bool | None:
    groups = [each.name.lower() for each in population.clinical_trial_groups if each.name.strip()]
    return any(name.startswith("healthy") for name in groups) if groups else None


def _phase(code: str | None, record: str) -> Phase | None:
    if code is None:
        return None
    if code not in codes.PHASES:
        refuse(record, "phase", N_("“{value}” is not a phase known here"), value=code[:40])
    return codes.PHASES[code]


def _sponsor(one: PartOne) -> str:
    known = (each.organisation for each in _in_order(one))
    return next((each.name.strip() for each in known if each), "")


def _in_order(one: PartOne) -> list[Sponsor]:
    return sorted(one.sponsors, key=lambda each: not each.primary)


def _contacts(one: PartOne) -> tuple[Contact, ...]:
    """Whom the public may ask: those whom the first sponsor that names any names."""
    for sponsor in _in_order(one):
        found = (
            Contact(
                name=each.functional_name.strip(),
                phone=each.telephone.strip(),
                email=each.functional_email_address.strip(),
            )
            for each in sponsor.public_contacts
        )
        known = tuple(dict.fromkeys(each for each in found if each != Contact()))
        if known:
            return known
    return ()


def _interventions(one: PartOne) -> tuple[str, ...]:
    names = []
    for product in one.products:
        entry = product.product_dictionary_info or Dictionary()
        known = (entry.active_substance_name, product.product_name, entry.prod_name)
        names.append(next((n for n in known if n.strip().lower() not in _NOT_GIVEN), ""))
    return distinct(names)


def _target(application: Application) -> int | None:
    """The people planned in all countries, those of the register and the others."""
    counts = [each.recruitment_subject_count for each in application.parts_two]
    known = [count for count in (*counts, application.part_one.row_subject_count) if count]
    return sum(known) or None


def _other_numbers(titles: Identifiers, application: Application) -> tuple[str, ...]:
    other = titles.secondary_identifying_numbers or OtherNumbers()
    given = (other.nct_number, other.isrctn_number, other.who_universal_trial_number)
    former = application.eudra_ct.eudra_ct_code if application.eudra_ct else ""
    return distinct([*(each.number for each in given if each), former, titles.short_title])


def _sites(countries: tuple[PartTwo, ...], status: TrialStatus) -> tuple[SiteDraft, ...]:
    return tuple(
        _site(site, _site_status(country, status))
        for country in countries
        for site in country.trial_sites
    )


def _site(site: Site, status: TrialStatus | None) -> SiteDraft:
    place = site.organisation_address_info
    department = site.department_name.strip()
    contact = Contact(
        name=department if department.lower() not in _NOT_GIVEN else "",
        phone=place.phone.strip(),
        email=place.email.strip(),
    )
    return SiteDraft(
        name=place.organisation.name.strip(),
        city=place.address.city.strip(),
        postcode=place.address.postcode.strip(),
        country=country_code(place.address.country_name),
        status=status,
        address=place.address.one_line.strip(),
        contact=contact if contact != Contact() else None,
    )


def _site_status(country: PartTwo, status: TrialStatus) -> TrialStatus | None:
    """A country may begin later than the trial; once the trial is closed its status holds."""
    begun = country.msc_info.has_recruitment_started
    if status is not TrialStatus.RECRUITING or begun is None:
        return None
    return TrialStatus.RECRUITING if begun else TrialStatus.NOT_YET_RECRUITING
