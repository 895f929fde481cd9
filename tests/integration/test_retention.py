"""What has had its term goes and the rest stays; on both kinds of database."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, func, insert, select, text
from sqlalchemy.types import Date

from recruit.actions.retention.terms import TERMS, enforce
from recruit.actions.retention.unpermitted import KEPT, erase_unpermitted
from recruit.consent import ledger
from recruit.consent.choices import Choice, Purpose
from recruit.core.clock import now
from recruit.core.config import Settings
from recruit.core.db import reading, unit_of_work
from recruit.core.expiring import Expiring, delete_over
from recruit.people.tables import PARTICIPANT
from tests.erasing import SECRETS
from tests.integration.test_resealing import made_up
from tests.outreach import OWN, agreement, willing

DAY = timedelta(days=1)
LATER = KEPT + DAY


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


# ---------------------------------------------------------------- people who permit nothing
def erase_after(engine: Engine, folder: Path, after: timedelta) -> int:
    return erase_unpermitted(engine, SECRETS, Settings(data_folder=folder), now() + after)


def withdraw(engine: Engine, person: str, choice: Choice | None = None) -> None:
    with unit_of_work(engine) as session:
        ledger.withdraw(session, person, choice, OWN, "link")


def erased(engine: Engine) -> set[str]:
    with reading(engine) as session:
        gone = PARTICIPANT.c.erased_at.is_not(None)
        return set(session.scalars(select(PARTICIPANT.c.pseudonym).where(gone)))


def test_who_has_permitted_nothing_for_long_is_erased(engine: Engine, tmp_path: Path) -> None:
    gone, stays = willing(engine, "gone"), willing(engine, "stays")
    withdraw(engine, gone)
    assert erase_after(engine, tmp_path, LATER) == 1
    assert erased(engine) == {gone}
    assert stays not in erased(engine)


def test_they_have_time_to_change_their_mind(engine: Engine, tmp_path: Path) -> None:
    withdraw(engine, willing(engine))
    assert erase_after(engine, tmp_path, KEPT - DAY) == 0


def test_one_yes_that_stands_is_enough(engine: Engine, tmp_path: Path) -> None:
    withdraw(engine, willing(engine), Choice(Purpose.MATCHING))
    assert erase_after(engine, tmp_path, LATER) == 0


def test_who_comes_back_while_others_are_erased_stays(engine: Engine, tmp_path: Path) -> None:
    gone, back = willing(engine, "gone"), willing(engine, "back")
    withdraw(engine, gone)
    withdraw(engine, back)

    def come_back() -> bool:
        with unit_of_work(engine) as session:
            yes = replace(agreement(Choice(Purpose.MATCHING)), at=now() + KEPT)
            ledger.grant(session, [(back, yes)], OWN)
        return False

    settings = Settings(data_folder=tmp_path)
    assert erase_unpermitted(engine, SECRETS, settings, now() + LATER, come_back) == 1
    assert erased(engine) == {gone}


def test_a_service_that_ends_erases_nobody_any_more(engine: Engine, tmp_path: Path) -> None:
    withdraw(engine, willing(engine))
    settings = Settings(data_folder=tmp_path)
    assert erase_unpermitted(engine, SECRETS, settings, now() + LATER, lambda: True) == 0


def test_nobody_is_erased_twice(engine: Engine, tmp_path: Path) -> None:
    withdraw(engine, willing(engine))
    assert [erase_after(engine, tmp_path, LATER) for _ in range(2)] == [1, 0]
