"""The studies as people look for them and read them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.parse import urlsplit

from sqlalchemy.orm import Session

from recruit.actions.trust import Trust, trust
from recruit.core.clock import now, today
from recruit.core.i18n import N_
from recruit.criteria.eligibility import Eligibility
from recruit.criteria.phrase import Lexicon
from recruit.trials import looks, store
from recruit.trials.draft import Contact, Tongue, TrialDraft, TrialStatus
from recruit.trials.materials.content import Material, Part
from recruit.trials.materials.study_page import approved_page

OPEN: Final = TrialStatus.RECRUITING
STATES: Final = {
    TrialStatus.RECRUITING: N_("Looks for people now"),
    TrialStatus.NOT_YET_RECRUITING: N_("Will look for people soon"),
    TrialStatus.ENROLLING_BY_INVITATION: N_("Only people who are invited can join"),
    TrialStatus.ACTIVE_NOT_RECRUITING: N_("Goes on, but looks for no more people"),
    TrialStatus.SUSPENDED: N_("Paused"),
    TrialStatus.COMPLETED: N_("Finished"),
    TrialStatus.TERMINATED: N_("Stopped early"),
    TrialStatus.WITHDRAWN: N_("Will not take place"),
    TrialStatus.UNKNOWN: N_("It is not known if this study looks for people"),
}


@dataclass(frozen=True, slots=True)
class Worded:
    """A text and the language it is in ("en" or "fr")."""

    text: str
    language: str


@dataclass(frozen=True, slots=True)
class Listed:
    """Several short texts and the language they are in."""

    texts: tuple[str, ...]
    language: str


@dataclass(frozen=True, slots=True)
class StudySite:
    """A place where people take part; `country` is ISO 3166-1 or the source's own word.

    `contact` is the site's office or somebody of its staff, by profession.
    """

    name: str
    place: str
    country: str | None
    open: bool
    address: str = ""
    hours: str = ""
    travel: str = ""
    contact: Contact | None = None

    @property
    def tells_more(self) -> bool:
        """Whether there is more to say than where it is."""
        return any((self.hours, self.travel, self.contact))


@dataclass(frozen=True, slots=True)
class Study:
    """A study as a page shows it; texts are in the asked language where the source has it.

    `asked_at` is when the registry that its status is from last answered, where that is so long ago
    that it has to be said.
    """

    slug: str
    identifier: str
    title: Worded
    summary: Worded
    language: str
    conditions: Listed
    interventions: tuple[str, ...]
    sponsor: str
    status: TrialStatus
    sites: tuple[StudySite, ...]
    own_words: Worded
    eligibility: Eligibility
    registry_url: str | None
    asked_at: datetime | None
    trust: Trust
    page: Material | None
    """The plain-language page that an ethics committee approved: it says what the summary would."""

    @property
    def open(self) -> bool:
        """Whether it looks for people now."""
        return self.status is OPEN

    @property
    def state_sentence(self) -> str:
        """Where it stands, as a message of the catalogue."""
        return STATES[self.status]

    @property
    def paragraphs(self) -> list[str]:
        """The summary, paragraph by paragraph."""
        return [" ".join(part.split()) for part in self.summary.text.split("\n\n") if part.strip()]

    @property
    def countries(self) -> tuple[str, ...]:
        """The countries of its sites, in order and once each."""
        return countries_of(self.sites)

    @property
    def sites_by_country(self) -> dict[str | None, list[StudySite]]:
        """Its sites by country; first where most look for people, and those that do."""
        groups: dict[str | None, list[StudySite]] = {}
        for site in sorted(self.sites, key=lambda site: (not site.open, site.place, site.name)):
            groups.setdefault(site.country, []).append(site)
        most = sorted(groups, key=lambda code: -sum(site.open for site in groups[code]))
        return {code: groups[code] for code in most}

    @property
    def registry_name(self) -> str:
        """The registry's host, as people know it."""
        return _host(self.registry_url or "").removeprefix("www.")


