"""The terms that a job enforces by deleting rows, table by table.

A link lives for 180 days after its message: by then an invitation has long run out, and who finds
an old mail has the other ways to stop. What became of a message stays, step by step, as long as
the message itself: it is how a person, a committee or an inspector learns years later what was
sent, when and why. The message leaves with the person's erasure, and takes its steps along.
"""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Engine

from recruit.actions.paper.tables import PAPER_FORM
from recruit.core import rates
from recruit.core.expiring import Expiring, delete_over
from recruit.disclosure.rule import WINDOW
from recruit.disclosure.tables import ASKED
from recruit.notify.outbox_tables import OUTBOX_LINK
from recruit.people.communities import inbound
from recruit.referrals.tables import STAFF_REMINDER

LINKS: Final = Expiring(OUTBOX_LINK.c.made_at, timedelta(days=180))
COUNTS: Final = Expiring(ASKED.c.at, WINDOW)
"""So long repeats are counted; the answers themselves stay, or they could be asked apart."""
REMINDERS: Final = Expiring(STAFF_REMINDER.c.day, timedelta(days=30))
FORMS: Final = Expiring(PAPER_FORM.c.at, timedelta(days=60))
"""So long a form may wait for its second entry; of one that is done the reference alone stays."""
TERMS: Final = (LINKS, COUNTS, REMINDERS, FORMS, inbound.EVENTS, rates.COUNTS)


def enforce(engine: Engine, at: datetime) -> int:
    """Delete what has had its term; how many rows these were."""
    return sum(delete_over(engine, each, at) for each in TERMS)
