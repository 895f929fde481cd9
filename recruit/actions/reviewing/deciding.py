"""Deciding about a match: one unit of work, done as a whole or not at all.

This is the only way from a match to an invitation. Whoever decides names the match that they looked
at: where something has changed since, nothing is decided, and it is said what happened.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Engine, insert, select
from sqlalchemy.orm import Session

from recruit.actions.match_table import MatchRow
from recruit.actions.outreach.inviting import invite
from recruit.actions.outreach.writing import Writer
from recruit.actions.reviewing import claims, misread
from recruit.actions.reviewing.decisions import STATES, Decision, end, standing
from recruit.actions.reviewing.looked_at import Hindrance, looked_at
from recruit.actions.reviewing.misread import Misread
from recruit.actions.reviewing.standing import put
from recruit.actions.reviewing.tables import DECISION, Ended, Kind, No
from recruit.audit.trail import Tag, record
from recruit.core import chain
from recruit.core.clock import now
from recruit.core.db import unit_of_work
from recruit.core.errors import NotFound, Refusal
from recruit.core.i18n import N_
from recruit.core.locks import hold_people
from recruit.criteria.truth import Truth
from recruit.matching.basis import grounds_of
from recruit.matching.outcome import Verdict
from recruit.notify.stages import Reason, State
from recruit.trials import store as trials

LONGEST_PAUSE: Final = timedelta(days=365)
"""Who is put off for longer is said no to."""

Ask = Callable[[Session, MatchRow, int, str, datetime], object]
"""Puts a question about a criterion to the person of a match, in the caller's unit of work.

Raises:
    Refusal: it cannot be asked; nothing may be committed.
"""
TakeBack = Callable[[Session, MatchRow, str, datetime], object]
"""Takes back what the person of a match is being asked, in the caller's unit of work.

Raises:
    Refusal: it has left; nothing may be committed.
"""


@dataclass(frozen=True, slots=True)
class Means:
    """What carries a decision out: who writes messages, and who asks and takes that back.

    Those who keep the questions move matches in the queue, and so cannot be known in here. The
    writer is looked for when somebody is invited: it may be that none can be had (WrongUsage).
    """

    writer: Callable[[], Writer]
    ask: Ask
    take_back: TakeBack


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be decided, and what belongs to it.

    `reason` and, where a rule was misread, `misread` belong to a no; `until` to who is put off;
    `criterion`, counted from 0, to a question.
    """

    kind: Kind
    reason: No | None = None
    misread: Misread | None = None
    until: datetime | None = None
    criterion: int | None = None


