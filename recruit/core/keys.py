"""Secrets: those the operator gives, and those made once and kept beside the database."""

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from stat import S_IMODE
from tempfile import mkstemp
from typing import Final

from pydantic import SecretStr

from recruit.core.config import Settings
from recruit.core.crypto import Keyring
from recruit.core.tokens import token

PRIVATE: Final = 0o600
SESSIONS: Final = "session.key"
VAULT: Final = "vault.key"
ERASURES: Final = "erasure.key"


@dataclass(frozen=True, slots=True)
class Secrets:
    """Everything secret that one Recruit works with.

    `sessions` sign cookies and tokens, the newest first. `vault` locks names and contact points
    away. `erasures` makes the traces that erased people leave; whoever has it can test identifiers.
    """

    sessions: tuple[str, ...] = field(repr=False)
    vault: Keyring = field(repr=False)
    erasures: str = field(repr=False)


def read_secrets(settings: Settings) -> Secrets:
    """The secrets of the settings, and those in the data folder for what is not set.

    A kept key is made once: sessions survive a restart, and two processes of one machine
    understand each other.

    Raises:
        OSError: the data folder can hold no key.
    """
    folder = settings.data_folder
    return Secrets(
        sessions=_given_or_kept(settings.secret_keys, folder / SESSIONS),
        vault=Keyring.of(_given_or_kept(settings.vault_keys, folder / VAULT)),
        erasures=kept_key(folder / ERASURES),
    )


def _given_or_kept(given: Sequence[SecretStr], file: Path) -> tuple[str, ...]:
    return tuple(key.get_secret_value() for key in given) or (kept_key(file),)


def kept_key(file: Path) -> str:
    """The key in `file`, made when there is none and readable by its owner alone.

    Two processes of one machine get the same. A file that holds no whole key, say after the disk
    was full, is made anew.

    Raises:
        OSError: the file can be neither read nor made.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    if _kept(file) is None:
        _make(file)
    key = _kept(file)  # not the one just made: another process may have been quicker
    if key is None:
        raise OSError(file.name)
    return key


def _kept(file: Path) -> str | None:
    """The key in `file`; None where there is none, or less than a whole one."""
    try:
        key = file.read_text("ascii").strip()
    except (FileNotFoundError, UnicodeDecodeError):
        return None
    if len(key) < len(token()):
        return None
    if S_IMODE(file.stat().st_mode) & ~PRIVATE:
        file.chmod(PRIVATE)
    return key


def _make(file: Path) -> None:
    """Put a new key in place of `file`; nobody ever sees half of it."""
    descriptor, name = mkstemp(dir=file.parent, prefix=f"{file.name}-")  # its owner's alone
    new = Path(name)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as text:
            text.write(token())
            text.flush()
            os.fsync(text.fileno())
        _place(new, file)
    finally:
        new.unlink(missing_ok=True)


def _place(new: Path, file: Path) -> None:
    """Give `new` the name of `file`, unless another process has put a whole key there."""
    try:
        file.hardlink_to(new)
    except FileExistsError:
        if _kept(file) is None:
            new.replace(file)
