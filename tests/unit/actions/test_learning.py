"""The size of rounds: careful while little is known, near the target in the end."""

import random
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recruit.actions.outreach.learning import (
    FEWEST,
    FIRST,
    PER_MISSING,
    Learnt,
    first_size,
    next_size,
)


@st.composite
def learnt(draw: st.DrawFn) -> Learnt:
    asked = draw(st.integers(0, 2000))
    return Learnt(asked, draw(st.integers(0, asked)))


@given(learnt())
def test_the_upper_rate_is_above_the_mean_and_a_share(known: Learnt) -> None:
    assert 0 < known.rate < known.upper <= 1


@given(st.integers(1, 500), learnt(), st.integers(0, 500), st.integers(1, 500))
def test_a_round_is_none_or_between_ten_and_twice_the_last(
    missing: int, known: Learnt, waited_for: int, last: int
) -> None:
    size = next_size(missing, known, waited_for, last)
    assert size == 0 or FEWEST <= size <= max(FEWEST, 2 * last)


@given(st.integers(1, 500), learnt(), st.integers(1, 500))
def test_the_more_who_may_still_answer_the_fewer_are_asked(
    missing: int, known: Learnt, last: int
) -> None:
    sizes = [next_size(missing, known, waited_for, last) for waited_for in range(0, 200, 20)]
    assert sizes == sorted(sizes, reverse=True)


def test_without_a_target_rounds_stay_as_large_as_the_first() -> None:
    assert first_size(None) == next_size(None, Learnt(50, 5), 3, 50) == FIRST


def test_few_missing_are_asked_for_by_few() -> None:
    assert first_size(3) == 3 * PER_MISSING


@dataclass
class Recruitment:
    """What came of a trial that asks in rounds, each after all of the last have answered."""

    yes: int = 0
    asked: int = 0
    rounds: int = 0


def recruited(target: int, rate: float, chance: random.Random) -> Recruitment:
    found, last = Recruitment(), 0
    while found.yes < target and found.rounds < 100:
        missing = target - found.yes
        size = (
            next_size(missing, Learnt(found.asked, found.yes), 0, last)
            if found.rounds
            else first_size(missing)
        )
        found.yes += sum(chance.random() < rate for _ in range(size))
        found.asked += size
        found.rounds += 1
        last = size
    return found


def overshoots(target: int, rate: float) -> list[int]:
    chance = random.Random(f"{target} {rate}")  # noqa: S311 - a simulation
    return [recruited(target, rate, chance).yes - target for _ in range(300)]


@pytest.mark.parametrize("target", [5, 20, 100])
@pytest.mark.parametrize("rate", [0.02, 0.1, 0.3])
def test_rounds_come_to_the_target_and_hardly_past_it(target: int, rate: float) -> None:
    """On average at most three people too many; never more than ten, or a quarter of it."""
    over = overshoots(target, rate)
    assert min(over) >= 0
    assert sum(over) / len(over) <= 3
    assert max(over) <= max(10, 0.25 * target)


@pytest.mark.parametrize("target", [5, 20, 100])
def test_a_first_round_that_everybody_likes_bounds_what_is_too_many(target: int) -> None:
    """Where seven of ten say yes, which nobody could know, it is less than twice the target."""
    over = overshoots(target, 0.7)
    assert min(over) >= 0
    assert max(over) <= max(first_size(target) - target, FEWEST, 0.2 * target)
