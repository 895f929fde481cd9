"""Identifiers that say nothing about the person, and secrets that cannot be guessed."""

import secrets
from typing import Final

# Crockford's base 32: no I, L, O, U, so that a pseudonym survives a telephone call.
ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
PSEUDONYM_LENGTH: Final = 8  # 32^8 ≈ 10^12: a million people, and a clash in two is unlikely


def pseudonym(letter: str = "P") -> str:
    """A new pseudonym such as P-7F3K92QX, random and without meaning but for its letter."""
    return f"{letter}-" + "".join(secrets.choice(ALPHABET) for _ in range(PSEUDONYM_LENGTH))


def token() -> str:
    """A secret of 192 random bits that can stand in an address."""
    return secrets.token_urlsafe(24)
