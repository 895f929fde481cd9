"""The answers that were given: to a question, about sets of a size, and what an asker has spent."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    String,
    and_,
    bindparam,
    case,
    false,
    func,
    or_,
    select,
    type_coerce,
)
from sqlalchemy.orm import Session

from recruit.core.bulk import one_of
from recruit.core.columns import UTCDateTime
from recruit.disclosure.rule import NEAR, WINDOW, Grain
from recruit.disclosure.sketch import Sketch
from recruit.disclosure.tables import ASKED, GIVEN

# Put together once: that takes longer than asking.
_COLUMNS: Final = (GIVEN.c.id, GIVEN.c.about, GIVEN.c.grain, GIVEN.c.at)
_SPENT: Final = select(func.coalesce(func.sum(GIVEN.c.cost), 0.0)).where(
    GIVEN.c.asker == bindparam("asker"), GIVEN.c.at > bindparam("since")
)
_OF_THESE: Final = and_(
    one_of(ASKED.c.question, "names", String()), ASKED.c.at > bindparam("since")
)
_SAID_TO: Final = (
    select(ASKED.c.question, ASKED.c.at.label("told_at"), *_COLUMNS)
    .join(GIVEN, GIVEN.c.id == ASKED.c.given)
    .where(_OF_THESE, ASKED.c.asker == bindparam("asker"))
    .order_by(ASKED.c.id)
)
_TOLD_AT: Final = func.max(case((ASKED.c.asker == bindparam("asker"), ASKED.c.at)))
_SAID_COARSELY: Final = (
    select(ASKED.c.question, type_coerce(_TOLD_AT, UTCDateTime()).label("told_at"), *_COLUMNS)
    .join(GIVEN, GIVEN.c.id == ASKED.c.given)
    .where(_OF_THESE, GIVEN.c.grain == Grain.COARSE.value)
    .group_by(ASKED.c.question, *_COLUMNS)
    .order_by(GIVEN.c.id)
)
_FINE: Final = (
    select(GIVEN.c.sketch, *_COLUMNS).where(GIVEN.c.grain == Grain.FINE.value).order_by(GIVEN.c.id)
)


@dataclass(slots=True)
class Given:
    """An answer; `id` is None until it is written down.

    `told_at` is when whoever asks was told it last.
    """

    id: int | None
    about: int | None
    grain: Grain
    at: datetime
    cost: float = 0.0
    told_at: datetime | None = field(default=None, compare=False)


def said_to(session: Session, asker: str, names: Sequence[str], at: datetime) -> list[list[Given]]:
    """For each question what the asker was told within the window, once for each time, in order."""
    rows = session.execute(_SAID_TO, {"names": names, "since": at - WINDOW, "asker": asker})
    return _by_name(names, rows.all())


def said_coarsely(
    session: Session, asker: str, names: Sequence[str], at: datetime
) -> list[list[Given]]:
    """For each question the different coarse answers that anybody got within the window."""
    rows = session.execute(_SAID_COARSELY, {"names": names, "since": at - WINDOW, "asker": asker})
    return _by_name(names, rows.all())


def spent(session: Session, asker: str, at: datetime) -> float:
    """What the answers cost that the asker got within the window."""
    cost: float = session.execute(_SPENT, {"asker": asker, "since": at - WINDOW}).scalar_one()
    return cost


def about_as_large(session: Session, sizes: Sequence[int]) -> Iterator[tuple[Sketch, Given]]:
    """The fine answers about sets of nearly these sizes, oldest first."""
    for sketch, *given in session.execute(_FINE.where(_within(sizes))):
        yield Sketch.read(sketch), _given(None, *given)


def _within(sizes: Sequence[int]) -> ColumnElement[bool]:
    """Whether a set is nearly as large as one of `sizes`; ranges that touch are one."""
    ranges: list[list[int]] = []
    for size in sorted(sizes):
        if ranges and size - NEAR <= ranges[-1][1]:
            ranges[-1][1] = size + NEAR
        else:
            ranges.append([size - NEAR, size + NEAR])
    return or_(false(), *(GIVEN.c.size.between(first, last) for first, last in ranges))


def _by_name(names: Sequence[str], rows: Iterable[Sequence[Any]]) -> list[list[Given]]:
    found: dict[str, list[Given]] = {name: [] for name in names}
    for name, *given in rows:
        found[name].append(_given(*given))
    return [found[name] for name in names]


def _given(
    told_at: datetime | None, number: int, about: int | None, grain: str, at: datetime
) -> Given:
    return Given(number, about, Grain(grain), at, told_at=told_at)
