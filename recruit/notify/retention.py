"""What is kept of messages, and for how long.

A link lives for 180 days after its message: by then an invitation has long run out, and who finds
an old mail has the other ways to stop. What became of a message stays, step by step, as long as
the message itself: it is how a person, a committee or an inspector learns years later what was
sent, when and why. The message leaves with the person's erasure, and takes its steps along.
"""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Engine, delete, select

from recruit.core.db import unit_of_work
from recruit.notify.outbox_tables import OUTBOX_LINK

LINKS_KEPT: Final = timedelta(days=180)
AT_ONCE: Final = 5_000


def retain(engine: Engine, at: datetime) -> int:
    """Delete the links that are over, a part at a time so that nobody waits; how many they were."""
    gone = 0
    while True:
        with unit_of_work(engine) as session:
            over = select(OUTBOX_LINK.c.digest).where(OUTBOX_LINK.c.made_at < at - LINKS_KEPT)
            some = over.limit(AT_ONCE).with_for_update(skip_locked=True)
            digests = session.scalars(some).all()
            session.execute(delete(OUTBOX_LINK).where(OUTBOX_LINK.c.digest.in_(digests)))
        gone += len(digests)
        if len(digests) < AT_ONCE:
            return gone
