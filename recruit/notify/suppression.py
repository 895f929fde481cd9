"""Addresses that nothing is sent to any more: they bounced for good, or somebody complained.

An address is kept as a keyed hash (HMAC-SHA-256) of its channel and itself, never in words, and
without its owner. So it outlives an erasure, and is not written to when a list brings it again.

The hash is made under a key of its own, which the master keys seal: when these rotate, that one
is sealed anew and the hashes stay. Hashes under the master keys themselves could be made anew only
as long as the vault knows the address, which after an erasure it must not.
"""

import hmac
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from typing import Any, Final

from sqlalchemy import Row, String, Table, delete, select
from sqlalchemy.orm import Session

from recruit.consent.choices import Channel
from recruit.core.bulk import one_of
from recruit.core.crypto import Keyring, new_key
from recruit.core.resealing import Sealed
from recruit.core.upsert import insert_or
from recruit.notify.receipt_tables import SUPPRESSION, SUPPRESSION_KEY
from recruit.people.vault import Item, plain

ONLY: Final = 1
BINDING: Final = "suppression/key"
SEALED_KEY: Final = select(SUPPRESSION_KEY.c.sealed).scalar_subquery()
"""The list's key, as a column for whoever asks for other things as well."""
REACHED_BY: Final[Mapping[Channel, Item]] = {
    Channel.EMAIL: Item.EMAIL,
    Channel.SMS: Item.PHONE,
    Channel.LETTER: Item.ADDRESS,
    Channel.PHONE: Item.PHONE,
}
"""What the vault calls the contact point of a channel."""
_ENDED: Final = select(SUPPRESSION.c.digest).where(
    one_of(SUPPRESSION.c.digest, "digests", String())
)
SEALED: Final = Sealed(SUPPRESSION_KEY.c.sealed, lambda _: BINDING)


class Cause(StrEnum):
    """Why nothing is sent to an address any more."""

    BOUNCE = "bounce"
    COMPLAINT = "complaint"
    STAFF = "staff"
    """Whoever reads there asked for it, and who that is we do not know."""


@dataclass(frozen=True, slots=True)
class Suppressed:
    """An address that is over, by its keyed hash (64 hexadecimal digits)."""

    digest: str
    channel: Channel
    cause: Cause
    at: datetime


def suppress(  # noqa: PLR0913, PLR0917 - the interface of the list, by position
    session: Session, keyring: Keyring, channel: Channel, where: str, cause: Cause, at: datetime
) -> bool:
    """Let nothing be sent to an address by a channel any more; False: so it was already.

    Raises:
        SealBroken: the list's key does not open under any key of the ring.
    """
    row = {
        "digest": _digest(_key_or_new(session, keyring), channel, where),
        "channel": channel.value,
        "cause": cause.value,
        "at": at,
    }
    return _add(session, SUPPRESSION, row)


def is_suppressed(session: Session, keyring: Keyring, channel: Channel, where: str) -> bool:
    """Whether nothing is to be sent to an address by a channel.

    Raises:
        SealBroken: the list's key does not open under any key of the ring.
    """
    return find(session, keyring, channel, where) is not None


def ended(
    session: Session,
    keyring: Keyring,
    sealed: str | None,
    points: Collection[tuple[Channel, str]],
) -> set[tuple[Channel, str]]:
    """Those of some addresses, each with its channel, to which nothing is to be sent.

    `sealed` is what `SEALED_KEY` reads: nothing was ever put on the list where it is None.

    Raises:
        SealBroken: the list's key does not open under any key of the ring.
    """
    if sealed is None:
        return set()
    key = keyring.unseal(sealed, BINDING)
    digests = {_digest(key, channel, where): (channel, where) for channel, where in points}
    found = session.scalars(_ENDED, {"digests": sorted(digests)})
    return {digests[digest] for digest in found}


def find(session: Session, keyring: Keyring, channel: Channel, where: str) -> Suppressed | None:
    """What is known of an address, however it is spelt; None where it may be written to.

    Raises:
        SealBroken: the list's key does not open under any key of the ring.
    """
    key = _key(session, keyring)
    if key is None:
        return None
    return of(session, _digest(key, channel, where))


def of(session: Session, digest: str) -> Suppressed | None:
    """What is known of an address by its hash."""
    query = select(SUPPRESSION).where(SUPPRESSION.c.digest == digest)
    return _read(session.execute(query).one_or_none())


def lift(session: Session, digest: str) -> Suppressed | None:
    """Let an address be written to again; what was known of it, None where nothing was."""
    gone = delete(SUPPRESSION).where(SUPPRESSION.c.digest == digest).returning(SUPPRESSION)
    return _read(session.execute(gone).one_or_none())


def _read(row: Row[Any] | None) -> Suppressed | None:
    if row is None:
        return None
    return Suppressed(row.digest, Channel(row.channel), Cause(row.cause), row.at)


def _key(session: Session, keyring: Keyring) -> bytes | None:
    sealed = session.scalar(select(SUPPRESSION_KEY.c.sealed))
    return None if sealed is None else keyring.unseal(sealed, BINDING)


def _key_or_new(session: Session, keyring: Keyring) -> bytes:
    key = _key(session, keyring)
    if key is not None:
        return key
    # Somebody else may make it at this moment; then theirs is the one that stays.
    row = {"number": ONLY, "sealed": keyring.seal(new_key(), BINDING)}
    _add(session, SUPPRESSION_KEY, row)
    sealed = session.scalars(select(SUPPRESSION_KEY.c.sealed)).one()
    return keyring.unseal(sealed, BINDING)


def _digest(key: bytes, channel: Channel, where: str) -> str:
    item = REACHED_BY[channel]
    # A postal address is the same however its lines are broken.
    spelt = " ".join(plain(item, where).split())
    whole = f"{channel.value}\n{spelt}".encode("utf-8", "surrogatepass")
    return hmac.new(key, whole, sha256).hexdigest()


def _add(session: Session, table: Table, row: Mapping[str, object]) -> bool:
    """Add a row unless there is one of its key already; whether it was added."""
    new = insert_or(session, table).values(dict(row)).on_conflict_do_nothing()
    return session.execute(new.returning(*table.primary_key)).first() is not None
