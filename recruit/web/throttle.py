"""Slows down whoever tries passwords: too many failures, and one has to wait.

Counts live in the memory of the process. Several web processes each count for themselves, so the
limits hold per process; they are low enough for that to be no help to anyone guessing.
"""

from collections import OrderedDict
from datetime import datetime, timedelta
from hashlib import sha256
from threading import Lock
from typing import Final

WINDOW: Final = timedelta(minutes=15)
PER_ACCOUNT: Final = 8
PER_ADDRESS: Final = 40  # a clinic's staff may share one address
REMEMBERED: Final = 20_000


class Throttle:
    """Failures of the last quarter of an hour, by account tried and by network address."""

    def __init__(self) -> None:
        self._failures: OrderedDict[str, list[datetime]] = OrderedDict()
        self._lock = Lock()

    def must_wait(self, account: str, address: str, at: datetime) -> bool:
        """Whether another attempt has to wait; known and unknown accounts are alike."""
        with self._lock:
            return any(
                len(self._recent(key, at)) >= limit for key, limit in _keys(account, address)
            )

    def failed(self, account: str, address: str, at: datetime) -> None:
        """Count a failure against both."""
        with self._lock:
            for key, _ in _keys(account, address):
                self._failures[key] = [*self._recent(key, at), at]
                self._failures.move_to_end(key)
            while len(self._failures) > REMEMBERED:
                self._failures.popitem(last=False)

    def succeeded(self, account: str) -> None:
        """Forget the failures against an account whose owner has come in."""
        with self._lock:
            self._failures.pop(_hidden(account), None)

    def _recent(self, key: str, at: datetime) -> list[datetime]:
        return [when for when in self._failures.get(key, ()) if at - when < WINDOW]


def _keys(account: str, address: str) -> tuple[tuple[str, int], tuple[str, int]]:
    return (_hidden(account), PER_ACCOUNT), (address, PER_ADDRESS)


def _hidden(account: str) -> str:
    """What was typed may be anything, even a password: only its digest is kept."""
    return sha256(account.strip().casefold().encode()).hexdigest()
