"""The keys that sign session cookies."""

import os
from typing import Final

from recruit.core.config import Settings
from recruit.core.tokens import token

FILE: Final = "session.key"


def session_keys(settings: Settings) -> tuple[str, ...]:
    """The signing keys, the newest first.

    Without configured ones, a key is made once and kept in the data folder, readable by its owner
    alone: sessions survive a restart, and two processes of one machine understand each other.
    """
    if settings.secret_keys:
        return tuple(key.get_secret_value() for key in settings.secret_keys)
    file = settings.data_folder / FILE
    file.parent.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return (file.read_text("ascii"),)
    with os.fdopen(descriptor, "w", encoding="ascii") as new:
        new.write(key := token())
    return (key,)
