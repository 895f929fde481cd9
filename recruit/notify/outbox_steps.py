"""How a message moves from one state to the next: the row, and the step that is written with it."""

from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, Select, Update, func, insert, literal, select, update
from sqlalchemy.orm import Session

from recruit.core.columns import UTCDateTime
from recruit.notify.outbox_tables import OUTBOX, OUTBOX_STEP
from recruit.notify.stages import UNDER_WAY, Reason, State

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
    session.execute(_changed(OUTBOX.c.id == number, state, reason, at, values))
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
    changed = _changed(which, state, reason, at, values)
    if session.get_bind().dialect.name != "postgresql":
        # Nobody else writes meanwhile: the step can be written before, while `which` still holds.
        stood = select(
            OUTBOX.c.id,
            literal(state.value),
            literal(reason.value if reason else None),
            OUTBOX.c.fence,
            OUTBOX.c.worker,
            literal(at, UTCDateTime),
        ).where(which)
        session.execute(insert(OUTBOX_STEP).from_select(STEP, stood))
        return int(session.execute(changed).rowcount)  # type: ignore[attr-defined]  # of an UPDATE
    moved = changed.returning(
        OUTBOX.c.id, OUTBOX.c.state, OUTBOX.c.reason, OUTBOX.c.fence, OUTBOX.c.worker
    ).cte("moved")
    steps = select(*moved.c, literal(at, UTCDateTime))
    written = (
        insert(OUTBOX_STEP).from_select(STEP, steps).returning(OUTBOX_STEP.c.id).cte("written")
    )
    return session.execute(select(func.count()).select_from(written)).scalar_one()


def note(session: Session, which: ColumnElement[bool], at: datetime) -> None:
    """Write down where messages stand now."""
    session.execute(insert(OUTBOX_STEP).from_select(STEP, _standing(which, at)))


def _standing(which: ColumnElement[bool], at: datetime) -> Select[tuple[object, ...]]:
    columns = (OUTBOX.c.id, OUTBOX.c.state, OUTBOX.c.reason, OUTBOX.c.fence, OUTBOX.c.worker)
    return select(*columns, literal(at, UTCDateTime)).where(which)


def _changed(
    which: ColumnElement[bool],
    state: State,
    reason: Reason | None,
    at: datetime,
    values: dict[str, object],
) -> Update:
    lease = {} if state in UNDER_WAY else {"lease_until": None}
    changed = {
        "state": state.value,
        "reason": reason.value if reason else None,
        "changed_at": at,
        **lease,
        **values,
    }
    return update(OUTBOX).where(which).values(changed)
