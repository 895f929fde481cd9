"""The fields of a draft in words, so that two of them can be read side by side."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from recruit.actions.catalogue import STATES
from recruit.core import written
from recruit.core.dates import PartialDate
from recruit.core.i18n import N_, translate
from recruit.trials.draft import (
    AgeLimit,
    Contact,
    Participation,
    SiteDraft,
    TrialDraft,
    TrialStatus,
)

SEXES: Final = {"all": N_("Everybody"), "female": N_("Women only"), "male": N_("Men only")}
ANSWERS: Final = {True: N_("Yes"), False: N_("No")}


@dataclass(frozen=True, slots=True)
class Told:
    """What one field says: `part` is a message of the catalogue, `words` are in `language`.

    `part` may use {number}: which one of several it is.
    """

    part: str
    words: str
    language: str
    number: int = 0


def told(draft: TrialDraft, language: str) -> Iterator[Told]:
    """Every field of a draft that says something, but for its sites and its eligibility text.

    Texts are in the language they were written in; `language` is the reader's.
    """
    yield from _said(_own(draft), draft.language)
    yield from _said(_facts(draft, language), language)
    yield from _said(_participation(draft.participation), draft.language)
    for number, contact in enumerate(draft.contacts, 1):
        yield Told(N_("Contact {number}"), _contact(contact), draft.language, number)
    for other in draft.translations:
        texts = (
            (N_("Translation: public title"), other.title),
            (N_("Translation: scientific title"), other.official_title),
            (N_("Translation: summary"), other.summary),
            (N_("Translation: eligibility text"), other.criteria),
            (N_("Translation: visits"), other.participation.visits),
            (N_("Translation: burden"), other.participation.burden),
            (N_("Translation: reimbursement"), other.participation.reimbursement),
        )
        yield from _said(texts, other.language)


def site_words(site: SiteDraft, language: str) -> str:
    """A site in one line, nothing of it left out."""
    place = " ".join(filter(None, (site.postcode, site.city)))
    country = written.country(site.country, language) if site.country else ""
    degrees = "" if site.lat is None or site.lon is None else f"{site.lat}, {site.lon}"
    capacity = "" if site.capacity is None else _labelled(N_("Capacity"), site.capacity, language)
    parts = (
        *(site.name, site.address, place, country, degrees),
        translate(STATES[site.status], language) if site.status else "",
        *(_contact(site.contact) if site.contact else "", capacity),
        *(" ".join(site.hours.split()), " ".join(site.travel.split())),
    )
    return " · ".join(part for part in parts if part)


def _own(draft: TrialDraft) -> tuple[tuple[str, str], ...]:
    """What the source says in its own words."""
    return (
        (N_("Number"), draft.id),
        (N_("Other numbers"), "; ".join(draft.registry_ids)),
        (N_("Public title"), draft.title),
        (N_("Scientific title"), draft.official_title),
        (N_("Summary"), draft.summary),
        (N_("Conditions"), "; ".join(draft.conditions)),
        (N_("Interventions"), "; ".join(draft.interventions)),
        (N_("Keywords"), "; ".join(draft.keywords)),
        (N_("Sponsor"), draft.sponsor),
        (N_("Address in the registry"), draft.url or ""),
    )


def _facts(draft: TrialDraft, language: str) -> tuple[tuple[str, str], ...]:
    """What has one of a few values, or a figure."""
    healthy = draft.healthy_volunteers
    known = draft.status is not TrialStatus.UNKNOWN
    return (
        (N_("Language of the texts"), written.tongue(draft.language, language)),
        (N_("Sex"), translate(SEXES[draft.sex], language) if draft.sex else ""),
        (N_("Lowest age"), _age(draft.min_age, draft.youngest)),
        (N_("Highest age"), _age(draft.max_age, draft.oldest)),
        (
            N_("Healthy volunteers"),
            "" if healthy is None else translate(ANSWERS[healthy], language),
        ),
        (N_("Status"), translate(STATES[draft.status], language) if known else ""),
        (N_("Phase"), draft.phase or ""),
        (N_("Starts on"), _day(draft.starts, language)),
        (N_("Ends on"), _day(draft.ends, language)),
        (
            N_("Number of participants"),
            "" if draft.target is None else written.number(draft.target, language),
        ),
    )


def _participation(participation: Participation) -> tuple[tuple[str, str], ...]:
    return (
        (N_("Visits"), participation.visits),
        (N_("Burden"), participation.burden),
        (N_("Reimbursement"), participation.reimbursement),
    )


def _said(fields: tuple[tuple[str, str], ...], language: str) -> Iterator[Told]:
    return (Told(part, words, language) for part, words in fields if words)


def _age(words: str | None, limit: AgeLimit | None) -> str:
    """The source's own words, and what they say where that is more than a wish for no bound."""
    meant = "" if limit is None else f"{limit.amount:g} {limit.unit.value}"
    return words or meant


def _day(value: PartialDate | None, language: str) -> str:
    return "" if value is None else written.known_date(value, language)


def _contact(contact: Contact) -> str:
    parts = (contact.name, contact.role, contact.phone, contact.email)
    return ", ".join(part for part in parts if part)


def _labelled(label: str, value: float, language: str) -> str:
    return f"{translate(label, language)} {written.number(value, language)}"
