"""Deleting rows whose time is over, a part at a time so that nobody waits."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Column, Date, Engine, Table, delete, select, tuple_

from recruit.core.db import unit_of_work

AT_ONCE: Final = 5_000


@dataclass(frozen=True, slots=True)
class Expiring:
    """A table whose rows are kept for so long after the moment, or the day, in one column."""

    moment: Column[Any]
    kept: timedelta

    @property
    def table(self) -> Table:
        """The table of the column."""
        return self.moment.table


def delete_over(engine: Engine, what: Expiring, at: datetime) -> int:
    """Delete what is over at the moment `at`; how many rows these were."""
    key = tuple(what.table.primary_key.columns)
    last = at - what.kept
    over = what.moment < (last.date() if isinstance(what.moment.type, Date) else last)
    gone = 0
    while True:
        with unit_of_work(engine) as session:
            some = select(*key).where(over).limit(AT_ONCE).with_for_update(skip_locked=True)
            rows = session.execute(some).all()
            these = tuple_(*key).in_([tuple(row) for row in rows])
            session.execute(delete(what.table).where(these))
        gone += len(rows)
        if len(rows) < AT_ONCE:
            return gone
