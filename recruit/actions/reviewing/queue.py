"""The queue of matches, best first, page by page.

A row comes from columns that were filled when the match was made; nobody's profile is read for it.
Pages are told apart by the match they begin with, so that the last one is as quick as the first,
and a match that goes does not push another past whoever turns the page.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, Engine, RowMapping, and_, func, or_, select, text
from sqlalchemy.orm import Session
from sqlmodel import col
from sqlmodel.sql.expression import SelectOfScalar

from recruit.actions.catalogue import Worded
from recruit.actions.centre_scope import in_scope
from recruit.actions.current_matches import current_matches
from recruit.actions.match_table import BEST_FIRST, MatchRow, ReviewState
from recruit.actions.reviewing import claims
from recruit.actions.reviewing.claims import Claim
from recruit.actions.reviewing.headings import Asked, Heading, criteria, headings
from recruit.actions.reviewing.standing import Tally
from recruit.actions.reviewing.wanted import Look, Wanted, narrowed, of_tenant
from recruit.audit.trail import Tag, record_each
from recruit.core.clock import now
from recruit.core.db import reading, unit_of_work
from recruit.criteria.truth import Truth
from recruit.matching.outcome import Verdict, holds
from recruit.trials.tables import Trial

SIZE: Final = 50
COUNTED: Final = 1_000
"""So many are counted: nobody judges more in a day, and to count all takes as long as a page."""
WORST_FIRST: Final = (col(MatchRow.score), col(MatchRow.id).desc())
SHOWN: Final = (
    col(MatchRow.id),
    col(MatchRow.person),
    col(MatchRow.trial),
    col(MatchRow.trial_version),
    col(MatchRow.verdict),
    col(MatchRow.held),
    col(MatchRow.against),
    col(MatchRow.unknown),
    col(MatchRow.first_open),
    col(MatchRow.truths),
    col(MatchRow.km),
    col(MatchRow.site),
    col(MatchRow.state),
    col(MatchRow.since),
    col(MatchRow.answered),
)
Position = tuple[float, int]


@dataclass(frozen=True, slots=True)
class Line:
    """A match in the queue, as it was judged when it was made.

    `why` is the first open criterion in one line, `contrary` the first that speaks against the
    person; None where there is none. `site` is the name of
    the site that would take the person, `km` how far it is; None where that is not known. `since`
    is when they came into the queue; `answered` that they answered a question since; `in_hand` who
    has the match in hand at this moment.
    """

    id: int
    pseudonym: str
    slug: str
    study: Worded
    site: str | None
    verdict: Verdict
    tally: Tally
    why: Worded | None
    contrary: Worded | None
    km: float | None
    state: ReviewState
    since: datetime
    answered: bool
    in_hand: Claim | None


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


def list_queue(session: Session, wanted: Wanted, look: Look, size: int = SIZE) -> Queue:
    """One page of the matches that are wanted, of people who consent at this moment."""
    matches = narrowed(of_tenant(session, wanted.tenant, now()), wanted)
    begin = position(session, wanted.start) if wanted.start is not None else None
    page = matches.where(onwards(begin, including=True)) if begin else matches
    wide = page.with_only_columns(*SHOWN).order_by(*BEST_FIRST).limit(size + 1)
    rows = session.execute(wide).mappings().all()
    shown = rows[:size]
    counted = session.scalar(
        select(func.count()).select_from(
            matches.with_only_columns(col(MatchRow.id)).limit(COUNTED + 1).subquery()
        )
    )
    return Queue(
        lines=_lines(session, shown, look),
        start=shown[0]["id"] if shown else None,
        earlier=_earlier(session, matches, begin, size) if begin else None,
        later=rows[size]["id"] if len(rows) > size else None,
        total=min(counted or 0, COUNTED),
        more=(counted or 0) > COUNTED,
    )


def show_queue(engine: Engine, wanted: Wanted, look: Look, *, actor: str) -> Queue:
    """The same, shown to somebody: who stood in it is recorded before anybody sees it."""
    with reading(engine) as session:
        plan_alone(session)
        queue = list_queue(session, wanted, look)
    with unit_of_work(engine) as session:
        note(session, queue, actor=actor)
    return queue


def plan_alone(session: Session) -> None:
    """Let PostgreSQL read a page in one process, until this look ends.

    A page is three milliseconds of work; calling helpers for it took thirty times as long.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SET LOCAL max_parallel_workers_per_gather = 0"))


def note(session: Session, queue: Queue, *, actor: str) -> None:
    """Record who stood in a list that somebody is shown, a row each in one batch."""
    shown = [(each.pseudonym, each.slug) for each in queue.lines]
    record_each(session, Tag.MATCH_SHOWN, actor=actor, of=shown, reason="list")


