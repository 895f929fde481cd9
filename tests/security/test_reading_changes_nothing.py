"""No page that is only looked at changes anything: a scanner, a preview or a crawler does no deed.

Every address is asked for by everybody who may come to it, and what the database is told to write
meanwhile is written down. That somebody looked is recorded, which is not a change.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import Connection, Engine, event

# The fixture's world and walk are those of the search for names.
from tests.functional.web.test_nobody_is_named import STAFF, Here, here, walk

__all__ = ["here"]

WRITES = re.compile(r"\s*(?:INSERT INTO|UPDATE|DELETE FROM)\s+\"?(\w+)", re.IGNORECASE)
# What a look may leave behind, and why that is no deed.
TRACES = {
    "audit_event": "who looked at what",
    "chain_head": "the newest row of that",
    "count_asked": "that a count was asked for, so that it cannot be asked apart",
    "count_given": "the answer, so that it is the same again",
    "rate": "that somebody asked, so that nobody asks too often",
}


@contextmanager
def written(engine: Engine) -> Iterator[set[str]]:
    """The tables that are written to meanwhile."""
    found: set[str] = set()

    def note(_connection: Connection, _cursor: object, statement: str, *_: object) -> None:
        if told := WRITES.match(statement):
            found.add(told[1])

    event.listen(engine, "before_cursor_execute", note)
    yield found
    event.remove(engine, "before_cursor_execute", note)


@pytest.mark.parametrize("email", list(STAFF))
def test_looking_at_every_page_leaves_no_more_than_that_one_looked(here: Here, email: str) -> None:
    with written(here.invited.engine) as tables:
        _, pages = walk(here, email)
    assert pages > 10
    assert tables - {"account"} <= set(TRACES), "the sign-in itself is a form"
