"""Lets rounds of invitations begin, and reminds once who has not answered. A job does so.

It is decided trial by trial how many may be asked (rounds.py), for all of them at once who it is
(fairness.py). What each person agreed to, and how often they were asked, the gates look at when
the message goes out.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Final, TypeVar

from sqlalchemy import ColumnElement, Engine, Subquery, and_, func, insert, select
from sqlalchemy.orm import Session

from recruit.actions.outreach import caps
from recruit.actions.outreach.fairness import Want, allot
from recruit.actions.outreach.reminders import remind
from recruit.actions.outreach.round_table import ROUND
from recruit.actions.outreach.rounds import Round, Stand, Waves, state
from recruit.audit.trail import Tag, record
from recruit.core import chain
from recruit.core.db import unit_of_work
from recruit.core.locks import Job, is_alone
from recruit.notify import outbox
from recruit.notify.outbox_steps import move_all
from recruit.notify.outbox_tables import IS_APPROVED, OUTBOX
from recruit.notify.reputation import is_held
from recruit.notify.stages import INVITING, Reason, State, Wave

__all__ = ["Begun", "Round", "Stand", "Waves", "begin_waves", "state"]

ACTOR: Final = "job"
AT_ONCE: Final = 500
WAITS: Final = and_(IS_APPROVED, OUTBOX.c.wave == Wave.INVITATION.value)
Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Begun:
    """How many rounds began, of how many people, and how many people are reminded."""

    rounds: int = 0
    people: int = 0
    reminded: int = 0

    def __str__(self) -> str:
        return f"{self.rounds} rounds, {self.people} people asked, {self.reminded} reminded"


def begin_waves(engine: Engine, at: datetime) -> Begun:
    """Let the rounds begin that are due at the moment `at`, unless another process is at it.

    None does, and nobody is reminded, while a restored copy waits for an administrator.
    """
    with unit_of_work(engine) as session:
        if not is_alone(session, Job.WAVES):
            return Begun()
        if is_held(session):
            return Begun()
        found = [state(session, trial, at) for trial in _trials(session)]
        given = _given(session, [each for each in found if each.stand is Stand.DUE], at)
        # The chains only now, as everybody waits for them; and before any row of the outbox is
        # touched, as whoever cancels there does.
        if given or _is_late(session, at):
            chain.hold(session)
            _expire(session, at)
        asked = [_begin(session, each, people, at) for each, people in given]
    with unit_of_work(engine) as session:
        reminded = remind(session, at) if is_alone(session, Job.WAVES) else 0
    return Begun(len(asked), sum(asked), reminded)


def _given(
    session: Session, due: Sequence[Waves], at: datetime
) -> list[tuple[Waves, Sequence[str]]]:
    """The trials that are given somebody to ask, and whom."""
    total = sum(each.next_size for each in due)
    given = allot(
        [
            Want(each.trial, each.next_size, each.behind, _pool(session, each.trial, at, total))
            for each in due
        ]
    )
    return [(each, given[each.trial]) for each in due if given[each.trial]]


def _begin(session: Session, before: Waves, people: Sequence[str], at: datetime) -> int:
    """Let one round begin; how many people are in it."""
    number = before.rounds[-1].number + 1 if before.rounds else 1
    asked: set[str] = set()
    for some in _parts(people):
        # Some may have been cancelled since they were chosen.
        these = select(OUTBOX.c.id, OUTBOX.c.person).where(
            WAITS, OUTBOX.c.trial == before.trial, OUTBOX.c.person.in_(some)
        )
        rows = session.execute(these).all()
        outbox.queue(session, [row.id for row in rows], at, round_=number)
        asked.update(row.person for row in rows)
    row = {
        "trial": before.trial,
        "number": number,
        "size": len(asked),
        "asked": before.learnt.asked,
        "yes": before.learnt.yes,
        "missing": before.missing,
        "began_at": at,
    }
    session.execute(insert(ROUND), row)
    said = f"round {number}: {len(asked)} people"
    record(session, Tag.ROUND_BEGUN, actor=ACTOR, subject=f"trial {before.trial}", new=said)
    return len(asked)


def _trials(session: Session) -> list[str]:
    """The trials for which somebody waits to be asked."""
    return list(session.scalars(select(OUTBOX.c.trial).where(WAITS).distinct()))


def _pool(session: Session, trial: str, at: datetime, at_most: int) -> Sequence[str]:
    """Those who may be asked about a trial now: who was asked longest ago, or never, first."""
    earlier = OUTBOX.alias()
    last = (
        select(func.max(earlier.c.sent_at))
        .where(earlier.c.person == OUTBOX.c.person, earlier.c.wave.in_(INVITING))
        .correlate(OUTBOX)
        .scalar_subquery()
    )
    before = (
        select(earlier.c.id)
        .where(
            earlier.c.trial == trial,
            earlier.c.person == OUTBOX.c.person,
            earlier.c.wave == Wave.INVITATION.value,
            earlier.c.round.is_not(None),
        )
        .correlate(OUTBOX)
        .exists()
    )
    query = (
        select(OUTBOX.c.person)
        .where(WAITS, OUTBOX.c.trial == trial, OUTBOX.c.not_after >= at, ~before)
        .where(*(_is_not_of(each.subquery()) for each in caps.not_to_ask(at)))
        .group_by(OUTBOX.c.person)
        .order_by(last.nulls_first(), func.min(OUTBOX.c.approved_at), func.min(OUTBOX.c.id))
        .limit(at_most)
    )
    return session.scalars(query).all()


def _is_not_of(some: Subquery) -> ColumnElement[bool]:
    """Not “not in”: PostgreSQL would go through all of them for each who waits."""
    return ~select(some.c.person).where(some.c.person == OUTBOX.c.person).exists()


def _is_late(session: Session, at: datetime) -> bool:
    return session.scalar(select(OUTBOX.c.id).where(_late(at)).limit(1)) is not None


def _expire(session: Session, at: datetime) -> None:
    """End what waited past its last day: nothing would come of it any more."""
    move_all(session, _late(at), State.EXPIRED, Reason.TOO_LATE, at)


def _late(at: datetime) -> ColumnElement[bool]:
    return and_(IS_APPROVED, OUTBOX.c.not_after < at)


def _parts(items: Sequence[Item]) -> Iterator[Sequence[Item]]:
    rest = iter(items)
    while some := list(islice(rest, AT_ONCE)):
        yield some
