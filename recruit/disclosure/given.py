"""The answers that were given: to a question, about sets of a size, and what an asker has spent."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, bindparam, false, func, or_, select
from sqlalchemy.orm import Session

from recruit.disclosure.rule import NEAR, WINDOW, Grain
from recruit.disclosure.sketch import Sketch
from recruit.disclosure.tables import ASKED, GIVEN

NOTED_FOR: Final = timedelta(days=1)

# Put together once: that takes longer than asking.
_COLUMNS: Final = (GIVEN.c.id, GIVEN.c.about, GIVEN.c.grain, GIVEN.c.at)
_SPENT: Final = select(func.coalesce(func.sum(GIVEN.c.cost), 0.0)).where(
    GIVEN.c.asker == bindparam("asker"), GIVEN.c.at > bindparam("since")
)
_SAID: Final = (
    select(ASKED.c.question, *_COLUMNS)
    .join(GIVEN, GIVEN.c.id == ASKED.c.given)
    .where(
        ASKED.c.question.in_(bindparam("names", expanding=True)), ASKED.c.at > bindparam("since")
    )
)
_SAID_TO: Final = _SAID.where(ASKED.c.asker == bindparam("asker")).order_by(ASKED.c.id)
_LATELY: Final = select(ASKED.c.question, ASKED.c.given).where(
    ASKED.c.question.in_(bindparam("names", expanding=True)),
    ASKED.c.at > bindparam("since"),
    ASKED.c.asker == bindparam("asker"),
)
_SAID_COARSELY: Final = (
    _SAID.where(GIVEN.c.grain == Grain.COARSE.value).distinct().order_by(GIVEN.c.id)
)
_FINE: Final = (
    select(GIVEN.c.sketch, *_COLUMNS).where(GIVEN.c.grain == Grain.FINE.value).order_by(GIVEN.c.id)
)


@dataclass(slots=True)
class Given:
    """An answer; `id` is None until it is written down."""

    id: int | None
    about: int | None
    grain: Grain
    at: datetime
    cost: float = 0.0


def said_to(session: Session, asker: str, names: Sequence[str], at: datetime) -> list[list[Given]]:
    """For each question what the asker was told within the window, once for each time, in order."""
    rows = session.execute(_SAID_TO, {"names": names, "since": at - WINDOW, "asker": asker})
    return _by_name(names, rows.all())


def said_coarsely(session: Session, names: Sequence[str], at: datetime) -> list[list[Given]]:
    """For each question the different coarse answers that anybody got within the window."""
    rows = session.execute(_SAID_COARSELY, {"names": names, "since": at - WINDOW})
    return _by_name(names, rows.all())


def asked_lately(
    session: Session, asker: str, names: Sequence[str], at: datetime
) -> set[tuple[str, int]]:
    """Which questions the asker has asked within a day, and the answers they got."""
    asked = {"names": names, "since": at - NOTED_FOR, "asker": asker}
    return {(name, given) for name, given in session.execute(_LATELY, asked)}


def spent(session: Session, asker: str, at: datetime) -> float:
    """What the answers cost that the asker got within the window."""
    cost: float = session.execute(_SPENT, {"asker": asker, "since": at - WINDOW}).scalar_one()
    return cost


def about_as_large(session: Session, sizes: Sequence[int]) -> Iterator[tuple[Sketch, Given]]:
    """The fine answers about sets of nearly these sizes, oldest first."""
    for sketch, *given in session.execute(_FINE.where(_within(sizes))):
        yield Sketch.read(sketch), _given(*given)


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
    for row in rows:
        found[row[0]].append(_given(*row[1:]))
    return [found[name] for name in names]


def _given(number: int, about: int | None, grain: str, at: datetime) -> Given:
    return Given(number, about, Grain(grain), at)
