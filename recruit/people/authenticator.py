"""Codes from an app on a telephone (TOTP, RFC 6238), the shared secret encrypted.

It stands apart from second_factors.py because the library takes half a second to load.
"""

from typing import Final, cast

from flask_security.totp import Totp
from passlib.totp import TOTP, AppWallet, TokenError

from recruit.core.crypto import Keyring

ISSUER: Final = "Recruit"
DRIFT: Final = 30  # seconds that a telephone's clock may be wrong, either way: RFC 6238, 6


class Authenticator(Totp):
    """Flask-Security's codes, with the vault's keys and without codes that are taken twice."""

    def __init__(self, keyring: Keyring) -> None:
        # Not the library's own list of secrets: there the greatest name is the newest.
        digests = keyring.digests("second factor", "authenticator")
        secrets = {
            master.name: digest for master, digest in zip(keyring.masters, digests, strict=True)
        }
        wallet = AppWallet(secrets=secrets, default_tag=keyring.newest.name)
        self._totp = TOTP.using(issuer=ISSUER, wallet=wallet)

    def fitting(self, code: str, secret: str, last: int | None) -> int | None:
        """The interval that `code` is of, None where it is wrong, too old or taken before.

        `last` is the interval of the last code taken; the library's own check knows of none.
        """
        plain = "".join(code.split())
        if not (plain.isascii() and plain.isdigit()):
            return None
        try:
            match = self._totp.verify(plain, secret, window=DRIFT, last_counter=last)
        except TokenError:
            return None
        return cast("int", match.counter)

    def resealed(self, secret: str) -> str | None:
        """The secret under the newest key, None where it is already."""
        opened = self._totp.from_source(secret)
        return cast("str", opened.to_json(encrypt=True)) if opened.changed else None
