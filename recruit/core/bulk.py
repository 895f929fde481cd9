"""Many at once: rows are written by COPY, values are asked for as one parameter.

COPY is several times as fast as INSERT on PostgreSQL:

https://www.postgresql.org/docs/current/populate.html#POPULATE-COPY-FROM
"""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, Final, Self, TypeVar

from sqlalchemy import (
    ARRAY,
    Boolean,
    ColumnElement,
    Dialect,
    String,
    Table,
    bindparam,
    insert,
    literal,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Mapped, Session
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.sql.operators import OperatorType
from sqlalchemy.types import TypeDecorator, TypeEngine

Item = TypeVar("Item")

FEW: Final = 5  # below this a COPY of its own gains little


def slices(values: Sequence[Item], at_most: int) -> Iterator[Sequence[Item]]:
    """The values in their order, so many at a time: what one statement takes is limited."""
    return (values[start : start + at_most] for start in range(0, len(values), at_most))


def insert_all(session: Session, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Add `rows`, which name the same columns, in the caller's unit of work.

    Columns left out take the database's default, never one that only the code knows.
    """
    if not rows:
        return
    if len(rows) < FEW or session.get_bind().dialect.name != "postgresql":
        session.execute(insert(table), list(rows))
        return
    connection = session.connection()
    names = list(rows[0])
    preparer = connection.dialect.identifier_preparer
    columns = ", ".join(preparer.quote(name) for name in names)
    converters = [
        table.c[name].type.dialect_impl(connection.dialect).bind_processor(connection.dialect)
        for name in names
    ]
    driver: Any = connection.connection.driver_connection
    statement = f"COPY {preparer.format_table(table)} ({columns}) FROM STDIN"
    with driver.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(
                [
                    convert(row[name]) if convert else row[name]
                    for name, convert in zip(names, converters, strict=True)
                ]
            )


def one_of(
    column: ColumnElement[Any] | Mapped[Any], name: str, kind: TypeEngine[Any]
) -> ColumnElement[bool]:
    """Whether `column` is one of the values of the parameter `name`: a list of this kind.

    For statements that are made once: they stay the same text for any number of values. The kind
    is not taken from the column: one that refers to another has none until both are known.
    """
    return _OneOf(column, bindparam(name, type_=Listed(kind)))


def among(column: ColumnElement[str] | Mapped[str], values: Collection[str]) -> ColumnElement[bool]:
    """Whether `column` is one of `values`: one parameter, however many there are.

    A parameter each would have to be written, parsed and planned anew for each number of them.
    """
    return _OneOf(column, literal(values, Listed(String())))


class Listed(TypeDecorator[Collection[Any]]):
    """Values of one kind as one parameter: an array, which SQLite reads as JSON."""

    impl = String
    cache_ok = True

    def __init__(self, kind: TypeEngine[Any]) -> None:
        super().__init__()
        self.kind = kind

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """An array of this kind, or the text of one."""
        return ARRAY(self.kind) if dialect.name == "postgresql" else String()

    def process_bind_param(self, value: Collection[Any] | None, dialect: Dialect) -> Any:  # noqa: ANN401 - what the driver takes
        """The values as the database reads them."""
        listed = list(value or ())
        return listed if dialect.name == "postgresql" else json.dumps(listed)


class _OneOf(FunctionElement[bool]):
    """A column, and the parameter whose values it may have."""

    type = Boolean()
    name = "one_of"
    inherit_cache = True

    def self_group(self, against: OperatorType | None = None) -> Self:
        """As it is: SQLite would be asked for "… = 1", for which it uses no index."""
        del against
        return self


@compiles(_OneOf)
def _in_json(asked: _OneOf, compiler: SQLCompiler, **given: Any) -> str:  # noqa: ANN401 - the compiler's own
    column, values = asked.clauses
    inside = compiler.process(values, **given)
    listed = f"(SELECT value FROM json_each({inside}))"  # noqa: S608 - the compiler's own text
    return f"{compiler.process(column, **given)} IN {listed}"


@compiles(_OneOf, "postgresql")
def _in_array(asked: _OneOf, compiler: SQLCompiler, **given: Any) -> str:  # noqa: ANN401 - the compiler's own
    column, values = asked.clauses
    return f"{compiler.process(column, **given)} = ANY ({compiler.process(values, **given)})"