@dataclass(frozen=True, slots=True)
class Whose:
    """Which match somebody looked at, and who it is; `tenant` as in centre_scope."""

    match: int
    actor: str
    tenant: int | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a decision: its number, or what stood in the way.

    `reason` is the gate that is shut, `state` where an invitation stands and `when` it can leave,
    `newer` the match that has taken this one's place, `stands` what is decided already, `until`
    how long a colleague has the match in hand.
    """

    match: int
    trial: str = ""
    person: str = ""
    decision: int | None = None
    hindrance: Hindrance | None = None
    reason: Reason | None = None
    state: State | None = None
    when: datetime | None = None
    newer: int | None = None
    stands: Decision | None = None
    until: datetime | None = None


def decide(engine: Engine, means: Means, whose: Whose, wish: Wish) -> Outcome:
    """Decide about a match that somebody looked at; what became of it.

    Raises:
        Refusal: something is missing that belongs to the decision, or cannot be kept or asked.
    """
    with unit_of_work(engine) as session:
        # The chains, then the person: whoever takes a consent away takes them in this order too.
        # Under the chains decisions come one after the other.
        chain.hold(session)
        at = now()
        check(wish, at)
        try:
            looked = looked_at(session, whose.match, whose.tenant, at)
        except NotFound:
            return Outcome(whose.match, hindrance=Hindrance.GONE)
        row = looked.row
        hold_people(session, [row.person])
        found = Outcome(whose.match, row.trial, row.person, newer=looked.newer)
        if looked.hindrance:
            return replace(found, hindrance=looked.hindrance)
        stands = standing(session, [whose.match], at).get(whose.match)
        if stands and not _joins(stands, wish):
            return replace(found, hindrance=Hindrance.DECIDED, stands=stands)
        if claims.take(session, whose.match, whose.actor, at) is None:
            colleague = claims.of(session, [whose.match], at)[whose.match]
            return replace(found, hindrance=Hindrance.IN_HAND, until=colleague.until)
        return _carried_out(session, means, whose, wish, found, row, at, stands)


def check(wish: Wish, at: datetime) -> None:
    """Refuse a decision without what belongs to it.

    Raises:
        Refusal: naming the field: "reason", "wrong", "until" or "criterion".
    """
    if wish.kind is Kind.NO and wish.reason is None:
        raise Refusal(record="", field="reason", problem=N_("Please say why not."))
    if wish.reason is No.MISREAD and wish.misread is None:
        problem = N_("Please say which rule, and what is wrong.")
        raise Refusal(record="", field="wrong", problem=problem)
    if wish.kind is Kind.NOT_NOW and (
        wish.until is None or not at < wish.until <= at + LONGEST_PAUSE
    ):
        problem = N_("Please choose a day within the next {days} days.")
        raise Refusal(record="", field="until", problem=problem, days=LONGEST_PAUSE.days)
    if wish.kind is Kind.ASK and wish.criterion is None:
        raise Refusal(record="", field="criterion", problem=N_("Please choose a question."))


def _joins(stands: Decision, wish: Wish) -> bool:
    """Whether it is a question beside one that is open: both are asked together."""
    return stands.kind is wish.kind is Kind.ASK


def _carried_out(  # noqa: PLR0913, PLR0917 - what is decided, by whom, with what, about what
    session: Session,
    means: Means,
    whose: Whose,
    wish: Wish,
    found: Outcome,
    row: MatchRow,
    at: datetime,
    stands: Decision | None,
) -> Outcome:
    if wish.kind is Kind.APPROVE:
        invited = invite(session, means.writer(), row, whose.actor, at)
        found = replace(found, reason=invited.reason, state=invited.state, when=invited.when)
        if invited.number is None:
            hindrance = Hindrance.BEGUN if invited.state else Hindrance.SHUT
            return replace(found, hindrance=hindrance)
    if wish.kind is Kind.ASK and wish.criterion is not None:
        means.ask(session, row, wish.criterion, whose.actor, at)
    if stands:
        claims.let_go(session, whose.match)
        return replace(found, decision=stands.id)
    return replace(found, decision=_written(session, whose, wish, row, at))


def _written(session: Session, whose: Whose, wish: Wish, row: MatchRow, at: datetime) -> int:
    """Put the decision down, in the place of one that is over; its number."""
    note = None
    if wish.misread:
        told = row.trial, row.trial_version
        note = misread.say(session, *told, wish.misread, by=whose.actor, at=at)
    over = select(DECISION.c.id).where(
        DECISION.c.trial == row.trial,
        DECISION.c.person == row.person,
        DECISION.c.ended_at.is_(None),
    )
    for earlier in session.scalars(over).all():
        end(session, earlier, Ended.OVER, "job", at)
    decision = {
        "match": row.id,
        "trial": row.trial,
        "person": row.person,
        "kind": wish.kind.value,
        "reason": wish.reason and wish.reason.value,
        "criterion": wish.misread.criterion if wish.misread else wish.criterion,
        "grounds": row.grounds or _grounds(session, row),
        "misread": note,
        "until": wish.until,
        "by": whose.actor,
        "at": at,
    }
    new = insert(DECISION).values(decision).returning(DECISION.c.id)
    number: int = session.execute(new).scalar_one()
    put(session, [whose.match], STATES[wish.kind])
    claims.let_go(session, whose.match)
    why = f"{wish.kind.value}: {wish.reason.value}" if wish.reason else wish.kind.value
    record(
        session,
        Tag.MATCH_DECIDED,
        actor=whose.actor,
        subject=row.person,
        reason=why,
        new=row.trial,
    )
    return number


def _grounds(session: Session, row: MatchRow) -> str:
    """The grounds of a match that was made before they were kept with it."""
    read = trials.version(session, row.trial, row.trial_version).eligibility
    return grounds_of(read)(Verdict(row.verdict), [Truth[each.upper()] for each in row.truths])
