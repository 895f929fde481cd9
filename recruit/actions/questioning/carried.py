"""What people were asked, and how it ended, since an older copy was made: carried into that copy.

Without it somebody would be asked again what they have answered. What they answered is a fact of
their profile, and is lost with it.
"""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import RowMapping, insert, select, update
from sqlalchemy.orm import Session
from sqlmodel import col

from recruit.actions.question_table import QUESTION_ASKED
from recruit.actions.questioning.ending import back
from recruit.notify.outbox_tables import OUTBOX
from recruit.people.tables import PARTICIPANT
from recruit.trials.tables import Trial

SAME: Final = ("person", "trial", "question", "asked_at")
HOW: Final = ("given", "ended", "ended_at")


def read(session: Session) -> Sequence[RowMapping]:
    """Every question, with the reference of the message that told of it."""
    query = select(QUESTION_ASKED, OUTBOX.c.reference).join(
        OUTBOX, OUTBOX.c.id == QUESTION_ASKED.c.message
    )
    return session.execute(query.order_by(QUESTION_ASKED.c.id)).mappings().all()


def carry(session: Session, carried: Sequence[RowMapping]) -> None:
    """Enter here what is not known here, of people and studies that are; after their messages."""
    here = {_key(row): row for row in session.execute(select(QUESTION_ASKED)).mappings()}
    alive = select(PARTICIPANT.c.pseudonym).where(PARTICIPANT.c.erased_at.is_(None))
    people, trials = set(session.scalars(alive)), set(session.scalars(select(col(Trial.id))))
    messages = {
        row.reference: row.id for row in session.execute(select(OUTBOX.c.reference, OUTBOX.c.id))
    }
    for row in carried:
        known = here.get(_key(row))
        if known:
            _end(session, known, row)
        elif row["person"] in people and row["trial"] in trials and row["reference"] in messages:
            fresh = {name: value for name, value in row.items() if name not in {"id", "reference"}}
            session.execute(insert(QUESTION_ASKED), fresh | {"message": messages[row["reference"]]})


def _end(session: Session, known: RowMapping, row: RowMapping) -> None:
    if known["ended"] is None and row["ended"] is not None:
        this = QUESTION_ASKED.c.id == known["id"]
        ended = {name: row[name] for name in HOW}
        session.execute(update(QUESTION_ASKED).where(this).values(ended))
        back(session, row["person"], row["trial"])


def _key(row: RowMapping) -> tuple[Any, ...]:
    return tuple(row[name] for name in SAME)
