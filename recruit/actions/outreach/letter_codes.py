"""Which letter a code was printed on."""

from sqlalchemy import RowMapping, select
from sqlalchemy.orm import Session

from recruit.consent.choices import Channel
from recruit.notify.channels.letter_code import references
from recruit.notify.outbox_tables import OUTBOX


def find(session: Session, typed: str) -> RowMapping | None:
    """The row of the outbox that a typed code belongs to; None where it is not surely one."""
    between = references(typed)
    if between is None:
        return None
    query = select(OUTBOX).where(
        OUTBOX.c.channel == Channel.LETTER.value, OUTBOX.c.reference.between(*between)
    )
    rows = session.execute(query.limit(2)).mappings().all()
    return rows[0] if len(rows) == 1 else None
