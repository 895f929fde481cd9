"""Slows down whoever tries passwords: too many failures, and one has to wait.

Nobody can keep the owner of an account out from elsewhere: failures count against the account and
the network address together, and an address that has not failed with an account may always try it.
Many failures with one account from many addresses, or with many accounts from one address, only
slow down those who go on failing, by a minute at most.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final, NamedTuple

from werkzeug.exceptions import TooManyRequests

from recruit.core.clock import now
from recruit.core.db import unit_of_work
from recruit.core.rates import Limit, Rates, count, sender

PAIR: Final = Limit(8, timedelta(minutes=15))
"""One account from one address."""
ADDRESS: Final = Limit(60, timedelta(minutes=1))
"""All accounts from one address, which may be that of a whole clinic."""
ACCOUNT: Final = Limit(60, timedelta(minutes=1))
"""One account from all addresses that have failed with it."""


class _Key(NamedTuple):
    """What failures count against."""

    kind: str
    who: str


@dataclass(frozen=True, slots=True)
class _Keys:
    pair: _Key
    address: _Key
    account: _Key

    @classmethod
    def of(cls, account: str, address: str) -> "_Keys":
        tried, where = account.strip().casefold(), sender(address)
        return cls(
            _Key("failed pair", f"{where} {tried}"),
            _Key("failed address", where),
            _Key("failed account", tried),
        )

    @property
    def limits(self) -> dict[_Key, Limit]:
        """In the order in which all count, so that no two wait for each other."""
        return {self.pair: PAIR, self.address: ADDRESS, self.account: ACCOUNT}


@dataclass(frozen=True, slots=True)
class Throttle:
    """The failures that still count, by account tried and by network address."""

    rates: Rates

    def hold(self, account: str, address: str) -> None:
        """Let an attempt begin; known and unknown accounts are alike.

        Raises:
            TooManyRequests: it has to wait.
        """
        at, keys = now(), _Keys.of(account, address)
        found = self.rates.look(keys.limits, at)
        if keys.pair not in found:
            found.pop(keys.account, None)
        waits = [
            counted.seconds_left(at)
            for key, limit in keys.limits.items()
            if (counted := found.get(key)) and counted.times >= limit.times
        ]
        if waits:
            raise TooManyRequests(retry_after=max(waits))

    def failed(self, account: str, address: str) -> None:
        """Count a failure."""
        with unit_of_work(self.rates.engine) as session:
            for key, limit in _Keys.of(account, address).limits.items():
                count(session, self.rates.keyring, *key, limit, now())

    def succeeded(self, account: str, address: str) -> None:
        """Forget the failures of an owner who has come in from `address`."""
        self.rates.forget(*_Keys.of(account, address).pair)
