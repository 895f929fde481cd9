"""How many people reached each step, together and taken apart by one thing at a time."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import ColumnElement, FromClause, Subquery, func, literal, select
from sqlalchemy.orm import Session

from recruit.actions.funnel.journeys import MESSAGE, SITE, reached
from recruit.actions.funnel.scope import Scope
from recruit.actions.funnel.steps import LAST, Step
from recruit.notify.outbox_tables import OUTBOX
from recruit.people.tables import PARTICIPANT


class By(StrEnum):
    """How people are taken apart. Nobody is in two parts."""

    TRIAL = "trial"
    SITE = "site"
    """The one that the person chose or, before that, the nearest that recruits."""
    CHANNEL = "channel"
    """Of the first invitation that left, as is the language and the week."""
    COMMUNITY = "community"
    LANGUAGE = "language"
    WEEK = "week"
    """The Monday (UTC) of the week in which it left."""


OF_INVITATION: Final = frozenset({By.CHANNEL, By.LANGUAGE, By.WEEK})


@dataclass(frozen=True, slots=True)
class Reached:
    """How many people reached each step, from the first to the last; none is larger than before."""

    people: tuple[int, ...]

    def __getitem__(self, step: Step) -> int:
        return self.people[step - 1]

    def share(self, step: Step) -> float | None:
        """Of those at the step before, how many came on to this one; None where there are none."""
        before = self.people[step - 2] if step > 1 else 0
        return self.people[step - 1] / before if before else None

    @property
    def lost_most(self) -> Step | None:
        """The step before which the most people are missing; None where nobody is."""
        lost = {step: self.people[step - 2] - self.people[step - 1] for step in list(Step)[1:]}
        dearest = max(lost, key=lambda step: lost[step])
        return dearest if lost[dearest] else None


@dataclass(frozen=True, slots=True)
class Part:
    """One part by its key: a trial's number, a site's key, a Monday; "" where it has none."""

    key: str
    reached: Reached


@dataclass(frozen=True, slots=True)
class Funnel:
    """Everybody of a scope, and the same people taken apart.

    The largest part comes first; of weeks the newest.
    """

    whole: Reached
    by: By
    parts: tuple[Part, ...]


def funnel(session: Session, scope: Scope, by: By) -> Funnel:
    """Count everybody of a scope, in one query."""
    each = reached(scope, SITE if by is By.SITE else MESSAGE if by in OF_INVITATION else ())
    key, source = _key(session, each, by)
    query = select(key.label("key"), each.c.furthest, func.count().label("people"))
    rows = session.execute(query.select_from(source).group_by(key, each.c.furthest))
    found: defaultdict[str, list[int]] = defaultdict(lambda: [0] * LAST)
    for row in rows:
        found[_said(row.key, by)][row.furthest - 1] += row.people
    parts = [Part(key, Reached(tuple(_summed(stopped)))) for key, stopped in found.items()]
    whole = [sum(part.reached.people[step - 1] for part in parts) for step in Step]
    return Funnel(Reached(tuple(whole)), by, _ordered(parts, by))


def _summed(stopped: Sequence[int]) -> Iterator[int]:
    """How many reached each step, from how many went no further than it."""
    for step in Step:
        yield sum(stopped[step - 1 :])


def _ordered(parts: Sequence[Part], by: By) -> tuple[Part, ...]:
    if by is not By.WEEK:
        return tuple(sorted(parts, key=lambda part: ([-n for n in part.reached.people], part.key)))
    dated = sorted((part for part in parts if part.key), key=lambda part: part.key, reverse=True)
    return (*dated, *(part for part in parts if not part.key))


def _key(session: Session, each: Subquery, by: By) -> tuple[ColumnElement[Any], FromClause]:
    match by:
        case By.TRIAL:
            return each.c.trial, each
        case By.SITE:
            return each.c.site, each
        case By.COMMUNITY:
            own = each.join(PARTICIPANT, PARTICIPANT.c.pseudonym == each.c.person)
            return PARTICIPANT.c.community, own
        case By.CHANNEL | By.LANGUAGE:
            return OUTBOX.c[by.value], _with_message(each)
        case By.WEEK:
            sent = func.coalesce(OUTBOX.c.sent_at, OUTBOX.c.changed_at)
            return _day(session, sent), _with_message(each)


def _with_message(each: Subquery) -> FromClause:
    return each.outerjoin(OUTBOX, OUTBOX.c.id == each.c.message)


def _day(session: Session, moment: ColumnElement[Any]) -> ColumnElement[Any]:
    """The day of a moment in UTC, as text."""
    if session.get_bind().dialect.name == "postgresql":
        return func.to_char(func.timezone("UTC", moment), literal("YYYY-MM-DD"))
    return func.date(moment)


def _said(key: str | None, by: By) -> str:
    if key is None:
        return ""
    if by is not By.WEEK:
        return key
    day = date.fromisoformat(key)
    return (day - timedelta(days=day.weekday())).isoformat()
