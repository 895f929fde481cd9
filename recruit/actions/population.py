"""Everybody who consents to matching, as columns in a file that the processes of a machine share.

Counting for sponsors asks a million people at once; reading them from the database takes minutes.
A job brings the file up to date when people have changed (populating.py). Who has taken back their
consent since is left out of every count from that moment on, and gone from the next file. The file
knows people by their marks alone, which without the key lead to nobody.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from threading import Lock
from typing import Final

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Engine, func, or_, select
from sqlalchemy.orm import Session

from recruit.actions.populating import (
    Moment,
    alone_in,
    build,
    file,
    is_read_from,
    lexicon_of,
    moment_of,
)
from recruit.audit.tables import AUDIT
from recruit.audit.trail import Tag
from recruit.consent.choices import Choice, Purpose
from recruit.consent.permit import refusing
from recruit.consent.projection import standings
from recruit.consent.state import EventType, Standings, pause_of, permitting
from recruit.consent.tables import CONSENT
from recruit.core import arrays, chain
from recruit.core.arrays import ArraysDamaged
from recruit.core.clock import now, today
from recruit.core.db import reading
from recruit.disclosure.sketch import Marks, Sketch, mark
from recruit.matching import saved
from recruit.matching.embedded import Engine as Embedded
from recruit.matching.index import Flags, Rows
from recruit.matching.outcome import Hierarchy
from recruit.people.tables import VERSION

SMALL: Final = 2_000  # so many are built at once by whoever asks, in less than a second
EVERY: Final = timedelta(minutes=15)
# What ends nobody's consent: a yes without an end, and the end of a pause.
YES_AGAIN: Final = (EventType.GRANTED.value, EventType.RESUMED.value)
# What changes people without a word of consent.
CHANGES: Final = (Tag.PEOPLE_IMPORTED, Tag.PROFILE_TOLD, Tag.JOINED, Tag.PERSON_ERASED)


@dataclass(slots=True)
class Population:
    """People who consented at a moment: a row each, in `engine`, `marks` and `until`.

    `order` lists the rows by ascending mark; `until` is when a consent runs out, in seconds since
    1970.
    """

    engine: Embedded
    marks: Marks
    order: Rows
    until: NDArray[np.int64]
    moment: Moment
    everybody: Sketch
    _looked: int = 0
    _doubtful: set[str] = field(default_factory=set)
    _lock: Lock = field(default_factory=Lock)

    @property
    def size(self) -> int:
        """How many people it holds."""
        return len(self.marks)

    def present(self, session: Session, trial: str, key: bytes, at: datetime) -> Flags:
        """Who still consents at the moment `at`, and has not refused this trial."""
        there = self.until > at.timestamp()
        gone = self._withdrawn(session, at)
        gone |= set(session.scalars(refusing(Purpose.MATCHING, f"trial/{trial}", at)))
        there[self._rows(gone, key)] = False
        return there

    def _withdrawn(self, session: Session, at: datetime) -> set[str]:
        """Who said something since that may end their consent, and does not consent now."""
        head, _ = chain.head(session, CONSENT)
        with self._lock:
            after = max(self._looked, self.moment.consents)
        query = select(CONSENT.c.person).where(
            CONSENT.c.sequence > after,
            or_(CONSENT.c.type.not_in(YES_AGAIN), CONSENT.c.valid_until.is_not(None)),
        )
        spoke = set(session.scalars(query))
        with self._lock:
            self._doubtful |= spoke
            self._looked = max(self._looked, head)
            doubtful = set(self._doubtful)
        if not doubtful:
            return doubtful
        # Each by name: SQLite would go through everybody who consents for a query about a few.
        known = standings(session, doubtful)
        return {name for name in doubtful if not _consents(known.get(name, Standings()), at)}

    def _rows(self, names: set[str], key: bytes) -> Rows:
        wanted = np.array([mark(name, key) for name in names], np.uint64)
        if not self.size:
            return self.order
        places = np.searchsorted(self.marks, wanted, sorter=self.order)
        rows: Rows = self.order[np.minimum(places, self.size - 1)]
        found: Rows = rows[self.marks[rows] == wanted]
        return found


def open_file(folder: Path, hierarchy: Hierarchy, on: date) -> Population | None:
    """The population of `folder` as it is on the day `on`; None where none was built yet."""
    try:
        found = arrays.read(file(folder))
        index = saved.read(found)
    except (FileNotFoundError, ArraysDamaged):
        return None
    return Population(
        engine=Embedded(index, hierarchy, on),
        marks=found["marks"],
        order=found["order"],
        until=found["until"],
        moment=moment_of(found),
        everybody=Sketch.read(found["everybody"].tobytes()),
    )


def is_of(session: Session, population: Population) -> bool:
    """Whether the population was read from this database as it is or was."""
    return is_read_from(session, population.moment)


def is_stale(session: Session, population: Population) -> bool:
    """Whether anything may have changed since about who consents, or about them."""
    head, _ = chain.head(session, CONSENT)
    return head != population.moment.consents or bool(_changes(session, population, CHANGES))


def holds_erased(session: Session, population: Population) -> bool:
    """Whether somebody was erased since."""
    return bool(_changes(session, population, (Tag.PERSON_ERASED,)))


def is_small(session: Session) -> bool:
    """Whether so few people are known that reading them takes less than a second."""
    some = select(VERSION.c.person).where(VERSION.c.current).limit(SMALL + 1).subquery()
    return session.execute(select(func.count()).select_from(some)).scalar_one() <= SMALL


def _changes(session: Session, population: Population, tags: tuple[Tag, ...]) -> bool:
    query = select(AUDIT.c.sequence).where(
        AUDIT.c.sequence > population.moment.trail, AUDIT.c.tag.in_([tag.value for tag in tags])
    )
    return session.execute(query.limit(1)).first() is not None


def _consents(own: Standings, at: datetime) -> bool:
    """`consenting` for one person."""
    return permitting(own, Choice(Purpose.MATCHING), at) is not None and not pause_of(own, at)


class Crowd:
    """The newest population of a data folder, opened once and shared by a process's threads.

    `key` is what people are marked under.
    """

    def __init__(self, folder: Path, key: bytes) -> None:
        self.folder = folder
        self.key = key
        self._lock = Lock()
        self._opened: Population | None = None
        self._which: tuple[int, int, date] | None = None

    def current(self, engine: Engine, hierarchy: Hierarchy) -> Population | None:
        """The newest population; where people are few it is made now, else None before the first.

        One that was read from another database counts as none.
        """
        population = self.newest(hierarchy)
        with reading(engine) as session:
            if population is not None and not is_of(session, population):
                population = None
            stale = population is None or is_stale(session, population)
            small = stale and is_small(session)
        if not small:
            return population
        build(engine, hierarchy, self.key, self.folder)
        return self.newest(hierarchy)

    def newest(self, hierarchy: Hierarchy) -> Population | None:
        """What was built last, whatever it was read from."""
        try:
            found = file(self.folder).stat()
        except FileNotFoundError:
            return None
        which = (found.st_ino, found.st_mtime_ns, today())
        with self._lock:
            if which != self._which:
                self._opened = open_file(self.folder, hierarchy, which[2])
                self._which = which
            return self._opened


def refresh(
    crowd: Crowd, engine: Engine, hierarchy: Hierarchy, go_on: Callable[[], None] = lambda: None
) -> int | None:
    """Bring the file up to date where it would say something else; None where it was not touched.

    Else how many people it holds. Not again within EVERY, unless somebody was erased: they go from
    the file at once. Nor beside another process that is at it. `go_on` is as for `build`.
    """
    with alone_in(crowd.folder) as alone:
        if not alone or not _is_due(crowd, engine, hierarchy):
            return None
        return build(engine, hierarchy, crowd.key, crowd.folder, go_on)


def _is_due(crowd: Crowd, engine: Engine, hierarchy: Hierarchy) -> bool:
    known = crowd.newest(hierarchy)
    if known is None or known.moment.lexicon != lexicon_of(hierarchy):
        return True
    with reading(engine) as session:
        if not is_of(session, known) or holds_erased(session, known):
            return True
        return now() - known.moment.at >= EVERY and is_stale(session, known)
