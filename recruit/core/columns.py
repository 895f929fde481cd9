"""Column types that both databases keep alike."""

from datetime import UTC, datetime
from typing import Final

from sqlalchemy import BigInteger, DateTime, Dialect, Integer
from sqlalchemy.types import TypeDecorator

NUMBER: Final = BigInteger().with_variant(Integer, "sqlite")
"""What rows are numbered by: SQLite counts up by itself only in a column that it calls INTEGER."""


LARGEST: Final = 2**31 - 1
"""What a column of whole numbers holds, SQL's INTEGER on PostgreSQL: an address may name any."""


class UTCDateTime(TypeDecorator[datetime]):
    """An aware moment, kept in UTC. SQLite forgets zones; here they come back."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a naive time: nobody knows which moment it means."""
        del dialect
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """The same moment, aware again."""
        del dialect
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
