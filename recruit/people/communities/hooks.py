"""A community's webhook: where it hears that one of its people withdrew or was erased.

`tell` writes the event in the unit of work of the deed, so that it stands exactly when the deed
does. Whoever writes needs no key: the event is sealed to the hook's public key (HPKE, RFC 9180),
since it names the person by the community's own identifier. Only delivery opens it.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final
from uuid import uuid4

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from sqlalchemy import Row, delete, insert, select, update
from sqlalchemy.orm import Session

from recruit.core.clock import now
from recruit.core.crypto import Keyring
from recruit.core.errors import SealBroken
from recruit.core.resealing import Sealed
from recruit.core.tokens import token
from recruit.people.communities.tables import EVENT, HOOK
from recruit.people.tables import PARTICIPANT

SUITE: Final = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
SECRET: Final = "secret"  # noqa: S105 - a column
PRIVATE: Final = "private"
SEALED: Final = (
    Sealed(HOOK.c.secret, lambda row: _binding(row.community, SECRET)),
    Sealed(HOOK.c.private, lambda row: _binding(row.community, PRIVATE)),
)


class Event(StrEnum):
    """What a community is told."""

    WITHDRAWN = "consent.withdrawn"
    ERASED = "person.erased"


@dataclass(frozen=True, slots=True)
class Hook:
    """Where a community hears from us, and the secret that signs what it hears."""

    community: str
    url: str
    secret: str = field(repr=False)


def set_hook(session: Session, keyring: Keyring, community: str, url: str) -> Hook:
    """Let the community be told at `url`, under a new secret; what waits goes there as well."""
    known = _row(session, community)
    hook = Hook(community, url, token())
    values = {
        "url": url,
        "secret": keyring.seal(hook.secret.encode(), _binding(community, SECRET)),
        "changed_at": now(),
    }
    if known is not None:
        session.execute(update(HOOK).where(HOOK.c.community == community).values(**values))
        return hook
    private = X25519PrivateKey.generate()
    values["private"] = keyring.seal(private.private_bytes_raw(), _binding(community, PRIVATE))
    values["public"] = private.public_key().public_bytes_raw()
    session.execute(insert(HOOK), {"community": community, **values})
    return hook


def forget_hook(session: Session, community: str) -> bool:
    """Tell the community nothing any more, nor what waits; whether there was a hook."""
    waiting = (EVENT.c.community == community) & EVENT.c.due_at.is_not(None)
    session.execute(update(EVENT).where(waiting).values(sealed=None, due_at=None))
    known = _row(session, community) is not None
    session.execute(delete(HOOK).where(HOOK.c.community == community))
    return known


def hook_of(session: Session, keyring: Keyring, community: str) -> Hook | None:
    """The community's hook; None without one.

    Raises:
        SealBroken: its secret does not open under any key of the ring.
    """
    known = _row(session, community)
    if known is None:
        return None
    secret = keyring.unseal(known.secret, _binding(community, SECRET)).decode()
    return Hook(community, known.url, secret)


def url_of(session: Session, community: str) -> str | None:
    """Where the community is told; None when it is not."""
    known = _row(session, community)
    return None if known is None else str(known.url)


def tell(session: Session, person: str, event: Event, purposes: Sequence[str] = ()) -> None:
    """Have the community of `person` told of `event`; nothing happens where it has no hook.

    Belongs into the unit of work of the deed, and before an erasure takes the identifier away.
    `purposes` are those that were withdrawn, as `str(Choice)` writes them; none means all.
    """
    found = session.execute(
        select(PARTICIPANT.c.community, PARTICIPANT.c.external_id, HOOK.c.public)
        .join(HOOK, HOOK.c.community == PARTICIPANT.c.community)
        .where(PARTICIPANT.c.pseudonym == person, PARTICIPANT.c.erased_at.is_(None))
    ).one_or_none()
    if found is None:
        return
    made, name = now(), str(uuid4())
    said = {
        "id": name,
        "type": event.value,
        "at": made.isoformat(timespec="seconds"),
        "community": found.community,
        "person": found.external_id,
        "purposes": sorted(purposes) or "all",
    }
    body = json.dumps(said, ensure_ascii=False).encode()
    public = X25519PublicKey.from_public_bytes(found.public)
    session.execute(
        insert(EVENT),
        {
            "id": name,
            "community": found.community,
            "person": person,
            "type": event.value,
            "sealed": SUITE.encrypt(body, public, info=name.encode()),
            "made_at": made,
            "due_at": made,
            "tries": 0,
        },
    )


def opened(session: Session, keyring: Keyring, community: str, name: str, sealed: bytes) -> bytes:
    """The body of the event `name` of a community that has a hook.

    Raises:
        SealBroken: it does not open.
    """
    known = _row(session, community)
    if known is None:
        raise SealBroken
    raw = keyring.unseal(known.private, _binding(community, PRIVATE))
    try:
        return SUITE.decrypt(sealed, X25519PrivateKey.from_private_bytes(raw), info=name.encode())
    except (InvalidTag, ValueError) as error:
        raise SealBroken from error


def _row(session: Session, community: str) -> Row[tuple[object, ...]] | None:
    return session.execute(select(HOOK).where(HOOK.c.community == community)).one_or_none()


def _binding(community: str, what: str) -> str:
    return f"community_hook/{community}/{what}"
