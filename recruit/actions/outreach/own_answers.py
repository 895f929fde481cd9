"""What our staff answered people in words, sealed, and how it goes to them.

An answer goes by the channel that somebody wrote by, while they agree to messages by it. Whatever
ends that calls back what has not been sent; it can be read on their own page all the same.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import Session

from recruit.actions.words_table import CONVERSATION, REPLY
from recruit.consent import ledger
from recruit.consent.choices import Channel
from recruit.consent.state import Standings
from recruit.core.bulk import among
from recruit.core.clock import now
from recruit.core.crypto import Keyring
from recruit.core.resealing import Sealed
from recruit.notify import post
from recruit.notify.post import Basis
from recruit.notify.tables import MESSAGE

IS_POSTED: Final = REPLY.c.reference.is_not(None)
SEALED: Final = Sealed(REPLY.c.sealed, lambda row: _binding(row.key))


@dataclass(frozen=True, slots=True)
class Ours:
    """One answer of ours. `channel` is None where it waits on the person's own page.

    `by` is who wrote it ("account 5"); `edited` that it is not word for word an approved snippet.
    """

    number: int
    conversation: int
    channel: Channel | None
    language: str
    edited: bool
    by: str
    at: datetime
    text: str = field(repr=False)


def of_conversation(session: Session, keyring: Keyring, number: int) -> list[Ours]:
    """What we answered in a conversation, the oldest first.

    Raises:
        SealBroken: it was sealed under a key that is not on the ring.
    """
    return _opened(session, keyring, REPLY.c.conversation == number)


def of_person(session: Session, keyring: Keyring, person: str) -> list[tuple[str | None, Ours]]:
    """All that we answered a person, the oldest first, each with the study that it is about.

    Raises:
        SealBroken: as above.
    """
    query = select(CONVERSATION.c.id, CONVERSATION.c.trial).where(CONVERSATION.c.person == person)
    trials = {row.id: row.trial for row in session.execute(query)}
    found = _opened(session, keyring, REPLY.c.person == person)
    return [(trials[each.conversation], each) for each in found]


def basis_of(person: str, trial: str | None) -> Basis:
    """What an answer about a trial, or about none, rests on."""
    return Basis(person, f"trial/{trial}") if trial else Basis(person)


def waited_for(session: Session) -> set[str]:
    """Everybody to whom an answer is posted, and has not gone out yet."""
    posted = select(REPLY.c.person).join(MESSAGE, MESSAGE.c.reference == REPLY.c.reference)
    return set(session.scalars(posted))


def call_back(session: Session, people: Collection[str], *, all_of_it: bool = False) -> None:
    """Let no answer go out by a channel to which these people agree no more, or none at all.

    The caller has changed what they consent to in the same unit of work, and holds the people.
    """
    at = now()
    query = (
        select(REPLY.c.person, REPLY.c.channel, REPLY.c.reference, CONVERSATION.c.trial)
        .join(CONVERSATION, CONVERSATION.c.id == REPLY.c.conversation)
        .join(MESSAGE, MESSAGE.c.reference == REPLY.c.reference)
        .where(among(REPLY.c.person, people))
    )
    rows = session.execute(query).all()
    standings = ledger.standings(session, {row.person for row in rows})
    ended = [
        reference
        for person, channel, reference, trial in rows
        if all_of_it
        or not basis_of(person, trial).stands(
            standings.get(person, Standings()), Channel(channel), at
        )
    ]
    if ended:
        post.call_back(session, ended)


def is_on_its_way(session: Session, person: str) -> bool:
    """Whether an answer that was called back is just being sent all the same."""
    query = select(REPLY.c.reference).where(and_(REPLY.c.person == person, IS_POSTED))
    references: Collection[str] = session.scalars(query).all()
    return bool(references) and post.is_on_its_way(session, references, now())


def seal(keyring: Keyring, key: str, text: str) -> str:
    """The words of the answer with this key, as they are kept."""
    return keyring.seal(text.encode(), _binding(key))


def _opened(session: Session, keyring: Keyring, which: ColumnElement[bool]) -> list[Ours]:
    query = select(REPLY).where(which).order_by(REPLY.c.at, REPLY.c.id)
    return [
        Ours(
            number=row.id,
            conversation=row.conversation,
            channel=Channel(row.channel) if row.channel else None,
            language=row.language,
            edited=row.edited,
            by=row.by,
            at=row.at,
            text=keyring.unseal(row.sealed, _binding(row.key)).decode(),
        )
        for row in session.execute(query)
    ]


def _binding(key: str) -> str:
    return f"reply/{key}"
