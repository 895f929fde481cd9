"""What was decided about a person, for whoever asks what is known about them."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from recruit.actions.reviewing.tables import DECISION


def kept(session: Session, person: str) -> list[dict[str, Any]]:
    """Every decision on a match of theirs, the oldest first, as JSON; who decided is not said."""
    query = select(DECISION).where(DECISION.c.person == person).order_by(DECISION.c.id)
    return [
        {
            "trial": row.trial,
            "decision": row.kind,
            "reason": row.reason,
            "at": row.at.isoformat(),
            "until": row.until.isoformat() if row.until else None,
            "ended_at": row.ended_at.isoformat() if row.ended_at else None,
        }
        for row in session.execute(query)
    ]
