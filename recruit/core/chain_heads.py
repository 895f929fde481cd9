"""Signed heads of the chains: small files to be kept elsewhere, against which a chain is held.

Whoever may rewrite the whole database can build a chain anew that holds in itself. It does not
contain the heads that were signed before, and a file that lies elsewhere says so.

Signed with Ed25519 (RFC 8032). The public key stands in the file; whoever keeps the files writes it
down once: a forger could sign with a key of their own.
"""

import json
import os
from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import mkstemp
from typing import Any, Final, Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import Table
from sqlalchemy.orm import Session

from recruit.core import chain
from recruit.core.chain import Break
from recruit.core.errors import WrongUsage
from recruit.core.i18n import N_
from recruit.core.keys import kept_key

KEY: Final = "head.key"  # beside the other secrets of the data folder
KEY_BYTES: Final = 32
LARGEST: Final = 64 * 1024  # bytes; a file of heads has some hundreds
OTHER: Final = N_("the chain does not contain the head that was signed here: it was made anew")
NO_HEADS: Final = N_("{file} holds no signed heads, or was changed since they were signed.")


@dataclass(frozen=True, slots=True)
class Heads:
    """The newest row of each chain, by its table's name, at the moment `at`: (number, digest)."""

    at: datetime
    rows: Mapping[str, tuple[int, str]]

    @classmethod
    def of(cls, session: Session, tables: Sequence[Table], at: datetime) -> Self:
        """The heads as they stand."""
        return cls(at, {table.name: chain.head(session, table) for table in tables})


def sign(heads: Heads, folder: Path) -> dict[str, Any]:
    """The heads as JSON with the public key and the signature, by the key kept in `folder`.

    Raises:
        OSError: the folder can hold no key.
    """
    key = Ed25519PrivateKey.from_private_bytes(
        HKDF(SHA256(), KEY_BYTES, salt=None, info=b"recruit chain heads").derive(
            kept_key(folder / KEY).encode()
        )
    )
    said = {
        "time": heads.at.astimezone(UTC).isoformat(),
        "heads": [
            {"table": table, "sequence": sequence, "digest": digest}
            for table, (sequence, digest) in sorted(heads.rows.items())
        ],
        "public_key": b64encode(key.public_key().public_bytes_raw()).decode(),
    }
    return {**said, "signature": b64encode(key.sign(_bytes(said))).decode()}


def read(file: Path) -> Heads:
    """The heads of a file that `sign` made.

    Raises:
        WrongUsage: there is no such file, or it is not as it was signed.
    """
    try:
        with file.open("rb") as given:
            signed = json.loads(given.read(LARGEST))
        said = {name: signed[name] for name in ("time", "heads", "public_key")}
        public = Ed25519PublicKey.from_public_bytes(b64decode(said["public_key"]))
        public.verify(b64decode(signed["signature"]), _bytes(said))
        rows = {
            each["table"]: (int(each["sequence"]), str(each["digest"])) for each in said["heads"]
        }
        return Heads(datetime.fromisoformat(said["time"]), rows)
    except (OSError, ValueError, KeyError, TypeError, InvalidSignature) as error:
        raise WrongUsage(NO_HEADS, file=file.name) from error


def write(signed: Mapping[str, Any], folder: Path) -> Path | None:
    """Put the heads into `<day>.json` of `folder`; None where that day has its file already.

    Raises:
        OSError: the folder cannot be written.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    file = folder / f"{signed['time'][:10]}.json"
    descriptor, name = mkstemp(dir=folder, prefix=f"{file.name}-")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as text:
            json.dump(signed, text, indent=2)
            text.write("\n")
        file.hardlink_to(name)  # a whole file at once, and never in the place of another
    except FileExistsError:
        return None
    finally:
        Path(name).unlink()
    return file


def contradiction(session: Session, table: Table, heads: Heads) -> Break | None:
    """Where the chain of `table` is another than the one whose head was signed; None where not."""
    if table.name not in heads.rows:
        return None
    sequence, digest = heads.rows[table.name]
    found = chain.digest_at(session, table, sequence)
    if found is None:
        return Break(sequence, chain.MISSING)
    return None if found == digest else Break(sequence, OTHER)


def _bytes(said: Mapping[str, Any]) -> bytes:
    return json.dumps(said, sort_keys=True, separators=(",", ":")).encode()
