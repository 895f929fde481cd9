"""What staff show beside the password: codes from an authenticator, recovery codes.

The shared secret and the recovery codes are kept encrypted under the vault's master keys, the
latter bound to their account. A code is taken once (RFC 6238, 5.2), a recovery code as well.
"""

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, cast

from sqlalchemy import CursorResult, delete, or_, update
from sqlalchemy.orm import Session
from sqlmodel import SQLModel, col, select

from recruit.core.crypto import Keyring
from recruit.core.resealing import Sealed
from recruit.people.account_tables import Account, Passkey

if TYPE_CHECKING:
    from recruit.people.authenticator import Authenticator

RECOVERY_CODES: Final = 8
ACCOUNT: Final = SQLModel.metadata.tables[str(Account.__tablename__)]
SEALED: Final = Sealed(ACCOUNT.c.recovery_codes, lambda row: _binding(row.id))


@dataclass(frozen=True, slots=True)
class Factors:
    """What an account can show beside its password."""

    authenticator: bool = False
    passkeys: int = 0
    recovery_codes: int = 0

    @property
    def any(self) -> bool:
        """Whether there is a second factor at all; recovery codes alone are none."""
        return self.authenticator or self.passkeys > 0


def of(session: Session, account: Account) -> Factors:
    """The factors of an account."""
    keys = len(passkeys(session, account))
    return Factors(account.totp_secret is not None, keys, len(account.recovery_codes))


def passkeys(session: Session, account: Account) -> list[Passkey]:
    """The passkeys of an account, the oldest first."""
    return list(
        session.scalars(
            select(Passkey).where(col(Passkey.account) == account.id).order_by(col(Passkey.id))
        )
    )


def new_recovery_codes(
    authenticator: "Authenticator", keyring: Keyring, account: int
) -> tuple[list[str], list[str]]:
    """(codes to be shown once, the same sealed for the table)."""
    codes = authenticator.generate_recovery_codes(RECOVERY_CODES)
    return codes, [keyring.seal(code.encode(), _binding(account)) for code in codes]


def take_counter(session: Session, account: int, counter: int) -> bool:
    """Take a code's interval; False where it, or a later one, was taken meanwhile."""
    taken = session.execute(
        update(Account)
        .where(
            col(Account.id) == account,
            or_(col(Account.totp_counter).is_(None), col(Account.totp_counter) < counter),
        )
        .values(totp_counter=counter)
    )
    return cast("CursorResult[tuple[()]]", taken).rowcount == 1


def take_recovery_code(session: Session, keyring: Keyring, account: int, code: str) -> bool:
    """Use up a recovery code; False where it is none of the account's."""
    found = session.get(Account, account, with_for_update=True)
    tried = code.strip().casefold().encode("utf-8", "replace")
    if found is None:
        return False
    left = [
        sealed
        for sealed in found.recovery_codes
        if keyring.unseal(sealed, _binding(account)) != tried
    ]
    if len(left) == len(found.recovery_codes):
        return False
    found.recovery_codes = left
    return True


def remove(session: Session, account: Account) -> None:
    """Leave the account with its password alone."""
    account.totp_secret = account.totp_counter = None
    account.recovery_codes = []
    session.execute(delete(Passkey).where(col(Passkey.account) == account.id))


def reseal(session: Session, keyring: Keyring) -> int:
    """Bring authenticators' secrets under the newest key; how many were not.

    The library seals them in a form of its own.
    """
    from recruit.people.authenticator import Authenticator  # noqa: PLC0415 - slow to load

    authenticator, changed = Authenticator(keyring), 0
    for account in session.scalars(select(Account).where(col(Account.totp_secret).is_not(None))):
        secret = authenticator.resealed(account.totp_secret or "")
        if secret:
            account.totp_secret = secret
            changed += 1
    return changed


def locked_by(session: Session) -> list[str]:
    """The name of the master key that locks each authenticator's secret."""
    secrets = session.scalars(select(col(Account.totp_secret)))
    return [json.loads(secret)["enckey"]["t"] for secret in secrets if secret]


def _binding(account: int) -> str:
    return f"account/{account}/recovery_codes"
