"""Everybody, by stage, and who has stood there for longer than the deadline: nobody can vanish.

Each person and trial with a match or a path is in exactly one line of the report; who is late is
listed with who has them and since when.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select, true, tuple_
from sqlalchemy.orm import Session

from recruit.actions.catalogue import Worded, title
from recruit.actions.following.having import BY_SITE, Having, Holders
from recruit.actions.following.stages import Stage, Standing, standing, standings
from recruit.actions.paging import Page, page_number
from recruit.actions.visits.sites import site_of
from recruit.people.organisations import Organisation, OrganisationKind
from recruit.referrals.deadlines import WORKING_DAYS, due, late_before
from recruit.referrals.tables import REFERRAL
from recruit.trials import centres, tenants

SIZE: Final = 50


@dataclass(frozen=True, slots=True)
class Line:
    """How many people stand at a stage, and how many of these are late; `days` is the deadline."""

    stage: Stage
    people: int
    late: int
    days: int | None


@dataclass(frozen=True, slots=True)
class Late:
    """One person in one trial: where they stand, until when somebody was to act, who has them."""

    standing: Standing
    title: Worded
    site: str
    due: datetime | None
    having: Having


@dataclass(frozen=True, slots=True)
class Whose:
    """Whose people: `organisation` as in centre_scope, None for everybody.

    `zone` is the one whose working days are meant, `at` the moment of looking.
    """

    organisation: int | None
    zone: ZoneInfo
    at: datetime


def everyone(session: Session, whose: Whose) -> tuple[Line, ...]:
    """How many stand at each stage, in the order of the way; a stage where nobody is has noughts.

    The sum over the lines is the number of people and trials with a match or a path.
    """
    whole = standings(whose.at).subquery("whole")
    late = func.count().filter(_is_late(whole.c, whose))
    query = (
        select(whole.c.stage, func.count().label("people"), late.label("late"))
        .where(_in_scope(session, whole.c, whose.organisation))
        .group_by(whole.c.stage)
    )
    found = {row.stage: row for row in session.execute(query)}
    return tuple(
        Line(stage, found[stage].people, found[stage].late, WORKING_DAYS.get(stage))
        if stage in found
        else Line(stage, 0, 0, WORKING_DAYS.get(stage))
        for stage in Stage
    )


@dataclass(frozen=True, slots=True)
class Report:
    """Everybody by stage, and a page of those who are late, the longest first."""

    lines: tuple[Line, ...]
    late: Page[Late]


def report(
    session: Session, whose: Whose, language: str, page: int = 1, stage: Stage | None = None
) -> Report:
    """Everybody by stage, and who is late at one stage or at all."""
    lines = everyone(session, whose)
    total = sum(line.late for line in lines if stage in {None, line.stage})
    number = page_number(page, SIZE, total)
    found = _late(session, whose, language, number, stage) if total else ()
    return Report(lines, Page(tuple(found), number, SIZE, total))


def _late(
    session: Session, whose: Whose, language: str, number: int, stage: Stage | None
) -> Iterator[Late]:
    whole = standings(whose.at).subquery("whole")
    is_late = _is_late(whole.c, whose) & _in_scope(session, whole.c, whose.organisation)
    if stage is not None:
        is_late &= whole.c.stage == stage.value
    query = (
        select(whole)
        .where(is_late)
        .order_by(whole.c.since, whole.c.trial, whole.c.person)
        .limit(SIZE)
        .offset((number - 1) * SIZE)
    )
    return _lines(session, query, whose, language)


def at_sites(
    session: Session, whose: Whose, language: str, stages: Collection[Stage] = BY_SITE
) -> list[Late]:
    """Everybody at some stages, late or not, the most urgent first; by who released them."""
    whole = standings(whose.at).subquery("whole")
    query = select(whole).where(
        whole.c.stage.in_([each.value for each in stages]),
        _in_scope(session, whole.c, whose.organisation),
    )
    found = _lines(session, query, whose, language)
    far = whose.at + timedelta(days=3660)
    return sorted(found, key=lambda each: (each.due or far, each.standing.since))


def how_many_late(
    session: Session, whose: Whose, more: int = 0, stages: Collection[Stage] = tuple(Stage)
) -> int:
    """How many are late at some stages, by so many working days more than the deadline."""
    whole = standings(whose.at).subquery("whole")
    condition = and_(
        whole.c.stage.in_([each.value for each in stages]),
        _is_late(whole.c, whose, more),
        _in_scope(session, whole.c, whose.organisation),
    )
    return session.scalar(select(func.count()).select_from(whole).where(condition)) or 0


def how_many_late_on_the_way(session: Session, whose: Whose) -> int:
    """How many with a path are late; unlike the others this does not ask about every match."""
    path = select(
        REFERRAL.c.trial,
        REFERRAL.c.site,
        REFERRAL.c.state.label("stage"),
        REFERRAL.c.changed_at.label("since"),
    ).subquery("path")
    condition = _is_late(path.c, whose) & _in_scope(session, path.c, whose.organisation)
    return session.scalar(select(func.count()).select_from(path).where(condition)) or 0


def _lines(session: Session, query: Select[Any], whose: Whose, language: str) -> Iterator[Late]:
    holders = Holders(session)
    for row in session.execute(query).all():
        each = standing(row)
        draft = holders.draft(each.trial)
        site = site_of(draft, each.site)
        yield Late(
            each,
            title(draft, language),
            site.words if site else "",
            due(each.stage, each.since, whose.zone),
            holders.of(each.trial, each.stage, each.site),
        )


def _is_late(columns: Any, whose: Whose, more: int = 0) -> ColumnElement[bool]:  # noqa: ANN401 - columns of a query
    return or_(
        *(
            (columns.stage == word)
            & (columns.since < late_before(word, whose.at, whose.zone, more))
            for word in WORKING_DAYS
        )
    )


def _in_scope(session: Session, columns: Any, organisation: int | None) -> ColumnElement[bool]:  # noqa: ANN401 - as above
    if organisation is None:
        return true()
    tenant = session.get(Organisation, organisation)
    if tenant is None or tenant.kind is not OrganisationKind.CENTRE:
        assigned: ColumnElement[bool] = columns.trial.in_(tenants.of(organisation))
        return assigned
    theirs = sorted(centres.sites_of(session, organisation))
    return tuple_(columns.trial, columns.site).in_(theirs) if theirs else false()
