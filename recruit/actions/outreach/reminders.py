"""Who has said nothing for ten days is asked once more, by the way they were asked, not again.

Whoever approved the invitation approved its one reminder with it. Any answer ends it, and so does
whatever would have ended the invitation: the gates are the same.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Final

from sqlalchemy import RowMapping, select
from sqlalchemy.orm import Session

from recruit.actions.outreach import rounds, texts
from recruit.actions.outreach.answer_table import ANSWER
from recruit.actions.outreach.rounds import Stand
from recruit.audit.trail import Tag, record
from recruit.consent.choices import Channel, Purpose
from recruit.consent.permit import permit
from recruit.core.errors import ConsentMissing
from recruit.notify import outbox
from recruit.notify.outbox_tables import OUTBOX
from recruit.notify.stages import Message, Reason, State, Wave

ACTOR: Final = "job"
AFTER: Final = timedelta(days=10)
UP_TO: Final = timedelta(days=30)
"""Later than this a reminder would remind of nothing."""
VALID: Final = timedelta(days=14)
AT_ONCE: Final = 500
# Nobody is called a second time: who could not be reached stays on the list of calls.
REPEATED: Final = frozenset({Channel.EMAIL, Channel.SMS, Channel.LETTER})
NOT_ANY_MORE: Final = frozenset({Stand.ENOUGH, Stand.RESTING})


def remind(session: Session, at: datetime) -> int:
    """Queue the reminders that are due, in the caller's unit of work; how many people these are."""

    @cache
    def asks(trial: str) -> bool:
        return rounds.state(session, trial, at).stand not in NOT_ANY_MORE

    reminded: dict[tuple[str, str], int] = {}
    for row in _silent(session, at):
        key = row["trial"], row["person"]
        if key in reminded or not asks(row["trial"]):
            continue
        number = _repeat(session, row, at)
        if number is not None:
            reminded[key] = number
        if len(reminded) == AT_ONCE:
            break
    if reminded:
        outbox.queue(session, reminded.values(), at)
        said = f"{len(reminded)} people"
        record(session, Tag.REMINDED, actor=ACTOR, subject="invitations", new=said)
    return len(reminded)


def _silent(session: Session, at: datetime) -> Sequence[RowMapping]:
    """The invitations that arrived and that nobody has answered, the oldest first."""
    again = OUTBOX.alias()
    answered = select(ANSWER.c.id).where(
        ANSWER.c.trial == OUTBOX.c.trial, ANSWER.c.person == OUTBOX.c.person
    )
    reminded = select(again.c.id).where(
        again.c.trial == OUTBOX.c.trial,
        again.c.person == OUTBOX.c.person,
        again.c.wave == Wave.REMINDER.value,
    )
    # Staff stopped what was waiting then: they did not mean it to begin again.
    stopped = select(again.c.id).where(
        again.c.trial == OUTBOX.c.trial,
        again.c.state == State.CANCELLED.value,
        again.c.reason == Reason.STAFF.value,
        again.c.changed_at >= OUTBOX.c.sent_at,
    )
    query = (
        select(OUTBOX)
        .where(
            OUTBOX.c.wave == Wave.INVITATION.value,
            OUTBOX.c.state.in_({State.ACCEPTED, State.DELIVERED}),
            OUTBOX.c.channel.in_(REPEATED),
            OUTBOX.c.sent_at <= at - AFTER,
            OUTBOX.c.sent_at > at - UP_TO,
            ~answered.exists(),
            ~reminded.exists(),
            ~stopped.exists(),
        )
        .order_by(OUTBOX.c.sent_at, OUTBOX.c.id)
    )
    return session.execute(query).mappings().all()


def _repeat(session: Session, row: RowMapping, at: datetime) -> int | None:
    """The number of the reminder of an invitation; None where there can be none."""
    channel = Channel(row["channel"])
    message = Message(
        trial=row["trial"],
        posting=row["posting"],
        person=row["person"],
        wave=Wave.REMINDER,
        channel=channel,
        language=row["language"],
        country=row["country"],
        due_at=at,
        not_after=at + VALID,
    )
    if texts.approved(session, message, at.date()) is None:
        return None
    scope = f"trial/{message.trial}"
    try:
        leave = permit(
            session, message.person, Purpose.CONTACT, channel=channel, scope=scope, at=at
        )
    except ConsentMissing:
        return None
    return outbox.approve(session, leave, message, at, by=row["approved_by"])
