"""Many rows at once: COPY on PostgreSQL, which is several times as fast as INSERT.

https://www.postgresql.org/docs/current/populate.html#POPULATE-COPY-FROM
"""

import json
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    String,
    Table,
    any_,
    func,
    insert,
    literal,
    select,
)
from sqlalchemy.orm import Mapped, Session

FEW: Final = 5  # below this a COPY of its own gains little


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


def among(
    session: Session, column: ColumnElement[str] | Mapped[str], values: Collection[str]
) -> ColumnElement[bool]:
    """Whether `column` is one of `values`: one parameter, however many there are.

    A parameter each would have to be written, parsed and planned anew for each number of them.
    """
    if session.get_bind().dialect.name == "postgresql":
        return column == any_(literal(list(values), ARRAY(String)))
    return column.in_(
        select(func.json_each(json.dumps(list(values))).table_valued("value").c.value)
    )
