"""How far asking people for a trial has come: ask some, wait, learn, size the next, stop at enough.

Enough is when the people who said yes and have not turned away since are as many as the trial's
target (the draft's `target`): wherever they are on their way, nobody else is asked in their place.
Those who are approved then stay so: should somebody turn away, the next round comes to them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import Row, distinct, func, select
from sqlalchemy.orm import Session
from sqlmodel import col

from recruit.actions.outreach.answer_table import ANSWER
from recruit.actions.outreach.gates import RECRUITING
from recruit.actions.outreach.learning import Learnt, first_size, next_size
from recruit.actions.outreach.round_table import ROUND
from recruit.core.clock import now
from recruit.notify.outbox_tables import IS_APPROVED, OUTBOX
from recruit.notify.stages import DUE, LEFT, UNDER_WAY, State, Wave
from recruit.referrals import paths
from recruit.referrals.tables import REFERRAL
from recruit.trials.draft import decode_draft
from recruit.trials.posting.store import Life
from recruit.trials.posting.tables import POSTING
from recruit.trials.tables import Trial, TrialVersion

PATIENCE: Final = timedelta(days=7)
"""Most who answer have done so by then."""
MOST_ANSWERED: Final = 0.8
"""A round is over before that when so many of those it reached have answered."""
ON_THE_WAY: Final = paths.OPEN | {paths.State.ENROLLED}
GOING: Final = DUE | UNDER_WAY - {State.DATA_SENT}
GONE: Final = LEFT | {State.DATA_SENT}
Rows = Sequence[Row[Any, Any, Any, Any]]


class Stand(StrEnum):
    """Why a trial's next round begins, or does not."""

    DUE = "due"
    WAITING = "waiting for answers"
    ENOUGH = "enough people"
    NOBODY = "nobody approved"
    RESTING = "not recruiting"


@dataclass(frozen=True, slots=True)
class Round:
    """One round: `size` people were asked from `began_at` on, sized from what was `learnt`."""

    number: int
    size: int
    learnt: Learnt
    missing: int | None
    began_at: datetime


@dataclass(frozen=True, slots=True)
class Waves:
    """How far asking for a trial has come, in people.

    `approved` wait for a round; `going` are in one and their message has not left, `reached` those
    whose has, `answered` of these. `on_the_way` said yes and have not turned away. `next_at` and
    `next_size` are about the next round; None and 0 where none follows by what is known now.
    """

    trial: str
    stand: Stand
    target: int | None
    on_the_way: int
    approved: int
    going: int
    reached: int
    answered: int
    learnt: Learnt
    rounds: tuple[Round, ...]
    next_at: datetime | None
    next_size: int

    @property
    def missing(self) -> int | None:
        """How many people are missing; None where no target is known."""
        return None if self.target is None else max(0, self.target - self.on_the_way)

    @property
    def behind(self) -> float:
        """The share of the target that is missing; where none is known, a half."""
        return 0.5 if not self.target else (self.missing or 0) / self.target


@dataclass(frozen=True, slots=True)
class _Asked:
    """Those who were asked in rounds, by how far that has come."""

    going: frozenset[str] = frozenset()
    reached: frozenset[str] = frozenset()
    answered: frozenset[str] = frozenset()
    patient: frozenset[str] = frozenset()
    """Reached so lately that they may still answer, and have not."""


def state(session: Session, trial: str, at: datetime | None = None) -> Waves:
    """How far asking for a trial has come, and when the next round begins, by the moment `at`."""
    at = at or now()
    rounds = _rounds(session, trial)
    rows = _rows(session, trial)
    said, yes = _answered(session, trial), _on_the_way(session, trial)
    asked = _asked(rows, said, at)
    settled = asked.reached - asked.patient
    learnt = Learnt(len(settled), len(settled & yes))
    recruits, target = _trial(session, trial)
    missing = None if target is None else max(0, target - len(yes))
    approved = _approved(session, trial, at)
    next_at = _next_at(rounds, rows, said, at)
    size = 0
    if missing != 0 and recruits and approved:
        size = _size(rounds, missing, learnt, len(asked.going | asked.patient))
    if not recruits:
        stand = Stand.RESTING
    elif missing == 0:
        stand = Stand.ENOUGH
    elif not approved:
        stand = Stand.NOBODY
    else:
        stand = Stand.DUE if size and next_at <= at else Stand.WAITING
    return Waves(
        trial=trial,
        stand=stand,
        target=target,
        on_the_way=len(yes),
        approved=approved,
        going=len(asked.going),
        reached=len(asked.reached),
        answered=len(asked.answered),
        learnt=learnt,
        rounds=rounds,
        next_at=next_at if size else None,
        next_size=min(size, approved),
    )


