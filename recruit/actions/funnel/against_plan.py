"""Where a trial stands against its target: who takes part, how fast it invites, what is missing."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Subquery, and_, func, or_, select
from sqlalchemy.orm import Session

from recruit.actions.funnel.forecast import Forecast, Stretch, forecast
from recruit.actions.funnel.journeys import column, journeys
from recruit.actions.funnel.scope import Scope
from recruit.actions.funnel.steps import Step
from recruit.core.errors import NotFound
from recruit.trials import store as trials

# Where a stretch leads, and how long nearly all who come through need for it (ours: ten times the
# patience of a round of invitations for what sites do).
STRETCHES: Final = (
    (Step.INVITED, Step.INTERESTED, timedelta(days=14)),
    (Step.INTERESTED, Step.RELEASED, timedelta(days=30)),
    (Step.RELEASED, Step.ENROLLED, timedelta(days=70)),
)
LATELY: Final = timedelta(weeks=4)


@dataclass(frozen=True, slots=True)
class AgainstPlan:
    """How a trial stands.

    `target` is how many participants it wants, None where it does not say. `pace` is how many
    people were invited a week over the last four. `forecast` is None while it is too early to say,
    or where there is no target; `first`, `likely` and `last` are the days that follow from it at
    this pace, None without a pace.
    """

    target: int | None
    enrolled: int
    stretches: tuple[Stretch, Stretch, Stretch]
    pace: float
    forecast: Forecast | None
    first: date | None = None
    likely: date | None = None
    last: date | None = None

    @property
    def missing(self) -> int | None:
        """How many participants are missing; None where no target is known."""
        return None if self.target is None else max(0, self.target - self.enrolled)


def against_plan(session: Session, scope: Scope, at: datetime) -> AgainstPlan:
    """How one trial stands at a moment; of a centre's trial, its own sites alone and no target.

    Raises:
        NotFound: the scope is not one trial's.
    """
    if scope.one is None:
        raise NotFound(what="trial", identifier="")
    each = journeys(scope)
    invited = each.c[column(Step.INVITED)]
    row = session.execute(
        select(
            *(kind for stretch in STRETCHES for kind in _counted(each, stretch, at)),
            func.count(each.c[column(Step.ENROLLED)]),
            func.count().filter(invited > at - LATELY),
        )
    ).one()
    stretches = (Stretch(*row[0:3]), Stretch(*row[3:6]), Stretch(*row[6:9]))
    enrolled, pace = row[9], row[10] * timedelta(weeks=1) / LATELY
    target = None if scope.sites is not None else trials.get(session, scope.one).draft.target
    if target is None:
        return AgainstPlan(None, enrolled, stretches, pace, None)
    found = forecast(target - enrolled, stretches)
    if found is None or not pace:
        return AgainstPlan(target, enrolled, stretches, pace, found)
    days = (at.date() + timedelta(weeks=weeks) for weeks in found.weeks(pace))
    return AgainstPlan(target, enrolled, stretches, pace, found, *days)


def _counted(
    each: Subquery, stretch: tuple[Step, Step, timedelta], at: datetime
) -> tuple[ColumnElement[Any], ...]:
    """How many on a stretch are settled, came through, and are under way."""
    start, end, patience = stretch
    since = _since(each, start)
    through = _reached(each, end)
    turned: ColumnElement[bool] = each.c.over.is_not(None)
    if end is Step.INTERESTED:
        turned = or_(turned, each.c.refused.is_not(None))
    settled = or_(through, turned, since <= at - patience)
    there = since.is_not(None)
    return (
        func.count().filter(and_(there, settled)),
        func.count().filter(and_(there, through)),
        func.count().filter(and_(there, ~settled)),
    )


def _reached(each: Subquery, step: Step) -> ColumnElement[bool]:
    """Whether a step was reached, or a later one, which comes to the same."""
    return _since(each, step).is_not(None)


def _since(each: Subquery, first: Step) -> ColumnElement[Any]:
    """When a step was reached or, where no row tells, one that follows it."""
    later = [each.c[column(step)] for step in Step if step >= first]
    return func.coalesce(*later) if len(later) > 1 else later[0]
