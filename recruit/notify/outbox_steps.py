"""How a message moves from one state to the next: the row, and the step that is written with it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Final

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
    union_all,
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


def move_claimed(session: Session, *moves: "Move") -> list[bool]:
    """The same for claimed messages, which each moves its own way or, its claim over, not at all.

    Asked several times for each message that goes out: the statements are made once, and on
    PostgreSQL the fate of one message and the leave for the next are a single one.
    """
    shapes = tuple((each.among, tuple(each.after)) for each in moves)
    told = [each.told(f"{place}_") for place, each in enumerate(moves)]
    if _dialect(session) != "postgresql":
        return [
            _moved(session, _one_by_one(shape, f"{place}_"), told[place]) == 1
            for place, shape in enumerate(shapes)
        ]
    values = {name: value for each in told for name, value in each.items()}
    moved = set(session.scalars(_at_once(shapes), values))
    return [each.mine.id in moved for each in moves]


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


@dataclass(frozen=True, slots=True)
class Move:
    """How one claimed message is to stand, as long as it stands `among` these now."""

    mine: Claim
    among: frozenset[State]
    after: Mapping[str, object]

    def told(self, prefix: str) -> dict[str, object]:
        """The parameters of the statement that moves it."""
        ours = {"message": self.mine.id, "fence": self.mine.fence, **self.after}
        # SQLAlchemy keeps the bare names of columns to itself.
        return {f"{prefix}{name}": value for name, value in ours.items()}


def move_to(
    mine: Claim,
    among: frozenset[State],
    state: State,
    reason: Reason | None,
    at: datetime,
    **values: object,
) -> Move:
    """A claimed message's move to a state, if it stands `among` these then."""
    return Move(mine, among, _after(state, reason, at, values))


Shape = tuple[frozenset[State], tuple[str, ...]]
"""Among which states a message is moved, and which of its columns change."""


@cache
def _one_by_one(shape: Shape, prefix: str) -> tuple[Executable, ...]:
    which, new = _asked(shape, prefix)
    return _moving("sqlite", which, new)


@cache
def _at_once(shapes: tuple[Shape, ...]) -> Executable:
    """Moves a message of each shape, writes the steps down, and says which messages moved."""
    parts = [_asked(shape, f"{place}_") for place, shape in enumerate(shapes)]
    moved = union_all(*(_changed(*part, f"moved_{place}") for place, part in enumerate(parts)))
    return insert(OUTBOX_STEP).from_select(STEP, moved).returning(OUTBOX_STEP.c.message)


def _asked(shape: Shape, prefix: str) -> tuple[ColumnElement[bool], dict[str, Any]]:
    among, names = shape
    ours = and_(
        OUTBOX.c.id == bindparam(f"{prefix}message"),
        OUTBOX.c.fence == bindparam(f"{prefix}fence"),
        OUTBOX.c.state.in_([literal(each.value) for each in sorted(among)]),
    )
    return ours, {name: bindparam(prefix + name, type_=OUTBOX.c[name].type) for name in names}


def _moving(
    dialect: str, which: ColumnElement[bool], new: Mapping[str, ColumnElement[object]]
) -> tuple[Executable, ...]:
    """What moves messages and writes the steps down; the last of it counts them by its rows."""
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
        changed = update(OUTBOX).where(which).values(dict(new))
        return insert(OUTBOX_STEP).from_select(STEP, stood), changed
    steps = insert(OUTBOX_STEP).from_select(STEP, _changed(which, new, "moved"))
    # What an INSERT has written is forgotten unless it is asked for.
    return (steps.execution_options(preserve_rowcount=True),)


def _changed(
    which: ColumnElement[bool], new: Mapping[str, ColumnElement[object]], name: str
) -> Select[Any]:
    """The steps of messages that the same statement moves."""
    of_each = (OUTBOX.c.id, OUTBOX.c.state, OUTBOX.c.reason, OUTBOX.c.fence, OUTBOX.c.worker)
    moved = update(OUTBOX).where(which).values(dict(new)).returning(*of_each).cte(name)
    return select(*moved.c, new["changed_at"])


def _moved(session: Session, moving: tuple[Executable, ...], values: Mapping[str, object]) -> int:
    *before, last = moving
    for each in before:
        session.execute(each, values)
    return int(session.execute(last, values).rowcount)  # type: ignore[attr-defined]  # of what writes


def _dialect(session: Session) -> str:
    return session.get_bind().dialect.name
