"""The keys that sign session cookies."""

from typing import Final

from recruit.core.config import Settings
from recruit.core.keys import kept_key

FILE: Final = "session.key"


def session_keys(settings: Settings) -> tuple[str, ...]:
    """The signing keys, the newest first.

    Without configured ones, a key is made once and kept in the data folder: sessions survive a
    restart, and two processes of one machine understand each other.
    """
    if settings.secret_keys:
        return tuple(key.get_secret_value() for key in settings.secret_keys)
    return (kept_key(settings.data_folder / FILE),)
