"""Bringing under the newest master key what older ones sealed, column by column.

A room that seals something says with a `Sealed` where it stands and what it is bound to;
`actions/vault.py` names them all. tests/house/test_sealed.py fails while one is missing.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import (
    Column,
    ColumnElement,
    Engine,
    Row,
    Table,
    Text,
    cast,
    func,
    literal,
    select,
    tuple_,
    update,
)
from sqlalchemy.orm import Session

from recruit.core.crypto import Keyring
from recruit.core.db import reading, unit_of_work

AT_ONCE: Final = 200
"""Rows of one unit of work: nobody waits long for one of them."""
SHORTEST: Final = 4  # letters of "null" and "[]", which JSON has for nothing

Texts = str | list[str] | None


@dataclass(frozen=True, slots=True)
class Sealed:
    """A column that holds texts, or lists of texts, under the master keys.

    `binding` gives what those of a row are bound to; it is called with the whole row.
    """

    column: Column[Any]
    binding: Callable[[Row[Any]], str]

    @property
    def table(self) -> Table:
        """The table of the column."""
        return self.column.table

    @property
    def is_filled(self) -> ColumnElement[bool]:
        """Whether a row seals anything: an empty text or list is shorter than any seal."""
        return func.length(cast(self.column, Text)) > SHORTEST

    @property
    def key(self) -> tuple[Column[Any], ...]:
        """What its rows are told apart by."""
        return tuple(self.table.primary_key.columns)


def reseal(
    engine: Engine, keyring: Keyring, place: Sealed, told: Callable[[int], object] = lambda _: None
) -> int:
    """Seal a column under the newest master key; how many of its rows were not.

    A part at a time, by primary key, each its own unit of work: interrupted, what is done stays
    done, and the next run passes over it. `told` is called with the number of rows looked at.

    Raises:
        SealBroken: something does not open under any key of the ring; its part stays as it was.
    """
    after: Sequence[Any] = ()
    changed = 0
    while True:
        with unit_of_work(engine) as session:
            rows = _part(session, place, after)
            changed += sum(_again(session, keyring, place, row) for row in rows)
        told(len(rows))
        if len(rows) < AT_ONCE:
            return changed
        after = [getattr(rows[-1], column.name) for column in place.key]


def size(session: Session, place: Sealed) -> int:
    """How many rows of a column seal anything."""
    return session.scalars(
        select(func.count()).select_from(place.table).where(place.is_filled)
    ).one()


def locked_by(engine: Engine, place: Sealed) -> Mapping[str, int]:
    """How many texts of a column each master key locks, by the key's name."""
    found: Counter[str] = Counter()
    with reading(engine) as session:
        query = select(place.column).where(place.is_filled).execution_options(yield_per=AT_ONCE)
        for texts in session.scalars(query):
            found.update(each.partition(".")[0] for each in _each(texts))
    return found


def _part(session: Session, place: Sealed, after: Sequence[Any]) -> Sequence[Row[Any]]:
    filled = select(place.table).where(place.is_filled)
    query = filled.order_by(*place.key).limit(AT_ONCE).with_for_update()
    if after:
        last = [literal(value, column.type) for value, column in zip(after, place.key, strict=True)]
        query = query.where(tuple_(*place.key) > tuple_(*last))
    return session.execute(query).all()


def _again(session: Session, keyring: Keyring, place: Sealed, row: Row[Any]) -> bool:
    texts: Texts = getattr(row, place.column.name)
    if all(keyring.is_newest(each) for each in _each(texts)):
        return False
    binding = place.binding(row)
    anew = [keyring.seal(keyring.unseal(each, binding), binding) for each in _each(texts)]
    this = [column == getattr(row, column.name) for column in place.key]
    value = anew if isinstance(texts, list) else anew[0]
    session.execute(update(place.table).where(*this).values({place.column: value}))
    return True


def _each(texts: Texts) -> list[str]:
    """The texts of a row; none where nothing is sealed."""
    if isinstance(texts, list):
        return texts
    return [texts] if texts else []
