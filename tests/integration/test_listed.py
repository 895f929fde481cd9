"""Rows that belong to a row come as one value of it, alike from both databases."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from sqlalchemy import Column, Engine, Integer, LargeBinary, MetaData, String, Table, select

from recruit.core.columns import UTCDateTime
from recruit.core.db import reading, unit_of_work
from recruit.core.listed import listed, moment, raw

TABLES = MetaData()
OWNER = Table("owner", TABLES, Column("name", String(8), primary_key=True))
OWNED = Table(
    "owned",
    TABLES,
    Column("id", Integer, primary_key=True),
    Column("owner", String(8)),
    Column("words", String(40)),
    Column("sealed", LargeBinary),
    Column("at", UTCDateTime),
)
WORDS = 'a "quoted" é, 漢'
SEALED = bytes(range(256))
AT = datetime(2026, 7, 1, 23, 30, 0, 120_000, tzinfo=timezone(timedelta(hours=2)))


Owners = dict[str, dict[int, Sequence[Any]]]
"""What each has, by its number."""


@pytest.fixture
def owners(engine: Engine) -> Owners:
    TABLES.create_all(engine)
    with unit_of_work(engine) as session:
        session.execute(OWNER.insert(), [{"name": "rich"}, {"name": "poor"}])
        row = {"owner": "rich", "words": WORDS, "sealed": SEALED, "at": AT}
        session.execute(OWNED.insert(), [row, dict.fromkeys(row) | {"owner": "rich"}])
    own = select(OWNED.c.id, OWNED.c.words, OWNED.c.sealed, OWNED.c.at)
    query = select(OWNER.c.name, listed(own.where(OWNED.c.owner == OWNER.c.name)).label("rows"))
    with reading(engine) as session:
        found = session.execute(query).all()
    return {name: {number: more for number, *more in rows} for name, rows in found}


def test_a_row_without_any_has_an_empty_list(owners: Owners) -> None:
    assert owners["poor"] == {}


def test_texts_come_as_they_are(owners: Owners) -> None:
    assert owners["rich"][1][0] == WORDS


def test_bytes_come_back(owners: Owners) -> None:
    assert raw(owners["rich"][1][1]) == SEALED


def test_a_moment_comes_back_in_utc(owners: Owners) -> None:
    found = moment(owners["rich"][1][2])
    assert found == AT
    assert found.tzinfo is UTC


def test_what_is_not_there_stays_so(owners: Owners) -> None:
    assert owners["rich"][2] == [None, None, None]
