"""Changing the master keys: everything that older ones locked is locked by the newest."""

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Final

from sqlalchemy import Engine

from recruit.actions.outreach import attachments, own_answers, strangers, words
from recruit.actions.paper import taking as paper
from recruit.actions.professionals import questions as professional_questions
from recruit.actions.professionals import verifying as professionals
from recruit.actions.public_words import asking as public_words
from recruit.actions.safety import held as safety
from recruit.actions.sweep import sweep
from recruit.audit import trail
from recruit.audit.trail import Tag
from recruit.core.crypto import Keyring
from recruit.core.db import reading, unit_of_work
from recruit.core.resealing import Sealed, locked_by, reseal, size
from recruit.notify import post, suppression
from recruit.people import codes, second_factors, vault
from recruit.people.communities import contact, hooks, sealed

# Besides the vault, every column that the master keys seal.
SEALED: Final[tuple[Sealed, ...]] = (
    codes.SEALED,
    *hooks.SEALED,
    *sealed.SEALED,
    post.SEALED,
    second_factors.SEALED,
    words.SEALED,
    attachments.SEALED,
    own_answers.SEALED,
    public_words.SEALED,
    paper.SEALED,
    professionals.SEALED,
    *professional_questions.SEALED,
    suppression.SEALED,
    *safety.SEALED,
)


def rotate_vault(
    engine: Engine, keyring: Keyring, *, actor: str, progress: Callable[[int, int | None], None]
) -> int:
    """Lock everything with the newest master key; how many people and representatives it was.

    Interrupted, it goes on where it was. When it is done, no other key is needed any more, unless
    somebody locked something with an older one meanwhile: `locks` tells.
    `progress` is called with the number of holders and rows looked at and of all.

    Raises:
        SealBroken: something does not open under any key of the ring.
    """
    total, seen = _size(engine), 0

    def told(count: int) -> None:
        nonlocal seen
        seen += count
        progress(seen, total)

    for place in SEALED:
        reseal(engine, keyring, place, told)
    before = seen
    rotated = vault.rotate(
        engine, keyring, lambda holders, _: progress(before + holders, total), contact.reseal
    )
    with unit_of_work(engine) as session:
        second_factors.reseal(session, keyring)
        strangers.refile(session, keyring)
        trail.record(
            session, Tag.VAULT_ROTATED, actor=actor, subject="vault", new=f"{rotated} holders"
        )
    # Whoever has stolen an old key must find nothing that it still opens.
    sweep(engine, actor=actor, at_once=False)
    return rotated


def locks(engine: Engine) -> Mapping[str, int]:
    """How many texts each master key locks, by the key's name; not on the ring: nobody opens it."""
    found: Counter[str] = Counter()
    for place in (*SEALED, vault.WRAPPED):
        found.update(locked_by(engine, place))
    with reading(engine) as session:
        found.update(second_factors.locked_by(session))
    return found


def closed_holders(engine: Engine, keyring: Keyring) -> list[str]:
    """Whose names and contact points do not open under any key of the ring, by pseudonym."""
    with reading(engine) as session:
        return vault.closed(session, keyring)


def _size(engine: Engine) -> int:
    """Holders and rows that a rotation looks at."""
    with reading(engine) as session:
        return sum(size(session, place) for place in (*SEALED, vault.WRAPPED))
