"""Rehearsing a restore: the copy comes back elsewhere, is looked at, and is gone again."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine, func, select
from sqlmodel import SQLModel

from recruit.actions.restore import Restored, restore
from recruit.audit import trail
from recruit.audit.trail import Tag
from recruit.core.db import reading, unit_of_work
from recruit.core.keys import Secrets
from recruit.core.scratch import scratch


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """A copy that was restored into `engine`, and how many seconds that took."""

    engine: Engine
    restored: Restored
    seconds: float


@dataclass(frozen=True, slots=True)
class Count:
    """How many rows a table has in the copy, once it is restored, and now."""

    table: str
    copy: int
    now: int


@contextmanager
def rehearsal(live: Engine, secrets: Secrets, copy: Path, *, actor: str) -> Iterator[Rehearsal]:
    """Restore the copy beside the database in use, as if it had to replace that.

    What was taken back in the database in use is done again in it. Nothing is sent from there.

    Raises:
        NoScratch: there can be no database beside this one.
        WrongUsage, NoBackup, ToolFailed, DatabaseUnreachable, OutOfDate: as `restore`.
    """
    began = time.monotonic()
    with scratch(live) as aside:
        restored = restore(aside, secrets, copy, replace=False, actor=actor, before=live)
        yield Rehearsal(aside, restored, time.monotonic() - began)


def counts(rehearsed: Rehearsal, live: Engine) -> list[Count]:
    """The rows of every table that has any, by the tables' names."""
    there, here = _sizes(rehearsed.engine), _sizes(live)
    return [Count(name, there[name], here[name]) for name in there if there[name] or here[name]]


def note(live: Engine, rehearsed: Rehearsal, *, whole: bool, actor: str) -> None:
    """Record in the trail of the database in use that it was rehearsed, and what came of it."""
    said = f"{'whole' if whole else 'not whole'}; {rehearsed.restored}"
    with unit_of_work(live) as session:
        trail.record(session, Tag.RESTORE_REHEARSED, actor=actor, subject="database", new=said)


def _sizes(engine: Engine) -> dict[str, int]:
    tables = sorted(SQLModel.metadata.tables.items())
    with reading(engine) as session:
        return {
            name: session.scalars(select(func.count()).select_from(table)).one()
            for name, table in tables
        }
