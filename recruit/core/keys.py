"""Secrets that are made once and kept beside the database, not in it."""

import os
from pathlib import Path
from stat import S_IMODE
from tempfile import mkstemp
from typing import Final

from recruit.core.tokens import token

PRIVATE: Final = 0o600


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
