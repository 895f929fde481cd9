"""A message is handed over: claimed, opened, sent, and what became of it written down.

A worker claims it for a while (a lease) under a number that grows with every claim (a fence), and
each further step is one short transaction that holds only for that number. Two steps are written
around the one moment that no database can share with a mail server:

* `handoff_open` is committed before a connection is opened. Whoever dies after it has sent
  nothing; the message is tried again.
* `data_sent` is committed just before the last byte. Whoever dies after it may have sent it; the
  message becomes `unknown`, and only a person decides what then happens.

Both are committed under the person's lock (core/locks.py), which a withdrawal takes as well, and
both ask for consent anew. So a withdrawal comes before `data_sent`, and nothing is completed, or
after it, and then it waits until that one message's fate is known (`is_on_its_way`).
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, RowMapping, and_, literal, or_, select, tuple_, update
from sqlalchemy.orm import Session

from recruit.consent.choices import Channel
from recruit.core import metrics
from recruit.core.columns import NUMBER, UTCDateTime
from recruit.core.locks import hold_people
from recruit.notify.fates import fate
from recruit.notify.outbox import of_person
from recruit.notify.outbox_steps import move_all, move_claimed, move_to, note
from recruit.notify.outbox_tables import IS_DUE, OUTBOX
from recruit.notify.stages import (
    DUE,
    UNDER_WAY,
    Claim,
    Gate,
    Hold,
    Message,
    Reason,
    State,
    Told,
    Wave,
)

LEASE: Final = timedelta(seconds=45)
"""A worker that has not come back after this is dead: work goes on within a minute of a kill."""
SETTLED: Final = and_(OUTBOX.c.lease_until.is_not(None), OUTBOX.c.state.not_in(UNDER_WAY))
"""A receipt said what became of a message while a worker has it: its last byte may be leaving."""
OPENED: Final = frozenset({State.HANDOFF_OPEN})
UNSENT: Final = OPENED | {State.CLAIMED}


def claim(
    session: Session,
    worker: str,
    at: datetime,
    at_most: int = 1,
    *,
    behind: Claim | None = None,
) -> list[Claim]:
    """Take messages that are due, the longest due first; nobody else has them for a `LEASE`.

    Calls are left to people: `claim_one`. Whoever goes on looks only `behind` the last that they
    took: where somebody reads the database for minutes, PostgreSQL keeps in the index until then
    what has left it, and would go through all of that at each look.
    """
    due = (
        select(OUTBOX.c.id)
        .where(IS_DUE, OUTBOX.c.due_at <= at)  # in these words: a kept plan then knows its index
        .where(OUTBOX.c.channel != Channel.PHONE.value)
        .order_by(OUTBOX.c.due_at, OUTBOX.c.id)
        .limit(at_most)
        .with_for_update(skip_locked=True)
    )
    if behind:
        place = OUTBOX.c.due_at, OUTBOX.c.id
        last = literal(behind.message.due_at, UTCDateTime), literal(behind.id, NUMBER)
        due = due.where(tuple_(*place) > tuple_(*last))
    return _take(session, session.scalars(due).all(), worker, at)


def claim_one(session: Session, number: int, worker: str, at: datetime) -> Claim | None:
    """Take one message, due or not yet, for a person who hands it over: a call, a letter."""
    this = (
        select(OUTBOX.c.id)
        .where(OUTBOX.c.id == number, OUTBOX.c.state.in_(DUE))
        .with_for_update(skip_locked=True)
    )
    return next(iter(_take(session, session.scalars(this).all(), worker, at)), None)


def open_handoff(session: Session, mine: Claim, gates: Iterable[Gate], at: datetime) -> bool:
    """Commit that a connection is about to be opened; False: it must not be."""
    return bool(open_all(session, [mine], gates, at))


def open_all(
    session: Session, mine: Sequence[Claim], gates: Iterable[Gate], at: datetime
) -> list[Claim]:
    """The same for several at once; those for which a connection may be opened."""
    hold_people(session, {each.message.person for each in mine})
    asked = tuple(gates)
    held = _held(session, mine)
    ours = [each for each in mine if each.id in held]
    opened = []
    for each in ours:
        why = _first_hold(session, each, asked, at)
        if why is None:
            opened.append(each)
        else:
            hold(session, each, why, at)
    these = OUTBOX.c.id.in_([each.id for each in opened])
    if opened:
        move_all(session, these, State.HANDOFF_OPEN, None, at, lease_until=at + LEASE)
    return opened


def send_data(
    session: Session,
    mine: Claim,
    gates: Iterable[Gate],
    at: datetime,
    before: Told | None = None,
) -> bool:
    """Commit that the last byte is about to be sent; False: hang up instead.

    What became of the message `before` is written down with it, whatever the answer is.
    """
    # First the person: a withdrawal takes the same lock, and then what consent says is final.
    hold_people(session, [mine.message.person])
    why = _first_hold(session, mine, gates, at)
    if why:
        hold(session, mine, why, at)
        if before:
            finish(session, before, at)
        return False
    after = {"lease_until": at + LEASE, "sent_at": at}
    leave = move_to(mine, OPENED, State.DATA_SENT, None, at, **after)
    if before is None:
        return all(move_claimed(session, leave))
    granted, moved = move_claimed(session, leave, fate(before, at))
    if not moved:
        _settle(session, before.claim)
    return granted


def finish(session: Session, told: Told, at: datetime) -> None:
    """Write down what became of a hand-over, unless somebody else has the message by now.

    What was held has been written down by whoever held it.
    """
    if not all(move_claimed(session, fate(told, at))):
        _settle(session, told.claim)


def hold(session: Session, mine: Claim, why: Hold, at: datetime) -> None:
    """Let a claimed message not go out, as a gate says."""
    until = why.until or at
    metrics.HOLDS.labels(mine.message.channel.value, why.reason.value).inc()
    if why.reason is Reason.CONSENT:
        metrics.REFUSALS.labels("sending").inc()
    late = why.state is State.DEFERRED and until > mine.message.not_after
    state = State.EXPIRED if late else why.state
    later = {"due_at": until} if state is State.DEFERRED else {}
    move_claimed(session, move_to(mine, UNSENT, state, why.reason, at, **later))


def reclaim(session: Session, at: datetime) -> int:
    """Take back what dead workers had; how many messages these were.

    What may have been sent becomes `unknown`, everything else is tried again at once.
    """
    leased = select(OUTBOX.c.id).where(OUTBOX.c.lease_until < at).order_by(OUTBOX.c.id)
    # What somebody is at just now has its turn at the next look: nobody waits for this job.
    over = OUTBOX.c.id.in_(session.scalars(leased.with_for_update(skip_locked=True)).all())
    sent = and_(over, OUTBOX.c.state == State.DATA_SENT.value)
    unsent = and_(over, OUTBOX.c.state.in_(UNSENT))
    _let_go(session, and_(over, SETTLED))
    lost = move_all(session, sent, State.UNKNOWN, Reason.WORKER_GONE, at)
    return lost + move_all(session, unsent, State.DEFERRED, Reason.WORKER_GONE, at, due_at=at)


def is_on_its_way(session: Session, person: str) -> bool:
    """Whether a message to the person is beyond stopping, and its fate not known yet.

    After a withdrawal's commit this becomes false within moments, and no other message follows.
    A receipt may settle a message while a worker still has leave for its last byte.
    """
    leaving = or_(OUTBOX.c.state == State.DATA_SENT.value, SETTLED)
    query = select(OUTBOX.c.id).where(of_person(person), leaving)
    return session.scalar(query.limit(1)) is not None


def claim_of(row: RowMapping) -> Claim:
    """A row of the outbox as the claim that it says it is."""
    message = Message(
        trial=row["trial"],
        posting=row["posting"],
        person=row["person"],
        wave=Wave(row["wave"]),
        channel=Channel(row["channel"]),
        language=row["language"],
        country=row["country"],
        due_at=row["due_at"],
        not_after=row["not_after"],
    )
    return Claim(row["id"], message, row["reference"], row["fence"], row["worker"], row["tries"])


def _take(session: Session, numbers: Sequence[int], worker: str, at: datetime) -> list[Claim]:
    if not numbers:
        return []
    these = OUTBOX.c.id.in_(numbers)
    taken = {
        "state": State.CLAIMED.value,
        "reason": None,
        "fence": OUTBOX.c.fence + 1,
        "worker": worker,
        "lease_until": at + LEASE,
        "changed_at": at,
    }
    rows = session.execute(update(OUTBOX).where(these).values(taken).returning(OUTBOX))
    mine = sorted(rows.mappings(), key=lambda row: (row["due_at"], row["id"]))
    note(session, these, at)
    return [claim_of(row) for row in mine]


def _first_hold(session: Session, mine: Claim, gates: Iterable[Gate], at: datetime) -> Hold | None:
    if at > mine.message.not_after:
        return Hold(State.EXPIRED, Reason.TOO_LATE)
    holds = (gate(session, mine, at) for gate in gates)
    return next((hold for hold in holds if hold), None)


def _settle(session: Session, mine: Claim) -> None:
    """A receipt has said what became of it: whoever had the message has it no more."""
    _let_go(session, and_(OUTBOX.c.id == mine.id, OUTBOX.c.fence == mine.fence, SETTLED))


def _held(session: Session, mine: Sequence[Claim]) -> set[int]:
    """Which claimed messages are still ours, and stay so until this unit of work ends."""
    fences = {each.id: each.fence for each in mine}
    query = (
        select(OUTBOX.c.id, OUTBOX.c.fence)
        .where(OUTBOX.c.id.in_(sorted(fences)), OUTBOX.c.state == State.CLAIMED.value)
        .order_by(OUTBOX.c.id)
        .with_for_update()
    )
    return {row.id for row in session.execute(query) if row.fence == fences[row.id]}


def _let_go(session: Session, which: ColumnElement[bool]) -> None:
    """Nobody has these messages any more."""
    session.execute(update(OUTBOX).where(which).values(lease_until=None))
