"""How many more invitations are said to be needed, and how often that is so."""

import numpy as np
import pytest

from recruit.actions.funnel.forecast import Forecast, Stretch, forecast
from recruit.actions.funnel.precision import wilson

SETTLED = (Stretch(400, 80, 0), Stretch(80, 40, 0), Stretch(40, 20, 0))


def test_who_has_enough_people_needs_no_more_invitations() -> None:
    assert forecast(0, SETTLED) == Forecast(0, 0, 0)


@pytest.mark.parametrize(
    "stretches",
    [
        (Stretch(19, 9, 50), Stretch(9, 6, 0), Stretch(6, 3, 0)),
        (Stretch(400, 80, 0), Stretch(4, 3, 0), Stretch(5, 2, 0)),
        (Stretch(400, 80, 0), Stretch(80, 40, 0), Stretch(40, 0, 0)),
    ],
)
def test_with_little_to_go_by_it_is_too_early_to_say(
    stretches: tuple[Stretch, Stretch, Stretch],
) -> None:
    assert forecast(10, stretches) is None


def test_the_same_rows_give_the_same_figures() -> None:
    assert forecast(10, SETTLED) == forecast(10, SETTLED)


def test_the_likeliest_number_is_what_the_rates_come_to() -> None:
    """One in twenty takes part: ten people take two hundred invitations."""
    found = forecast(10, SETTLED)
    assert found
    assert found.low < 200 < found.high
    assert abs(found.middle - 200) < 20


def test_who_is_under_way_already_spares_invitations() -> None:
    waiting = (Stretch(400, 80, 0), Stretch(80, 40, 0), Stretch(40, 20, 18))
    more, fewer = forecast(10, SETTLED), forecast(10, waiting)
    assert more
    assert fewer
    assert fewer.middle < more.middle / 3


def test_the_interval_holds_in_about_nine_cases_of_ten() -> None:
    """Trials whose rates are drawn, asked until ten people take part, beside what was foretold."""
    chance = np.random.default_rng(7)
    inside = tried = 0
    for case in range(300):
        rates = (chance.uniform(0.1, 0.4), chance.uniform(0.3, 0.8), chance.uniform(0.3, 0.8))
        settled, stretches = 300, []
        for rate in rates:
            through = int(chance.binomial(settled, rate))
            stretches.append(Stretch(settled, through, 0))
            settled = through
        found = forecast(10, (stretches[0], stretches[1], stretches[2]), seed=case)
        if found is None:
            continue
        needed = 10 + chance.negative_binomial(10, float(np.prod(rates)))
        tried += 1
        inside += found.low <= needed <= found.high
    assert tried > 250
    assert 0.85 <= inside / tried <= 0.95


def test_weeks_are_begun_ones() -> None:
    assert Forecast(10, 21, 40).weeks(10) == (1, 3, 4)


@pytest.mark.parametrize(
    ("successes", "of", "low", "high"),
    # Newcombe 1998, Stat. Med. 17, p. 857, table I, method 3.
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_intervals_of_shares_are_wilsons(successes: int, of: int, low: float, high: float) -> None:
    assert wilson(successes, of) == pytest.approx((low, high), abs=5e-5)
