"""When a trial's registry last answered: a status is worth as much as its date."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Column, String, Table, select
from sqlalchemy.orm import Session
from sqlmodel import SQLModel

from recruit.core.bulk import among
from recruit.core.columns import UTCDateTime
from recruit.core.upsert import insert_or
from recruit.trials.checks import LONGEST_ID

OLD: Final = timedelta(days=7)  # registries are asked every night: a week of them has failed

# A trial that is being posted has no row of `trial` yet, and a registry that was asked.
REGISTRY_LOOK: Final = Table(
    "registry_look",
    SQLModel.metadata,
    Column("trial", String(LONGEST_ID), primary_key=True),
    Column("at", UTCDateTime, nullable=False),
)


def looked(session: Session, trials: Collection[str], at: datetime) -> None:
    """Keep that the registries of `trials` answered at the moment `at`."""
    if not trials:
        return
    new = insert_or(session, REGISTRY_LOOK)
    at_again = new.on_conflict_do_update(index_elements=["trial"], set_={"at": new.excluded.at})
    # Always in the same order: two that look at once wait for each other instead of deadlocking.
    session.execute(at_again, [{"trial": trial, "at": at} for trial in sorted(trials)])


def looks(session: Session, trials: Collection[str]) -> dict[str, datetime]:
    """When the registries of `trials` last answered; who never did is missing."""
    query = select(REGISTRY_LOOK).where(among(REGISTRY_LOOK.c.trial, trials))
    return {row.trial: row.at for row in session.execute(query)}


def last_look(session: Session, trial: str) -> datetime | None:
    """When the registry of one trial last answered; None for never."""
    return looks(session, [trial]).get(trial)


def stale(look: datetime | None, at: datetime) -> datetime | None:
    """The last look, where it is so old that a page shows its date."""
    return look if look and at - look > OLD else None
