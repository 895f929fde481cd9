"""What is said about the size of a set."""

from random import Random
from statistics import NormalDist

import pytest

from recruit.disclosure.rule import ALLOWANCE, Answer, Grain, answer, cost, error


def chance(seed: int) -> Random:
    return Random(seed)  # noqa: S311 - errors that can be had again


class Exact:
    """Chance that is never wrong."""

    def gauss(self, mu: float = 0.0, sigma: float = 1.0) -> float:
        del sigma
        return mu


@pytest.mark.parametrize("size", [0, 1, 10])
def test_few_people_are_not_told_apart(size: int) -> None:
    assert answer(size, chance(1)).words == "0–10"


@pytest.mark.parametrize(("size", "said"), [(16, "20"), (243, "240"), (1246, "1250")])
def test_more_are_said_to_the_nearest_ten(size: int, said: str) -> None:
    assert answer(size, Exact()).words == said


def test_an_error_never_makes_a_count_look_smaller_than_few() -> None:
    said = {answer(11, chance(seed)).about for seed in range(300)}
    assert None in said
    assert min(about for about in said if about is not None) == 20


def test_answers_are_near_the_truth() -> None:
    abouts = [answer(500, chance(seed)).about or 0 for seed in range(2000)]
    assert abs(sum(abouts) / len(abouts) - 500) < 2
    assert sum(abs(about - 500) <= 40 for about in abouts) > 0.95 * len(abouts)


def test_an_answer_about_many_costs_less() -> None:
    assert cost(100) == 1
    assert cost(15_000) < 0.01


def test_a_locked_answer_reads_like_any_other() -> None:
    assert Answer(120, locked=True).words == "120"


def test_a_coarse_answer_has_three_times_the_error_at_a_ninth_of_the_cost() -> None:
    assert error(100, Grain.COARSE) == 3 * error(100)
    assert cost(100, Grain.COARSE) == pytest.approx(cost(100) / 9)


def test_in_a_large_set_both_grains_are_alike() -> None:
    assert error(100_000, Grain.COARSE) == error(100_000)


@pytest.mark.parametrize("size", [0, 1, 10])
def test_a_coarse_answer_about_few_people_is_never_a_number(size: int) -> None:
    said = {answer(size, chance(seed), Grain.COARSE).words for seed in range(300)}
    assert said == {"0–190"}


class Wrong:
    """Chance that is wrong by so many standard errors."""

    def __init__(self, by: float) -> None:
        self.by = by

    def gauss(self, mu: float = 0.0, sigma: float = 1.0) -> float:
        return mu + self.by * sigma


@pytest.mark.parametrize("grain", Grain)
def test_who_spends_all_answers_on_one_person_and_knows_all_others_gains_five_points_at_most(
    grain: Grain,
) -> None:
    answers = ALLOWANCE / cost(500, grain)
    assert NormalDist().cdf(answers**0.5 / (2 * error(500, grain))) <= 0.55


def test_who_spends_all_answers_on_telling_eleven_people_from_ten_gains_five_points_at_most() -> (
    None
):
    told = next(
        by / 100
        for by in range(1000)
        if answer(11, Wrong(by / 100), Grain.COARSE).about is not None
    )
    never = NormalDist().cdf(told) ** (ALLOWANCE / cost(11, Grain.COARSE))
    assert (1 - never) / 2 <= 0.05


def test_coarse_numbers_are_multiples_of_ten_above_few() -> None:
    said = {answer(400, chance(seed), Grain.COARSE).about for seed in range(300)} - {None}
    assert all(number % 10 == 0 and number > 190 for number in said if number)
