"""Rows that belong to a row, as one value of it: a list of lists, in no order.

What is asked for each message that goes out is asked at once: a further question costs client and
server more than all the rows that it finds.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import JSON, ColumnElement, LargeBinary, ScalarSelect, Select, String
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

Listed = Sequence[Sequence[Any]]
"""What comes of it: numbers and texts as they are, moments for `moment`, bytes for `raw`."""


def listed(query: Select[Any]) -> ScalarSelect[Any]:
    """The rows of a query about the row that it stands in, as one column of that."""
    columns = [_Hexed(each) if _is_raw(each) else each for each in query.selected_columns]
    return query.with_only_columns(_Rows(*columns)).scalar_subquery()


def moment(said: str) -> datetime:
    """A moment of such a list; SQLite leaves out the zone, which is UTC."""
    found = datetime.fromisoformat(said)
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


raw: Final[Callable[[str], bytes]] = bytes.fromhex
"""Bytes of such a list."""


class _Rows(FunctionElement[Any]):
    """All rows, each as a list of columns."""

    type = JSON()
    name = "rows"
    inherit_cache = True


class _Hexed(FunctionElement[str]):
    """Bytes in letters: JSON has none."""

    type = String()
    name = "hexed"
    inherit_cache = True


def _is_raw(column: ColumnElement[Any]) -> bool:
    return isinstance(column.type, LargeBinary)


@compiles(_Rows)
def _rows_of_sqlite(rows: _Rows, compiler: SQLCompiler, **given: Any) -> str:  # noqa: ANN401 - the compiler's own
    return f"json_group_array(json_array({compiler.process(rows.clauses, **given)}))"


@compiles(_Rows, "postgresql")
def _rows_of_postgresql(rows: _Rows, compiler: SQLCompiler, **given: Any) -> str:  # noqa: ANN401 - the compiler's own
    each = f"json_build_array({compiler.process(rows.clauses, **given)})"
    return f"coalesce(json_agg({each}), '[]')"


@compiles(_Hexed)
def _hexed_by_sqlite(hexed: _Hexed, compiler: SQLCompiler, **given: Any) -> str:  # noqa: ANN401 - the compiler's own
    column = compiler.process(hexed.clauses, **given)
    return f"CASE WHEN {column} IS NOT NULL THEN hex({column}) END"  # by itself, "" for nothing


@compiles(_Hexed, "postgresql")
def _hexed_by_postgresql(hexed: _Hexed, compiler: SQLCompiler, **given: Any) -> str:  # noqa: ANN401 - the compiler's own
    return f"encode({compiler.process(hexed.clauses, **given)}, 'hex')"
