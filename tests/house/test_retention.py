"""Every table of the database says how long it is kept, and what is said to end it does."""

from itertools import chain

import pytest
from sqlalchemy import Table

from recruit import jobs
from recruit.actions.erased import LEAVES
from recruit.actions.retention.kept import End, Kept
from recruit.actions.retention.schedule import SCHEDULE
from tests.house.test_erasure import TABLES

LISTED = list(chain.from_iterable(each.tables for each in SCHEDULE))
# Deleted by an erasure in its own code, which the tests of erasure show.
BY_CODE = {
    "participant": "emptied to a trace",
    "outbox_step": "erasure.forget_steps",
    "letter_printed": "goes with its message",
    "passkey": "accounts.forget",
    "community_contact": "of LEAVES",
}


def goes_with(table: Table, gone: set[Table]) -> bool:
    """Whether the database deletes its rows with those of a table that is gone."""
    return any(key.column.table in gone and key.ondelete == "CASCADE" for key in table.foreign_keys)


def erased() -> set[str]:
    """The tables that an erasure deletes rows of."""
    gone = {column.table for column in LEAVES}
    while more := {table for table in TABLES if table not in gone and goes_with(table, gone)}:
        gone |= more
    return {table.name for table in gone} | set(BY_CODE)


def test_every_table_stands_in_the_retention_table_once() -> None:
    assert sorted(LISTED) == sorted(table.name for table in TABLES)


@pytest.mark.parametrize("kept", SCHEDULE, ids=lambda kept: kept.tables[0])
def test_an_entry_says_how_long_and_why(kept: Kept) -> None:
    assert all((kept.what, kept.tables, kept.until, kept.why))


@pytest.mark.parametrize(
    "kept", [each for each in SCHEDULE if each.end is End.ERASURE], ids=lambda kept: kept.tables[0]
)
def test_what_is_said_to_leave_with_the_person_does(kept: Kept) -> None:
    assert set(kept.tables) <= erased()


@pytest.mark.parametrize(
    "kept", [each for each in SCHEDULE if each.end is End.TERM], ids=lambda kept: kept.tables[0]
)
def test_a_term_has_a_job(kept: Kept) -> None:
    assert kept.job


@pytest.mark.parametrize("name", sorted({each.job for each in SCHEDULE if each.job}))
def test_the_job_is_one(name: str) -> None:
    assert callable(getattr(jobs, name))
