"""Messages to people about studies: each goes out once, while its person agrees; none is lost.

The row is the truth. A worker claims it for a while (a lease) under a number that grows with every
claim (a fence), and each further step is one short transaction that holds only for that number. Two
steps are written around the one moment that no database can share with a mail server:

* `handoff_open` is committed before a connection is opened. Whoever dies after it has sent
  nothing; the message is tried again.
* `data_sent` is committed just before the last byte. Whoever dies after it may have sent it; the
  message becomes `unknown`, and only a person decides what then happens.

Both are committed under the person's lock (core/locks.py), which a withdrawal takes as well, and
both ask for consent anew. So a withdrawal comes before `data_sent`, and nothing is completed, or
after it, and then it waits until that one message's fate is known (`is_on_its_way`).
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from secrets import token_hex
from typing import Final

from sqlalchemy import ColumnElement, RowMapping, and_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from recruit.consent.choices import Channel
from recruit.consent.permit import Permit
from recruit.core.locks import hold_people
from recruit.notify.outbox_steps import move, move_all, note
from recruit.notify.outbox_tables import OUTBOX
from recruit.notify.stages import (
    DUE,
    STOPPABLE,
    UNDER_WAY,
    Claim,
    Fate,
    Gate,
    Hold,
    Message,
    Reason,
    State,
    Wave,
)

LEASE: Final = timedelta(seconds=45)
"""A worker that has not come back after this is dead: work goes on within a minute of a kill."""
FIRST_PAUSE: Final = timedelta(minutes=1)
LONGEST_PAUSE: Final = timedelta(hours=4)


def approve(
    session: Session, permit: Permit, message: Message, at: datetime, *, by: str
) -> int | None:
    """Put a message down in the caller's unit of work, to wait for its wave; its number.

    None where there is one of its kind already, whatever became of it. `by` is who decided it.

    Raises:
        ValueError: the permit is for somebody else, or for another channel.
    """
    if (permit.person, permit.choice.channel) != (message.person, message.channel):
        raise ValueError
    row = {
        "trial": message.trial,
        "posting": message.posting,
        "person": message.person,
        "wave": message.wave.value,
        "channel": message.channel.value,
        "language": message.language,
        "country": message.country,
        "state": State.APPROVED.value,
        "due_at": message.due_at,
        "not_after": message.not_after,
        "tries": 0,
        "fence": 0,
        "reference": token_hex(16),
        "approved_by": by,
        "approved_at": at,
        "changed_at": at,
    }
    insert_or = postgresql.insert if _is_postgresql(session) else sqlite.insert
    new = insert_or(OUTBOX).values(row).on_conflict_do_nothing().returning(OUTBOX.c.id)
    number: int | None = session.execute(new).scalar_one_or_none()
    if number is not None:
        note(session, OUTBOX.c.id == number, at)
    return number


def queue(
    session: Session, numbers: Collection[int], at: datetime, *, round_: int | None = None
) -> int:
    """Let approved messages (a wave's worth) go out when due; how many were waiting for it."""
    these = and_(OUTBOX.c.id.in_(numbers), OUTBOX.c.state == State.APPROVED.value)
    return move_all(session, these, State.QUEUED, None, at, round=round_)


def claim(session: Session, worker: str, at: datetime, at_most: int = 1) -> list[Claim]:
    """Take messages that are due, the longest due first; nobody else has them for a `LEASE`."""
    due = (
        select(OUTBOX.c.id)
        .where(OUTBOX.c.state.in_(DUE), OUTBOX.c.due_at <= at)
        .order_by(OUTBOX.c.due_at, OUTBOX.c.id)
        .limit(at_most)
        .with_for_update(skip_locked=True)
    )
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
    return _advance(session, mine, State.CLAIMED, State.HANDOFF_OPEN, gates, at)


def send_data(session: Session, mine: Claim, gates: Iterable[Gate], at: datetime) -> bool:
    """Commit that the last byte is about to be sent; False: hang up instead."""
    return _advance(session, mine, State.HANDOFF_OPEN, State.DATA_SENT, gates, at)


def finish(  # noqa: PLR0913 - what became of one claim, how and with whom
    session: Session,
    mine: Claim,
    fate: Fate,
    at: datetime,
    reason: Reason | None = None,
    *,
    provider: str | None = None,
) -> None:
    """Write down what became of a hand-over, unless somebody else has the message by now.

    A worker that was only slow still knows better than whoever gave it up for dead. What was held
    has been written down by whoever held it.
    """
    row = _held(session, mine, UNDER_WAY | {State.UNKNOWN})
    if row is None:
        return
    match fate:
        case Fate.SENT:
            move(session, mine.id, State.ACCEPTED, reason, at, provider=provider)
        case Fate.NEVER:
            why = reason or Reason.REFUSED
            move(session, mine.id, State.FAILED, why, at, provider=provider, sent_at=None)
        case Fate.UNSURE:
            why = reason or Reason.NO_ANSWER
            move(session, mine.id, State.UNKNOWN, why, at, provider=provider)
        case Fate.LATER | Fate.HELD:
            _again(session, row, reason or Reason.BUSY, at)


def hold(session: Session, mine: Claim, why: Hold, at: datetime) -> None:
    """Let a claimed message not go out, as a gate says."""
    if _held(session, mine, {State.CLAIMED, State.HANDOFF_OPEN}) is not None:
        _stop(session, mine, why, at)


def reclaim(session: Session, at: datetime) -> int:
    """Take back what dead workers had; how many messages these were.

    What may have been sent becomes `unknown`, everything else is tried again at once.
    """
    over = OUTBOX.c.lease_until < at
    sent = and_(over, OUTBOX.c.state == State.DATA_SENT.value)
    unsent = and_(over, OUTBOX.c.state.in_((State.CLAIMED, State.HANDOFF_OPEN)))
    lost = move_all(session, sent, State.UNKNOWN, Reason.WORKER_GONE, at)
    return lost + move_all(session, unsent, State.DEFERRED, Reason.WORKER_GONE, at, due_at=at)


def cancel(session: Session, which: ColumnElement[bool], reason: Reason, at: datetime) -> int:
    """Stop every message of `which` that has not been sent; how many these were.

    Whoever is just handing one of them over finds out before the last byte.
    """
    these = and_(which, OUTBOX.c.state.in_(STOPPABLE))
    return move_all(session, these, State.CANCELLED, reason, at)


def of_person(person: str, trial: str | None = None) -> ColumnElement[bool]:
    """The messages to a person, about one trial or any."""
    own = OUTBOX.c.person == person
    return own if trial is None else and_(own, OUTBOX.c.trial == trial)


def of_trial(trial: str, waves: Collection[Wave] = tuple(Wave)) -> ColumnElement[bool]:
    """The messages of some waves about a trial."""
    return and_(OUTBOX.c.trial == trial, OUTBOX.c.wave.in_(waves))


def is_on_its_way(session: Session, person: str) -> bool:
    """Whether a message to the person is beyond stopping, and its fate not known yet.

    After a withdrawal's commit this becomes false within moments, and no other message follows.
    """
    query = select(OUTBOX.c.id).where(of_person(person), OUTBOX.c.state == State.DATA_SENT.value)
    return session.scalar(query.limit(1)) is not None


def decide(session: Session, number: int, *, was_sent: bool, at: datetime) -> bool:
    """A person says of an `unknown` message that it was sent, or that it is to be sent again.

    False where it is no longer unknown.
    """
    these = and_(OUTBOX.c.id == number, OUTBOX.c.state == State.UNKNOWN.value)
    if was_sent:
        return move_all(session, these, State.ACCEPTED, Reason.DECIDED, at) == 1
    return move_all(session, these, State.DEFERRED, Reason.DECIDED, at, due_at=at) == 1


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
    return [_claim(row) for row in mine]


def _advance(  # noqa: PLR0913, PLR0917 - one step of one claim
    session: Session,
    mine: Claim,
    before: State,
    after: State,
    gates: Iterable[Gate],
    at: datetime,
) -> bool:
    # First the person: a withdrawal takes the same lock, and then what consent says is final.
    hold_people(session, [mine.message.person])
    if _held(session, mine, {before}) is None:
        return False
    why = _first_hold(session, mine, gates, at)
    if why:
        _stop(session, mine, why, at)
        return False
    sent = {"sent_at": at} if after is State.DATA_SENT else {}
    move(session, mine.id, after, None, at, lease_until=at + LEASE, **sent)
    return True


def _first_hold(session: Session, mine: Claim, gates: Iterable[Gate], at: datetime) -> Hold | None:
    if at > mine.message.not_after:
        return Hold(State.EXPIRED, Reason.TOO_LATE)
    holds = (gate(session, mine, at) for gate in gates)
    return next((hold for hold in holds if hold), None)


def _stop(session: Session, mine: Claim, why: Hold, at: datetime) -> None:
    if why.state is State.DEFERRED and (why.until or at) > mine.message.not_after:
        why = Hold(State.EXPIRED, why.reason)
    later = {"due_at": why.until or at} if why.state is State.DEFERRED else {}
    move(session, mine.id, why.state, why.reason, at, **later)


def _again(session: Session, row: RowMapping, reason: Reason, at: datetime) -> None:
    due_at = at + min(FIRST_PAUSE * 2 ** min(row["tries"], 10), LONGEST_PAUSE)
    state = State.EXPIRED if due_at > row["not_after"] else State.DEFERRED
    tries = row["tries"] + 1
    move(session, row["id"], state, reason, at, due_at=due_at, tries=tries, sent_at=None)


def _held(session: Session, mine: Claim, states: Collection[State]) -> RowMapping | None:
    """The row of a claim, locked, where the claim still holds and the message stands so."""
    query = (
        select(OUTBOX)
        .where(OUTBOX.c.id == mine.id, OUTBOX.c.fence == mine.fence, OUTBOX.c.state.in_(states))
        .with_for_update()
    )
    return session.execute(query).mappings().one_or_none()


def _claim(row: RowMapping) -> Claim:
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


def _is_postgresql(session: Session) -> bool:
    return session.get_bind().dialect.name == "postgresql"
