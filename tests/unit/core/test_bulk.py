"""Asking for a list of values by one parameter."""

import pytest
from sqlalchemy import Column, ForeignKey, MetaData, String, Table, create_engine, select

from recruit.core.bulk import one_of


@pytest.mark.parametrize(
    ("database", "condition"),
    [
        ("postgresql+psycopg://", "child.parent = ANY (%(names)s::VARCHAR[])"),
        ("sqlite://", "child.parent IN (SELECT value FROM json_each(?))"),
    ],
)
def test_a_column_may_refer_to_a_table_that_is_not_known_yet(database: str, condition: str) -> None:
    child = Table("child", MetaData(), Column("parent", ForeignKey("parent.name")))
    asked = select(child.c.parent).where(one_of(child.c.parent, "names", String()))
    assert str(asked.compile(create_engine(database))).endswith(f"WHERE {condition}")
