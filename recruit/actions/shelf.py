"""The studies that people look through: an index in memory, made again when trials change.

A search matches on words, in their normal form of both languages, and on what they mean: somebody
who looks for "diabète" finds an English study of "type 2 diabetes mellitus".
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from typing import Final

from sqlalchemy import func
from sqlalchemy.orm import Session
from sqlmodel import col, select

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
from recruit.actions.paging import Page, page_number
from recruit.core.i18n import LANGUAGES
from recruit.terminology.concepts import Kind
from recruit.terminology.lexicon import SURE, Lexicon
from recruit.terminology.words import read
from recruit.trials import store
from recruit.trials.draft import TrialStatus
from recruit.trials.tables import Trial, TrialVersion

SIZE: Final = 20


@dataclass(frozen=True, slots=True)
class StudySearch:
    """What somebody looks for; None and "" narrow nothing."""

    words: str = ""
    country: str | None = None
    all_states: bool = False
    page: int = 1

    @property
    def narrows(self) -> bool:
        """Whether a wider search may find more."""
        return bool(self.words or self.country or not self.all_states)


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
class _Entry:
    """A study as it is searched: its words in normal form, each after a blank."""

    lines: dict[str, StudyLine]
    numbers: frozenset[str]
    called: str
    said: str
    about: frozenset[str]

    def line(self, language: str) -> StudyLine:
        return self.lines[language]


_Signature = tuple[int, datetime | None, datetime | None]


class Shelf:
    """All studies of one database, shared by the threads of a process."""

    def __init__(self, open_lexicon: Callable[[], Lexicon]) -> None:
        self._open_lexicon = open_lexicon
        self._entries: tuple[_Entry, ...] = ()
        self._signature: _Signature | None = None
        self._lock = Lock()

    def count_open(self, session: Session) -> int:
        """How many studies look for people now."""
        return sum(entry.line("en").open for entry in self._fresh(session))

    def countries(self, session: Session) -> tuple[str, ...]:
        """Every country with a study, in no particular order."""
        found = {code for entry in self._fresh(session) for code in entry.line("en").countries}
        return tuple(found)

    def search(self, session: Session, wanted: StudySearch, language: str) -> Page[StudyLine]:
        """One page of the studies that fit: open ones first, then the closest to the words."""
        typed = wanted.words.casefold()
        norms = [f" {norm}" for norm in read(wanted.words).norms if norm.isalnum()]
        meant = _meant(wanted.words, self._open_lexicon())
        found: list[tuple[tuple[bool, int, bool, str], StudyLine]] = []
        for entry in self._fresh(session):
            line = entry.line(language)
            distance = 0 if typed in entry.numbers else _distance(entry, norms, meant)
            if distance is None or not _fits(line, wanted):
                continue
            foreign = line.title.language != language
            key = (not line.open, distance, foreign, line.title.text.casefold())
            found.append((key, line))
        found.sort(key=lambda each: each[0])
        number = page_number(wanted.page, SIZE, len(found))
        shown = found[(number - 1) * SIZE : number * SIZE]
        return Page(tuple(line for _, line in shown), number, SIZE, len(found))

    def _fresh(self, session: Session) -> tuple[_Entry, ...]:
        newest = session.execute(
            select(
                func.count(), func.max(col(Trial.amended_at)), func.max(col(TrialVersion.read_at))
            ).join(TrialVersion, col(TrialVersion.trial) == col(Trial.id))
        ).one()
        signature: _Signature = (newest[0], newest[1], newest[2])
        with self._lock:
            if signature != self._signature:
                lexicon = self._open_lexicon()
                self._entries = tuple(_entry(each, lexicon) for each in store.current(session))
                self._signature = signature
            return self._entries


def _entry(version: store.Version, lexicon: Lexicon) -> _Entry:
    draft = version.draft
    titles = [draft.title, draft.official_title, *(each.title for each in draft.translations)]
    summaries = [draft.summary, *(each.summary for each in draft.translations)]
    more = [*draft.interventions, *draft.keywords, *summaries]
    return _Entry(
        lines={each: _line(version, each, lexicon) for each in LANGUAGES},
        numbers=frozenset(each.casefold() for each in (draft.id, *draft.registry_ids)),
        called=_normal([*titles, *draft.conditions]),
        said=_normal(more),
        about=frozenset(version.eligibility.about),
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


def _normal(texts: Sequence[str]) -> str:
    return "".join(f" {norm}" for text in texts for norm in read(text).norms)


def _meant(typed: str, lexicon: Lexicon) -> frozenset[str]:
    """The diseases that the words surely name, with everything that is a kind of them."""
    candidates = lexicon.lookup(typed, kinds={Kind.CONDITION}) if typed else []
    sure = (each.concept.id for each in candidates if each.score >= SURE)
    return frozenset().union(*map(lexicon.descendants, sure))


def _distance(entry: _Entry, norms: list[str], meant: frozenset[str]) -> int | None:
    """How far a study is from the words: 0 called so, 1 about it, 2 mentions them; None not at all.

    The beginning of a word is enough: people search while they type.
    """
    if all(norm in entry.called for norm in norms):
        return 0
    if meant & entry.about:
        return 1
    whole = entry.called + entry.said
    return 2 if all(norm in whole for norm in norms) else None


def _fits(line: StudyLine, wanted: StudySearch) -> bool:
    if not wanted.all_states and not line.open:
        return False
    return wanted.country is None or wanted.country in line.countries
