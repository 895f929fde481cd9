"""What is kept of the messages to a person about studies, and of what they answered, as JSON.

For whoever asks what is known about them: no link and no reference, by which somebody could act in
their place, and no name or number of staff.
"""

from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from recruit.actions.outreach.answer_table import ANSWER
from recruit.notify.outbox_tables import OUTBOX, OUTBOX_STEP

Json = dict[str, Any]


def messages(session: Session, person: str) -> list[Json]:
    """Every message, the oldest first, with each state that it has been in and why."""
    query = select(OUTBOX).where(OUTBOX.c.person == person).order_by(OUTBOX.c.id)
    return [_message(session, row) for row in session.execute(query)]


def given(session: Session, person: str) -> list[Json]:
    """Every answer about any study, the oldest first, and by which way it came in."""
    query = select(ANSWER).where(ANSWER.c.person == person).order_by(ANSWER.c.id)
    return [
        {"trial": row.trial, "answer": row.answer, "how": row.how, "at": row.at.isoformat()}
        for row in session.execute(query)
    ]


def _message(session: Session, row: Row[Any]) -> Json:
    query = select(OUTBOX_STEP).where(OUTBOX_STEP.c.message == row.id).order_by(OUTBOX_STEP.c.id)
    return {
        "trial": row.trial,
        "wave": row.wave,
        "channel": row.channel,
        "language": row.language,
        "state": row.state,
        "approved_at": row.approved_at.isoformat(),
        "sent_at": row.sent_at and row.sent_at.isoformat(),
        "steps": [
            {"state": step.state, "reason": step.reason, "at": step.at.isoformat()}
            for step in session.execute(query)
        ],
    }
