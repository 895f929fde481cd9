"""Conversations with senders whom nobody knows, filed under keyed digests that rotate."""

from sqlalchemy import update
from sqlalchemy.orm import Session

from recruit.actions.outreach import words
from recruit.actions.words_table import CONVERSATION, HEARD
from recruit.core.crypto import Keyring


def refile(session: Session, keyring: Keyring) -> None:
    """File them under the newest key's digests: else an old key's end would begin them anew.

    Raises:
        SealBroken: something does not open under any key of the ring.
    """
    for said in words.where(session, keyring, HEARD.c.person.is_(None)):
        newest, *older = keyring.digests("sender", said.sender)
        this = (CONVERSATION.c.id == said.conversation) & CONVERSATION.c.key.in_(older)
        session.execute(update(CONVERSATION).where(this).values(key=newest))
