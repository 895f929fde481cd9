"""The one door to doing something with a person's data: a Permit, made here and nowhere else."""

from collections.abc import Iterator, Mapping
from dataclasses import InitVar, dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, Select, and_, not_, or_, select
from sqlalchemy.orm import Session

from recruit.consent.choices import ANY, Channel, Choice, Purpose
from recruit.consent.projection import standings
from recruit.consent.state import (
    PAUSE_SCOPE,
    YES,
    EventType,
    Standings,
    pause_of,
    permitting,
)
from recruit.consent.tables import STATE
from recruit.core import metrics
from recruit.core.errors import ConsentMissing

_SEAL: Final = object()
Moment = datetime | ColumnElement[datetime]
"""When; a parameter in its place lets a query be written once for all moments."""


@dataclass(frozen=True, slots=True)
class Permit:
    """Proof that `person` consented to `choice` at the moment `at`, by the event `rests_on`.

    It says nothing about later: whoever acts later asks again.
    """

    person: str
    choice: Choice
    rests_on: int
    at: datetime
    seal: InitVar[object]

    def __post_init__(self, seal: object) -> None:
        if seal is not _SEAL:
            raise ConsentMissing(record=self.person, purpose=str(self.choice))


def permit(  # noqa: PLR0913 - a choice has three parts, each by name
    session: Session,
    person: str,
    purpose: Purpose,
    *,
    channel: Channel | None = None,
    scope: str | None = None,
    at: datetime,
) -> Permit:
    """Permission for one purpose at the moment `at`.

    Raises:
        ConsentMissing: consent is missing, taken back, run out or for something else, or the person
            has paused everything.
    """
    choice = Choice(purpose, channel, scope or ANY)
    own = standings(session, {person}).get(person, Standings())
    rests_on = permitting(own, choice, at)
    if rests_on is None or pause_of(own, at):
        metrics.REFUSALS.labels("permit").inc()
        raise ConsentMissing(record=person, purpose=str(choice))
    return Permit(person, choice, rests_on, at, _SEAL)


def people_with(session: Session, purpose: Purpose, at: datetime) -> set[str]:
    """The pseudonyms of all who consent to `purpose` at the moment `at`.

    For one trial or site those of `refusing` are to be taken away.
    """
    return set(session.scalars(consenting(purpose, at)))


def consenting(purpose: Purpose, at: Moment, scope: str | ColumnElement[str] = ANY) -> Select[str]:
    """The same people as a query, to narrow another one by; `scope` as for `refusing`."""
    return select(STATE.c.person).where(
        *_spoken(purpose, scope), _holds(at), STATE.c.person.not_in(_paused(at))
    )


def refusing(purpose: Purpose, scope: str | ColumnElement[str], at: Moment) -> Select[str]:
    """The pseudonyms of all who said no to `purpose` for one trial or site alone.

    `scope` may be a column of another query ("trial/" + its trial), to narrow that one by.
    """
    return select(STATE.c.person).where(*_spoken(purpose, scope), not_(_holds(at)))


def _paused(at: Moment) -> Select[str]:
    """The pseudonyms of all who have paused everything: `pause_of` as a query."""
    paused = STATE.alias("paused")
    return select(paused.c.person).where(
        paused.c.purpose == "",
        paused.c.channel == "",
        paused.c.scope == PAUSE_SCOPE,
        paused.c.type == EventType.PAUSED.value,
        or_(paused.c.valid_until.is_(None), paused.c.valid_until > at),
    )


def _spoken(purpose: Purpose, scope: str | ColumnElement[str]) -> Iterator[ColumnElement[bool]]:
    # A choice of no channel; the scope of a release is known to its rows alone.
    choice: Mapping[str, str | ColumnElement[str]] = {
        "purpose": purpose.value,
        "channel": "",
        "scope": scope,
    }
    return (STATE.c[name] == value for name, value in choice.items())


def _holds(at: Moment) -> ColumnElement[bool]:
    """`Standing.holds` as a condition."""
    return and_(
        STATE.c.type.in_(sorted(YES)),
        STATE.c.occurred_at <= at,
        or_(STATE.c.valid_until.is_(None), STATE.c.valid_until > at),
    )