def opens(session: Session, trial: str, at: datetime) -> datetime:
    """The first moment from `at` on at which a trial's next round can begin."""
    rounds = _rounds(session, trial)
    if not rounds:
        return at
    over = _next_at(rounds, _rows(session, trial), _answered(session, trial), at)
    return max(at, over)


def _size(rounds: tuple[Round, ...], missing: int | None, learnt: Learnt, waited_for: int) -> int:
    if not rounds:
        return first_size(missing)
    return next_size(missing, learnt, waited_for, rounds[-1].size)


def _next_at(
    rounds: tuple[Round, ...],
    rows: Rows,
    said: set[str],
    at: datetime,
) -> datetime:
    """When the last round is over: a week after it began, or once most have answered."""
    if not rounds:
        return at
    last = rounds[-1]
    own = [row for row in rows if row.round == last.number]
    going = any(State(row.state) in GOING for row in own)
    reached = {row.person for row in own if State(row.state) in GONE}
    if not going and len(reached & said) >= MOST_ANSWERED * len(reached):
        return at
    return last.began_at + PATIENCE


def _asked(rows: Rows, said: set[str], at: datetime) -> _Asked:
    reached = {row.person for row in rows if State(row.state) in GONE}
    going = {row.person for row in rows if State(row.state) in GOING} - reached
    lately = {row.person for row in rows if row.sent_at and row.sent_at > at - PATIENCE}
    return _Asked(
        frozenset(going),
        frozenset(reached),
        frozenset(reached & said),
        frozenset((reached & lately) - said),
    )


def _rounds(session: Session, trial: str) -> tuple[Round, ...]:
    query = select(ROUND).where(ROUND.c.trial == trial).order_by(ROUND.c.number)
    return tuple(
        Round(row.number, row.size, Learnt(row.asked, row.yes), row.missing, row.began_at)
        for row in session.execute(query)
    )


def _rows(session: Session, trial: str) -> Rows:
    """The invitations that were in a round."""
    query = select(OUTBOX.c.person, OUTBOX.c.state, OUTBOX.c.round, OUTBOX.c.sent_at).where(
        OUTBOX.c.trial == trial,
        OUTBOX.c.wave == Wave.INVITATION.value,
        OUTBOX.c.round.is_not(None),
    )
    return session.execute(query).all()


def _approved(session: Session, trial: str, at: datetime) -> int:
    """How many people wait for a round."""
    query = select(func.count(distinct(OUTBOX.c.person))).where(
        OUTBOX.c.trial == trial,
        IS_APPROVED,
        OUTBOX.c.wave == Wave.INVITATION.value,
        OUTBOX.c.not_after >= at,
    )
    return session.scalars(query).one()


def _answered(session: Session, trial: str) -> set[str]:
    return set(session.scalars(select(ANSWER.c.person).where(ANSWER.c.trial == trial)))


def _on_the_way(session: Session, trial: str) -> set[str]:
    query = select(REFERRAL.c.person).where(
        REFERRAL.c.trial == trial, REFERRAL.c.state.in_(ON_THE_WAY)
    )
    return set(session.scalars(query))


def _trial(session: Session, trial: str) -> tuple[bool, int | None]:
    """Whether a trial asks people now, and how many it wants."""
    query = (
        select(col(Trial.status), col(TrialVersion.draft))
        .join(
            TrialVersion,
            (col(TrialVersion.trial) == col(Trial.id))
            & (col(TrialVersion.number) == col(Trial.version)),
        )
        .where(col(Trial.id) == trial)
    )
    status, draft = session.execute(query).one()
    rests = select(POSTING.c.id).where(POSTING.c.trial == trial, POSTING.c.life != Life.OPEN.value)
    recruits = status in RECRUITING and session.scalar(rests.limit(1)) is None
    return recruits, decode_draft(draft).target
