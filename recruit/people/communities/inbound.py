"""What a community tells us at `/hooks/communities/<name>`: signed, in time, each event once."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from hmac import compare_digest
from typing import Final

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from recruit.core.clock import now
from recruit.core.crypto import Keyring
from recruit.core.expiring import Expiring
from recruit.core.tokens import token
from recruit.people.communities.sealed import seal, unseal
from recruit.people.communities.tables import HEARD, INBOUND

EVENTS: Final = Expiring(HEARD.c.at, timedelta(days=30))
"""So long an event that comes again is told; a copy of a request is late after five minutes."""


class Outcome(StrEnum):
    """What an event came to."""

    DONE = "done"
    NOTHING = "nothing to do"
    UNKNOWN = "not one of ours"


@dataclass(frozen=True, slots=True)
class Heard:
    """One event that came in, as the pages show it."""

    outcome: Outcome
    at: datetime


@dataclass(frozen=True, slots=True)
class Listening:
    """The secret with which the community signs."""

    community: str
    secret: str = field(repr=False)


def listen(session: Session, keyring: Keyring, community: str) -> Listening:
    """Hear the community under a new secret; the one before is good for nothing any more."""
    made = Listening(community, token())
    session.execute(delete(INBOUND).where(INBOUND.c.community == community))
    sealed = seal(keyring, INBOUND.c.secret, community, made.secret)
    session.execute(
        insert(INBOUND), {"community": community, "secret": sealed, "changed_at": now()}
    )
    return made


def secret_of(session: Session, keyring: Keyring, community: str) -> str | None:
    """The secret of the community; None where it is not heard.

    Raises:
        SealBroken: it does not open under any key of the ring.
    """
    if not community.isprintable():
        return None
    query = select(INBOUND.c.secret).where(INBOUND.c.community == community)
    sealed = session.scalar(query)
    return None if sealed is None else unseal(keyring, INBOUND.c.secret, community, sealed)


def is_heard(session: Session, community: str) -> bool:
    """Whether the community has a secret to tell us something."""
    query = select(INBOUND.c.community).where(INBOUND.c.community == community)
    return session.scalar(query) is not None


def before(session: Session, community: str, event: str, body: bytes) -> Outcome | None:
    """What the same event came to when it came first; None for a new one.

    Raises:
        ValueError: another event came under this identifier.
    """
    query = select(HEARD.c.body, HEARD.c.outcome).where(
        HEARD.c.community == community, HEARD.c.event == _digest(event.encode())
    )
    row = session.execute(query).one_or_none()
    if row is None:
        return None
    if not compare_digest(row.body, _digest(body)):
        raise ValueError
    return Outcome(row.outcome)


def note(session: Session, community: str, event: str, body: bytes, outcome: Outcome) -> None:
    """Remember that the event was done, in the unit of work that did it."""
    row = {
        "community": community,
        "event": _digest(event.encode()),
        "body": _digest(body),
        "outcome": outcome.value,
        "at": now(),
    }
    session.execute(insert(HEARD), row)


def last_heard(session: Session, community: str, most: int) -> list[Heard]:
    """The newest events of a community, the newest first."""
    query = (
        select(HEARD.c.outcome, HEARD.c.at)
        .where(HEARD.c.community == community)
        .order_by(HEARD.c.at.desc())
        .limit(most)
    )
    return [Heard(Outcome(row.outcome), row.at) for row in session.execute(query)]


def _digest(text: bytes) -> str:
    return sha256(text).hexdigest()
