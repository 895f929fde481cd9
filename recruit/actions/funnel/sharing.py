"""Trials that fit the same people, and how these were shared (outreach/fairness is the rule)."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, select
from sqlalchemy.orm import Session

from recruit.actions.funnel.journeys import GONE, MATCH, at_sites
from recruit.actions.funnel.scope import Scope
from recruit.disclosure.rule import SMALL
from recruit.notify.outbox_tables import OUTBOX
from recruit.notify.stages import Wave

MOST: Final = 10
"""So many pairs of trials are told of, those with most people in common first."""


@dataclass(frozen=True, slots=True)
class Shared:
    """Two trials, and the more than ten people whom both fit now.

    Of these, so many were invited to the `first` alone, to the `second` alone, to `both`.
    """

    first: str
    second: str
    people: int
    first_alone: int
    second_alone: int
    both: int

    @property
    def neither(self) -> int:
        """Those whom nobody has asked about either."""
        return self.people - self.first_alone - self.second_alone - self.both


def shared(session: Session, scope: Scope) -> tuple[Shared, ...]:
    """The trials of a scope that fit the same people, in one query."""
    return tuple(Shared(*row) for row in session.execute(_pairs(scope)))


def _pairs(scope: Scope) -> Select[Any]:
    first, second = MATCH.alias("first"), MATCH.alias("second")
    to_first, to_second = (_invited(each.c.trial, each.c.person) for each in (first, second))
    both = and_(to_first, to_second)
    people = func.count()
    return (
        select(
            first.c.trial,
            second.c.trial.label("other"),
            people,
            func.sum(case((both, 0), (to_first, 1), else_=0)),
            func.sum(case((both, 0), (to_second, 1), else_=0)),
            func.sum(case((both, 1), else_=0)),
        )
        .join(second, second.c.person == first.c.person)
        .where(
            first.c.trial < second.c.trial,
            first.c.superseded_at.is_(None),
            second.c.superseded_at.is_(None),
            *_seen(scope, first, second),
        )
        .group_by(first.c.trial, second.c.trial)
        .having(people > SMALL)
        .order_by(people.desc(), first.c.trial, second.c.trial)
        .limit(MOST)
    )


def _invited(trial: ColumnElement[str], person: ColumnElement[str]) -> ColumnElement[bool]:
    return exists(
        select(OUTBOX.c.id).where(
            OUTBOX.c.trial == trial,
            OUTBOX.c.person == person,
            OUTBOX.c.wave == Wave.INVITATION.value,
            OUTBOX.c.state.in_(sorted(state.value for state in GONE)),
        )
    )


def _seen(scope: Scope, *tables: Any) -> Iterator[ColumnElement[bool]]:  # noqa: ANN401 - aliases of one table
    for each in tables:
        if scope.trials is not None:
            yield each.c.trial.in_(scope.trials)
        if scope.sites is not None:
            yield at_sites(each.c.trial, each.c.site, scope.sites)
