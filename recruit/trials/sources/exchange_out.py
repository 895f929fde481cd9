"""A draft in the trial exchange format: what read_exchange reads as the same draft."""

from recruit.criteria.encoding import plain
from recruit.criteria.record import JsonValue
from recruit.trials.draft import (
    AgeLimit,
    Contact,
    Participation,
    SiteDraft,
    Translation,
    TrialDraft,
)

JsonObject = dict[str, JsonValue]


def as_exchange(draft: TrialDraft) -> JsonObject:
    """The trial as docs/formats.md has the exchange format; what says nothing is left out."""
    return _said(
        {
            "id": draft.id,
            "title": draft.title,
            "official_title": draft.official_title,
            "summary": draft.summary,
            "language": draft.language,
            "conditions": list(draft.conditions),
            "interventions": list(draft.interventions),
            "keywords": list(draft.keywords),
            "sex": draft.sex,
            "min_age": draft.min_age or _age(draft.youngest),
            "max_age": draft.max_age or _age(draft.oldest),
            "healthy_volunteers": draft.healthy_volunteers,
            "criteria": draft.criteria,
            "status": draft.status.value,
            "phase": draft.phase,
            "sponsor": draft.sponsor,
            "start_date": str(draft.starts) if draft.starts else None,
            "completion_date": str(draft.ends) if draft.ends else None,
            "target": draft.target,
            "registry_ids": list(draft.registry_ids),
            "url": draft.url,
            "sites": [_site(site) for site in draft.sites],
            "participation": _participation(draft.participation),
            "contacts": [_contact(contact) for contact in draft.contacts],
            "translations": [_translation(each) for each in draft.translations],
        }
    )


def _said(fields: JsonObject) -> JsonObject:
    empty: tuple[JsonValue, ...] = (None, "", [], {})
    return {name: value for name, value in fields.items() if value not in empty}


def _age(limit: AgeLimit | None) -> str | None:
    return f"{limit.amount:g} {limit.unit}s" if limit else None


def _site(site: SiteDraft) -> JsonObject:
    return _said(
        {
            "name": site.name,
            "city": site.city,
            "postcode": site.postcode,
            "country": site.country,
            "lat": plain(site.lat),
            "lon": plain(site.lon),
            "status": site.status.value if site.status else None,
            "address": site.address,
            "contact": _contact(site.contact) if site.contact else None,
            "capacity": site.capacity,
            "hours": site.hours,
            "travel": site.travel,
        }
    )


def _contact(contact: Contact) -> JsonObject:
    return _said(
        {
            "name": contact.name,
            "role": contact.role,
            "phone": contact.phone,
            "email": contact.email,
        }
    )


def _participation(meant: Participation) -> JsonObject:
    return _said(
        {
            "visits": meant.visits,
            "burden": meant.burden,
            "reimbursement": meant.reimbursement,
        }
    )


def _translation(said: Translation) -> JsonObject:
    return _said(
        {
            "language": said.language,
            "criteria": said.criteria,
            "title": said.title,
            "summary": said.summary,
            "official_title": said.official_title,
            "participation": _participation(said.participation),
        }
    )
