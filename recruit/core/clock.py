"""The only source of time: aware, UTC. Zones are applied where people read."""

from datetime import UTC, date, datetime


def now() -> datetime:
    """This moment, in UTC."""
    return datetime.now(UTC)


def today() -> date:
    """The calendar day of this moment in UTC."""
    return now().date()
