"""Sealing: AES-256-GCM under keys that rotate, and keyed digests to find what is sealed.

Master keys come newest first. The newest seals, every one of them opens. Each sealed text is bound
to the place where it stands (its table, row and column): moved elsewhere it does not open.
Nonces are 96 random bits: NIST SP 800-38D, 8.2.2 and 8.3, allows 2^32 texts under one key.
"""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from secrets import token_bytes
from typing import Final, Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from recruit.core.errors import SealBroken

KEY_BYTES: Final = 32
NONCE_BYTES: Final = 12


def new_key() -> bytes:
    """A key of 256 random bits for one person's texts."""
    return token_bytes(KEY_BYTES)


def seal(key: bytes, plain: bytes, binding: str) -> bytes:
    """`plain` so that only `key` and the same `binding` open it: nonce, text and tag."""
    nonce = token_bytes(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, plain, binding.encode())


def unseal(key: bytes, sealed: bytes, binding: str) -> bytes:
    """What was sealed.

    Raises:
        SealBroken: it was changed, stands in another place, or was sealed under another key.
    """
    try:
        return AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], binding.encode())
    except (InvalidTag, ValueError) as error:
        raise SealBroken from error


@dataclass(frozen=True, slots=True)
class Master:
    """One master key: what it seals with, what it digests with, and the name it goes by."""

    name: str
    sealing: bytes = field(repr=False)
    digesting: bytes = field(repr=False)

    @classmethod
    def of(cls, secret: str) -> Self:
        """The keys that follow from an operator's secret of at least 32 letters (RFC 5869)."""
        made = {use: _derived(secret, use) for use in ("name", "sealing", "digesting")}
        return cls(made["name"].hex()[:12], made["sealing"], made["digesting"])


@dataclass(frozen=True, slots=True)
class Keyring:
    """The master keys, the newest first; there is at least one."""

    masters: tuple[Master, ...]

    @classmethod
    def of(cls, secrets: Sequence[str]) -> Self:
        """The ring of these secrets, the newest first."""
        if not secrets:
            raise ValueError
        return cls(tuple(Master.of(secret) for secret in secrets))

    @property
    def newest(self) -> Master:
        """The one that seals."""
        return self.masters[0]

    def seal(self, plain: bytes, binding: str) -> str:
        """`plain` under the newest master key, as text: the key's name, a dot, base64."""
        sealed = seal(self.newest.sealing, plain, binding)
        return f"{self.newest.name}.{urlsafe_b64encode(sealed).decode()}"

    def unseal(self, sealed: str, binding: str) -> bytes:
        """What was sealed under any of the keys.

        Raises:
            SealBroken: as `unseal` above, and when its key is no longer on the ring.
        """
        name, _, text = sealed.partition(".")
        for master in self.masters:
            if master.name == name:
                try:
                    raw = urlsafe_b64decode(text)
                except ValueError as error:
                    raise SealBroken from error
                return unseal(master.sealing, raw, binding)
        raise SealBroken

    def is_newest(self, sealed: str) -> bool:
        """Whether the newest key sealed this."""
        return sealed.partition(".")[0] == self.newest.name

    def digests(self, kind: str, value: str) -> tuple[str, ...]:
        """The keyed digest of `value` under each key, the newest first: 64 hexadecimal digits.

        The newest is stored; all are looked for, so that what an older key wrote is found.
        """
        whole = f"{kind}\n{value}".encode("utf-8", "surrogatepass")
        return tuple(
            hmac.new(master.digesting, whole, sha256).hexdigest() for master in self.masters
        )


def _derived(secret: str, use: str) -> bytes:
    info = f"recruit vault {use}".encode()
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=info).derive(secret.encode())
