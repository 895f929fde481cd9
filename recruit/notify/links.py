"""The links that a message about a study carries: one to answer it, one to end such messages.

A link is a token of 192 random bits for one purpose; the database knows its SHA-256 alone. By
itself it shows public text: who asks for more proves who they are.
"""

from datetime import datetime
from enum import StrEnum
from hashlib import sha256

from sqlalchemy import Row, insert, select
from sqlalchemy.orm import Session

from recruit.core.tokens import token
from recruit.notify.outbox_tables import OUTBOX, OUTBOX_LINK


class Purpose(StrEnum):
    """What a link is for."""

    ANSWER = "answer"
    """/i/<token>"""
    STOP = "stop"
    """/u/<token>"""


def mint(session: Session, message: int, purpose: Purpose, at: datetime) -> str:
    """A new token for a message; earlier ones keep working."""
    made = token()
    row = {
        "digest": digest_of(made),
        "message": message,
        "purpose": purpose.value,
        "made_at": at,
    }
    session.execute(insert(OUTBOX_LINK), row)
    return made


def find(session: Session, purpose: Purpose, text: str) -> Row[tuple[object, ...]] | None:
    """The row of the outbox that a token belongs to; None where it belongs to none."""
    query = (
        select(OUTBOX)
        .join(OUTBOX_LINK, OUTBOX_LINK.c.message == OUTBOX.c.id)
        .where(OUTBOX_LINK.c.digest == digest_of(text), OUTBOX_LINK.c.purpose == purpose.value)
    )
    return session.execute(query).one_or_none()


def digest_of(text: str) -> str:
    """What the database knows of a token."""
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
