"""Locks, most for one unit of work. SQLite needs none: who writes there is alone anyway."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from enum import IntEnum
from typing import Any, Final

from sqlalchemy import Engine, Select, String, bindparam, func, literal_column, select, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from recruit.core.db import answering
from recruit.core.one_trip import ask_after

PEOPLE: Final = 0x5EC0_18  # next to core/chain.py's
JOBS: Final = 0x5EC0_19
HELD: Final = "the people whom a transaction holds"
# More than this and everybody is held by one lock: a server's table of locks is small.
MOST_BY_NAME: Final = 100

EVERYBODY: Final = func.hashtext("")

_ONE: Final = text(
    "SELECT pg_advisory_xact_lock_shared(:people, hashtext('')),"
    " pg_advisory_xact_lock(:people, hashtext(:name))"
)
_EACH: Final = text(
    "SELECT pg_advisory_xact_lock(:people, number) FROM"
    " (SELECT DISTINCT hashtext(name) AS number FROM unnest(:names) AS name ORDER BY number) AS own"
).bindparams(bindparam("names", type_=ARRAY(String)))


class Job(IntEnum):
    """What only one process does at a time."""

    OUTBOX = 1
    WAVES = 2
    TELLING = 3
    REMINDING = 4
    ALARMING = 5
    FOLLOWING = 6
    MATCHING = 7


def hold_people(session: Session, people: Collection[str]) -> None:
    """Let nothing be sent to `people`, nor any consent of theirs end, beside this unit of work.

    Whoever sends takes it before asking for consent, whoever ends a consent before writing so:
    one comes after the other. It is taken before the lock of any row of the outbox, and once for
    all whom a unit of work is about: two who took some and then more would wait for each other.
    """
    if len(people) > MOST_BY_NAME:
        hold_everybody(session)
        return
    if not _is_postgresql(session) or not people or _are_held(session, people):
        return
    if len(people) == 1:
        session.execute(_ONE, {"people": PEOPLE, "name": next(iter(people))})
        return
    session.execute(select(func.pg_advisory_xact_lock_shared(PEOPLE, EVERYBODY)))
    session.execute(_EACH, {"people": PEOPLE, "names": sorted(people)})


def hold_and_ask(
    session: Session, people: Collection[str], question: Select[Any], values: Mapping[str, object]
) -> Sequence[Any]:
    """Hold people, and then ask; for one person, as for each last byte, that is one trip."""
    alone = len(people) == 1 and _is_postgresql(session) and not _are_held(session, people)
    if alone:
        lock = (_ONE, {"people": PEOPLE, "name": next(iter(people))})
        return ask_after(session, lock, (question, values))
    hold_people(session, people)
    return session.execute(question, values).all()


def hold_everybody(session: Session) -> None:
    """The same for all people at once, for whoever changes messages of any of them.

    Rows that were locked one by one, as they are found, would be waited for in a circle.
    """
    if _is_postgresql(session):
        session.execute(select(func.pg_advisory_xact_lock(PEOPLE, EVERYBODY)))


def is_alone(session: Session, job: Job) -> bool:
    """Whether no other process is at this job; none begins it until this unit of work ends."""
    if not _is_postgresql(session):
        return True
    taken = func.pg_try_advisory_xact_lock(JOBS, literal_column(str(job.value)))
    return bool(session.scalar(select(taken)))


@contextmanager
def alone_at(engine: Engine, job: Job) -> Iterator[bool]:
    """Whether no other process is at a job of many units of work; none begins it until this ends.

    No transaction is open meanwhile. Whoever dies lets go with their connection.
    """
    if engine.dialect.name != "postgresql":
        yield True
        return
    lock = JOBS, job.value
    with answering(), engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT")
        taken = bool(connection.scalar(select(func.pg_try_advisory_lock(*lock))))
        try:
            yield taken
        finally:
            if taken:
                connection.execute(select(func.pg_advisory_unlock(*lock)))


def _are_held(session: Session, people: Collection[str]) -> bool:
    """Whether this transaction holds all of them already; from here on it does.

    A savepoint counts apart: what was locked within one is let go where that one is undone.
    """
    session.connection()  # from here on there is a transaction to remember it by
    within = session.get_nested_transaction() or session.get_transaction()
    known, held = session.info.get(HELD, (None, frozenset()))
    before: frozenset[str] = held if within is not None and known is within else frozenset()
    if within is not None:
        session.info[HELD] = within, before.union(people)
    return before.issuperset(people)


def _is_postgresql(session: Session) -> bool:
    return session.get_bind().dialect.name == "postgresql"
