"""The links that a message about a study carries: one to answer it, one to end such messages.

A link is a token of 192 random bits for one purpose; the database knows its SHA-256 alone. By
itself it shows public text: who asks for more proves who they are.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from hashlib import sha256

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from recruit.core.bulk import insert_all
from recruit.core.tokens import token
from recruit.notify.outbox_tables import OUTBOX, OUTBOX_LINK


class Purpose(StrEnum):
    """What a link is for."""

    ANSWER = "answer"
    """/i/<token>"""
    STOP = "stop"
    """/u/<token>"""
    QUESTION = "question"
    """/q/<token>"""


@dataclass
class Minting:
    """New tokens for messages, kept in the caller's unit of work all at once; old ones stay."""

    session: Session
    at: datetime
    _rows: list[dict[str, object]] = field(default_factory=list)

    def mint(self, message: int, purpose: Purpose) -> str:
        """A new token for a message."""
        made = token()
        row = {
            "digest": digest_of(made),
            "message": message,
            "purpose": purpose.value,
            "made_at": self.at,
        }
        self._rows.append(row)
        return made

    def keep(self) -> None:
        """Let the tokens be known; until then they lead nowhere."""
        insert_all(self.session, OUTBOX_LINK, self._rows)
        self._rows.clear()


def mint(session: Session, message: int, purpose: Purpose, at: datetime) -> str:
    """One new token for a message, kept at once."""
    minting = Minting(session, at)
    made = minting.mint(message, purpose)
    minting.keep()
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
