"""What a row of the queue says of its study: kept in memory, since a version's text never changes.

What is read from the text does, with the parser: that is part of what it is kept under.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from threading import Lock
from typing import Any, Final, Generic, TypeVar

from sqlalchemy import Label, RowMapping
from sqlalchemy.orm import Session
from sqlmodel import col

from recruit.actions.catalogue import Worded, title
from recruit.actions.criterion_words import in_one_line
from recruit.core.i18n import LANGUAGES
from recruit.criteria.eligibility import CriterionKind
from recruit.criteria.phrase import Lexicon
from recruit.trials import centres
from recruit.trials import store as trials
from recruit.trials.about import recruits
from recruit.trials.store import Version
from recruit.trials.tables import TrialVersion

MOST: Final = 2_000
"""Studies whose headings a process keeps; each takes some kilobytes."""
MOST_READ: Final = 200
"""Versions that a process keeps as a whole; each takes some tens of kilobytes."""
NAMES: Final = ("id", "trial", "number", "digest", "parser", "read_at")
MARKED: Final[tuple[Label[Any], ...]] = tuple(
    col(getattr(TrialVersion, each)).label(f"version_{each}") for each in NAMES
)
"""The columns by which a version is found here, for any query that can be joined with them."""
K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class Mark:
    """A trial version as it was read at one time: the same in every place that keeps it."""

    id: int
    trial: str
    number: int
    digest: str
    parser: str
    read_at: datetime


@dataclass(frozen=True, slots=True)
class Heading:
    """A study's titles by language, the language it was written in, and its recruiting sites.

    The sites are (key, name), in the study's order.
    """

    titles: Mapping[str, Worded]
    language: str
    sites: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """A criterion in one line, and whether it lets people in or keeps them out."""

    kind: CriterionKind
    said: Worded


class Kept(Generic[K, V]):
    """The values that were asked for last, shared by the threads of a process."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._values: OrderedDict[K, V] = OrderedDict()
        self._lock = Lock()

    def get(self, key: K, make: Callable[[], V]) -> V:
        """The value under `key`, made when it is not there."""
        with self._lock:
            if key in self._values:
                self._values.move_to_end(key)
                return self._values[key]
        value = make()  # outside the lock: it asks the database
        with self._lock:
            self._values[key] = value
            while len(self._values) > self._most:
                self._values.popitem(last=False)
        return value


HEADINGS: Final[Kept[str, Heading]] = Kept(MOST)
CRITERIA: Final[Kept[Hashable, tuple[Asked, ...]]] = Kept(MOST)
VERSIONS: Final[Kept[Mark, Version]] = Kept(MOST_READ)


def mark(row: RowMapping) -> Mark:
    """The trial version that a row with the columns `MARKED` is about."""
    return Mark(*(row[f"version_{each}"] for each in NAMES))


def heading(session: Session, of: Mark) -> Heading:
    """What a row says of a trial version."""
    return HEADINGS.get(of.digest, partial(_heading, session, of))


def criteria(session: Session, of: Mark, language: str, lexicon: Lexicon) -> tuple[Asked, ...]:
    """The criteria of a trial version in their order, each in one line.

    As its rule says, where that was understood, else in the study's own words.
    """
    key = (of.digest, of.parser, of.read_at, language)
    return CRITERIA.get(key, partial(_criteria, session, of, language, lexicon))


def version(session: Session, of: Mark) -> Version:
    """A trial version, decoded."""
    return VERSIONS.get(of, partial(trials.version, session, of.trial, of.number))


def _heading(session: Session, of: Mark) -> Heading:
    draft = version(session, of).draft
    return Heading(
        titles={each: title(draft, each) for each in LANGUAGES},
        language=draft.language,
        sites=tuple(
            (centres.site_key(site), ", ".join(filter(None, (site.name, site.city))))
            for site in draft.sites
            if recruits(site, draft.status)
        ),
    )


def _criteria(session: Session, of: Mark, language: str, lexicon: Lexicon) -> tuple[Asked, ...]:
    found = version(session, of)
    return tuple(
        Asked(each.kind, in_one_line(each, found.draft.language, language, lexicon))
        for each in found.eligibility.criteria
    )
