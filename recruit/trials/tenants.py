"""Which trials an organisation sees: those that the operator has assigned to it."""

from typing import Final

from sqlalchemy import Column, ForeignKey, Select, Table, insert, select
from sqlalchemy.orm import Session
from sqlmodel import SQLModel, col

from recruit.core.clock import now
from recruit.core.columns import UTCDateTime
from recruit.core.errors import NotFound
from recruit.people.organisations import Organisation
from recruit.trials.tables import Trial

TRIAL_ORGANISATION: Final = Table(
    "trial_organisation",
    SQLModel.metadata,
    Column("organisation", ForeignKey("organisation.id"), primary_key=True),
    Column("trial", ForeignKey("trial.id"), primary_key=True),
    Column("assigned_at", UTCDateTime, nullable=False),
)


def assign(session: Session, trial: str, organisation: Organisation) -> None:
    """Let the staff of an organisation see a trial; nothing changes where they do already.

    Raises:
        NotFound: there is no such trial.
    """
    if not trial.isprintable() or session.get(Trial, trial) is None:
        raise NotFound(what="trial", identifier=trial)
    if session.scalar(of(organisation.id).where(TRIAL_ORGANISATION.c.trial == trial)) is None:
        row = {"organisation": organisation.id, "trial": trial, "assigned_at": now()}
        session.execute(insert(TRIAL_ORGANISATION), row)


def of(organisation: int | None) -> Select[str]:
    """The numbers of the trials that somebody of `organisation` sees; None sees all."""
    if organisation is None:
        return select(col(Trial.id))
    assigned = TRIAL_ORGANISATION.c
    return select(assigned.trial).where(assigned.organisation == organisation)
