"""The private key that e-mails are signed with (DKIM, RFC 6376), read from its file."""

from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

SHORTEST: Final = 2048
"""Bits; RFC 8301, 3.2: signers should use at least so many."""


def read_signing_key(file: str) -> "RSAPrivateKey":
    """The key in a PEM file without a password.

    RSA alone: large receivers check no Ed25519 yet (RFC 8463), and a signature that nobody checks
    is none.

    Raises:
        ValueError: there is no such file, or no such key in it. It says nothing of what is there.
    """
    from cryptography.exceptions import UnsupportedAlgorithm  # noqa: PLC0415 - slow, often unused
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey  # noqa: PLC0415 - same
    from cryptography.hazmat.primitives.serialization import (  # noqa: PLC0415 - same
        load_pem_private_key,
    )

    try:
        key = load_pem_private_key(Path(file).read_bytes(), password=None)
    except (OSError, TypeError, UnsupportedAlgorithm) as error:
        raise ValueError from error
    if not isinstance(key, RSAPrivateKey) or key.key_size < SHORTEST:
        raise ValueError
    return key
