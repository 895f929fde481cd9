"""The automatic answers to what people write, and how often one of them goes to somebody."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import and_, exists, select
from sqlalchemy.orm import Session

from recruit.actions.outreach import words
from recruit.audit.tables import AUDIT
from recruit.audit.trail import Tag

STOPPED: Final = "reply-stopped"
YES: Final = "reply-yes"
NOTED: Final = "reply-noted"
HELP: Final = "reply-help"
RECEIVED: Final = "reply-received"
UNWATCHED: Final = frozenset({HELP, RECEIVED})
"""The answers that say that nobody watches what comes in."""
ONCE_A: Final = timedelta(days=1)
"""So often at most an automatic answer goes out: two robots could go on for ever."""


def was_told(session: Session, person: str, reply: str, at: datetime) -> bool:
    """Whether the person had this answer within a day; of those that nobody watches, any.

    The caller holds the chains, and writes down what is answered (Tag.WORDS_HEARD).
    """
    since = at - ONCE_A
    if reply in UNWATCHED:
        return words.answered_since(session, person, since)
    same = and_(
        AUDIT.c.subject == person,
        AUDIT.c.tag == Tag.WORDS_HEARD.value,
        AUDIT.c.reason == reply,
        AUDIT.c.at > since,
    )
    return bool(session.scalar(select(exists().where(same))))
