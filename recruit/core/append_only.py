"""Tables that only grow: the database itself refuses UPDATE and DELETE.

Triggers refuse them to everybody; on PostgreSQL the right to them is taken away besides, from the
service's own user too. The statements are plain DDL, so that a migration and `metadata.create_all`
make the same guard. Taking it away needs the right to change the schema, which the service's own
database user need not have.
"""

from collections.abc import Callable
from typing import Final

from sqlalchemy import Connection, Table, event, text

FUNCTION: Final = "recruit_append_only"
PROBLEM: Final = "rows of this table are never changed or deleted"

_REFUSE: Final = f"BEGIN SELECT RAISE(ABORT, '{PROBLEM}'); END"

_POSTGRESQL: Final = (
    f"""CREATE OR REPLACE FUNCTION {FUNCTION}() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION '{PROBLEM}'; END $$""",
    f"""CREATE TRIGGER :table_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON :table
    FOR EACH STATEMENT EXECUTE FUNCTION {FUNCTION}()""",
)
_SQLITE: Final = (
    f"CREATE TRIGGER :table_no_update BEFORE UPDATE ON :table {_REFUSE}",
    f"CREATE TRIGGER :table_no_delete BEFORE DELETE ON :table {_REFUSE}",
    # INSERT OR REPLACE deletes the old row without firing a DELETE trigger.
    f"""CREATE TRIGGER :table_no_replace BEFORE INSERT ON :table
    WHEN NEW.sequence <= (SELECT max(sequence) FROM :table) {_REFUSE}""",  # noqa: S608 - DDL of constants
)


def guards(table: str, dialect: str) -> tuple[str, ...]:
    """The DDL that makes `table` (whose key is `sequence`) append-only on `dialect`."""
    statements = _POSTGRESQL if dialect == "postgresql" else _SQLITE
    return tuple(statement.replace(":table", table) for statement in statements)


def revocation(table: str) -> str:
    """The DDL that leaves nobody the right to change rows of `table` on PostgreSQL.

    A superuser has every right; only the trigger stands in their way.
    """
    return f"REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM PUBLIC, CURRENT_USER"


def revoke_again(connection: Connection) -> None:
    """Take the rights away in a database that was restored: a copy knows roles of another server.

    What is to be guarded is told by its trigger, which a copy brings along.
    """
    triggers = text(
        "SELECT quote_ident(relname) FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid"
        " WHERE tgname = relname || '_append_only' ORDER BY relname"
    )
    for table in connection.execute(triggers).scalars().all():
        connection.exec_driver_sql(revocation(table))


def keep_append_only(table: Table) -> Table:
    """Have `create_all` guard `table` as a migration does."""
    event.listen(table, "after_create", _guard(table.name))
    return table


def _guard(table: str) -> Callable[..., None]:
    def guard(_table: Table, connection: Connection, **_: object) -> None:
        for statement in guards(table, connection.dialect.name):
            connection.exec_driver_sql(statement)
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql(revocation(table))

    return guard