def find_study(session: Session, slug: str, language: str, lexicon: Lexicon) -> Study:
    """The study with this slug, which is its number, as it stands now.

    Raises:
        NotFound: there is none.
    """
    version = store.get(session, slug)
    draft = version.draft
    reviewed = version.parser == store.REVIEWED
    page = approved_page(session, draft.id, _tongue(language), today())
    worth = trust(session, version, page)
    return Study(
        slug=draft.id,
        identifier=draft.id,
        title=title(draft, language),
        summary=_summary(draft, language),
        language=draft.language,
        conditions=conditions(draft, version.eligibility, language, lexicon),
        interventions=draft.interventions,
        sponsor=draft.sponsor,
        status=draft.status,
        sites=sites_of(draft, contacts=reviewed),
        own_words=_own_words(draft, language),
        eligibility=version.eligibility,
        registry_url=_safe_address(draft.url),
        asked_at=None if reviewed else looks.stale(worth.checked_at, now()),
        trust=worth,
        page=page,
    )


def _tongue(language: str) -> Tongue:
    return "fr" if language == "fr" else "en"


def title(draft: TrialDraft, language: str) -> Worded:
    """The title in `language` where there is one."""
    for other in draft.translations:
        if other.language == language != draft.language and other.title:
            return Worded(other.title, language)
    return Worded(draft.name, draft.language)


def public_title(session: Session, trial: str, language: str) -> Worded:
    """What people are told that a study is called: as its approved page does, where there is one.

    Raises:
        NotFound: there is no such trial.
    """
    page = approved_page(session, trial, _tongue(language), today())
    if page:
        return Worded(page.texts[Part.TITLE], page.place.language)
    return title(store.get(session, trial).draft, language)


def _summary(draft: TrialDraft, language: str) -> Worded:
    for other in draft.translations:
        if other.language == language != draft.language and other.summary:
            return Worded(other.summary, language)
    return Worded(draft.summary, draft.language)


def conditions(
    draft: TrialDraft, eligibility: Eligibility, language: str, lexicon: Lexicon
) -> Listed:
    """What it is about, in `language` where that is another and its concepts have names in it."""
    if draft.language != language:
        concepts = [lexicon.concept(code) for code in eligibility.about]
        names = [each.name_fr if language == "fr" else each.name_en for each in concepts if each]
        if names and all(names):
            return Listed(tuple(name[0].upper() + name[1:] for name in names if name), language)
    return Listed(draft.conditions, draft.language)


def countries_of(sites: Iterable[StudySite]) -> tuple[str, ...]:
    """The countries of `sites`, once each."""
    return tuple(dict.fromkeys(site.country for site in sites if site.country))


def sites_of(draft: TrialDraft, *, contacts: bool = False) -> tuple[StudySite, ...]:
    """Its sites; one that says nothing of its own stands where the trial stands.

    With `contacts` where its sponsor published them: a registry's may be people by name.
    """
    return tuple(
        StudySite(
            name=site.name,
            place=" ".join(filter(None, (site.postcode, site.city))),
            country=site.country,
            open=(site.status or draft.status) is OPEN,
            address=site.address,
            hours=site.hours,
            travel=site.travel,
            contact=site.contact if contacts else None,
        )
        for site in draft.sites
    )


def _own_words(draft: TrialDraft, language: str) -> Worded:
    translated = {other.language for other in draft.translations if other.criteria}
    found = language if language in translated else draft.language
    return Worded(draft.text(found).strip(), found)


def _safe_address(url: str | None) -> str | None:
    """Only a web address becomes a link: a record may say `javascript:…`."""
    return url if url and url.startswith(("https://", "http://")) and _host(url) else None


def _host(url: str) -> str:
    """The host in a web address, "" where it names none or is malformed ("http://[x")."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""
