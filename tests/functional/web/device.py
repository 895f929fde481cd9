"""A telephone made of software: it keeps passkeys and answers what a page asks (WebAuthn, 6)."""

import html
import json
import re
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from hashlib import sha256
from secrets import token_bytes
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


def text(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def question(page: str, use: str) -> dict[str, Any]:
    """What the form of a page asks of a device; `use` is "get" or "create"."""
    found = re.search(rf'data-passkey="{use}"\s+data-question="([^"]+)"', page)
    assert found
    asked: dict[str, Any] = json.loads(html.unescape(found[1]))
    return asked


@dataclass
class Device:
    """One key pair. What it says can be bent: another site, nobody verified, half a key."""

    origin: str
    site: str
    verified: bool = True
    whole: bool = True
    count: int = 0
    number: bytes = field(default_factory=lambda: token_bytes(32))
    key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )

    def create(self, asked: dict[str, Any]) -> str:
        """The answer to a page that wants a new key."""
        numbers = self.key.public_key().public_numbers()
        named = {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32)}
        public = cbor2.dumps({**named, -3: numbers.y.to_bytes(32)} if self.whole else named)
        attested = bytes(16) + len(self.number).to_bytes(2) + self.number + public
        data = self._data(ATTESTED) + attested
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        client = self._client("webauthn.create", asked)
        return self._answer(client, attestationObject=text(attestation))

    def get(self, asked: dict[str, Any]) -> str:
        """The answer to a page that wants to know who is there."""
        self.count += 1
        client, data = self._client("webauthn.get", asked), self._data(0)
        signature = self.key.sign(data + sha256(client).digest(), ec.ECDSA(SHA256()))
        return self._answer(client, authenticatorData=text(data), signature=text(signature))

    def _data(self, more: int) -> bytes:
        flags = PRESENT | (VERIFIED if self.verified else 0) | more
        return sha256(self.site.encode()).digest() + bytes([flags]) + self.count.to_bytes(4)

    def _client(self, kind: str, asked: dict[str, Any]) -> bytes:
        said = {"type": kind, "challenge": asked["challenge"], "origin": self.origin}
        return json.dumps(said).encode()

    def _answer(self, client: bytes, **response: str) -> str:
        number = text(self.number)
        return json.dumps(
            {
                "id": number,
                "rawId": number,
                "type": "public-key",
                "response": {"clientDataJSON": text(client), **response},
                "clientExtensionResults": {},
            }
        )
