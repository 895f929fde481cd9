"""A database that goes from test to test is as good as a new one, or goes to nobody."""

from collections.abc import Callable
from contextlib import closing

import psycopg
import pytest
from sqlalchemy import Engine, text

from recruit.actions.accounts import add_organisation
from recruit.audit import trail
from recruit.core.db import reading
from recruit.people import organisations
from recruit.people.organisations import OrganisationKind
from tests.lending import Lending


def begin(engine: Engine) -> int:
    """An organisation; its number."""
    add_organisation(engine, name="Ours", kind=OrganisationKind.CENTRE, actor="test")
    with reading(engine) as session:
        return organisations.find(session, "Ours").id or 0


def test_the_next_test_finds_nothing_and_counts_from_one(lending: Lending) -> None:
    lent = lending.take()
    first = begin(lent.fresh())
    lending.give_back(lent)
    again = lending.take()
    assert again.engine.url == lent.engine.url
    assert begin(again.fresh()) == first
    with reading(again.fresh()) as session:
        assert len(trail.about(session, f"organisation {first}")) == 1
    lending.give_back(again)


def disable_a_trigger(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE audit_event DISABLE TRIGGER ALL"))


def empty_a_table(engine: Engine) -> None:
    disable_a_trigger(engine)
    with engine.begin() as connection:
        connection.execute(text("TRUNCATE audit_event"))
        connection.execute(text("ALTER TABLE audit_event ENABLE TRIGGER ALL"))


def add_a_column(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE audit_event ADD COLUMN more integer"))


@pytest.mark.parametrize("change", [disable_a_trigger, empty_a_table, add_a_column])
def test_a_changed_database_goes_to_nobody_else(
    lending: Lending, change: Callable[[Engine], None]
) -> None:
    lent = lending.take()
    change(lent.fresh())
    lending.give_back(lent)
    other = lending.take()
    assert other.engine.url != lent.engine.url
    lending.give_back(other)


def test_a_database_that_somebody_still_uses_goes_to_nobody_else(lending: Lending) -> None:
    lent = lending.take()
    address = lent.engine.url.set(drivername="postgresql").render_as_string()
    with closing(psycopg.connect(address)):
        lending.give_back(lent)
    other = lending.take()
    assert other.engine.url != lent.engine.url
    lending.give_back(other)