def position(session: Session, match: int) -> Position | None:
    """Where a match stands in the order of the queue, even one that has left it."""
    query = select(col(MatchRow.score), col(MatchRow.id)).where(col(MatchRow.id) == match)
    found = session.execute(query).one_or_none()
    return (found.score, found.id) if found else None


def onwards(place: Position, *, including: bool = False) -> ColumnElement[bool]:
    """The condition that a match comes after a place in the queue, or stands there."""
    score, number = place
    after = col(MatchRow.id) >= number if including else col(MatchRow.id) > number
    # The first part says nothing new: it is the one by which the index is entered.
    return and_(
        col(MatchRow.score) <= score,
        or_(col(MatchRow.score) < score, after),
    )


def before(place: Position) -> ColumnElement[bool]:
    """The condition that a match comes before a place in the queue."""
    score, number = place
    earlier = or_(col(MatchRow.score) > score, col(MatchRow.id) < number)
    return and_(col(MatchRow.score) >= score, earlier)


def neighbours(
    session: Session, wanted: Wanted, place: Position, queue: Queue
) -> tuple[int | None, int | None]:
    """The wanted matches before and after a place in the queue; None where there is none.

    Most often both stand in the page of the `queue` that is shown, and nothing is asked.
    """
    numbers = [each.id for each in queue.lines]
    if place[1] in numbers[1:-1]:
        at = numbers.index(place[1])
        return numbers[at - 1], numbers[at + 1]
    matches = narrowed(of_tenant(session, wanted.tenant, now()), wanted)
    first = matches.with_only_columns(col(MatchRow.id)).limit(1)
    return (
        session.scalar(first.where(before(place)).order_by(*WORST_FIRST)),
        session.scalar(first.where(onwards(place)).order_by(*BEST_FIRST)),
    )


def studies(session: Session, language: str, tenant: int | None) -> list[tuple[str, str]]:
    """(number, title) of every study with a match that stands and `tenant` sees, by title."""
    standing = select(col(MatchRow.id)).where(
        col(MatchRow.trial) == col(Trial.id),
        col(MatchRow.superseded_at).is_(None),
        in_scope(session, tenant, current_matches(now())),
    )
    query = select(col(Trial.id), col(Trial.version)).where(standing.exists())
    pairs = [(row.id, row.version) for row in session.execute(query)]
    named = [
        (trial, heading.titles[language].text)
        for (trial, _), heading in headings(session, pairs).items()
    ]
    return sorted(named, key=lambda each: each[1].casefold())


def sites(session: Session, study: str) -> list[tuple[str, str]]:
    """(key, name) of every site of a study that looks for people; none where there is no study."""
    version = session.scalar(select(col(Trial.version)).where(col(Trial.id) == study))
    found = headings(session, [(study, version)]) if version else {}
    return [site for heading in found.values() for site in heading.sites]


def line(session: Session, match: int, look: Look) -> Line:
    """The row of one match that stands, whoever sees it."""
    query = select(*SHOWN).where(col(MatchRow.id) == match)
    return _lines(session, session.execute(query).mappings().all(), look)[0]


def _earlier(
    session: Session, matches: SelectOfScalar[MatchRow], begin: Position, size: int
) -> int | None:
    query = matches.where(before(begin)).with_only_columns(col(MatchRow.id))
    return next(iter(session.scalars(query.order_by(*WORST_FIRST).limit(size)).all()[::-1]), None)


def _lines(session: Session, rows: Sequence[RowMapping], look: Look) -> tuple[Line, ...]:
    pairs = {(row["trial"], row["trial_version"]) for row in rows}
    known = headings(session, pairs)
    said = criteria(session, pairs, look.language, look.lexicon)
    held = claims.of(session, [row["id"] for row in rows], now())
    return tuple(
        _line(
            row,
            known[row["trial"], row["trial_version"]],
            said[row["trial"], row["trial_version"]],
            held.get(row["id"]),
            look,
        )
        for row in rows
    )


def _line(
    row: RowMapping, heading: Heading, said: Sequence[Asked], in_hand: Claim | None, look: Look
) -> Line:
    return Line(
        id=row["id"],
        pseudonym=row["person"],
        slug=row["trial"],
        study=heading.titles[look.language],
        site=dict(heading.sites).get(row["site"]),
        verdict=Verdict(row["verdict"]),
        tally=Tally(row["held"], row["against"], row["unknown"]),
        why=said[row["first_open"]].said if row["first_open"] is not None else None,
        contrary=_contrary(row, said) if row["against"] else None,
        km=row["km"],
        state=ReviewState(row["state"]),
        since=row["since"],
        answered=row["answered"],
        in_hand=in_hand,
    )


def _contrary(row: RowMapping, said: Sequence[Asked]) -> Worded | None:
    truths = (Truth[each.upper()] for each in row["truths"])
    pairs = zip(said, truths, strict=True)
    return next((each.said for each, truth in pairs if holds(each.kind, truth) is Truth.NO), None)
