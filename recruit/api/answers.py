"""How long an answer of the API is kept for who asks the same again."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete
from sqlalchemy.orm import Session

from recruit.api.tables import ANSWER

KEPT: Final = timedelta(days=1)


def purge(session: Session, at: datetime) -> int:
    """Delete the answers that have had their day; how many there were."""
    gone = delete(ANSWER).where(ANSWER.c.at < at - KEPT).returning(ANSWER.c.digest)
    return len(session.execute(gone).all())
