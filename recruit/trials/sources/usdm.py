"""Studies in USDM, CDISC's unified study definitions model: JSON of version 3 or 4.

Codes are those of CDISC's terminology (NCI Thesaurus). Texts are HTML there; plain text is read
from them, and a tag within a text is replaced by the value that it refers to.
"""

import re
from typing import Final

from recruit.trials.checks import checked
from recruit.trials.draft import Asked, Phase, SiteDraft, TrialDraft
from recruit.trials.sources import usdm_shape as shape
from recruit.trials.sources.countries import country_code
from recruit.trials.sources.sections import eligibility_text, numbered
from recruit.trials.sources.shape import distinct, fitted, named, part
from recruit.trials.sources.usdm_text import Texts, plain
from recruit.trials.values import read_age

EXCLUSION: Final = "C25370"
BRIEF, OFFICIAL, PUBLIC = "C207615", "C207616", "C207617"
SPONSOR: Final = frozenset({"C70793", "C54149"})  # clinical study sponsor, pharmaceutical company
_SEXES: Final[dict[str, Asked]] = {"C16576": "female", "C20197": "male", "C49636": "all"}
_PHASES: Final[dict[str, Phase]] = {
    "C54721": "early 1",
    "C15600": "1",
    "C15693": "1/2",
    "C15601": "2",
    "C15694": "2/3",
    "C49686": "2",
    "C49688": "2",
    "C15602": "3",
    "C49687": "3",
    "C49689": "3",
    "C217025": "3/4",
    "C15603": "4",
}
_REGISTERED: Final = re.compile(r"NCT\d{8}|ISRCTN\d{8}|\d{4}-\d{6}-\d{2}-\d{2}")


def claims(value: object) -> bool:
    """Whether this looks like a study of the model."""
    return part(value, "study", "versions") is not None


def read_usdm(value: object, where: str) -> TrialDraft:
    """The newest version of a study, by its first design.

    Raises:
        Refusal: naming the study, or `where` it stands when it has no number, and the field.
    """
    study = fitted(shape.Document, value, where).study
    version = study.versions[0]
    design = next(iter(version.study_designs), shape.Design())
    people = design.population
    numbers = _numbers(version)
    number = next((each for each in numbers if _REGISTERED.fullmatch(each)), "")
    record = named(number or study.name, where)
    lowest, highest = _ages(people)
    titles = {each.type.code: plain(each.text) for each in version.titles}
    phase = design.study_phase or version.study_phase or shape.Code()
    return checked(
        TrialDraft(
            id=number,
            criteria=_criteria(value, version, design),
            title=titles.get(PUBLIC) or titles.get(BRIEF) or plain(study.label or study.name),
            official_title=titles.get(OFFICIAL) or plain(version.study_title),
            summary=plain(study.description or design.description),
            conditions=distinct([_indication(each) for each in design.indications]),
            interventions=distinct(
                [
                    plain(each.label or each.name)
                    for each in (*version.study_interventions, *design.study_interventions)
                ]
            ),
            sex=_sex(people),
            min_age=lowest,
            max_age=highest,
            youngest=read_age(lowest, record, "plannedAge"),
            oldest=read_age(highest, record, "plannedAge"),
            healthy_volunteers=people.includes_healthy_subjects,
            phase=_PHASES.get(phase.code),
            sponsor=_sponsor(version),
            target=_target(people),
            registry_ids=distinct(each for each in numbers if each != number),
            sites=_sites(version),
        )
    )


def _numbers(version: shape.Version) -> list[str]:
    given = [each.text or each.study_identifier for each in version.study_identifiers]
    return [each.strip() for each in given if each.strip()]


# ---------------------------------------------------------------- criteria
def _criteria(value: object, version: shape.Version, design: shape.Design) -> str:
    """Both lists in the order in which they stand, which is that of the protocol."""
    found = design.eligibility_criteria or design.population.criteria or version.criteria
    items = {each.id: each for each in version.eligibility_criterion_items}
    texts = Texts(value, (*version.dictionaries, *design.dictionaries))
    inclusion: list[str] = []
    exclusion: list[str] = []
    for each in found:
        item = items.get(each.criterion_item_id, shape.Item())
        text = texts.read(each.text or item.text, each.dictionary_id or item.dictionary_id)
        if text:
            (exclusion if _excludes(each) else inclusion).append(text)
    return eligibility_text(numbered(inclusion), numbered(exclusion), "en")


def _excludes(criterion: shape.Criterion) -> bool:
    category = criterion.category
    return category.code == EXCLUSION or category.decode.lower().startswith("exclu")


# ---------------------------------------------------------------- who, where, what
def _ages(people: shape.Population) -> tuple[str | None, str | None]:
    age = people.planned_age
    if age is None:
        return None, None
    unit = age.unit.lower() or "year"
    low = f"{age.low:g} {unit}" if age.low else None
    high = f"{age.high:g} {unit}" if age.high is not None else None
    return low, high


def _sex(people: shape.Population) -> Asked | None:
    asked = {_SEXES[each.code] for each in people.planned_sex if each.code in _SEXES}
    return "all" if len(asked) > 1 else next(iter(asked), None)


def _target(people: shape.Population) -> int | None:
    planned = (
        people.planned_enrollment_number
        or people.planned_enrollment_number_quantity
        or people.planned_enrollment_number_range
    )
    most = (planned.high or planned.low) if planned else None
    return int(most) if most else None


def _indication(found: shape.Indication) -> str:
    """The disease by its name; an indication is called "IND1" as often as not."""
    decoded = (each.decode for each in found.codes)
    return plain(found.label or found.description or next(decoded, "") or found.name)


def _sponsor(version: shape.Version) -> str:
    scopes = (each.study_identifier_scope for each in version.study_identifiers)
    known = [*version.organizations, *(each for each in scopes if each)]
    return next((plain(each.label or each.name) for each in known if each.type.code in SPONSOR), "")


def _sites(version: shape.Version) -> tuple[SiteDraft, ...]:
    return tuple(
        _site(site, organisation)
        for organisation in version.organizations
        for site in organisation.managed_sites
    )


def _site(site: shape.Site, owner: shape.Organisation) -> SiteDraft:
    address = owner.legal_address or shape.Address()
    country = site.country or address.country or shape.Code()
    return SiteDraft(
        name=plain(site.label or site.name),
        city=plain(address.city),
        postcode=plain(address.postal_code),
        country=country_code(country.decode or country.code),
        address=", ".join(plain(line) for line in (*address.lines, address.line) if line),
    )
