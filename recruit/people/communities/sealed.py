"""Secrets that are shared with communities, sealed by the vault's master keys."""

from typing import Final

from sqlalchemy import Column, Table, select, update
from sqlalchemy.orm import Session

from recruit.core.crypto import Keyring
from recruit.people.communities.tables import INBOUND, PROVIDER, PULL

HELD: Final = ((INBOUND, INBOUND.c.secret), (PULL, PULL.c.key), (PROVIDER, PROVIDER.c.secret))


def seal(keyring: Keyring, column: Column[str], community: str, secret: str) -> str:
    """The secret as it is kept in a column of the community's row."""
    return keyring.seal(secret.encode(), _binding(column, community))


def unseal(keyring: Keyring, column: Column[str], community: str, sealed: str) -> str:
    """The secret as it was shared.

    Raises:
        SealBroken: it does not open under any key of the ring.
    """
    return keyring.unseal(sealed, _binding(column, community)).decode()


def rotate(session: Session, keyring: Keyring) -> int:
    """Seal the secrets under the newest master key; how many were not."""
    return sum(_rotate(session, keyring, table, column) for table, column in HELD)


def _rotate(session: Session, keyring: Keyring, table: Table, column: Column[str]) -> int:
    rows = session.execute(select(table.c.community, column).where(column.is_not(None))).all()
    old = [(name, sealed) for name, sealed in rows if not keyring.is_newest(sealed)]
    for name, sealed in old:
        anew = seal(keyring, column, name, unseal(keyring, column, name, sealed))
        session.execute(update(table).where(table.c.community == name).values({column: anew}))
    return len(old)


def _binding(column: Column[str], community: str) -> str:
    return f"{column.table.name}/{community}/{column.name}"
