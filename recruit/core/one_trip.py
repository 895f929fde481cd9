"""A lock and a question in one trip to PostgreSQL, which answers them one after the other.

Whoever asks for each message that goes out waits for the server once and not three times: each
wait costs a sender as much as the question. The question sees what is committed when the lock is
there, as if it had been asked then. What comes back is as the driver reads it.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from psycopg import Connection, Error
from psycopg.rows import namedtuple_row
from sqlalchemy import ClauseElement, Dialect
from sqlalchemy.engine.interfaces import Compiled
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

Asked = tuple[ClauseElement, Mapping[str, object]]
"""A statement that is made once, and its parameters."""


def ask_after(session: Session, lock: Asked, question: Asked) -> Sequence[Any]:
    """The rows that `question` finds once `lock` is held, by the names of their columns."""
    connection = session.connection()
    driver: Connection[Any] = connection.connection.driver_connection  # type: ignore[assignment]  # PostgreSQL's
    try:
        with driver.cursor(row_factory=namedtuple_row) as answer:
            with driver.pipeline(), driver.cursor() as taken:
                taken.execute(*_as_sent(connection.dialect, lock))
                answer.execute(*_as_sent(connection.dialect, question))
            return answer.fetchall()
    except Error as error:
        raise DBAPIError.instance(
            None, None, error, Error, hide_parameters=True, dialect=connection.dialect
        ) from error


def _as_sent(dialect: Dialect, asked: Asked) -> tuple[str, dict[str, Any]]:
    statement, values = asked
    made = _made(statement, dialect)
    return str(made), dict(made.construct_params(values) or {})


@cache
def _made(statement: ClauseElement, dialect: Dialect) -> Compiled:
    return statement.compile(dialect=dialect)
