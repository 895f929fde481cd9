"""An INSERT that may meet a row that is there: each database has one of its own, alike to write."""

from typing import Any

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session


def insert_or(session: Session, table: Table | type[Any]) -> postgresql.Insert | sqlite.Insert:
    """A statement that `on_conflict_do_nothing` or `on_conflict_do_update` can be said of."""
    is_postgresql = session.get_bind().dialect.name == "postgresql"
    return (postgresql.insert if is_postgresql else sqlite.insert)(table)
