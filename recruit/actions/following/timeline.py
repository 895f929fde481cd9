"""What happened to one person in one trial, in order: each with when, by whom and why.

It is read from what the stages are derived from. What somebody wrote by mistake is left out here;
it stays on the path and in the audit trail.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from recruit.actions.following.contacting import attempts
from recruit.actions.following.stages import INVITING, MATCH, Stage
from recruit.actions.outreach.answer_table import ANSWER, REFUSALS, Answer
from recruit.actions.reviewing.decisions import history
from recruit.actions.reviewing.tables import Kind
from recruit.consent.ledger import CLOCK
from recruit.notify.outbox_tables import OUTBOX, OUTBOX_STEP
from recruit.notify.stages import Reason, State
from recruit.referrals import paths
from recruit.referrals.paths import Failure

DECIDED: Final = {
    Kind.APPROVE: Stage.APPROVED,
    Kind.ASK: Stage.ASKED,
    Kind.NOT_NOW: Stage.LATER,
    Kind.NO: Stage.REFUSED,
}
# What a message's state says of the person; what a worker does in between says nothing.
SENT: Final = {
    State.APPROVED: Stage.APPROVED,
    State.ACCEPTED: Stage.INVITED,
    State.UNKNOWN: Stage.INVITED,
    State.DELIVERED: Stage.DELIVERED,
    **dict.fromkeys(
        (
            State.BOUNCED,
            State.COMPLAINED,
            State.CANCELLED,
            State.SUPPRESSED,
            State.EXPIRED,
            State.FAILED,
        ),
        Stage.STOPPED,
    ),
}
NOBODY_ANSWERED: Final = "nobody answered the call"


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened: the stage it led to, when, by whom and why.

    `by` is as the audit trail names them, `reason` a word of the room that it comes from or "",
    `failure` what a screening failed on.
    """

    stage: Stage
    at: datetime
    by: str
    reason: str = ""
    failure: Failure | None = None


def of(session: Session, trial: str, person: str) -> list[Event]:
    """Everything that happened, the oldest first."""
    found = [
        *_matches(session, trial, person),
        *_decisions(session, trial, person),
        *_messages(session, trial, person),
        *_path(session, trial, person),
        *_refusals(session, trial, person),
    ]
    order = list(Stage)
    return sorted(dict.fromkeys(found), key=lambda each: (each.at, order.index(each.stage)))


def _matches(session: Session, trial: str, person: str) -> Iterator[Event]:
    """When they came into the queue, and when they fitted no more."""
    query = select(MATCH).where(MATCH.c.trial == trial, MATCH.c.person == person)
    rows = session.execute(query.order_by(MATCH.c.id)).all()
    for row, later in zip(rows, [*rows[1:], None], strict=False):
        yield Event(Stage.PROPOSED, row.since, CLOCK.name)
        goes_on = later is not None and later.since == row.since
        if row.superseded_at is not None and not goes_on:
            yield Event(Stage.LAPSED, row.superseded_at, CLOCK.name, row.reason or "")


def _decisions(session: Session, trial: str, person: str) -> Iterator[Event]:
    for each in history(session, trial, person):
        yield Event(DECIDED[each.kind], each.at, each.by, each.reason or "")
        if each.ended_at:  # whatever ended it, the match came back to be judged
            yield Event(Stage.PROPOSED, each.ended_at, each.ended_by or "", each.ended or "")


def _messages(session: Session, trial: str, person: str) -> Iterator[Event]:
    query = (
        select(OUTBOX_STEP.c.state, OUTBOX_STEP.c.reason, OUTBOX_STEP.c.at, OUTBOX.c.approved_by)
        .join(OUTBOX, OUTBOX.c.id == OUTBOX_STEP.c.message)
        .where(OUTBOX.c.trial == trial, OUTBOX.c.person == person, OUTBOX.c.wave.in_(INVITING))
        .order_by(OUTBOX_STEP.c.id)
    )
    for row in session.execute(query):
        stage = SENT.get(State(row.state))
        if stage is not None and row.reason != Reason.UNDONE:  # the decision says so itself
            by = row.approved_by if stage is Stage.APPROVED else CLOCK.name
            yield Event(stage, row.at, by, row.reason or "")


def _path(session: Session, trial: str, person: str) -> Iterator[Event]:
    path = paths.of(session, trial, person)
    if path is None:
        return
    for step in paths.standing(session, path):
        yield Event(Stage(step.state.value), step.at, step.by, step.reason, step.failure)
    for call in attempts(session, path):
        yield Event(Stage.RELEASED, call.at, call.by, NOBODY_ANSWERED)


def _refusals(session: Session, trial: str, person: str) -> Iterator[Event]:
    """A no of somebody who was not on the way; on it, the path says so."""
    if paths.of(session, trial, person) is not None:
        return
    query = select(ANSWER).where(ANSWER.c.trial == trial, ANSWER.c.person == person)
    for row in session.execute(query.order_by(ANSWER.c.id)):
        if Answer(row.answer) in REFUSALS:
            yield Event(Stage.DECLINED, row.at, row.by, row.answer)
