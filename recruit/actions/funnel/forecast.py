"""How many more people have to be invited until a trial has as many participants as it wants.

From an invitation to an enrolment there are three stretches: to a yes, to a release, to an
enrolment. Of those who set out on a stretch and are settled (they came to its end, turned away, or
had the time that nearly all who come need), k of n came through. What share comes through is not
known; with Jeffreys' prior (Jeffreys 1946, Proc. R. Soc. A 186, p. 453) it is distributed as
Beta(k + 1/2, n - k + 1/2). Those who are still on a stretch will come through as often. Each of the
others who are needed takes as many invitations as a negative binomial distribution says: trials
until a number of successes. Drawn 20,000 times from all of these, the number of invitations has a
distribution of its own; what is told is its median and the interval that holds it in nine cases of
ten. The seed is fixed: the same rows give the same figures.

It supposes that the next people are like those before, that stretches are independent of one
another, and that nothing of the trial changes.
"""

from dataclasses import dataclass
from math import ceil
from typing import Final

import numpy as np
from numpy.typing import NDArray

DRAWS: Final = 20_000
SEED: Final = 1946
LOW, MIDDLE, HIGH = 0.05, 0.5, 0.95
FEWEST: Final = 20
"""Of the invited, so many have to be settled before anything is said."""
FEWEST_LATER: Final = 5
"""On each later stretch."""
Counts = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Stretch:
    """Of `settled` people who set out, `through` came to the end; `under_way` still may."""

    settled: int
    through: int
    under_way: int


@dataclass(frozen=True, slots=True)
class Forecast:
    """How many more invitations: in nine cases of ten between `low` and `high`.

    Half the time `middle` are enough.
    """

    low: int
    middle: int
    high: int

    def weeks(self, pace: float) -> tuple[int, int, int]:
        """How many weeks that takes where `pace` people are invited a week (more than none)."""
        low, middle, high = (ceil(each / pace) for each in (self.low, self.middle, self.high))
        return low, middle, high


def too_early(stretches: tuple[Stretch, Stretch, Stretch]) -> bool:
    """Whether too little is known for any figure."""
    invited, *later = stretches
    few = invited.settled < FEWEST or any(each.settled < FEWEST_LATER for each in later)
    return few or any(each.through == 0 for each in stretches)


def forecast(
    missing: int, stretches: tuple[Stretch, Stretch, Stretch], seed: int = SEED
) -> Forecast | None:
    """How many more people have to be invited until `missing` more take part.

    None while it is too early to say: fewer than 20 settled invitations, fewer than 5 settled on a
    later stretch, or nobody who came through one.
    """
    if missing <= 0:
        return Forecast(0, 0, 0)
    if too_early(stretches):
        return None
    chance = np.random.default_rng(seed)
    shares = [
        chance.beta(each.through + 0.5, each.settled - each.through + 0.5, DRAWS)
        for each in stretches
    ]
    to_the_end = np.ones(DRAWS)
    come: Counts = np.zeros(DRAWS, np.int64)
    for stretch, share in zip(reversed(stretches), reversed(shares), strict=True):
        to_the_end = to_the_end * share
        come += chance.binomial(stretch.under_way, to_the_end)
    needed = np.maximum(missing - come, 0)
    # A share of nearly nothing would ask for more than a number can hold.
    in_vain = chance.negative_binomial(np.maximum(needed, 1), np.maximum(to_the_end, 1e-9))
    asked = np.where(needed > 0, needed + in_vain, 0)
    low, middle, high = np.quantile(asked, (LOW, MIDDLE, HIGH), method="inverted_cdf")
    return Forecast(int(low), int(middle), int(high))
