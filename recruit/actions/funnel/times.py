"""How long people take from one step to the next, of those for whom both moments are on record."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import accumulate
from math import ceil
from typing import Any, Final

from sqlalchemy import ColumnElement, Integer, cast, func, literal, select, union_all
from sqlalchemy.orm import Session

from recruit.actions.funnel.journeys import column, journeys
from recruit.actions.funnel.scope import Scope
from recruit.actions.funnel.steps import FIRST, Step

HOUR: Final = 3600  # seconds
MEDIAN, NINE_IN_TEN = 0.5, 0.9


@dataclass(frozen=True, slots=True)
class Taken:
    """How long it took from one step to the next, in whole hours begun.

    Half of the `people` took no longer than `median`, nine in ten no longer than `most`.
    """

    step: Step
    people: int
    median: timedelta
    most: timedelta


def times(session: Session, scope: Scope) -> Mapping[Step, Taken]:
    """How long people took to each step from the one before it, in one query.

    Steps to which nobody came with both moments on record are left out.
    """
    each = select(journeys(scope)).cte("journey")  # counted once, read nine times
    parts: list[Any] = []
    for step in Step:
        if step is FIRST:
            continue
        since, until = each.c[column(Step(step - 1))], each.c[column(step)]
        seconds = _seconds(session, since, until)
        # Half-open hours: 59 minutes are within the first one.
        hours = cast(func.floor(func.coalesce(seconds, 0) / HOUR), Integer)
        took = select(literal(step.value).label("step"), hours.label("hours"))
        parts.append(took.where(until >= since))
    every = union_all(*parts).subquery("took")
    query = select(every.c.step, every.c.hours, func.count().label("people"))
    found: defaultdict[Step, list[tuple[int, int]]] = defaultdict(list)
    for row in session.execute(query.group_by(every.c.step, every.c.hours)):
        found[Step(row.step)].append((row.hours + 1, row.people))
    return {step: _taken(step, sorted(found[step])) for step in sorted(found)}


def _taken(step: Step, hours: Sequence[tuple[int, int]]) -> Taken:
    return Taken(
        step, sum(n for _, n in hours), _within(hours, MEDIAN), _within(hours, NINE_IN_TEN)
    )


def _within(hours: Sequence[tuple[int, int]], share: float) -> timedelta:
    """The least time within which `share` of all were there (the nearest-rank percentile)."""
    wanted = ceil(share * sum(n for _, n in hours))
    seen = accumulate(people for _, people in hours)
    place = next(number for number, so_far in enumerate(seen) if so_far >= wanted)
    return timedelta(hours=hours[place][0])


def _seconds(
    session: Session, since: ColumnElement[Any], until: ColumnElement[Any]
) -> ColumnElement[Any]:
    if session.get_bind().dialect.name == "postgresql":
        return func.round(func.extract("epoch", until - since))
    return func.round((func.julianday(until) - func.julianday(since)) * 86_400)
