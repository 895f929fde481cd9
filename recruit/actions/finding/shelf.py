"""The studies that people look through: an index in memory, brought up to date with the trials.

A search matches on words, in their normal form of both languages, and on what they mean: somebody
who looks for "diabète" finds an English study of "type 2 diabetes mellitus".
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from typing import Final

import numpy as np
from sqlalchemy.orm import Session

from recruit.actions.finding.entry import Entry, Spot, StudyLine, entry
from recruit.actions.finding.index import Index
from recruit.actions.finding.meaning import Understanding
from recruit.actions.finding.narrowing import Columns, Facets, StudySearch, nearest
from recruit.actions.finding.scoring import Scores, about, scored
from recruit.actions.finding.where import Gazetteer, Point
from recruit.actions.paging import Page, page_number
from recruit.terminology.lexicon import Lexicon
from recruit.trials import store

SIZE: Final = 20


@dataclass(frozen=True, slots=True)
class Found:
    """A study that was found; `km` is how far its nearest open site is, where that is asked."""

    line: StudyLine
    km: float | None
    spots: tuple[Spot, ...]

    @property
    def places(self) -> tuple[Spot, ...]:
        """Where it looks for people; everywhere it is where it does so nowhere."""
        return tuple(spot for spot in self.spots if spot.open) or self.spots


@dataclass(frozen=True, slots=True)
class Findings:
    """What a search found; `read_as` says how misspelt words were read.

    `lost` is true where the place that was named is not known: then it narrows nothing.
    """

    page: Page[Found]
    facets: Facets
    read_as: str | None
    place: Point | None
    lost: bool


@dataclass(frozen=True, slots=True)
class _Stock:
    """Everything that is made from the trials as they stand."""

    index: Index
    columns: Columns
    understanding: Understanding
    gazetteer: Gazetteer


class Shelf:
    """All studies of one database, shared by the threads of a process."""

    def __init__(self, open_lexicon: Callable[[], Lexicon]) -> None:
        self._open_lexicon = open_lexicon
        self._known: dict[tuple[str, int, datetime], Entry] = {}
        self._stock: _Stock | None = None
        self._mark: store.Mark | None = None
        self._lock = Lock()

    def count_open(self, session: Session) -> int:
        """How many studies look for people now."""
        return int(self._fresh(session).columns.open.sum())

    def search(self, session: Session, wanted: StudySearch, language: str) -> Findings:
        """One page of the studies that fit: open ones first, then the closest to the words."""
        stock = self._fresh(session)
        meant, scores = scored(stock.index, stock.understanding, wanted.words)
        place = stock.gazetteer.find(wanted.place, wanted.country) if wanted.place else None
        ordered, counted = _fitting(stock, wanted, scores, wanted.point or place, language)
        number = page_number(wanted.page, SIZE, len(ordered))
        shown = ordered[(number - 1) * SIZE : number * SIZE]
        page = Page(tuple(shown), number, SIZE, len(ordered))
        read_as = stock.understanding.said(meant, language)
        return Findings(page, counted, read_as, place, bool(wanted.place) and place is None)

    def every(self, session: Session, wanted: StudySearch) -> list[Found]:
        """All studies that fit, in the order of `search`."""
        stock = self._fresh(session)
        _, scores = scored(stock.index, stock.understanding, wanted.words)
        return _fitting(stock, wanted, scores, wanted.point, "en")[0]

    def numbered(self, session: Session, number: str) -> list[str]:
        """The studies that have a number in some registry, or here."""
        index = self._fresh(session).index
        return [index.entries[each].lines["en"].slug for each in index.numbered(number)]

    def _fresh(self, session: Session) -> _Stock:
        mark = store.mark(session)
        with self._lock:
            if self._stock is None or mark != self._mark:
                self._stock = self._made(session)
                self._mark = mark
            return self._stock

    def _made(self, session: Session) -> _Stock:
        """The stock with only those studies read that are new or were amended."""
        lexicon = self._open_lexicon()
        standing = store.standing(session)
        known = {key: self._known[key] for key in standing if key in self._known}
        missing = [key for key in standing if key not in known]
        for version in store.current_among(session, [trial for trial, _, _ in missing]):
            known[version.trial, version.number, version.read_at] = entry(version, lexicon)
        self._known = known
        index = Index([known[key] for key in sorted(known)])
        return _Stock(
            index,
            Columns(index.entries),
            Understanding(index, lexicon),
            Gazetteer.of(index.entries),
        )


def _fitting(
    stock: _Stock, wanted: StudySearch, scores: Scores, place: Point | None, language: str
) -> tuple[list[Found], Facets]:
    """The studies that fit: open ones first, then the closest to the words."""
    worth = scores > 0
    if wanted.within:
        worth &= about(stock.index, stock.understanding, wanted.within)
    fit, counted = stock.columns.narrowed(worth, wanted)
    found: list[tuple[tuple[bool, float, float, bool, str], Found]] = []
    for number in np.flatnonzero(fit).tolist():
        each = stock.index.entries[number]
        km = nearest(each, place) if place else None
        if place and (km is None or (wanted.km and km > wanted.km)):
            continue
        line = each.lines[language]
        foreign = line.title.language != language
        score = -round(float(scores[number]), 1)
        key = (not line.open, score, km or 0.0, foreign, line.title.text.casefold())
        found.append((key, Found(line, km, each.spots)))
    found.sort(key=lambda each: each[0])
    return [each for _, each in found], counted
