"""A trial as a FHIR R4 ResearchStudy: what its public page says, and nothing of anybody else.

Sites, sponsor and group are contained, as CodeX's matching services hand them out and its app reads
them; so is the eligibility text as what the group is called.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from recruit.actions.catalogue import conditions, title
from recruit.actions.fhir.naming import Json, study_id, study_identifier
from recruit.actions.finding.where import Point, km_between
from recruit.core.dates import PartialDate
from recruit.people.export.fhir_facts import ADDRESSES, CONCEPT
from recruit.terminology.lexicon import Lexicon
from recruit.trials import store
from recruit.trials.about import recruits
from recruit.trials.draft import Contact, Phase, SiteDraft, TrialDraft, TrialStatus

# HL7's own mapping of ClinicalTrials.gov's words; R4 knows none for a trial by invitation, or for
# one of which nothing is known.
STATUSES: Final[Mapping[TrialStatus, str]] = {
    TrialStatus.NOT_YET_RECRUITING: "approved",
    TrialStatus.RECRUITING: "active",
    TrialStatus.ENROLLING_BY_INVITATION: "active",
    TrialStatus.ACTIVE_NOT_RECRUITING: "closed-to-accrual",
    TrialStatus.SUSPENDED: "temporarily-closed-to-accrual",
    TrialStatus.COMPLETED: "completed",
    TrialStatus.TERMINATED: "administratively-completed",
    TrialStatus.WITHDRAWN: "withdrawn",
    TrialStatus.UNKNOWN: "in-review",
}
PHASE: Final = "http://terminology.hl7.org/CodeSystem/research-study-phase"
PHASES: Final[Mapping[Phase, tuple[str, str]]] = {
    "early 1": ("early-phase-1", "Early Phase 1"),
    "1": ("phase-1", "Phase 1"),
    "1/2": ("phase-1-phase-2", "Phase 1/Phase 2"),
    "2": ("phase-2", "Phase 2"),
    "2/3": ("phase-2-phase-3", "Phase 2/Phase 3"),
    "3": ("phase-3", "Phase 3"),
    "3/4": ("phase-3", "Phase 3/Phase 4"),  # R4 has no code for both
    "4": ("phase-4", "Phase 4"),
}
COUNTRY: Final = "urn:iso:std:iso:3166"
LETTERS: Final = 2


def research_study(
    version: store.Version, language: str, lexicon: Lexicon, near: Point | None = None
) -> Json:
    """The resource; texts in `language` where the trial has them, sites `near` first.

    Whom to ask is said where its sponsor published it: a registry's contacts may be people by name.
    """
    draft, published = version.draft, version.parser == store.REVIEWED
    said = title(draft, language)
    sites = _sites(draft, near)
    places = [_location(n, each, published=published) for n, each in enumerate(sites, 1)]
    contained = [*_sponsor(draft), *_group(draft, language), *places]
    made: Json = {
        "resourceType": "ResearchStudy",
        "id": study_id(draft.id),
        "meta": {
            "versionId": str(version.number),
            "lastUpdated": version.read_at.isoformat(timespec="seconds"),
        },
        "language": said.language,
        "contained": contained,
        "identifier": [study_identifier(each) for each in (draft.id, *draft.registry_ids)],
        "title": said.text,
        "status": STATUSES[draft.status],
        "phase": _phase(draft.phase),
        "condition": list(_conditions(version, language, lexicon)),
        "focus": [{"text": each} for each in draft.interventions],
        "keyword": [{"text": each} for each in draft.keywords],
        "location": [_country(each) for each in _countries(draft)],
        "description": _summary(draft, language),
        "enrollment": _enrollment(draft, language),
        "period": _period(draft),
        "sponsor": {"reference": "#sponsor", "type": "Organization", "display": draft.sponsor}
        if draft.sponsor
        else None,
        "site": [
            {"reference": f"#{each['id']}", "type": "Location", "display": each["name"]}
            for each in places
        ],
        "contact": [_contact(each) for each in draft.contacts if published],
        "relatedArtifact": _page(draft.url),
    }
    return {name: value for name, value in made.items() if value}


def _sites(draft: TrialDraft, near: Point | None) -> list[SiteDraft]:
    """Those that look for people first, the nearest first."""

    def place(site: SiteDraft) -> tuple[bool, float]:
        closed = not recruits(site, draft.status)
        if near is None or site.lat is None or site.lon is None:
            return closed, float("inf")
        return closed, km_between(near, site.lat, site.lon)

    return sorted(draft.sites, key=place)


def _location(number: int, site: SiteDraft, *, published: bool) -> Json:
    name = site.name or ", ".join(filter(None, (site.city, site.country))) or str(number)
    address = {
        "line": [line for line in site.address.splitlines() if line.strip()],
        "city": site.city,
        "postalCode": site.postcode,
        "country": site.country,
    }
    made: Json = {
        "resourceType": "Location",
        "id": f"site-{number}",
        "name": name,
        "telecom": _telecom(site.contact) if published and site.contact else [],
        "address": {part: value for part, value in address.items() if value},
    }
    if site.lat is not None and site.lon is not None:
        made["position"] = {"longitude": site.lon, "latitude": site.lat}
    return {part: value for part, value in made.items() if value}


def _sponsor(draft: TrialDraft) -> Iterator[Json]:
    if draft.sponsor:
        yield {"resourceType": "Organization", "id": "sponsor", "name": draft.sponsor}


def _group(draft: TrialDraft, language: str) -> Iterator[Json]:
    """Who is looked for; R4 wants a resource where a text would do."""
    if draft.text(language).strip():
        yield {"resourceType": "Group", "id": "wanted", "type": "person", "actual": False}


def _enrollment(draft: TrialDraft, language: str) -> list[Json]:
    text = draft.text(language).strip()
    return [{"reference": "#wanted", "type": "Group", "display": text}] if text else []


def _phase(phase: Phase | None) -> Json | None:
    if phase is None:
        return None
    code, name = PHASES[phase]
    return {"coding": [{"system": PHASE, "code": code}], "text": name}


def _conditions(version: store.Version, language: str, lexicon: Lexicon) -> Iterator[Json]:
    """As the trial names them, then what it is about in codes."""
    listed = conditions(version.draft, version.eligibility, language, lexicon)
    for text in listed.texts:
        yield {"text": text}
    for concept in version.eligibility.about:
        known = lexicon.concept(concept)
        standard, _, code = concept.partition(":")
        if standard in ADDRESSES:
            coding = {"system": ADDRESSES[standard], "code": code}
        else:
            coding = {"system": CONCEPT, "code": concept}
        name = known.name(language) if known else concept
        yield {"coding": [{**coding, "display": name}], "text": name}


def _countries(draft: TrialDraft) -> Iterable[str]:
    return dict.fromkeys(each.country for each in draft.sites if each.country)


def _country(country: str) -> Json:
    if len(country) == LETTERS:
        return {"coding": [{"system": COUNTRY, "code": country}], "text": country}
    return {"text": country}


def _summary(draft: TrialDraft, language: str) -> str:
    translated = (t.summary for t in draft.translations if t.language == language != draft.language)
    return next(filter(None, translated), draft.summary).strip()


def _period(draft: TrialDraft) -> Json:
    ends = {"start": _day(draft.starts), "end": _day(draft.ends)}
    return {end: day for end, day in ends.items() if day}


def _day(day: PartialDate | None) -> str | None:
    """A day, month or year; R4 has no word for a longer span."""
    return str(day) if day and "/" not in str(day) else None


def _contact(contact: Contact) -> Json:
    name = ", ".join(filter(None, (contact.name, contact.role)))
    made: Json = {"name": name, "telecom": _telecom(contact)}
    return {part: value for part, value in made.items() if value}


def _telecom(contact: Contact) -> list[Json]:
    points = {"phone": contact.phone, "email": contact.email}
    return [
        {"system": system, "value": value, "use": "work"}
        for system, value in points.items()
        if value
    ]


def _page(url: str | None) -> list[Json]:
    if not url or not url.startswith(("https://", "http://")):
        return []
    return [{"type": "documentation", "url": url}]
