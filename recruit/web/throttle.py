"""Slows down whoever tries passwords: too many failures, and one has to wait.

Nobody can keep the owner of an account out from elsewhere: failures count against the account and
the network address together, and an address that has not failed with an account may always try it.
Many failures with one account from many addresses, or with many accounts from one address, only
slow down those who go on failing, by a minute at most.

Counts live in the memory of the process. Several web processes each count for themselves, so the
limits hold per process; they are low enough for that to be no help to anyone guessing.
"""

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from threading import Lock
from typing import Final

REMEMBERED: Final = 20_000
NO_WAIT: Final = timedelta()
# Whoever has one address of IPv6 usually has the other 2^64 of its network too: RFC 6177.
IPV6_NETWORK: Final = 64


@dataclass(frozen=True, slots=True)
class Limit:
    """So many failures within `window`, and the next attempt waits until the oldest is past it."""

    failures: int
    window: timedelta


PAIR: Final = Limit(8, timedelta(minutes=15))
"""One account from one address."""
ADDRESS: Final = Limit(60, timedelta(minutes=1))
"""All accounts from one address, which may be that of a whole clinic."""
ACCOUNT: Final = Limit(60, timedelta(minutes=1))
"""One account from all addresses that have failed with it."""


class Throttle:
    """The failures that still count, by account tried and by network address."""

    def __init__(self) -> None:
        self._failures: OrderedDict[str, list[datetime]] = OrderedDict()
        self._lock = Lock()

    def wait(self, account: str, address: str, at: datetime) -> timedelta:
        """How long the next attempt has to wait; known and unknown accounts are alike."""
        keys = _Keys.of(account, address)
        with self._lock:
            waits = [self._left(keys.pair, PAIR, at), self._left(keys.address, ADDRESS, at)]
            if self._recent(keys.pair, PAIR, at):
                waits.append(self._left(keys.account, ACCOUNT, at))
        return max(waits)

    def failed(self, account: str, address: str, at: datetime) -> None:
        """Count a failure."""
        keys = _Keys.of(account, address)
        with self._lock:
            for key, limit in (
                (keys.pair, PAIR),
                (keys.address, ADDRESS),
                (keys.account, ACCOUNT),
            ):
                # More than the limit would only take up room.
                self._failures[key] = [*self._recent(key, limit, at), at][-limit.failures :]
                self._failures.move_to_end(key)
            while len(self._failures) > REMEMBERED:
                self._failures.popitem(last=False)

    def succeeded(self, account: str, address: str) -> None:
        """Forget the failures of an owner who has come in from `address`."""
        with self._lock:
            self._failures.pop(_Keys.of(account, address).pair, None)

    def _left(self, key: str, limit: Limit, at: datetime) -> timedelta:
        recent = self._recent(key, limit, at)
        return recent[0] + limit.window - at if len(recent) >= limit.failures else NO_WAIT

    def _recent(self, key: str, limit: Limit, at: datetime) -> list[datetime]:
        return [when for when in self._failures.get(key, ()) if at - when < limit.window]


@dataclass(frozen=True, slots=True)
class _Keys:
    """What failures count against. What was typed may be a password: its digest is kept."""

    pair: str
    address: str
    account: str

    @classmethod
    def of(cls, account: str, address: str) -> "_Keys":
        hidden = sha256(account.strip().casefold().encode("utf-8", "replace")).hexdigest()
        where = network(address)
        return cls(f"{hidden} {where}", where, hidden)


def network(address: str) -> str:
    """The address, or the network of one of IPv6; what is neither stays as it is."""
    try:
        found: IPv4Address | IPv6Address = ip_address(address)
    except ValueError:
        return address
    if isinstance(found, IPv4Address):
        return str(found)
    if found.ipv4_mapped:
        return str(found.ipv4_mapped)
    return str(ip_network((int(found), IPV6_NETWORK), strict=False))
