"""Counts look a set up only where its size matters, and before others have to wait for them."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from sqlalchemy import Engine, event, func, select

from recruit.core.db import reading, unit_of_work
from recruit.disclosure.counts import count_each, look_up
from recruit.disclosure.question import Question
from recruit.disclosure.rule import REPEATS, Answer, Grain
from recruit.disclosure.sketch import Sketch
from recruit.disclosure.tables import ASKED

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
PEOPLE = Sketch.of(np.arange(1, 400, dtype=np.uint64))


def ask(engine: Engine, grain: Grain, at: datetime, looked: list[datetime]) -> Answer | None:
    def look_up() -> Sketch:
        looked.append(at)
        return PEOPLE

    asked = [Question("how many", look_up)]
    with unit_of_work(engine) as session:
        [said] = count_each(session, asker="a", questions=asked, at=at, grain=grain)
    return said


def test_a_coarse_answer_that_stands_needs_no_look_at_the_set(engine: Engine) -> None:
    looked: list[datetime] = []
    said = {ask(engine, Grain.COARSE, NOON + timedelta(hours=n), looked) for n in range(5)}
    assert (len(said), looked) == (1, [NOON])


def test_a_locked_question_needs_no_look_at_the_set(engine: Engine) -> None:
    looked: list[datetime] = []
    for n in range(REPEATS + 3):
        ask(engine, Grain.FINE, NOON + timedelta(hours=n), looked)
    assert len(looked) == REPEATS


@pytest.mark.parametrize("grain", Grain)
def test_a_set_is_looked_up_before_others_have_to_wait(
    postgres_engine: Engine, grain: Grain
) -> None:
    """Somebody else counts to the end meanwhile, and both get one answer."""
    meanwhile: list[Answer | None] = []

    def look_up() -> Sketch:
        meanwhile.append(ask(postgres_engine, grain, NOON, []))
        return PEOPLE

    asked = [Question("how many", look_up)]
    with unit_of_work(postgres_engine) as session:
        said = count_each(session, asker="a", questions=asked, at=NOON, grain=grain)
    assert said == meanwhile


@pytest.mark.parametrize("grain", Grain)
def test_an_answer_that_stands_is_noted_once_a_day(engine: Engine, grain: Grain) -> None:
    """Or a page that many look at would read more rows each time."""
    for n in range(5 * REPEATS):
        ask(engine, grain, NOON + timedelta(minutes=n), [])
    with reading(engine) as session:
        noted = session.scalar(select(func.count()).select_from(ASKED))
    assert noted == (1 if grain is Grain.COARSE else REPEATS)


def test_a_question_that_is_asked_every_day_stays_locked(engine: Engine) -> None:
    for n in range(REPEATS):
        ask(engine, Grain.FINE, NOON + timedelta(minutes=n), [])
    said = [ask(engine, Grain.FINE, NOON + timedelta(days=n), []) for n in range(1, 60)]
    assert all(each and each.locked for each in said)


def test_what_is_looked_up_beforehand_keeps_nobody_from_writing(sqlite_engine: Engine) -> None:
    """SQLite has one writer: somebody else writes while the set is looked up."""
    looked: list[Answer | None] = []

    def look() -> Sketch:
        looked.append(ask(sqlite_engine, Grain.FINE, NOON, []))
        return PEOPLE

    asked = [Question("how many", look)]
    with reading(sqlite_engine) as session:
        look_up(session, asker="b", questions=asked, at=NOON, grain=Grain.FINE)
    with unit_of_work(sqlite_engine) as session:
        said = count_each(session, asker="b", questions=asked, at=NOON, grain=Grain.FINE)
    assert looked == said


@pytest.mark.parametrize("grain", Grain)
def test_who_was_told_what_is_asked_for_once(sqlite_engine: Engine, grain: Grain) -> None:
    """The time that stands is noted with is read along with the answers themselves."""
    asked: list[str] = []
    event.listen(sqlite_engine, "before_cursor_execute", lambda *told: asked.append(told[2]))
    ask(sqlite_engine, grain, NOON, [])
    assert sum(each.startswith("SELECT") and "count_asked" in each for each in asked) == 1
