"""The queue of matches, best first, page by page.

A row comes from columns that were filled when the match was made; nobody's profile is read for it.
Pages are told apart by the match they begin with, so that the last one is as quick as the first,
and a match that goes does not push another past whoever turns the page.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, RowMapping, and_, bindparam, func, or_, select, text
from sqlalchemy.orm import Session
from sqlmodel import col
from sqlmodel import select as select_models
from sqlmodel.sql.expression import SelectOfScalar

from recruit.actions.centre_scope import in_scope
from recruit.actions.current_matches import current_matches
from recruit.actions.match_table import BEST_FIRST, MatchRow
from recruit.actions.reviewing.headings import MARKED, heading, mark
from recruit.actions.reviewing.lines import Line, lines, rows_of
from recruit.actions.reviewing.wanted import Look, Wanted, narrowed, of_tenant
from recruit.audit.trail import Deed, Tag
from recruit.core.clock import now
from recruit.trials.tables import Trial, TrialVersion

SIZE: Final = 50
BESIDE: Final = SIZE // 2  # rows of the queue that are shown beside a match
COUNTED: Final = 200
"""So many are counted, four pages: to count all takes longer than everything else on one."""
WORST_FIRST: Final = (col(MatchRow.score), col(MatchRow.id).desc())
Position = tuple[float, int]

_PLACE: Final = select(col(MatchRow.score), col(MatchRow.id)).where(
    col(MatchRow.id) == bindparam("match")
)
_ONE: Final = rows_of(select_models(MatchRow).where(col(MatchRow.id) == bindparam("match")))
_CURRENT_VERSION: Final = (col(TrialVersion.trial) == col(Trial.id)) & (
    col(TrialVersion.number) == col(Trial.version)
)


@dataclass(frozen=True, slots=True)
class Queue:
    """A page of the queue. `start` is the match it begins with.

    `earlier` and `later` are the matches with which the pages beside it begin; None where there is
    no such page. `total` counts all pages, as far as `COUNTED`; there are `more` where that is not
    all.
    """

    lines: tuple[Line, ...]
    start: int | None
    earlier: int | None
    later: int | None
    total: int
    more: bool


@dataclass(frozen=True, slots=True)
class Beside:
    """A match in the queue, and the rows that stand beside it, in the part that begins at `start`.

    `previous` and `following` are the matches before and after it; None where there is none.
    `earlier` and `later` as in Queue.
    """

    line: Line
    lines: tuple[Line, ...]
    start: int | None
    earlier: int | None
    later: int | None
    previous: int | None
    following: int | None


@dataclass(frozen=True, slots=True)
class _Page:
    """Rows from a place on, one more than a page has; and the numbers of those before it.

    `before` are as many as a page has, the nearest first.
    """

    rows: Sequence[RowMapping]
    before: Sequence[int]

    @property
    def numbers(self) -> list[int]:
        """The matches of the rows."""
        return [row["id"] for row in self.rows]

    @property
    def earlier(self) -> int | None:
        """The match with which the page before begins."""
        return self.before[-1] if self.before else None


def list_queue(session: Session, wanted: Wanted, look: Look, size: int = SIZE) -> Queue:
    """One page of the matches that are wanted, of people who consent at this moment."""
    at = now()
    matches = narrowed(of_tenant(session, wanted.tenant, at), wanted)
    page = _page(session, matches, position(session, wanted.start), at, size)
    numbers = page.numbers
    is_all = not page.before and len(numbers) <= size
    total = len(numbers) if is_all else _counted(session, matches, at)
    return Queue(
        lines=lines(session, page.rows[:size], look),
        start=numbers[0] if numbers else None,
        earlier=page.earlier,
        later=numbers[size] if len(numbers) > size else None,
        total=min(total, COUNTED),
        more=total > COUNTED,
    )


def list_beside(session: Session, match: MatchRow, wanted: Wanted, look: Look) -> Beside:
    """A match where it stands in the page that was looked at; else in the part from it on."""
    at, number = now(), match.id or 0
    matches = narrowed(of_tenant(session, wanted.tenant, at), wanted)
    page = _page(session, matches, position(session, wanted.start), at, SIZE)
    if number not in page.numbers[:SIZE]:
        page = _page(session, matches, (match.score, number), at, SIZE)
    numbers = page.numbers
    place = numbers.index(number) if number in numbers else None
    first = (place or 0) // BESIDE * BESIDE
    shown = lines(session, page.rows[first : first + BESIDE], look)
    around = [*reversed(page.before), *numbers]
    here = len(page.before) + (place or 0)
    after = here if place is None else here + 1
    return Beside(
        line=shown[place - first] if place is not None else _line(session, number, look),
        lines=shown,
        start=numbers[0] if numbers else None,
        earlier=numbers[0] if first else page.earlier,
        later=numbers[first + BESIDE] if len(numbers) > first + BESIDE else None,
        previous=around[here - 1] if here else None,
        following=around[after] if after < len(around) else None,
    )


def plan_alone(session: Session) -> None:
    """Let PostgreSQL read a page in one process, until this look ends.

    A page is three milliseconds of work; calling helpers for it took thirty times as long.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SET LOCAL max_parallel_workers_per_gather = 0"))


