"""How a message moves from one state to the next: the row, and the step that is written with it."""

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Final

from sqlalchemy import (
    ColumnElement,
    Executable,
    Select,
    and_,
    bindparam,
    delete,
    insert,
    literal,
    select,
    update,
)
from sqlalchemy.orm import Session

from recruit.core.columns import UTCDateTime
from recruit.notify.outbox_tables import OUTBOX, OUTBOX_STEP
from recruit.notify.stages import UNDER_WAY, Claim, Reason, State

STEP: Final = ("message", "state", "reason", "fence", "worker", "at")


def move(
    session: Session,
    number: int,
    state: State,
    reason: Reason | None,
    at: datetime,
    **values: object,
) -> None:
    """Let one message, which the caller has locked, stand elsewhere."""
    after = _after(state, reason, at, values)
    session.execute(update(OUTBOX).where(OUTBOX.c.id == number).values(after))
    note(session, OUTBOX.c.id == number, at)


def move_all(
    session: Session,
    which: ColumnElement[bool],
    state: State,
    reason: Reason | None,
    at: datetime,
    **values: object,
) -> int:
    """The same for all of `which` at once, each looked at as it stands when its turn comes."""
    after = _after(state, reason, at, values)
    new = {
        name: value if isinstance(value, ColumnElement) else literal(value, OUTBOX.c[name].type)
        for name, value in after.items()
    }
    return _moved(session, _moving(_dialect(session), which, new), {})


def move_claimed(  # noqa: PLR0913, PLR0917 - as above, of one claim
    session: Session,
    mine: Claim,
    among: frozenset[State],
    state: State,
    reason: Reason | None,
    at: datetime,
    **values: object,
) -> bool:
    """The same for one claimed message, as long as the claim holds and it stands `among` these.

    Asked several times for each message that goes out: the statements are made once.
    """
    after = _after(state, reason, at, values)
    moving = _moving_claimed(_dialect(session), among, tuple(after))
    told = {_parameter(name): value for name, value in after.items()}
    ours = {"message": mine.id, "its_fence": mine.fence}
    return _moved(session, moving, ours | told) == 1


def note(session: Session, which: ColumnElement[bool], at: datetime) -> None:
    """Write down where messages stand now."""
    session.execute(insert(OUTBOX_STEP).from_select(STEP, _standing(which, at)))


def forget_steps(session: Session, which: ColumnElement[bool]) -> None:
    """Delete the steps of messages that are about to be deleted."""
    these = select(OUTBOX.c.id).where(which)
    session.execute(delete(OUTBOX_STEP).where(OUTBOX_STEP.c.message.in_(these)))


def _standing(which: ColumnElement[bool], at: datetime) -> Select[tuple[object, ...]]:
    columns = (OUTBOX.c.id, OUTBOX.c.state, OUTBOX.c.reason, OUTBOX.c.fence, OUTBOX.c.worker)
    return select(*columns, literal(at, UTCDateTime)).where(which)


def _after(
    state: State, reason: Reason | None, at: datetime, values: Mapping[str, object]
) -> dict[str, object]:
    """What stands in the columns of a message that has moved."""
    lease = {} if state in UNDER_WAY else {"lease_until": None}
    why = reason.value if reason else None
    return {"state": state.value, "reason": why, "changed_at": at, **lease, **values}


def _parameter(name: str) -> str:
    return f"new_{name}"  # SQLAlchemy keeps the bare names of columns to itself


@cache
def _moving_claimed(
    dialect: str, among: frozenset[State], names: tuple[str, ...]
) -> tuple[Executable, ...]:
    ours = and_(
        OUTBOX.c.id == bindparam("message"),
        OUTBOX.c.fence == bindparam("its_fence"),
        OUTBOX.c.state.in_([literal(each.value) for each in sorted(among)]),
    )
    new = {name: bindparam(_parameter(name), type_=OUTBOX.c[name].type) for name in names}
    return _moving(dialect, ours, new)


def _moving(
    dialect: str, which: ColumnElement[bool], new: Mapping[str, ColumnElement[object]]
) -> tuple[Executable, ...]:
    """What moves messages and writes the steps down; the last of it counts them by its rows."""
    changed = update(OUTBOX).where(which).values(dict(new))
    if dialect != "postgresql":
        # Nobody else writes meanwhile: the step can be written before, while `which` still holds.
        stood = select(
            OUTBOX.c.id,
            new["state"],
            new["reason"],
            OUTBOX.c.fence,
            OUTBOX.c.worker,
            new["changed_at"],
        ).where(which)
        return insert(OUTBOX_STEP).from_select(STEP, stood), changed
    moved = changed.returning(
        OUTBOX.c.id, OUTBOX.c.state, OUTBOX.c.reason, OUTBOX.c.fence, OUTBOX.c.worker
    ).cte("moved")
    steps = insert(OUTBOX_STEP).from_select(STEP, select(*moved.c, new["changed_at"]))
    # What an INSERT has written is forgotten unless it is asked for.
    return (steps.execution_options(preserve_rowcount=True),)


def _moved(session: Session, moving: tuple[Executable, ...], values: Mapping[str, object]) -> int:
    *before, last = moving
    for each in before:
        session.execute(each, values)
    return int(session.execute(last, values).rowcount)  # type: ignore[attr-defined]  # of what writes


def _dialect(session: Session) -> str:
    return session.get_bind().dialect.name
