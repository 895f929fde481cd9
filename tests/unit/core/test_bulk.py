"""Asking for a list of values by one parameter."""

import pytest
from sqlalchemy import Column, Dialect, ForeignKey, MetaData, String, Table, select
from sqlalchemy.dialects import postgresql, sqlite

from recruit.core.bulk import one_of


@pytest.mark.parametrize(
    ("dialect", "condition"),
    [
        (postgresql.psycopg.dialect(), "child.parent = ANY (%(names)s::VARCHAR[])"),
        (sqlite.dialect(), "child.parent IN (SELECT value FROM json_each(?))"),
    ],
    ids=["postgresql", "sqlite"],
)
def test_a_column_may_refer_to_a_table_that_is_not_known_yet(
    dialect: Dialect, condition: str
) -> None:
    child = Table("child", MetaData(), Column("parent", ForeignKey("parent.name")))
    asked = select(child.c.parent).where(one_of(child.c.parent, "names", String()))
    assert str(asked.compile(dialect=dialect)).endswith(f"WHERE {condition}")
