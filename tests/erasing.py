"""Erasures for tests: under keys of their own, by somebody of the staff; and what they left."""

import logging
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from io import StringIO
from pathlib import Path
from typing import Final

from sqlalchemy import Engine
from structlog.testing import capture_logs

from recruit.actions.erasure import erase_person
from recruit.consent.ledger import Actor, Role
from recruit.core.crypto import Keyring
from recruit.core.keys import Secrets

SECRETS = Secrets(("s" * 32,), Keyring.of(["v" * 32]), "k")
LISTENED: Final = "somebody listens"
NOWHERE = Path("/nonexistent/outbox")


def erase(engine: Engine, person: str, reason: str = "") -> bool:
    """Erase the person with this pseudonym; their identifier leaves its trace under "k"."""
    actor = Actor("test", Role.STAFF, reason)
    return erase_person(engine, SECRETS, NOWHERE, person=person, actor=actor)


def found(where: bytes, canaries: Mapping[str, Iterable[str]]) -> set[str]:
    """Which canaries are in there, in upper or lower case, as UTF-8, UTF-16 or hexadecimal."""
    lower = where.lower()
    return {
        name
        for name, words in canaries.items()
        for word in words
        for written in (word.lower(), word.encode().hex())
        if written.encode() in lower or written.encode("utf-16-le") in lower
    }


def files(folder: Path) -> bytes:
    """Every byte of every file in the folder and below, and their names."""
    every = [file for file in sorted(folder.rglob("*")) if file.is_file() and not file.is_symlink()]
    return b"\n".join(file.name.encode() + b"\n" + file.read_bytes() for file in every)


@contextmanager
def listening(logs: StringIO) -> Iterator[None]:
    """Whatever is logged meanwhile, however little it matters, is written into `logs`."""
    everything, listener = logging.getLogger(), logging.StreamHandler(logs)
    before = everything.level
    everything.addHandler(listener)
    everything.setLevel(logging.DEBUG)
    logging.getLogger("recruit").info(LISTENED)
    try:
        with capture_logs() as entries:
            yield
    finally:
        everything.setLevel(before)
        everything.removeHandler(listener)
        logs.write(repr(entries))