def seen(shown: Sequence[Line]) -> list[Deed]:
    """What is recorded of those who stand in a list that somebody is shown."""
    return [Deed(Tag.MATCH_SHOWN, each.pseudonym, each.slug, "list") for each in shown]


def position(session: Session, match: int | None) -> Position | None:
    """Where a match stands in the order of the queue, even one that has left it."""
    if match is None:
        return None
    found = session.execute(_PLACE, {"match": match}).one_or_none()
    return (found.score, found.id) if found else None


def onwards(place: Position) -> ColumnElement[bool]:
    """The condition that a match comes after a place in the queue, or stands there."""
    score, number = place
    # The first part says nothing new: it is the one by which the index is entered.
    return and_(
        col(MatchRow.score) <= score,
        or_(col(MatchRow.score) < score, col(MatchRow.id) >= number),
    )


def before(place: Position) -> ColumnElement[bool]:
    """The condition that a match comes before a place in the queue."""
    score, number = place
    earlier = or_(col(MatchRow.score) > score, col(MatchRow.id) < number)
    return and_(col(MatchRow.score) >= score, earlier)


def studies(session: Session, language: str, tenant: int | None) -> list[tuple[str, str]]:
    """(number, title) of every study with a match that stands and `tenant` sees, by title."""
    standing = select(col(MatchRow.id)).where(
        col(MatchRow.trial) == col(Trial.id), col(MatchRow.superseded_at).is_(None)
    )
    if tenant is not None:
        standing = standing.where(in_scope(session, tenant, current_matches(now())))
    query = select(*MARKED).join(Trial, _CURRENT_VERSION).where(standing.exists())
    marks = [mark(row) for row in session.execute(query).mappings()]
    named = [(each.trial, heading(session, each).titles[language].text) for each in marks]
    return sorted(named, key=lambda each: each[1].casefold())


def sites(session: Session, study: str) -> list[tuple[str, str]]:
    """(key, name) of every site of a study that looks for people; none where there is no study."""
    query = select(*MARKED).join(Trial, _CURRENT_VERSION).where(col(Trial.id) == study)
    row = session.execute(query).mappings().one_or_none()
    return list(heading(session, mark(row)).sites) if row else []


def _page(
    session: Session,
    matches: SelectOfScalar[MatchRow],
    begin: Position | None,
    at: datetime,
    size: int,
) -> _Page:
    asked = {"at": at}
    wide = rows_of(matches).order_by(*BEST_FIRST).limit(size + 1)
    if begin is None:
        return _Page(session.execute(wide, asked).mappings().all(), ())
    rows = session.execute(wide.where(onwards(begin)), asked).mappings().all()
    numbers = matches.with_only_columns(col(MatchRow.id)).where(before(begin))
    earlier = session.scalars(numbers.order_by(*WORST_FIRST).limit(size), asked).all()
    return _Page(rows, list(filter(None, earlier)))


def _counted(session: Session, matches: SelectOfScalar[MatchRow], at: datetime) -> int:
    """How many matches, up to one more than are counted.

    In the queue's order, which nobody needs here: without it the consents of everybody are read.
    """
    numbers = matches.with_only_columns(col(MatchRow.id)).order_by(*BEST_FIRST)
    some = numbers.limit(COUNTED + 1).subquery()
    return session.scalar(select(func.count()).select_from(some), {"at": at}) or 0


def _line(session: Session, match: int, look: Look) -> Line:
    """The row of a match that stands, and not among those that are wanted."""
    return lines(session, session.execute(_ONE, {"match": match}).mappings().all(), look)[0]
