"""Identifiers that say nothing about the person, and secrets that cannot be guessed."""

import secrets
from typing import Final

# Crockford's base 32: no I, L, O, U, so that a pseudonym survives a telephone call.
ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
PSEUDONYM_LENGTH: Final = 8  # 32^8 ≈ 10^12: a million people, and a clash in two is unlikely


SHORT_LENGTH: Final = 8


def pseudonym(letter: str = "P") -> str:
    """A new pseudonym such as P-7F3K92QX, random and without meaning but for its letter."""
    return f"{letter}-{_letters(PSEUDONYM_LENGTH)}"


def short() -> str:
    """A name of 40 random bits for an address that people may have to type; it opens nothing."""
    return _letters(SHORT_LENGTH)


def token() -> str:
    """A secret of 192 random bits that can stand in an address."""
    return secrets.token_urlsafe(24)


def _letters(length: int) -> str:
    # As 256 is a multiple of 32, each letter is as likely as any other.
    return "".join(ALPHABET[byte % len(ALPHABET)] for byte in secrets.token_bytes(length))
