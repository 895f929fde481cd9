"""What has had its term goes and the rest stays; on both kinds of database."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine, create_engine, func, insert, select, text
from sqlalchemy.types import Date

from recruit.actions.retention.terms import TERMS, enforce
from recruit.core.clock import now
from recruit.core.db import reading
from recruit.core.expiring import Expiring, delete_over
from tests.integration.test_resealing import made_up

DAY = timedelta(days=1)


def rows_of(engine: Engine, what: Expiring, *ages: timedelta) -> None:
    """Rows of these ages, without whatever rows they refer to."""
    free = create_engine(engine.url)
    with free.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("SET session_replication_role = replica"))
        for number, age in enumerate(ages, start=1):
            row = {column.name: made_up(column, number) for column in what.table.columns}
            moment = now() - age
            row[what.moment.name] = moment.date() if isinstance(what.moment.type, Date) else moment
            connection.execute(insert(what.table), row)
    free.dispose()


@pytest.mark.parametrize("what", TERMS, ids=lambda what: what.table.name)
def test_a_row_goes_when_its_term_is_over_and_no_sooner(engine: Engine, what: Expiring) -> None:
    rows_of(engine, what, what.kept + DAY, what.kept + 2 * DAY, what.kept - DAY)
    assert delete_over(engine, what, now()) == 2
    with reading(engine) as session:
        assert session.scalars(select(func.count()).select_from(what.table)).one() == 1


def test_every_term_is_enforced(engine: Engine) -> None:
    for what in TERMS:
        rows_of(engine, what, what.kept + DAY)
    assert enforce(engine, now()) == len(TERMS)
