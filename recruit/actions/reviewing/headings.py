"""What a row of the queue says of its study: kept in memory, since a version's text never changes.

What is read from the text does, with the parser: that is part of what it is kept under.
"""

import json
from collections import OrderedDict
from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from threading import Lock
from typing import Final, Generic, TypeVar

from sqlalchemy import RowMapping, and_, or_, select
from sqlalchemy.orm import Session
from sqlmodel import col

from recruit.actions.catalogue import Worded, title
from recruit.core.i18n import LANGUAGES
from recruit.criteria.codec import decode_eligibility
from recruit.criteria.eligibility import Criterion, CriterionKind, leaves
from recruit.criteria.nodes import Unparsed
from recruit.criteria.phrase import Lexicon, phrase
from recruit.trials import centres
from recruit.trials.about import recruits
from recruit.trials.draft import decode_draft
from recruit.trials.tables import TrialVersion

MOST: Final = 2_000
"""Studies whose headings a process keeps; each takes some kilobytes."""
NAMES: Final = ("id", "trial", "number", "digest", "parser", "read_at")
Pair = tuple[str, int]
K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


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


def headings(session: Session, pairs: Collection[Pair]) -> dict[Pair, Heading]:
    """The headings of trial versions, by (trial, number)."""
    return {
        (row["trial"], row["number"]): HEADINGS.get(
            row["digest"], partial(_heading, session, row["id"])
        )
        for row in _rows(session, pairs)
    }


def criteria(
    session: Session, pairs: Collection[Pair], language: str, lexicon: Lexicon
) -> dict[Pair, tuple[Asked, ...]]:
    """The criteria of trial versions in their order, each in one line.

    As its rule says, where that was understood, else in the study's own words.
    """
    return {
        (row["trial"], row["number"]): CRITERIA.get(
            (row["digest"], row["parser"], row["read_at"], language),
            partial(_criteria, session, row["id"], language, lexicon),
        )
        for row in _rows(session, pairs)
    }


def _rows(session: Session, pairs: Collection[Pair]) -> Sequence[RowMapping]:
    if not pairs:
        return []
    these = (
        and_(col(TrialVersion.trial) == trial, col(TrialVersion.number) == number)
        for trial, number in pairs
    )
    query = select(*(col(getattr(TrialVersion, name)) for name in NAMES)).where(or_(*these))
    return session.execute(query).mappings().all()


def _heading(session: Session, number: int) -> Heading:
    draft = decode_draft(session.get_one(TrialVersion, number).draft)
    return Heading(
        titles={each: title(draft, each) for each in LANGUAGES},
        language=draft.language,
        sites=tuple(
            (centres.site_key(site), ", ".join(filter(None, (site.name, site.city))))
            for site in draft.sites
            if recruits(site, draft.status)
        ),
    )


def _criteria(session: Session, number: int, language: str, lexicon: Lexicon) -> tuple[Asked, ...]:
    version = session.get_one(TrialVersion, number)
    written = decode_draft(version.draft).language
    read = decode_eligibility(json.loads(version.eligibility), version.trial)
    return tuple(
        Asked(each.kind, _line(each, written, language, lexicon)) for each in read.criteria
    )


def _line(criterion: Criterion, written: str, language: str, lexicon: Lexicon) -> Worded:
    if any(isinstance(leaf, Unparsed) for leaf in leaves(criterion.rule)):
        return Worded(" ".join(criterion.text.split()), written)
    return Worded(phrase(criterion.rule, language, lexicon), language)
