"""How often somebody did something lately, counted in the database: all processes count together.

A count begins with the first deed and lasts for the limit's window; what comes after is counted
anew. Who did it stands there as a keyed digest: an address, or what was typed as one.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv4Address, ip_address, ip_network
from math import ceil
from typing import Final

from sqlalchemy import Column, Engine, Integer, String, Table, case, delete, select
from sqlalchemy.orm import Session
from sqlmodel import SQLModel

from recruit.core.columns import UTCDateTime
from recruit.core.crypto import Keyring
from recruit.core.db import reading, unit_of_work
from recruit.core.expiring import Expiring
from recruit.core.upsert import insert_or

# On PostgreSQL the table is unlogged: a call does not wait for the disk, and counts do not survive
# a crash, as nobody's would who asks again.
RATE: Final = Table(
    "rate",
    SQLModel.metadata,
    Column("who", String(64), primary_key=True),
    Column("times", Integer, nullable=False),
    Column("ends", UTCDateTime, nullable=False),
)
COUNTS: Final = Expiring(RATE.c.ends, timedelta(days=1))
"""Longer than any count is asked for: one of a day is written as of the day's beginning."""
# Whoever has one address of IPv6 usually has the other 2^64 of its network too: RFC 6177.
IPV6_NETWORK: Final = 64


@dataclass(frozen=True, slots=True)
class Limit:
    """So many times within `window`."""

    times: int
    window: timedelta


@dataclass(frozen=True, slots=True)
class Count:
    """How many times it was, and when counting begins anew."""

    times: int
    ends: datetime

    def is_over(self, limit: Limit) -> bool:
        """Whether it was more often than is allowed."""
        return self.times > limit.times

    def seconds_left(self, at: datetime) -> int:
        """Until counting begins anew; 1 at least."""
        return max(1, ceil((self.ends - at).total_seconds()))


@dataclass(frozen=True, slots=True)
class Rates:
    """The counts of one database; one kind of deed does not count for another."""

    engine: Engine
    keyring: Keyring

    def count(self, kind: str, who: str, limit: Limit, at: datetime) -> Count:
        """Count one more time."""
        with unit_of_work(self.engine) as session:
            return count(session, self.keyring, kind, who, limit, at)

    def look(
        self, asked: Collection[tuple[str, str]], at: datetime
    ) -> dict[tuple[str, str], Count]:
        """The counts that are not over, by kind and who; where there is none, nothing counts."""
        digests = {_digest(self.keyring, *each): each for each in asked}
        query = select(RATE).where(RATE.c.who.in_(digests), RATE.c.ends > at)
        with reading(self.engine) as session:
            return {digests[row.who]: Count(row.times, row.ends) for row in session.execute(query)}

    def forget(self, kind: str, who: str) -> None:
        """Begin anew."""
        with unit_of_work(self.engine) as session:
            session.execute(delete(RATE).where(RATE.c.who == _digest(self.keyring, kind, who)))


def count(  # noqa: PLR0913, PLR0917 - who did what, how often they may, and when
    session: Session, keyring: Keyring, kind: str, who: str, limit: Limit, at: datetime
) -> Count:
    """Count once more in a unit of work, which has to be committed whatever comes of it."""
    over = RATE.c.ends <= at
    counted = (
        insert_or(session, RATE)
        .values(who=_digest(keyring, kind, who), times=1, ends=at + limit.window)
        .on_conflict_do_update(
            index_elements=["who"],
            set_={
                "times": case((over, 1), else_=RATE.c.times + 1),
                "ends": case((over, at + limit.window), else_=RATE.c.ends),
            },
        )
        .returning(RATE.c.times, RATE.c.ends)
    )
    return Count(*session.execute(counted).one())


def sender(address: str | None) -> str:
    """Whose deeds count together: an address, the network of one of IPv6, or what is neither."""
    try:
        found = ip_address(address or "")
    except ValueError:
        return address or ""
    found = getattr(found, "ipv4_mapped", None) or found
    if isinstance(found, IPv4Address):
        return str(found)
    return str(ip_network((int(found), IPV6_NETWORK), strict=False))


def _digest(keyring: Keyring, kind: str, who: str) -> str:
    return keyring.digests("rate", f"{kind}\n{who}")[0]
