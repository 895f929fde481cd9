"""Changing the master keys: everything that older ones locked is locked by the newest."""

from collections.abc import Callable
from typing import Final

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from recruit.actions.outreach import attachments, own_answers, words
from recruit.actions.professionals import questions as professional_questions
from recruit.actions.professionals import verifying as professionals
from recruit.actions.public_words import asking as public_words
from recruit.actions.safety import held as safety
from recruit.actions.sweep import sweep
from recruit.audit import trail
from recruit.audit.trail import Tag
from recruit.core.crypto import Keyring
from recruit.core.db import reading, unit_of_work
from recruit.notify import post, suppression
from recruit.people import codes, second_factors, vault
from recruit.people.communities import contact, hooks, sealed

# Besides the vault, every room that seals something with the master keys.
RESEAL: Final[tuple[Callable[[Session, Keyring], object], ...]] = (
    codes.reseal,
    hooks.rotate,
    sealed.rotate,
    post.reseal,
    second_factors.reseal,
    words.reseal,
    attachments.reseal,
    own_answers.reseal,
    public_words.reseal,
    professionals.reseal,
    professional_questions.reseal,
    suppression.reseal,
    safety.reseal,
)


def rotate_vault(
    engine: Engine, keyring: Keyring, *, actor: str, progress: Callable[[int, int | None], None]
) -> int:
    """Lock everything with the newest master key; how many people and representatives it was.

    Interrupted, it goes on where it was. When it is done, no other key is needed any more.
    `progress` is called with the number of holders looked at and of all.

    Raises:
        SealBroken: something does not open under any key of the ring.
    """
    rotated = vault.rotate(engine, keyring, progress, contact.reseal)
    with unit_of_work(engine) as session:
        for reseal in RESEAL:
            reseal(session, keyring)
        trail.record(
            session, Tag.VAULT_ROTATED, actor=actor, subject="vault", new=f"{rotated} holders"
        )
    # Whoever has stolen an old key must find nothing that it still opens.
    sweep(engine, actor=actor, at_once=False)
    return rotated


def closed_holders(engine: Engine, keyring: Keyring) -> list[str]:
    """Whose names and contact points do not open under any key of the ring, by pseudonym."""
    with reading(engine) as session:
        return vault.closed(session, keyring)
