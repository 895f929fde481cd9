"""Every count for a sponsor: hidden when small, the same when asked again, locked in the end."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from sqlalchemy import Engine, func, select

from recruit.core.db import reading, unit_of_work
from recruit.core.errors import AskedTooMuch
from recruit.disclosure.counts import count, count_parts, last_said
from recruit.disclosure.rule import Answer, Grain
from recruit.disclosure.sketch import Marks, mark
from recruit.disclosure.tables import GIVEN
from tests.attacked import questions_of
from tests.attackers import (
    ATTACKS,
    IN_PARTS,
    Attack,
    by_differences,
    by_edges,
    by_many_edges,
    by_padding,
    by_refusals,
    by_tables,
    by_watching,
    by_waterfalls,
    gain,
)

DAY = timedelta(days=1)
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
KEY = b"a key of the test"


def crowd(first: int, last: int) -> Marks:
    return np.array([mark(f"P-{n:08}", KEY) for n in range(first, last)], np.uint64)


def ask(
    engine: Engine, people: Marks, question: str = "q", asker: str = "a", at: datetime = NOON
) -> Answer:
    with unit_of_work(engine) as session:
        return count(session, asker=asker, question=question, people=people, at=at)


def given(engine: Engine) -> int:
    with reading(engine) as session:
        return session.execute(select(func.count()).select_from(GIVEN)).scalar_one()


def sets_told(engine: Engine) -> int:
    with reading(engine) as session:
        return session.execute(select(func.count(GIVEN.c.sketch.distinct()))).scalar_one()


def test_few_people_are_only_few(engine: Engine) -> None:
    assert ask(engine, crowd(0, 7)).words == "0–10"


def test_the_same_set_gets_the_same_answer_whatever_it_is_called(engine: Engine) -> None:
    said = {ask(engine, crowd(0, 300), f"question {n}", f"asker {n}").about for n in range(6)}
    assert len(said) == 1
    assert sets_told(engine) == 1


def test_a_set_that_differs_by_ten_people_gets_the_earlier_answer(engine: Engine) -> None:
    first = ask(engine, crowd(0, 300))
    assert ask(engine, crowd(5, 305), "another") == first
    assert sets_told(engine) == 1


def test_a_set_that_differs_by_eleven_people_gets_an_answer_of_its_own(engine: Engine) -> None:
    ask(engine, crowd(0, 300))
    ask(engine, crowd(0, 311), "another")
    assert sets_told(engine) == 2


def test_seven_repeats_in_thirty_days_lock_the_question(engine: Engine) -> None:
    for day in range(7):
        assert not ask(engine, crowd(0, 300), at=NOON + day * DAY).locked
    before = given(engine)
    locked = ask(engine, crowd(0, 900), at=NOON + 7 * DAY)
    assert locked.locked
    assert given(engine) == before


def test_a_lock_ends_when_the_question_has_rested(engine: Engine) -> None:
    for _ in range(8):
        ask(engine, crowd(0, 300))
    assert not ask(engine, crowd(0, 300), at=NOON + 31 * DAY).locked


def test_another_organisation_is_not_locked(engine: Engine) -> None:
    for _ in range(8):
        ask(engine, crowd(0, 300), asker="a")
    assert not ask(engine, crowd(0, 300), asker="b").locked


def test_the_answer_about_a_near_set_costs_what_one_of_its_own_would(engine: Engine) -> None:
    ask(engine, crowd(0, 300))
    ask(engine, crowd(5, 305), "another")
    assert spent(engine) == pytest.approx(2)
    ask(engine, crowd(4, 304), "another")
    assert spent(engine) == pytest.approx(2)


def use_up(engine: Engine) -> None:
    for number in range(18):
        ask(engine, crowd(100 * number, 100 * number + 60), f"question {number}")


def test_there_is_an_allowance_of_answers(engine: Engine) -> None:
    use_up(engine)
    with pytest.raises(AskedTooMuch):
        ask(engine, crowd(9000, 9060), "one more")


def test_answers_that_were_given_stay_when_the_allowance_is_used_up(engine: Engine) -> None:
    use_up(engine)
    assert ask(engine, crowd(0, 60), "question 0").words


def test_a_refusal_does_not_tell_whether_a_set_is_near(engine: Engine) -> None:
    use_up(engine)
    for first in (0, 9000):
        with pytest.raises(AskedTooMuch):
            ask(engine, crowd(first, first + 60), "another")


def test_the_allowance_is_there_again_after_thirty_days(engine: Engine) -> None:
    use_up(engine)
    assert ask(engine, crowd(9000, 9060), "later", at=NOON + 31 * DAY).words


# So many towns that three standard errors more are still within five points.
TOWNS: dict[Attack, int] = {
    by_differences: 48,
    by_watching: 48,
    by_waterfalls: 16,
    by_edges: 16,
    by_padding: 16,
    by_refusals: 16,
    by_tables: 16,
    by_many_edges: 16,
}


def at_most(attack: Attack, desk: str) -> float:
    found = gain(attack, desk, TOWNS.get(attack, 24))
    return found.points + 3 * found.give_or_take


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_thousand_clever_questions_gain_five_points_at_most(attack: Attack) -> None:
    assert at_most(attack, "guarded") <= 5


@pytest.mark.parametrize("attack", [*ATTACKS, *IN_PARTS])
def test_who_edits_a_trial_to_learn_about_people_gains_five_points_at_most(
    attack: Attack,
) -> None:
    assert at_most(attack, "coarse") <= 5


# Padding looks for the answers of near sets, which rounded counts do not have.
PADDED = {by_padding, by_refusals}


@pytest.mark.parametrize("attack", [each for each in (*ATTACKS, *IN_PARTS) if each not in PADDED])
def test_the_same_questions_learn_much_where_counts_are_only_rounded(attack: Attack) -> None:
    assert gain(attack, "rounding", towns=3).points > 20


def ask_coarsely(
    engine: Engine, people: Marks, question: str = "q", asker: str = "a", at: datetime = NOON
) -> Answer:
    with unit_of_work(engine) as session:
        return count(
            session, asker=asker, question=question, people=people, at=at, grain=Grain.COARSE
        )


def test_a_coarse_question_gets_its_answer_again_whoever_asks(engine: Engine) -> None:
    said = {ask_coarsely(engine, crowd(0, 300), "q", f"asker {n}").about for n in range(9)}
    assert len(said) == 1
    assert given(engine) == 1


def test_a_coarse_answer_stands_for_a_day_whoever_comes_or_leaves(engine: Engine) -> None:
    before = ask_coarsely(engine, crowd(0, 300))
    assert ask_coarsely(engine, crowd(0, 900), at=NOON + DAY / 2) == before
    assert ask_coarsely(engine, crowd(0, 900), at=NOON + 2 * DAY) != before


def test_another_coarse_question_about_the_same_people_gets_an_answer_of_its_own(
    engine: Engine,
) -> None:
    ask_coarsely(engine, crowd(0, 300), "one")
    ask_coarsely(engine, crowd(0, 300), "another")
    assert given(engine) == 2


def test_a_coarse_question_gets_seven_answers_in_thirty_days_at_most(engine: Engine) -> None:
    for number in range(7):
        assert not ask_coarsely(engine, crowd(0, 300), at=NOON + 2 * number * DAY).locked
    assert ask_coarsely(engine, crowd(0, 900), at=NOON + 16 * DAY).locked
    assert given(engine) == 7


def test_a_coarse_answer_does_not_do_for_a_fine_question(engine: Engine) -> None:
    ask_coarsely(engine, crowd(0, 300))
    ask(engine, crowd(0, 300), "another")
    assert given(engine) == 2


def test_nine_coarse_answers_cost_what_a_fine_one_does(engine: Engine) -> None:
    for number in range(17):
        ask(engine, crowd(100 * number, 100 * number + 60), f"question {number}")
    for number in range(30, 39):
        ask_coarsely(engine, crowd(100 * number, 100 * number + 60), f"question {number}")
    with pytest.raises(AskedTooMuch):
        ask_coarsely(engine, crowd(9000, 9060), "one more")


def test_a_question_gets_its_earlier_answer_when_no_fresh_one_may_be_given(engine: Engine) -> None:
    before = ask(engine, crowd(0, 300), "mine")
    for number in range(17):
        ask(engine, crowd(1000 + 100 * number, 1060 + 100 * number), f"question {number}")
    after = ask(engine, crowd(0, 600), "mine")
    assert (after.about, after.locked) == (before.about, True)


def in_parts(engine: Engine, sets: list[Marks]) -> list[Answer | None]:
    with unit_of_work(engine) as session:
        return count_parts(
            session,
            asker="a",
            questions=questions_of([f"part {n}" for n in range(len(sets))], sets),
            at=NOON,
        )


def spent(engine: Engine) -> float:
    with reading(engine) as session:
        return float(session.execute(select(func.sum(GIVEN.c.cost))).scalar_one())


def test_all_parts_of_a_set_cost_what_two_answers_do(engine: Engine) -> None:
    sets = [crowd(100 * number, 100 * number + 60) for number in range(18)]
    first = in_parts(engine, sets)
    assert spent(engine) == pytest.approx(2 / 9)
    assert in_parts(engine, sets) == first
    assert spent(engine) == pytest.approx(2 / 9)


def test_one_part_that_is_new_costs_one_answer(engine: Engine) -> None:
    sets = [crowd(100 * number, 100 * number + 60) for number in range(3)]
    in_parts(engine, sets[:2])
    in_parts(engine, sets)
    assert spent(engine) == pytest.approx(3 / 9)


def test_what_was_said_is_looked_up_without_asking(engine: Engine) -> None:
    said = ask(engine, crowd(0, 300), "mine")
    for _ in range(10):
        with reading(engine) as session:
            assert last_said(session, "a", ["mine", "never asked"], NOON) == [said, None]
            assert last_said(session, "b", ["mine"], NOON) == [None]
    assert not ask(engine, crowd(0, 300), "mine").locked
