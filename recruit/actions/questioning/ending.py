"""How questions end, and their matches come back into the queue.

| how | when |
|---|---|
| answered, unsure | the person answered, or does not know (answering.py) |
| known | something else settled it, or the study asks it no more |
| not sent | the message that was to tell of it did not reach the person |
| no answer | 30 days have passed since it was asked, and since the message left |
| withdrawn | whoever asked took it back before anything left (asking.py) |
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Engine, RowMapping, select, update
from sqlalchemy.orm import Session
from sqlmodel import col
from sqlmodel import select as select_models

from recruit.actions import questioned
from recruit.actions.match_table import MatchRow, ReviewState
from recruit.actions.question_table import QUESTION_ASKED, End
from recruit.actions.questioning.opening import opened
from recruit.actions.reviewing.standing import put
from recruit.audit import trail
from recruit.audit.trail import Tag
from recruit.core import chain
from recruit.core.clock import now
from recruit.core.db import reading, unit_of_work
from recruit.core.locks import hold_people
from recruit.matching.outcome import Hierarchy
from recruit.notify import outbox
from recruit.notify.outbox_tables import OUTBOX
from recruit.notify.stages import PENDING, Reason, State

PATIENCE: Final = timedelta(days=30)
ACTOR: Final = "job"
# Why a message that would tell of nothing any more is stopped.
STOPPED_FOR: Final[Mapping[End, Reason]] = {
    End.ANSWERED: Reason.ANSWERED,
    End.UNSURE: Reason.ANSWERED,
    End.KNOWN: Reason.ANSWERED,
    End.NO_ANSWER: Reason.TOO_LATE,
    End.NOT_SENT: Reason.TOO_LATE,
    End.WITHDRAWN: Reason.UNDONE,
}
REACHED: Final = frozenset({State.ACCEPTED, State.DELIVERED, State.UNKNOWN})


def put_aside(session: Session, match: MatchRow) -> None:
    """Let a match wait for the answer to a question."""
    put(session, [match.id or 0], ReviewState.ASKED)


def end(
    session: Session, rows: Sequence[RowMapping], how: End, at: datetime, given: str | None = None
) -> None:
    """End questions of one person, whom the caller holds; their matches come back.

    `given` is the word that was answered. A message that would tell of nothing any more is stopped.
    """
    numbers = [row["id"] for row in rows]
    ended = {"ended": how.value, "ended_at": at, "given": given}
    this = QUESTION_ASKED.c.id.in_(numbers) & QUESTION_ASKED.c.ended_at.is_(None)
    session.execute(update(QUESTION_ASKED).where(this).values(ended))
    _stop_telling(session, {row["message"] for row in rows}, STOPPED_FOR[how], at)
    for person, trial in {(row["person"], row["trial"]) for row in rows}:
        back(session, person, trial)


def settle(engine: Engine, lexicon: Hierarchy) -> int:
    """End every open question that is over; how many these were.

    Each person's are a unit of work with an audit row of its own.
    """
    with reading(engine) as session:
        query = select(QUESTION_ASKED.c.person).where(QUESTION_ASKED.c.ended_at.is_(None))
        people = sorted(set(session.scalars(query)))
        over = [each for each in people if _over(session, each, lexicon, now())]
    return sum(_settle(engine, person, lexicon) for person in over)


def settle_known(session: Session, person: str, lexicon: Hierarchy, at: datetime) -> int:
    """End the questions that another answer has settled; the caller holds chains and person."""
    count = 0
    for how, rows in _over(session, person, lexicon, at).items():
        if how is End.KNOWN:
            end(session, rows, how, at)
            count += len(rows)
    return count


def back(session: Session, person: str, trial: str) -> None:
    """Let a match that waited for an answer be judged, once nothing about it is open."""
    query = select(QUESTION_ASKED.c.ended).where(
        QUESTION_ASKED.c.person == person, QUESTION_ASKED.c.trial == trial
    )
    ended = set(session.scalars(query))
    if None in ended:
        return
    answered = bool(ended & questioned.ANSWERED)
    waiting = select_models(MatchRow.id).where(
        col(MatchRow.person) == person,
        col(MatchRow.trial) == trial,
        col(MatchRow.superseded_at).is_(None),
        col(MatchRow.state) == ReviewState.ASKED.value,
    )
    numbers = [number for number in session.scalars(waiting) if number]
    put(session, numbers, ReviewState.WAITING, answered=answered)


def _settle(engine: Engine, person: str, lexicon: Hierarchy) -> int:
    count = 0
    with unit_of_work(engine) as session:
        chain.hold(session)
        hold_people(session, [person])
        at = now()
        for how, rows in _over(session, person, lexicon, at).items():
            end(session, rows, how, at)
            count += len(rows)
            trail.record(
                session,
                Tag.QUESTION_ENDED,
                actor=ACTOR,
                subject=person,
                reason=how.value,
                new=", ".join(sorted({row["trial"] for row in rows})),
            )
    return count


def _over(
    session: Session, person: str, lexicon: Hierarchy, at: datetime
) -> dict[End, list[RowMapping]]:
    """The open questions of somebody that are over, by how they ended."""
    rows = questioned.open_rows(session, person)
    query = select(OUTBOX.c.id, OUTBOX.c.state, OUTBOX.c.sent_at).where(
        OUTBOX.c.id.in_({row["message"] for row in rows})
    )
    messages = {row["id"]: row for row in session.execute(query).mappings()}
    asked = {(each.key) for each in opened(session, person, rows, lexicon, at)}
    found: dict[End, list[RowMapping]] = {}
    for row in rows:
        how = _how(row, messages[row["message"]], at)
        if how is None and row["question"] not in asked:
            how = End.KNOWN
        if how:
            found.setdefault(how, []).append(row)
    return found


def _how(row: RowMapping, message: RowMapping, at: datetime) -> End | None:
    state = State(message["state"])
    if state in PENDING:
        return None
    if state not in REACHED:
        return End.NOT_SENT
    since = max(row["asked_at"], message["sent_at"] or row["asked_at"])
    return End.NO_ANSWER if since <= at - PATIENCE else None


def _stop_telling(session: Session, messages: Collection[int], why: Reason, at: datetime) -> None:
    """Stop those of the messages that tell of no open question."""
    needed = select(QUESTION_ASKED.c.message).where(
        QUESTION_ASKED.c.message.in_(messages), QUESTION_ASKED.c.ended_at.is_(None)
    )
    idle = sorted(set(messages) - set(session.scalars(needed)))
    outbox.cancel(session, OUTBOX.c.id.in_(idle), why, at)
