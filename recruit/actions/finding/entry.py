"""A study as it is searched: what a list shows of it, its words in normal form, its places."""

from collections.abc import Iterable
from dataclasses import dataclass

from recruit.actions.catalogue import (
    OPEN,
    STATES,
    Listed,
    Worded,
    conditions,
    countries_of,
    sites_of,
    title,
)
from recruit.core.dates import DAYS, TimeUnit
from recruit.core.i18n import LANGUAGES
from recruit.terminology.lexicon import Lexicon
from recruit.terminology.words import read
from recruit.trials import store
from recruit.trials.about import recruits
from recruit.trials.draft import AgeLimit, TrialDraft, TrialStatus


@dataclass(frozen=True, slots=True)
class StudyLine:
    """A study in a list."""

    slug: str
    title: Worded
    conditions: Listed
    countries: tuple[str, ...]
    status: TrialStatus

    @property
    def open(self) -> bool:
        """Whether it looks for people now."""
        return self.status is OPEN

    @property
    def state_sentence(self) -> str:
        """Where it stands, as a message of the catalogue."""
        return STATES[self.status]


@dataclass(frozen=True, slots=True)
class Spot:
    """A town with a site of the study; degrees are WGS 84, `open` whether it looks for people."""

    town: str
    country: str | None
    lat: float
    lon: float
    open: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """A study as it is searched.

    `called` are the words of its titles and conditions, `said` those of the rest, each once.
    `youngest` and `oldest` are ages in years, None where it names no limit.
    """

    lines: dict[str, StudyLine]
    numbers: frozenset[str]
    called: frozenset[str]
    said: frozenset[str]
    about: frozenset[str]
    spots: tuple[Spot, ...]
    youngest: float | None
    oldest: float | None
    healthy: bool

    @property
    def countries(self) -> tuple[str, ...]:
        """The countries of its sites."""
        return self.lines["en"].countries


def entry(version: store.Version, lexicon: Lexicon) -> Entry:
    """What is searched of the current version of a trial."""
    draft = version.draft
    titles = [draft.title, draft.official_title, *(each.title for each in draft.translations)]
    summaries = [draft.summary, *(each.summary for each in draft.translations)]
    called = _words([*titles, *draft.conditions])
    return Entry(
        lines={each: _line(version, each, lexicon) for each in LANGUAGES},
        numbers=frozenset(each.casefold() for each in (draft.id, *draft.registry_ids)),
        called=called,
        said=_words([*draft.interventions, *draft.keywords, *summaries]) - called,
        about=frozenset(version.eligibility.about),
        spots=tuple(dict.fromkeys(_spots(draft))),
        youngest=_years(draft.youngest),
        oldest=_years(draft.oldest),
        healthy=version.eligibility.seeks_healthy,
    )


def _line(version: store.Version, language: str, lexicon: Lexicon) -> StudyLine:
    draft = version.draft
    return StudyLine(
        slug=draft.id,
        title=title(draft, language),
        conditions=conditions(draft, version.eligibility, language, lexicon),
        countries=countries_of(sites_of(draft)),
        status=draft.status,
    )


def _words(texts: Iterable[str]) -> frozenset[str]:
    return frozenset(norm for text in texts for norm in read(text).norms if norm.isalnum())


def _spots(draft: TrialDraft) -> Iterable[Spot]:
    for site in draft.sites:
        if site.lat is not None and site.lon is not None:
            is_open = recruits(site, draft.status)
            yield Spot(site.city, site.country, site.lat, site.lon, is_open)


def _years(limit: AgeLimit | None) -> float | None:
    return limit.amount * DAYS[limit.unit] / DAYS[TimeUnit.YEAR] if limit else None
