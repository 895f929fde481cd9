"""Secrets that are shared with communities, sealed by the vault's master keys."""

from typing import Final

from sqlalchemy import Column

from recruit.core.crypto import Keyring
from recruit.core.resealing import Sealed
from recruit.people.communities.tables import INBOUND, PROVIDER, PULL


def _place(column: Column[str]) -> Sealed:
    return Sealed(column, lambda row: _binding(column, row.community))


def seal(keyring: Keyring, column: Column[str], community: str, secret: str) -> str:
    """The secret as it is kept in a column of the community's row."""
    return keyring.seal(secret.encode(), _binding(column, community))


def unseal(keyring: Keyring, column: Column[str], community: str, sealed: str) -> str:
    """The secret as it was shared.

    Raises:
        SealBroken: it does not open under any key of the ring.
    """
    return keyring.unseal(sealed, _binding(column, community)).decode()


def _binding(column: Column[str], community: str) -> str:
    return f"{column.table.name}/{community}/{column.name}"


SEALED: Final = (_place(INBOUND.c.secret), _place(PULL.c.key), _place(PROVIDER.c.secret))
