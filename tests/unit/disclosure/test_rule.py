"""What is said about the size of a set."""

from random import Random

import pytest

from recruit.disclosure.rule import Answer, answer, cost


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
